"""Cut the months behind a report into days, weeks, months, fiscal quarters and years: what budgets start anew in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from finops_router.calendar import PERIODS, Period, period_days

from finops_report.calendar.comparison import DAY, Days
from finops_report.calendar.spans import Stretch
from finops_report.calendar.zones import midnight_us

PeriodUnit = Period
UNITS: tuple[PeriodUnit, ...] = PERIODS


@dataclass(frozen=True, slots=True)
class BudgetPeriod:
    """One period of budgets: its local days, both inclusive, and its bounds [start_us, until_us) in UTC.

    `is_running` marks the one under way on the last day of the report that is recorded.
    """

    period: PeriodUnit
    first_day: date
    last_day: date
    start_us: int
    until_us: int
    is_running: bool


def budget_periods(
    past: Stretch, recorded: Days | None, known_end: date, first_month: int, clock: ZoneInfo
) -> tuple[BudgetPeriod, ...]:
    """Return the periods of every unit from the first with data on, to those under way on `known_end`; oldest first.

    `past` is the history and `recorded` the days of the first and the last row. A period that began before the history
    is left out if something older is recorded: a part of it would look like all of it. Fiscal years start in
    `first_month`.
    """
    first = past.days.first if recorded is None else max(past.days.first, min(recorded.first, known_end))
    is_cut = recorded is not None and recorded.first < past.days.first
    return tuple(
        BudgetPeriod(
            unit,
            days.first,
            days.last,
            midnight_us(days.first, clock),
            midnight_us(days.last + DAY, clock),
            days.last >= known_end,
        )
        for unit in UNITS
        for days in _stretches(unit, first, known_end, first_month)
        if not is_cut or days.first >= past.days.first
    )


def _stretches(unit: PeriodUnit, first: date, last: date, first_month: int) -> Iterator[Days]:
    """Yield the periods of a unit from that of the day `first` to that of `last`."""
    day = first
    while day <= last:
        found = period_of(unit, day, first_month)
        yield found
        day = found.last + DAY


def period_of(unit: PeriodUnit, day: date, first_month: int) -> Days:
    """Return the day, the week from Monday, the month, or the fiscal quarter or year that `day` is in."""
    return Days(*period_days(unit, day, first_month))
