"""Where costs and counts of tokens come from, and why some requests have no price."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from finops_report.document.writing import report_json
from finops_report.errors import DatabaseError
from finops_report.report import report
from finops_report.wording.currency import Currency
from tests.finops_report.conftest import answers_of, reported
from tests.finops_report.sections.conftest import written
from tests.finops_report.sections.test_confidence import facts

SOURCES = "(['list', 'provider', 'contract', 'corrected', 'estimated', null])[1 + {}]"
COSTS, COUNTS = "Where costs come from", "Where token counts come from"
REASONS = "Why a price is not known"


def test_each_source_of_costs_has_its_share_of_spend(tmp_path: Path) -> None:
    """Of $100: 40 list, 25 charged, 15 contract, 10 corrected, 8 estimated, 2 nobody says; 4 requests have no cost."""
    part = (
        "case when i < 40 then 0 when i < 65 then 1 when i < 80 then 2 when i < 90 then 3 when i < 98 then 4 else 5 end"
    )
    path = written(
        tmp_path / "t.duckdb",
        requests=104,
        cost_source=SOURCES.format(f"({part})"),
        cost_estimated="if(i < 100, 1.0, null)",
    )
    assert facts(path)[COSTS].text == (
        "40 % of spend at list prices, 25 % as charged by the provider, 15 % at contract prices, 10 % at corrected "
        "list prices, 8 % for estimated numbers of tokens, 2 % of a source that is not recorded; "
        "of 4 requests it is unknown"
    )
    assert reported(path).headline.cost_note == (
        "Costs rest on list prices, amounts that providers charged, contract prices, corrected list prices, estimated "
        "numbers of tokens and what else your telemetry has recorded as a cost; they are no invoice."
    )


def test_nothing_is_claimed_of_sources_that_nobody_recorded(tmp_path: Path) -> None:
    nine = written(tmp_path / "t.duckdb")
    empty = written(
        tmp_path / "u.duckdb", cost_source="null::varchar", usage_source="''", unpriced_reason="null::varchar"
    )
    for path in (nine, empty):
        assert not {COSTS, COUNTS, REASONS} & facts(path).keys()
        assert reported(path).headline.cost_note == ("Costs are taken as your telemetry has them; they are no invoice.")


def test_a_source_of_another_name_stays_as_it_is_recorded(tmp_path: Path) -> None:
    path = written(tmp_path / "t.duckdb", cost_source="'ledger of 2026'", cost_estimated="1.0")
    assert facts(path)[COSTS].text == "100 % of spend from 'ledger of 2026'"
    assert reported(path).headline.cost_note.startswith("Costs rest on what else your telemetry has recorded")


def test_free_requests_have_a_source_and_no_share(tmp_path: Path) -> None:
    path = written(tmp_path / "t.duckdb", cost_source="'list'", cost_estimated="0.0")
    assert facts(path)[COSTS].text == "48 requests at list prices"


def test_counts_of_the_provider_estimates_and_unknown_ones_are_told_apart(tmp_path: Path) -> None:
    path = written(
        tmp_path / "t.duckdb",
        requests=100,
        usage_source="if(i < 70, 'provider', if(i < 90, 'estimated', if(i < 95, 'none', null)))",
        cost_estimated="if(i < 90, if(i < 70, 1.0, 0.5), null)",
        status="if(i < 95, 'ok', 'error')",
    )
    assert facts(path)[COUNTS].text == (
        "70 % of requests counted by the provider (88 % of spend), 20 % estimated (12 % of spend), 5 % not known; "
        "5 requests failed with none on record"
    )


def test_a_request_unpriced_in_part_says_what_has_no_price(tmp_path: Path) -> None:
    units = "if(i < 8, 'web_searches', 'web_searches,pages')"
    reason = f"if(i < 5, 'model', if(i < 10, {units}, if(i < 11, 'usage', 'serving')))"
    path = written(
        tmp_path / "t.duckdb",
        unpriced_reason=f"if(i < 12, {reason}, null)",
        cost_estimated="if(i < 12, null, 1.0)",
    )
    assert facts(path)[REASONS].text == (
        "5 requests: no price of the model is known; 3 requests: unpriced in part, no price is known of web searches; "
        "2 requests: unpriced in part, no price is known of web searches and pages; 1 request: no price is known of "
        "this way of serving; 1 request: what was used is not known"
    )


def test_reasons_beyond_the_first_are_counted_together(tmp_path: Path) -> None:
    path = written(tmp_path / "t.duckdb", unpriced_reason="'unit_' || (i % 8)", cost_estimated="null::double")
    assert facts(path)[REASONS].text.endswith("no price is known of unit 4; 18 requests: other reasons")


@pytest.mark.parametrize(("usage", "unpriced"), [("'estimated'", 6), ("'none'", 6), ("null::varchar", 0)])
def test_a_failed_request_that_used_something_at_no_known_price_is_unpriced(
    tmp_path: Path, usage: str, unpriced: int
) -> None:
    path = written(
        tmp_path / "t.duckdb",
        status="if(i < 6, 'error', 'ok')",
        usage_source=usage,
        cost_estimated="if(i < 6, null, 1.0)",
    )
    made = reported(path)
    assert made.totals.unpriced_requests == unpriced
    assert [row["unpriced_requests"] for row in made.views["spend_by_team"]] == [unpriced]


def test_what_failed_requests_cost_is_part_of_the_mean_cost_of_a_request(tmp_path: Path) -> None:
    """40 answers at $1, 4 failures at $0.50, 4 of no cost: $42 over the 44 requests that have a cost."""
    path = written(
        tmp_path / "t.duckdb",
        status="if(i < 8, 'error', 'ok')",
        cost_estimated="if(i < 4, 0.5, if(i < 8, null, 1.0))",
    )
    views = reported(path).views
    for view in ("spend_by_model", "requests_by_strategy"):
        assert [row["cost_per_request_usd"] for row in views[view]] == [pytest.approx(42 / 44)]


@pytest.mark.parametrize("view", ["cost_sources", "usage_sources"])
def test_sources_that_do_not_add_up_to_the_total_are_refused(tmp_path: Path, view: str) -> None:
    found = answers_of(written(tmp_path / "t.duckdb"))
    short = replace(found, views={**found.views, view: []})
    with pytest.raises(DatabaseError, match=f"do not add up: cost_usd of {view}"):
        report(short, "t")


def test_both_currencies_stand_in_json(tmp_path: Path) -> None:
    path = written(tmp_path / "t.duckdb", cost_source="'list'", usage_source="'provider'")
    made = report(answers_of(path), "t", Currency("EUR", Decimal("0.5"), "ECB"))
    document = json.loads(report_json(made))
    for view, source in (("cost_sources", "list"), ("usage_sources", "provider")):
        (row,) = document["views"][view]
        assert (row[f"{view.removesuffix('s')}"], row["cost_usd"], row["cost_eur"]) == (source, 48.0, 24.0)
