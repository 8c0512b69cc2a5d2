"""Decide which days a report covers and which equal stretch it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from finops_report.calendar import fiscal
from finops_report.calendar.comparison import DAY, Basis, comparison, old_until_us
from finops_report.calendar.zones import midnight_us, whole, zone
from finops_report.errors import ConfigError

HOUR_US = 3_600_000_000


@dataclass(frozen=True, slots=True)
class PeriodAsk:
    """What the reader asked for; None means: as far as the data goes.

    `month`, `quarter` and `year` name a whole one, as 2026-10, 2027-Q1, 2027; quarters and years are fiscal ones,
    which start in month `fiscal_year_start`.
    """

    since: date | None = None
    until: date | None = None
    month: str | None = None
    timezone: str = "UTC"
    quarter: str | None = None
    year: str | None = None
    fiscal_year_start: int = 1

    def named(self) -> fiscal.Stretch | None:
        """Return the month, quarter or year asked for; raises ConfigError if it cannot be, or if more is asked for."""
        wishes = [name for name in ("month", "quarter", "year") if getattr(self, name) is not None]
        if not wishes:
            return None
        if len(wishes) > 1 or self.since or self.until:
            raise ConfigError(f"--{wishes[0]} excludes --since, --until and other names", "give one name, or two days")
        if self.month is not None:
            return fiscal.month(self.month)
        if self.quarter is not None:
            return fiscal.quarter(self.quarter, self.fiscal_year_start)
        return fiscal.year(str(self.year), self.fiscal_year_start)


@dataclass(frozen=True, slots=True)
class Extent:
    """What the telemetry spans, in microseconds since 1970-01-01 UTC; None when it has no usable row."""

    first_us: int | None
    last_us: int | None
    rows_read: int


@dataclass(frozen=True, slots=True)
class Period:
    """The days of the report and the bounds of everything summed for it.

    `start` and `end` are local days, both inclusive. All `_us` fields are microseconds since
    1970-01-01 UTC: cubes read [from_us, until_us), the report covers [start_us, until_us), and the
    comparison sets [new_us, until_us) against [old_us, old_until_us), which ends early when the data
    do, so that a running month is compared with as much of the month before. `basis` says what the old side is:
    the previous period, the earlier half of this one (when nothing older is recorded), or nothing. `known_end` is
    the last day of it with data. `unit` is 'month', 'quarter' or 'year' if one was asked for by name, `fiscal` says
    where in the fiscal year the days lie.
    """

    start: date
    end: date
    timezone: str
    basis: Basis
    old_start: date
    new_start: date
    from_us: int
    start_us: int
    old_us: int
    old_until_us: int
    new_us: int
    until_us: int
    slot_us: int
    bucket_unit: Literal["day", "week", "month"]
    known_end: date
    unit: str | None = None
    fiscal: str = ""

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


def choose_period(ask: PeriodAsk, extent: Extent, today: date) -> Period:
    """Settle the period from what was asked and what is recorded; an empty table gives `today`.

    Raises ConfigError when the days asked for cannot be used.
    """
    clock = zone(ask.timezone)
    first, last = _recorded_days(extent, clock, today)
    named = ask.named()
    start, end = _asked_days(ask, first, last) if named is None else (named.start, named.end)
    if start > end:
        raise ConfigError(
            f"The period ends before it starts: {start} to {end}",
            "give --since a day before --until",
        )
    known_end = max(min(end, last), start)
    basis, old_start, new_start = comparison(named, start, end, known_end, first if extent.rows_read else start)
    slot_us = _slot_us(min(start, old_start), end, clock)
    bounds = {day: whole(midnight_us(day, clock), slot_us) for day in (start, old_start, new_start, end + DAY)}
    return Period(
        start=start,
        end=end,
        timezone=ask.timezone,
        basis=basis,
        old_start=old_start,
        new_start=new_start,
        from_us=min(bounds[start], bounds[old_start]),
        start_us=bounds[start],
        old_us=bounds[old_start],
        old_until_us=old_until_us(extent.last_us, bounds[old_start], bounds[new_start], slot_us),
        new_us=bounds[new_start],
        until_us=bounds[end + DAY],
        slot_us=slot_us,
        bucket_unit=_bucket_unit((end - start).days + 1),
        unit=None if named is None else named.unit,
        known_end=known_end,
        fiscal=fiscal.label(start, end, ask.fiscal_year_start),
    )


def _recorded_days(extent: Extent, clock: ZoneInfo, today: date) -> tuple[date, date]:
    if extent.first_us is None or extent.last_us is None:
        return today, today
    first, last = (datetime.fromtimestamp(us // 1_000_000, clock).date() for us in (extent.first_us, extent.last_us))
    return first, last


def _asked_days(ask: PeriodAsk, first: date, last: date) -> tuple[date, date]:
    start = ask.since or min(first, ask.until or first)
    return start, ask.until or max(last, start)


def _slot_us(first: date, last: date, clock: ZoneInfo) -> int:
    """Whole hours, or quarters of one if the zone is not whole hours off UTC at some time."""
    days = (first + i * DAY for i in range((last - first).days + 2))
    whole = all(midnight_us(day, clock) % HOUR_US == 0 for day in days)
    return HOUR_US if whole else HOUR_US // 4


def _bucket_unit(days: int) -> Literal["day", "week", "month"]:
    """At most about ninety bars on a time axis."""
    if days <= 92:
        return "day"
    return "week" if days <= 92 * 7 else "month"
