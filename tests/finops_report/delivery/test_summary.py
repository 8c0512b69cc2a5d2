"""A report in a few lines, for people and for the steps of a workflow."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from finops_report.delivery.summary import breaches, markdown, outputs
from finops_report.document import Digest, digest_of


@pytest.fixture
def document(built_once: Path) -> dict[str, Any]:
    """The report.json of a built report."""
    read: dict[str, Any] = json.loads((built_once / "report.json").read_text(encoding="utf-8"))
    return read


def digest(document: dict[str, Any]) -> Digest:
    return digest_of(json.dumps(document).encode(), "report.json")


def test_every_question_is_a_row_with_its_verdict(document: dict[str, Any]) -> None:
    lines = markdown(digest(document)).splitlines()
    assert lines[0] == "## LLM spend report"
    assert lines[2].startswith("**$21.")
    rows = lines[7:]
    assert len(rows) == len(document["answers"])
    for row, answer in zip(rows, document["answers"], strict=True):
        assert f" {answer['verdict']} | {answer['question']} | " in row


def test_names_from_data_are_no_markup(document: dict[str, Any]) -> None:
    document["answers"][0]["answer"] = "| [a](http://x) <b>\n`c`"
    assert "\\| \\[a\\](http:\u2060//x) \\<b\\> \\`c\\` |" in markdown(digest(document))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("https://evil.example", "https:\u2060//evil.example"),
        ("WWW.evil.example", "WWW\u2060.evil.example"),
        ("ada@evil.example", "ada\\@\u2060evil.example"),
        ("@everyone #1", "\\@\u2060everyone \\#\u20601"),
    ],
)
def test_names_from_data_are_no_links_and_no_mentions(document: dict[str, Any], name: str, shown: str) -> None:
    document["answers"][0]["answer"] = f"model {name} costs most"
    assert f"| model {shown} costs most |" in markdown(digest(document))


def test_a_workflow_gets_each_value_on_a_line_of_its_own(document: dict[str, Any]) -> None:
    document["headline"]["period"] = "1–10\nOct"
    values = dict(line.split("=", 1) for line in outputs(digest(document)).splitlines())
    assert values["period"] == "1–10 Oct"
    assert float(values["total_usd"]) == pytest.approx(document["totals"]["cost_usd"], abs=0.005)
    assert values["verdict"] == "watch"
    assert values["verdicts"].split(",") == [answer["verdict"] for answer in document["answers"]]


def test_a_breached_budget_is_a_breach(document: dict[str, Any]) -> None:
    document["budgets"] = [{"budget": "All\n::x", "state": "breached"}, {"budget": "Search", "state": "at risk"}]
    assert breaches(digest(document))[-1:] == ("budget All ::x",)
    del document["budgets"]  # a report from before there were any
    assert not [one for one in breaches(digest(document)) if one.startswith("budget")]


def test_budgets_that_need_somebody_are_lines_of_their_own_and_counted(document: dict[str, Any]) -> None:
    assert "budget" not in markdown(digest(document))
    states = {"Search": "breached", "All_of_it": "at risk", "Data": "at risk", "Calm": "within", "Odd": "not known"}
    document["budgets"] = [{"budget": name, "state": state} for name, state in states.items()]
    lines = markdown(digest(document)).splitlines()
    assert lines[-5] == "5 budgets: 1 breached (Search), 2 at risk (All\\_of\\_it, Data), 1 not known (Odd), 1 within."
    assert lines[-3:] == ["- ❌ Search breached", "- ⚠️ All\\_of\\_it at risk", "- ⚠️ Data at risk"]
    values = dict(line.split("=", 1) for line in outputs(digest(document)).splitlines())
    assert (values["budgets_breached"], values["budgets_at_risk"], values["verdict"]) == ("1", "2", "bad")


def test_the_forecast_of_a_month_that_runs_is_a_sentence(document: dict[str, Any]) -> None:
    part = document["forecast"]["parts"][0]
    part |= {"expected_usd": 70.0, "low_usd": 60.0, "high_usd": 80.0, "unpriced_requests": 0}
    assert markdown(digest(document)).endswith(
        "\nOctober 2026 is expected to end at $70.00, in 8 of 10 cases between $60.00 and $80.00; "
        "$21.40 is spent by 10 Oct 2026.\n"
    )
