"""Choose the months that lie behind a report: what budgets, forecasts and trends are worked out from."""

from __future__ import annotations

from finops_report.calendar.comparison import Days
from finops_report.calendar.fiscal import first_of_month
from finops_report.calendar.period import FIRST_DAY, Period, slot_us_of
from finops_report.calendar.recorded import Extent, recorded_days, whole_days
from finops_report.calendar.spans import Stretch
from finops_report.calendar.zones import midnight_us, whole, zone

MONTHS = 13  # a year, and the same month of the year before


def history(period: Period, extent: Extent) -> Stretch:
    """Return the days behind the report, to the last of its period: that month and the twelve before it.

    It starts with the first of a month, but not with one before anything was recorded.
    """
    clock = zone(period.timezone)
    first = max(first_of_month(period.end, 1 - MONTHS), FIRST_DAY)
    recorded = recorded_days(extent, clock)
    if recorded is not None:
        first = max(first, min(recorded.first, period.end).replace(day=1))
    slot_us = slot_us_of(first, period.end, clock)
    begin_us = whole(midnight_us(first, clock), slot_us)
    return Stretch(Days(first, period.end), begin_us, period.until_us, slot_us, whole_days(extent, clock))
