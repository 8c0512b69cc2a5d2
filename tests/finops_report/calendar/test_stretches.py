"""Sentences name both sides of the comparison by what was asked for and by what is recorded."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from finops_report.calendar.period import PeriodAsk, choose_period
from finops_report.calendar.recorded import Extent
from finops_report.calendar.stretches import new_stretch, old_stretch


def stretches(ask: PeriodAsk, first: date, last: date) -> tuple[str, str]:
    """The names of the new and the old side if `first` to `last` is recorded."""
    first_us, last_us = (
        int(datetime(d.year, d.month, d.day, tzinfo=UTC).timestamp()) * 1_000_000 for d in (first, last)
    )
    period = choose_period(ask, Extent(first_us, last_us, 2, 2), last)
    return new_stretch(period), old_stretch(period)


@pytest.mark.parametrize(
    ("ask", "names"),
    [
        (PeriodAsk(month="2026-10"), ("this period", "September 2026")),
        (PeriodAsk(quarter="2026-Q3"), ("this period", "the quarter before")),
        (PeriodAsk(year="2026"), ("this period", "the year before")),
        (PeriodAsk(since=date(2026, 10, 2), until=date(2026, 10, 9)), ("this period", "the 8 days before")),
        (PeriodAsk(since=date(2026, 10, 2), until=date(2026, 10, 2)), ("this period", "the day before")),
        (PeriodAsk(since=date(2026, 10, 1), until=date(2026, 10, 31)), ("this period", "the 31 days before")),
        (PeriodAsk(since=date(2026, 10, 1), until=date(2026, 10, 29)), ("this period", "the 29 days before")),
    ],
)
def test_a_period_with_a_past_is_compared_with_it_by_name(ask: PeriodAsk, names: tuple[str, str]) -> None:
    assert stretches(ask, date(2024, 1, 1), date(2026, 12, 31)) == names


def test_as_many_days_before_are_a_month_by_name_only_if_they_are_one() -> None:
    ask = PeriodAsk(since=date(2026, 8, 1), until=date(2026, 8, 31))
    assert stretches(ask, date(2026, 1, 1), date(2026, 12, 31)) == ("this period", "July 2026")


def test_a_period_that_runs_is_named_by_the_days_that_are_compared() -> None:
    ask = PeriodAsk(month="2026-11")
    assert stretches(ask, date(2026, 10, 1), date(2026, 11, 26)) == ("1–26 Nov 2026", "1–26 Oct 2026")
    assert stretches(ask, date(2026, 10, 21), date(2026, 11, 30)) == ("21–30 Nov 2026", "21–30 Oct 2026")


def test_an_unfinished_last_day_is_in_neither_half() -> None:
    begin = int(datetime(2026, 10, 1, tzinfo=UTC).timestamp()) * 1_000_000
    extent = Extent(begin, begin + 10 * 86_400_000_000 + 1, 1000, 241)
    period = choose_period(PeriodAsk(), extent, date(2026, 10, 11))
    assert (new_stretch(period), old_stretch(period)) == ("the last 5 whole days", "the 5 days before")


@pytest.mark.parametrize(
    ("last", "names"),
    [
        (date(2026, 10, 10), ("the last 5 days", "the 5 days before")),
        (date(2026, 10, 2), ("the last day", "the day before")),
    ],
)
def test_without_a_past_the_halves_of_what_is_recorded_are_compared(last: date, names: tuple[str, str]) -> None:
    assert stretches(PeriodAsk(), date(2026, 10, 1), last) == names
