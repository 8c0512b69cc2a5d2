"""Say which local days are recorded, and which of them from end to end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from finops_report.calendar.comparison import DAY, Days
from finops_report.calendar.zones import midnight_us

HOUR_US = 3_600_000_000
NO_DAYS = Days(date.max, date.min)


@dataclass(frozen=True, slots=True)
class Extent:
    """What the telemetry spans, in microseconds since 1970-01-01 UTC; None when it has no usable row.

    `hours_with_data` counts the UTC hours with a row, up to the moment of the build.
    """

    first_us: int | None
    last_us: int | None
    rows_read: int
    hours_with_data: int


def recorded_days(extent: Extent, clock: ZoneInfo) -> Days | None:
    """Return the local days of the first and of the last row; None if there is none."""
    if extent.first_us is None or extent.last_us is None:
        return None
    return Days(day_of(extent.first_us, clock), day_of(extent.last_us, clock))


def whole_days(extent: Extent, clock: ZoneInfo) -> Days:
    """Return the days that are recorded from end to end, as far as the first and the last row can tell; maybe none.

    The first and the last day are whole if their rows reach to within an hour of midnight, or, if there are hours
    without any, to within twice the pause that usually lies between two hours with rows.
    """
    found = recorded_days(extent, clock)
    if found is None or extent.first_us is None or extent.last_us is None:
        return NO_DAYS
    pause_us = (extent.last_us - extent.first_us) // max(extent.hours_with_data - 1, 1) - HOUR_US
    near_us = max(HOUR_US, 2 * pause_us)
    first, last = found.first, found.last
    if extent.first_us - midnight_us(first, clock) >= near_us:
        first += DAY
    if midnight_us(last + DAY, clock) - extent.last_us > near_us:
        last -= DAY
    return Days(first, last)


def day_of(us: int, clock: ZoneInfo) -> date:
    """Return the local day of a moment."""
    return datetime.fromtimestamp(us // 1_000_000, clock).date()
