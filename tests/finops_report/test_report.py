"""The report as a whole: its headline, its order, a part of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from finops_report.errors import OutputError
from finops_report.model import Report
from finops_report.report import only, report
from finops_report.sections import total_spend
from finops_report.warehouse import ViewRows
from tests.finops_report.conftest import reported
from tests.finops_report.sections.conftest import written


@pytest.fixture
def whole(month_report: Report) -> Report:
    return month_report


def test_a_part_of_it_keeps_the_order_of_the_page(whole: Report) -> None:
    part = only(whole, ("spend_by_model", "total_spend"))
    assert [section.view for section in part.sections] == ["total_spend", "spend_by_model"]
    assert (part.views, part.answers) == (whole.views, whole.answers)


def test_a_section_that_returns_none_stays_away(month_rows: ViewRows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("finops_report.report.GROUPS", {"Five views": (total_spend.section, lambda _: None)})
    assert [section.view for section in report(month_rows, "t").sections] == ["total_spend"]


@pytest.mark.parametrize(
    ("view", "hint"), [("spend_by_modle", "did you mean spend_by_model?"), ("same_work", "sections: total_spend, ")]
)
def test_a_view_without_a_section_is_refused(whole: Report, view: str, hint: str) -> None:
    with pytest.raises(OutputError) as refused:
        only(whole, (view,))
    assert refused.value.hint is not None
    assert refused.value.hint.startswith(hint)


def test_the_line_of_the_headline_adds_up_to_its_total(tmp_path: Path) -> None:
    made = reported(written(tmp_path / "t.duckdb", cost_estimated="if(i < 24, 1.0, 2.0)"))
    assert (made.headline.spark, made.headline.total) == ((24.0, 48.0), "$72.00")
    assert made.headline.change == "+100 % in the last day against the day before, $24.00"
    assert made.headline.direction == "up"
    assert (made.totals.requests, made.cost_change, made.requests_change) == (48, 1.0, 0.0)


def test_requests_without_a_price_are_named_beside_the_total(tmp_path: Path) -> None:
    made = reported(written(tmp_path / "t.duckdb", cost_estimated="if(i % 2 = 0, null, 1.0)"))
    assert made.headline.unknown_part == "plus 24 requests (50 %) without a known price"


def test_without_requests_there_is_nothing_to_compare(tmp_path: Path) -> None:
    made = reported(written(tmp_path / "t.duckdb", requests=0))
    assert (made.headline.unknown_part, made.headline.direction) == ("no requests recorded", "unknown")
    assert (made.as_of, made.cost_change) == (None, None)
