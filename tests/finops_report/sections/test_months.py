"""Months are compared if they are whole, marked if they run, and 'not recorded' if nothing is."""

from __future__ import annotations

from pathlib import Path

import pytest

from finops_report.calendar.period import PeriodAsk
from finops_report.report import report
from finops_report.sections.months import MONTHS
from finops_report.warehouse import ReadRequest, Waiting, read
from tests.finops_report.conftest import NOW_US, reported
from tests.finops_report.sections.conftest import Make, chart_of, section_of, written

DAYS = 24
AUGUST, SEPTEMBER, OCTOBER = 20 * DAYS, 30 * DAYS, 15 * DAYS  # from 12 August to 15 October 2026, an hour a request
ALL = AUGUST + SEPTEMBER + OCTOBER
FROM = "timestamp '2026-08-12' + to_hours(i)"


def test_a_month_that_is_not_whole_has_its_days_in_its_name_and_no_change(made: Make) -> None:
    section = made("months", requests=ALL, timestamp=FROM)
    assert [(row[0], row[1], row[2], row[-1]) for row in section.table.rows] == [
        ("12–31 Aug 2026", "$480.00", "", "20 of 31 days"),
        ("Sep 2026", "$720.00", "", "all 30 days"),
        ("1–15 Oct 2026, so far", "$360.00", "", "15 of 31 days"),
    ]
    assert section.finding == "September 2026 cost $720.00; $360.00 in 1–15 Oct 2026, so far"


def test_whole_months_are_compared(made: Make) -> None:
    section = made("months", requests=61 * DAYS, timestamp="timestamp '2026-09-01' + to_hours(i)")
    assert [(row[0], row[2]) for row in section.table.rows] == [("Sep 2026", ""), ("Oct 2026", "+3.3 %")]
    assert section.finding == "October 2026 cost $744.00, 3.3 % more than the month before"


def test_a_month_without_data_is_not_recorded_and_the_next_is_not_compared_with_it(made: Make) -> None:
    gap = "timestamp '2026-08-01' + to_hours(i + if(i < 744, 0, 720))"  # September has none
    section = made("months", requests=62 * DAYS, timestamp=gap)
    assert [(row[0], row[1], row[2]) for row in section.table.rows] == [
        ("Aug 2026", "$744.00", ""),
        ("Sep 2026", "not recorded", ""),
        ("Oct 2026", "$744.00", ""),
    ]
    assert chart_of(section, "months").figure["layout"]["meta"]["empty"] == ["2026-09-01"]
    assert "Hatched: a month without data or a known price" in section.how_to_read


def test_a_month_with_gaps_is_not_compared_and_says_what_it_lacks(made: Make) -> None:
    gap = "timestamp '2026-09-01' + to_hours(i + if(i < 1000, 0, 40))"  # 40 hours of October
    section = made("months", requests=61 * DAYS - 40, timestamp=gap)
    assert [(row[2], row[-1]) for row in section.table.rows] == [
        ("", "all 30 days"),
        ("", "no data in 40 of 744 hours"),
    ]


def test_spend_that_nobody_knows_is_no_spend_of_nothing(made: Make) -> None:
    unpriced = "case when i >= 480 and i < 1200 then null else 1.0 end"
    section = made("months", requests=ALL, timestamp=FROM, cost_estimated=unpriced)
    assert [(row[1], row[4], row[6]) for row in section.table.rows] == [
        ("$480.00", "$1,000.00", "0"),
        ("price unknown", "price unknown", "720"),
        ("$360.00", "$1,000.00", "0"),
    ]


def test_a_single_month_is_no_trend(tmp_path: Path) -> None:
    shown = {section.view for section in reported(written(tmp_path / "t.duckdb")).sections}
    assert "months" not in shown


@pytest.mark.parametrize("ask", [PeriodAsk(month="2026-09"), PeriodAsk(week="2026-W39"), PeriodAsk(quarter="2026-Q3")])
def test_the_months_are_the_same_whatever_days_the_report_covers(tmp_path: Path, ask: PeriodAsk) -> None:
    db = written(tmp_path / "t.duckdb", requests=ALL, timestamp=FROM)
    rows = read(ReadRequest(db, None, ask, NOW_US, Waiting(0, lambda: 0.0, lambda _: None)))
    section = section_of(report(rows, "t"), MONTHS.name)
    assert section.table.rows[0][:2] == ("12–31 Aug 2026", "$480.00")
    last = "Sep 2026" if ask.week is None else "1–27 Sep 2026, so far"
    assert section.table.rows[-1][0] == last
