"""Lay out the days of a period as FOCUS has them: charge periods, each within the billing period of its month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from finops_report.calendar.period import Period
from finops_report.calendar.spans import spans
from finops_report.calendar.zones import midnight_us, zone


@dataclass(frozen=True, slots=True)
class ChargeDay:
    """A local day and its month, as bounds in microseconds since 1970 UTC; ends are exclusive."""

    day_us: int
    charge_start_us: int
    charge_end_us: int
    billing_start_us: int
    billing_end_us: int


def charge_days(period: Period) -> tuple[ChargeDay, ...]:
    """Return the days of `period`, in the time zone of the report."""
    clock = zone(period.timezone)
    ends: dict[int, tuple[date, int]] = {}
    for span in spans(period):
        ends[span.day_us] = (span.day, span.until_us)
    return tuple(
        ChargeDay(day_us, day_us, until_us, midnight_us(day.replace(day=1), clock), midnight_us(_next(day), clock))
        for day_us, (day, until_us) in ends.items()
    )


def _next(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
