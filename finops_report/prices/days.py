"""The days whose requests are priced: those asked for, by the report's time zone and fiscal year."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from finops_report.calendar.period import PeriodAsk
from finops_report.calendar.zones import midnight_us, zone
from finops_report.errors import ConfigError

FIRST, LAST = date(1971, 1, 1), date(9998, 1, 1)
DAY = timedelta(days=1)


class PricedDays(NamedTuple):
    """The days, both included, and their bounds in microseconds since 1970 UTC; `until_us` is no longer within."""

    first: date
    last: date
    from_us: int
    until_us: int

    @property
    def begins(self) -> str | None:
        """The first day as '2026-10-01'; None if they have no beginning."""
        return None if self.first == FIRST else str(self.first)

    @property
    def ends(self) -> str | None:
        """The last day as '2026-10-31'; None if they have no end."""
        return None if self.last == LAST else str(self.last)


def priced_days(ask: PeriodAsk, now_us: int) -> PricedDays:
    """Return the days that were asked for, all if none were. Raises ConfigError if they cannot be used."""
    clock = zone(ask.timezone)
    named = ask.named(datetime.fromtimestamp(now_us // 1_000_000, UTC).astimezone(clock).date())
    first, last = (ask.since or FIRST, ask.until or LAST) if named is None else (named.start, named.end)
    if first > last:
        raise ConfigError(f"The period ends before it starts: {first} to {last}", "give --since a day before --until")
    return PricedDays(first, last, midnight_us(max(first, FIRST), clock), midnight_us(min(last, LAST) + DAY, clock))
