"""What readers were told is remembered whole: a figure that differs makes a mail, one that runs on does not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from finops_report.delivery.mail.said import Change, changes, figures_of, fingerprint
from finops_report.document import Bar, BudgetLine, Digest, digest_of

GOLDEN = Path(__file__).parents[3] / "golden" / "report.json"
PART = {"divided_by": "all", "expected_usd": 70.0, "low_usd": 60.0, "high_usd": 80.0, "spent_usd": 21.4}


@pytest.fixture
def document() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(GOLDEN.read_text(encoding="utf-8"))
    whole = read["views"]["months"][0]
    read["views"]["months"].insert(0, whole | {"month": "2026-09-01", "is_whole": True})
    read["forecast"]["parts"] = [PART | {"unpriced_requests": 0}]
    return read


def digest(document: dict[str, Any]) -> Digest:
    return digest_of(json.dumps(document).encode(), "report.json")


def test_another_forecast_of_a_month_that_runs_is_a_change(document: dict[str, Any]) -> None:
    was = figures_of(digest(document))
    document["forecast"]["parts"][0]["expected_usd"] = 71.0
    (change,) = changes(was, figures_of(digest(document)))
    assert (change.label, "$70.00" in change.was, "$71.00" in change.now) == ("Forecast", True, True)


def test_a_month_that_is_over_is_not_mailed_again_for_how_its_forecast_fared(document: dict[str, Any]) -> None:
    document["forecast"]["under_way"] = False
    was = figures_of(digest(document))
    document["forecast"]["parts"][0]["expected_usd"] = 71.0
    assert fingerprint(figures_of(digest(document))) == fingerprint(was)


def test_a_budget_that_is_breached_since_is_a_change(document: dict[str, Any]) -> None:
    within = BudgetLine("All", "within", "$9.00 of $10.00", "90 % used")
    breached = BudgetLine("All", "breached", "$11.00 of $10.00", "110 % used")
    was, now = (figures_of(replace(digest(document), budgets=(one,))) for one in (within, breached))
    assert changes(was, now) == (
        Change("Budget All", "within, $9.00 of $10.00, 90 % used", "breached, $11.00 of $10.00, 110 % used"),
    )


def test_other_spend_of_a_team_and_of_a_month_before_are_changes(document: dict[str, Any]) -> None:
    before = replace(digest(document), teams=(Bar("search", "$8.00", "20 %", 100, "+12 %"),))
    document["views"]["months"][0]["cost_usd"] = 12.0
    after = replace(digest(document), teams=(Bar("search", "$9.00", "20 %", 100, "+26 %"),))
    assert changes(figures_of(before), figures_of(after)) == (
        Change("Team search", "$8.00 (+12 %)", "$9.00 (+26 %)"),
        Change("Month Sep 2026", "$21.40", "$12.00"),
    )


def test_a_month_that_runs_has_one_name_whatever_its_days(document: dict[str, Any]) -> None:
    labels = set(figures_of(digest(document)))
    document["views"]["months"][1] |= {"last_day": "2026-10-11", "cost_usd": 24.0}
    assert set(figures_of(digest(document))) == labels


def test_what_was_remembered_of_a_report_without_any_of_it_still_counts() -> None:
    document = json.loads(GOLDEN.read_text(encoding="utf-8"))
    for view in ("budgets", "months", "spend_by_team"):
        del document["views"][view]
    del document["budgets"], document["forecast"]
    known = set(figures_of(digest(document)))
    assert not {label for label in known if label.startswith(("Forecast", "Budget", "Team", "Month"))}
