"""Decide which days a report covers and which equal stretch it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from finops_report.calendar import fiscal
from finops_report.errors import ConfigError

DAY = timedelta(days=1)
HOUR_US = 3_600_000_000
Basis = Literal["previous", "halves", "none"]


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
        """Return the month, quarter or year asked for; raises ConfigError where it cannot be, or more is asked for."""
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
    the last day of it with data. `unit` is 'month', 'quarter' or 'year' where one was asked for by name, `fiscal` says
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
    zone = _zone(ask.timezone)
    first, last = _recorded_days(extent, zone, today)
    named = ask.named()
    start, end = _asked_days(ask, first, last) if named is None else (named.start, named.end)
    if start > end:
        raise ConfigError(
            f"The period ends before it starts: {start} to {end}",
            "give --since a day before --until",
        )
    known_end = max(min(end, last), start)
    basis, old_start, new_start = _comparison(named, start, end, known_end, first if extent.rows_read else start)
    bounds = {day: _midnight_us(day, zone) for day in (start, old_start, new_start, end + DAY)}
    slot_us = _slot_us(min(start, old_start), end, zone)
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
        old_until_us=_old_until_us(extent, bounds[old_start], bounds[new_start], slot_us),
        new_us=bounds[new_start],
        until_us=bounds[end + DAY],
        slot_us=slot_us,
        bucket_unit=_bucket_unit((end - start).days + 1),
        unit=None if named is None else named.unit,
        known_end=known_end,
        fiscal=fiscal.label(start, end, ask.fiscal_year_start),
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as err:
        raise ConfigError(f"Unknown time zone: {name}", "use an IANA name such as Europe/Berlin") from err


def _recorded_days(extent: Extent, zone: ZoneInfo, today: date) -> tuple[date, date]:
    if extent.first_us is None or extent.last_us is None:
        return today, today
    first, last = (
        datetime.fromtimestamp(us // 1_000_000, UTC).astimezone(zone).date() for us in (extent.first_us, extent.last_us)
    )
    return first, last


def _asked_days(ask: PeriodAsk, first: date, last: date) -> tuple[date, date]:
    start = ask.since or min(first, ask.until or first)
    return start, ask.until or max(last, start)


def _comparison(
    named: fiscal.Stretch | None, start: date, end: date, known_end: date, first: date
) -> tuple[Basis, date, date]:
    """Prefer what came before; without it set the later half of what is known of the period against the earlier one."""
    days = (end - start).days + 1
    if first < start:
        return "previous", start - days * DAY if named is None else named.before, start
    half = ((known_end - start).days + 1) // 2
    if half == 0:
        return "none", start, start
    return "halves", known_end - (2 * half - 1) * DAY, known_end - (half - 1) * DAY


def _midnight_us(day: date, zone: ZoneInfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * 1_000_000


def _old_until_us(extent: Extent, old_us: int, new_us: int, slot_us: int) -> int:
    """End the old side after as much time as the new side has data for, in whole slots."""
    if extent.last_us is None or extent.last_us < new_us:
        return new_us
    elapsed_slots = (extent.last_us - new_us) // slot_us + 1
    return min(new_us, old_us + elapsed_slots * slot_us)


def _slot_us(first: date, last: date, zone: ZoneInfo) -> int:
    """Whole hours, or quarters of one where the zone is not whole hours off UTC at some time."""
    days = (first + i * DAY for i in range((last - first).days + 2))
    whole = all(_midnight_us(day, zone) % HOUR_US == 0 for day in days)
    return HOUR_US if whole else HOUR_US // 4


def _bucket_unit(days: int) -> Literal["day", "week", "month"]:
    """At most about ninety bars on a time axis."""
    if days <= 92:
        return "day"
    return "week" if days <= 92 * 7 else "month"
