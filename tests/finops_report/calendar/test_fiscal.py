"""Months, quarters and years by name, of calendar and of fiscal years."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_report.calendar import fiscal
from finops_report.errors import ConfigError


@pytest.mark.parametrize(
    ("name", "first_month", "start", "end", "before"),
    [
        ("2026-Q4", 1, date(2026, 10, 1), date(2026, 12, 31), date(2026, 7, 1)),
        ("2027-Q1", 4, date(2026, 4, 1), date(2026, 6, 30), date(2026, 1, 1)),
        ("2027-Q4", 4, date(2027, 1, 1), date(2027, 3, 31), date(2026, 10, 1)),
        ("2027-Q2", 10, date(2027, 1, 1), date(2027, 3, 31), date(2026, 10, 1)),
    ],
)
def test_quarters(name: str, first_month: int, start: date, end: date, before: date) -> None:
    assert fiscal.quarter(name, first_month) == fiscal.Stretch("quarter", start, end, before)


def test_years() -> None:
    assert fiscal.year("2026", 1) == fiscal.Stretch("year", date(2026, 1, 1), date(2026, 12, 31), date(2025, 1, 1))
    assert fiscal.year("2027", 7) == fiscal.Stretch("year", date(2026, 7, 1), date(2027, 6, 30), date(2025, 7, 1))


def test_a_month_is_compared_with_the_month_before() -> None:
    assert fiscal.month("2026-03") == fiscal.Stretch("month", date(2026, 3, 1), date(2026, 3, 31), date(2026, 2, 1))


@given(st.integers(2000, 2100), st.integers(1, 12))
def test_four_quarters_are_the_year_without_a_gap(year: int, first_month: int) -> None:
    whole = fiscal.year(str(year), first_month)
    quarters = [fiscal.quarter(f"{year}-Q{number}", first_month) for number in (1, 2, 3, 4)]
    assert (quarters[0].start, quarters[-1].end) == (whole.start, whole.end)
    for one, after in pairwise(quarters):
        assert one.end + timedelta(days=1) == after.start
        assert after.before == one.start
    if first_month > 1:
        for number, quarter in enumerate(quarters, 1):
            assert fiscal.label(quarter.start, quarter.end, first_month) == f"FY{year} Q{number}"
        assert fiscal.label(whole.start, whole.end, first_month) == f"FY{year}"


def test_calendar_years_and_days_of_two_years_have_no_label() -> None:
    assert fiscal.label(date(2026, 10, 1), date(2026, 10, 31), 1) == ""
    assert fiscal.label(date(2026, 3, 1), date(2026, 4, 30), 4) == ""


@pytest.mark.parametrize("name", ["2026", "2026-Q5", "26-Q1", "2026-Q", "0000-Q1", "0002-Q1", "٢٠٢٦-Q1"])
def test_what_is_no_quarter_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="Not a quarter"):
        fiscal.quarter(name, 4)


@pytest.mark.parametrize("name", ["", "26", "0001", "2026-01"])
def test_what_is_no_year_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="Not a year"):
        fiscal.year(name, 4)


@pytest.mark.parametrize("name", ["2026-13", "10/2026", "2026-00"])
def test_what_is_no_month_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="Not a month"):
        fiscal.month(name)


def test_a_week_is_from_monday_to_sunday_and_compared_with_the_week_before() -> None:
    assert fiscal.week("2026-W43") == fiscal.Stretch("week", date(2026, 10, 19), date(2026, 10, 25), date(2026, 10, 12))
    assert fiscal.week("2026-w53") == fiscal.Stretch("week", date(2026, 12, 28), date(2027, 1, 3), date(2026, 12, 21))


@pytest.mark.parametrize("name", ["2026", "2026-43", "2026-W54", "2027-W53", "2026-W00", "26-W01", "0000-W01", "W43"])
def test_what_is_no_week_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="Not a week"):
        fiscal.week(name)
