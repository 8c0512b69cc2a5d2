"""Spend that nobody knows is not nothing, and spend of nothing is not unknown."""

from __future__ import annotations

from pathlib import Path

from finops_report.model import Report
from finops_report.page.page import page
from tests.finops_report.conftest import reported
from tests.finops_report.sections.conftest import written


def made(tmp_path: Path, cost: str) -> Report:
    return reported(written(tmp_path / "t.duckdb", requests=480, cost_estimated=cost))


def answers(report: Report) -> dict[str, str]:
    return {answer.key: answer.answer for answer in report.answers}


def test_without_any_known_price_the_total_is_not_known(tmp_path: Path) -> None:
    report = made(tmp_path, "null::double")
    assert (report.headline.total, report.headline.unknown_part) == (
        "not known",
        "none of 480 requests has a known price",
    )
    assert report.headline.change == "nothing earlier with a known cost to compare with"
    assert answers(report)["spend"] == "What 480 requests cost is not known: none has a known price."
    assert answers(report)["mix"] == "1 provider and 1 model. None of their requests has a known price."
    assert ">not known<" in page(report)


def test_requests_that_cost_nothing_have_a_known_price(tmp_path: Path) -> None:
    report = made(tmp_path, "0")
    assert (report.headline.total, report.headline.unknown_part) == ("$0.00", "every request has a known price")
    assert answers(report)["spend"] == "$0.00 for 480 requests."
    assert answers(report)["mix"] == "1 provider and 1 model. None of their requests cost anything."
    findings = {section.view: section.finding for section in report.sections}
    assert findings["total_spend"] == "No request of this period cost anything"
    assert findings["spend_by_model"] == "No model cost anything"


def test_rows_of_no_usable_time_are_named_if_nothing_else_is_there(tmp_path: Path) -> None:
    report = reported(written(tmp_path / "t.duckdb", timestamp="strftime(date '2026-10-01' + i::integer, '%m/%d/%Y')"))
    assert answers(report)["spend"] == (
        "Nothing was recorded in this period. 48 rows without a usable time belong to no period."
    )
    facts = {fact.label: fact.text for fact in report.confidence}
    assert facts["Values set aside: timestamp"] == "48 rows: not a usable time, the whole row is in no sum"
