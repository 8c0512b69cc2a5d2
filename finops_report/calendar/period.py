"""Decide which days a report covers and which stretches of whole days it compares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from finops_report.calendar import fiscal
from finops_report.calendar.comparison import DAY, Basis, Comparison, Days, comparison
from finops_report.calendar.recorded import HOUR_US, Extent, recorded_days, whole_days
from finops_report.calendar.relative import Unit, absolute
from finops_report.calendar.zones import midnight_us, whole, zone
from finops_report.errors import ConfigError

FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2099, 12, 31)  # each day costs a little, with or without data


@dataclass(frozen=True, slots=True)
class PeriodAsk:
    """What the reader asked for; None means: as far as the data goes.

    `week`, `month`, `quarter` and `year` name a whole one, as 2026-W43, 2026-10, 2027-Q1, 2027, or 'last' or 'this';
    quarters and years are fiscal ones, which start in month `fiscal_year_start`. 'last' and 'this' count from today, or
    `from_last_recorded` day.
    """

    since: date | None = None
    until: date | None = None
    month: str | None = None
    timezone: str = "UTC"
    quarter: str | None = None
    year: str | None = None
    fiscal_year_start: int = 1
    week: str | None = None
    from_last_recorded: bool = False

    @property
    def names_days(self) -> bool:
        """Whether some days are asked for, not just all that is recorded."""
        return bool(self.since or self.until or self._names())

    def named(self, today: date) -> fiscal.Stretch | None:
        """Return the week, month, quarter or year asked for, if one was.

        Raises ConfigError if there is no such, or if more is asked for. `today` is what 'last' and 'this' count from.
        """
        names = self._names()
        if not names:
            return None
        if len(names) > 1 or self.since or self.until:
            raise ConfigError(
                f"--{next(iter(names))} excludes --since, --until and other names", "give one name, or two days"
            )
        ((unit, written),) = names.items()
        name = absolute(unit, written, today, self.fiscal_year_start)
        if unit == "week":
            return fiscal.week(name)
        if unit == "month":
            return fiscal.month(name)
        named = fiscal.quarter if unit == "quarter" else fiscal.year
        return named(name, self.fiscal_year_start)

    def _names(self) -> dict[Unit, str]:
        asked: dict[Unit, str | None] = {
            "week": self.week,
            "month": self.month,
            "quarter": self.quarter,
            "year": self.year,
        }
        return {unit: name for unit, name in asked.items() if name is not None}


@dataclass(frozen=True, slots=True)
class Period:
    """The days of the report and the bounds of everything summed for it.

    `start` and `end` are local days, both inclusive, as are the sides of the comparison: the days from `new_start` to
    `new_end` are set against those from `old_start` to `old_end`. All `_us` fields are microseconds since 1970-01-01
    UTC and midnights: cubes read [from_us, until_us), the report covers [start_us, until_us), the sides are [old_us,
    old_until_us) and [new_us, new_until_us). `basis` says what the old side is: the previous period, the earlier half
    of this one (if too little that is older is recorded), or nothing: then it has no days. `known_end` is the last day
    of the period with data. `unit` is 'week', 'month', 'quarter' or 'year' if one was asked for by name, `fiscal` says
    where in the fiscal year the days lie.
    """

    start: date
    end: date
    timezone: str
    basis: Basis
    old_start: date
    old_end: date
    new_start: date
    new_end: date
    from_us: int
    start_us: int
    old_us: int
    old_until_us: int
    new_us: int
    new_until_us: int
    until_us: int
    slot_us: int
    bucket_unit: Literal["day", "week", "month"]
    known_end: date
    unit: str | None = None
    fiscal: str = ""

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def compares_all(self) -> bool:
        """Whether the new side of the comparison is the whole period."""
        return self.basis != "none" and (self.new_start, self.new_end) == (self.start, self.end)


def choose_period(ask: PeriodAsk, extent: Extent, today: date) -> Period:
    """Settle the period from what was asked and what is recorded; an empty table gives `today`.

    Raises ConfigError when the days asked for cannot be used.
    """
    clock = zone(ask.timezone)
    recorded = recorded_days(extent, clock) or Days(today, today)
    named = ask.named(recorded.last if ask.from_last_recorded else today)
    start, end = _asked_days(ask, recorded.first, recorded.last) if named is None else (named.start, named.end)
    if start > end:
        raise ConfigError(
            f"The period ends before it starts: {start} to {end}",
            "give --since a day before --until",
        )
    compared = comparison(named, Days(start, end), whole_days(extent, clock))
    return _bounded(ask, named, Days(start, end), compared, clock, max(min(end, recorded.last), start))


def _bounded(
    ask: PeriodAsk, named: fiscal.Stretch | None, days: Days, compared: Comparison, clock: ZoneInfo, known_end: date
) -> Period:
    """Return the period with the moments at which its days and those of the comparison begin and end."""
    old, new = compared.old, compared.new
    slot_us = slot_us_of(min(days.first, old.first), days.last, clock)

    def begin_us(day: date) -> int:
        return whole(midnight_us(day, clock), slot_us)

    return Period(
        start=days.first,
        end=days.last,
        timezone=ask.timezone,
        basis=compared.basis,
        old_start=old.first,
        old_end=old.last,
        new_start=new.first,
        new_end=new.last,
        from_us=begin_us(min(days.first, old.first)),
        start_us=begin_us(days.first),
        old_us=begin_us(old.first),
        old_until_us=begin_us(old.last + DAY),
        new_us=begin_us(new.first),
        new_until_us=begin_us(new.last + DAY),
        until_us=begin_us(days.last + DAY),
        slot_us=slot_us,
        bucket_unit=_bucket_unit(days.number),
        known_end=known_end,
        unit=None if named is None else named.unit,
        fiscal=fiscal.label(days.first, days.last, ask.fiscal_year_start),
    )


def _asked_days(ask: PeriodAsk, first: date, last: date) -> tuple[date, date]:
    for day in (ask.since, ask.until):
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise ConfigError(f"Too far off: {day}", f"give days from {FIRST_DAY} to {LAST_DAY}, or leave them out")
    start = ask.since or min(first, ask.until or first)
    return start, ask.until or max(last, start)


def slot_us_of(first: date, last: date, clock: ZoneInfo) -> int:
    """Return a slot in us: an hour, or a quarter of it if the zone is not whole hours off UTC at some time."""
    days = (first + i * DAY for i in range((last - first).days + 2))
    whole = all(midnight_us(day, clock) % HOUR_US == 0 for day in days)
    return HOUR_US if whole else HOUR_US // 4


def _bucket_unit(days: int) -> Literal["day", "week", "month"]:
    """At most about ninety bars on a time axis."""
    if days <= 92:
        return "day"
    return "week" if days <= 92 * 7 else "month"
