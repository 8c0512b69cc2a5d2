"""report.json: the figures of the page, and the same figures when it is read back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from finops_report.document import digest_of, read_digest
from finops_report.document.writing import report_json, rows_json
from finops_report.errors import OutputError
from finops_report.model import Report
from finops_report.warehouse import Row
from finops_report.wording.currency import Currency
from tests.finops_report.conftest import reported


@pytest.fixture
def made(month: Path) -> Report:
    return reported(month)


def test_what_is_read_back_is_what_the_page_has(made: Report) -> None:
    (table,) = (section.table for section in made.sections if section.view == "spend_by_provider")
    euros = replace(made, currency=Currency("EUR", Decimal("0.5"), "contract 7"))
    digest = digest_of(report_json(euros).encode(), "report.json")
    assert (digest.total, digest.requests) == (made.headline.total, made.headline.requests)
    assert digest.cost_note == made.headline.cost_note != ""
    assert (digest.start, digest.end, digest.currency) == (made.period.start, made.period.end, euros.currency)
    assert [line.answer for line in digest.answers] == [answer.answer for answer in made.answers]
    assert digest.cost_usd == float(made.totals.cost_usd)
    assert [bar.name for bar in digest.providers] == [row[0] for row in table.rows]
    assert digest.providers[0].length_percent == 100


def test_it_holds_the_rows_of_every_view(made: Report) -> None:
    document = json.loads(report_json(made))
    assert list(document["views"]) == list(made.views)
    assert document["period"]["comparison"]["basis"] == made.period.basis
    assert document["totals"]["requests"] == made.totals.requests


def test_rows_are_a_line_each_with_money_as_numbers_and_times_as_iso_8601() -> None:
    row: Row = {"cost_usd": Decimal("0.30"), "day": date(2026, 10, 1), "at": datetime(2026, 10, 1, 3), "name": None}
    line = '{"cost_usd": 0.3, "day": "2026-10-01", "at": "2026-10-01T03:00:00", "name": null}'
    assert rows_json([row, row]) == f"[{line},\n {line}]\n"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [("{", "Not a report.json"), ("[]", "of this version"), ('{"schema": 2}', "of this version")],
)
def test_what_is_no_report_is_refused(content: str, complaint: str) -> None:
    with pytest.raises(OutputError, match=complaint):
        digest_of(content.encode(), "report.json")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"No report\.json"):
        read_digest(tmp_path / "report.json")
