"""Periods of budgets follow each other without a gap, whatever the clocks do and whenever a fiscal year starts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_report.calendar.budget_periods import UNITS, BudgetPeriod, PeriodUnit, budget_periods, period_of
from finops_report.calendar.comparison import Days
from finops_report.calendar.spans import Stretch
from finops_report.calendar.zones import midnight_us, zone

DAY = timedelta(days=1)
HOUR_US = 3_600_000_000
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Pacific/Apia"])
DAYS = st.dates(date(2011, 1, 1), date(2030, 12, 31))
MONTH_NUMBERS = st.integers(1, 12)


def periods(first: date, recorded: Days | None, known_end: date, zone_name: str, month: int) -> list[BudgetPeriod]:
    clock = zone(zone_name)
    past = Stretch(Days(first, known_end), midnight_us(first, clock), midnight_us(known_end + DAY, clock), HOUR_US // 4)
    return list(budget_periods(past, recorded, known_end, month, clock))


@given(DAYS, st.sampled_from(UNITS), MONTH_NUMBERS)
def test_every_day_is_in_one_period_of_a_unit(day: date, unit: PeriodUnit, month: int) -> None:
    found = period_of(unit, day, month)
    assert found.first <= day <= found.last
    assert period_of(unit, found.first, month) == period_of(unit, found.last, month) == found
    assert period_of(unit, found.first - DAY, month).last == found.first - DAY
    assert period_of(unit, found.last + DAY, month).first == found.last + DAY


@given(DAYS, MONTH_NUMBERS)
def test_a_fiscal_year_has_twelve_months_and_four_quarters_from_its_first_month(day: date, month: int) -> None:
    year = period_of("year", day, month)
    assert (year.first.month, year.first.day) == (month, 1)
    assert year.number in (365, 366)
    quarter = period_of("quarter", day, month)
    assert (quarter.first.month - month) % 3 == 0
    assert year.first <= quarter.first <= quarter.last <= year.last
    assert period_of("week", day, month).first.weekday() == 0


@given(DAYS, st.integers(0, 400), ZONES, MONTH_NUMBERS)
def test_bounds_are_local_midnights_without_a_gap(first: date, days: int, zone_name: str, month: int) -> None:
    end = first + days * DAY
    found = periods(first, Days(first, end), end, zone_name, month)
    for unit in UNITS:
        mine = [one for one in found if one.period == unit]
        assert mine[0].first_day <= first <= mine[0].last_day
        assert [one.is_running for one in mine] == [False] * (len(mine) - 1) + [True]
        assert mine[-1].first_day <= end <= mine[-1].last_day
        for one, after in pairwise(mine):
            assert (one.last_day + DAY, one.until_us) == (after.first_day, after.start_us)
        for one in mine:
            begun = datetime.fromtimestamp(one.start_us // 1_000_000, zone(zone_name))
            before = datetime.fromtimestamp(one.start_us // 1_000_000 - 1, zone(zone_name))
            assert before.date() < one.first_day <= begun.date()  # Apia had no 30 December 2011


def test_a_day_has_as_many_hours_as_its_clocks_show() -> None:
    found = periods(date(2026, 10, 24), None, date(2026, 10, 26), "Europe/Berlin", 1)
    hours = [(one.until_us - one.start_us) // HOUR_US for one in found if one.period == "day"]
    assert hours == [24, 25, 24]


def test_a_period_of_which_an_older_part_is_not_read_is_left_out() -> None:
    first, end = date(2025, 11, 1), date(2026, 11, 10)
    older = periods(first, Days(date(2025, 6, 1), end), end, "UTC", 1)
    assert [one.first_day for one in older if one.period == "year"] == [date(2026, 1, 1)]
    assert next(one.first_day for one in older if one.period == "week") == date(2025, 11, 3)
    begun = periods(first, Days(date(2025, 11, 20), end), end, "UTC", 1)
    assert [one.first_day for one in begun if one.period == "year"] == [date(2025, 1, 1), date(2026, 1, 1)]
    assert next(one.first_day for one in begun if one.period == "week") == date(2025, 11, 17)


@pytest.mark.parametrize("unit", UNITS)
def test_without_data_the_period_of_the_day_is_under_way(unit: PeriodUnit) -> None:
    (found,) = (one for one in periods(date(2026, 11, 10), None, date(2026, 11, 10), "UTC", 4) if one.period == unit)
    assert found.is_running
