"""Cut time as docs/report.md states it: local days, the period, and what it is compared with."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from finops_report.calendar.period import PeriodAsk

DAY = timedelta(days=1)
QUARTER_HOUR_US = 900_000_000
HOUR_US = 4 * QUARTER_HOUR_US


@cache
def packaged_zone(name: str) -> ZoneInfo:
    """Return the rules of a time zone as the package tzdata has them."""
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as rules:
        return ZoneInfo.from_file(rules)


def local(us: int, zone: str) -> datetime:
    """Return what the clocks of `zone` show at a moment, in whole seconds."""
    return datetime.fromtimestamp(us // 1_000_000, packaged_zone(zone)).replace(tzinfo=None)


@cache
def first_moment_us(day: date, zone: str) -> int:
    """Return when a local day begins: the first quarter of an hour whose date is that day or a later one."""
    noon_us = int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp()) * 1_000_000
    us = noon_us - 30 * HOUR_US
    while local(us, zone).date() < day:
        us += QUARTER_HOUR_US
    return us


@dataclass(frozen=True, slots=True)
class Stretches:
    """The days of the report and the two sides of its comparison; the sides are [first, end) in microseconds UTC."""

    start: date
    end: date
    zone: str
    basis: str
    old_start: date
    new_start: date
    old_us: tuple[int, int]
    new_us: tuple[int, int]
    slot_us: int
    fiscal: str

    @property
    def days(self) -> list[date]:
        """All days of the report."""
        return [self.start + i * DAY for i in range((self.end - self.start).days + 1)]

    @property
    def period_us(self) -> tuple[int, int]:
        return first_moment_us(self.start, self.zone), first_moment_us(self.end + DAY, self.zone)

    @property
    def read_us(self) -> tuple[int, int]:
        """All that the report looks at: its days, and those it is compared with."""
        start_us, end_us = self.period_us
        return min(start_us, self.old_us[0]), end_us

    @property
    def unit(self) -> str:
        """How long a bar over time is: bars are days up to 92 days, weeks up to 92 weeks, or else months."""
        days = (self.end - self.start).days + 1
        return "day" if days <= 92 else "week" if days <= 92 * 7 else "month"

    def bucket(self, day: date) -> date:
        """Return the first day of the bar that `day` is in; weeks begin on Monday."""
        return {"day": day, "week": day - day.weekday() * DAY, "month": day.replace(day=1)}[self.unit]

    def side(self, us: int) -> str | None:
        """Return the side of the comparison that a moment is on."""
        if self.new_us[0] <= us < self.new_us[1]:
            return "new"
        return "old" if self.old_us[0] <= us < self.old_us[1] else None

    def in_period(self, us: int) -> bool:
        start_us, end_us = self.period_us
        return start_us <= us < end_us

    def slots(self) -> list[int]:
        """Return the hours of the period (quarter hours in zones that need them)."""
        return list(range(*self.period_us, self.slot_us))


def stretches(ask: PeriodAsk, moments_us: list[int], today: date) -> Stretches:
    """Return the days asked for and what they are compared with; `moments_us` are those of all usable rows."""
    zone = ask.timezone
    first, last = (
        (local(us, zone).date() for us in (min(moments_us), max(moments_us))) if moments_us else (today, today)
    )
    named = _named(ask)
    if named is None:
        start = ask.since or min(first, ask.until or first)
        end, before = ask.until or max(last, start), start - ((ask.until or max(last, start)) - start + DAY)
    else:
        start, end, before = named
    basis, old_start, new_start = _sides(start, end, before, first if moments_us else start, max(min(end, last), start))
    slot_us = _slot_us(min(start, old_start), end, zone)
    old_us, new_us, end_us = (first_moment_us(day, zone) for day in (old_start, new_start, end + DAY))
    old_end_us = _old_end_us(old_us, new_us, max(moments_us, default=0), slot_us)
    return Stretches(
        start,
        end,
        zone,
        basis,
        old_start,
        new_start,
        (old_us, old_end_us),
        (new_us, end_us),
        slot_us,
        fiscal(start, end, ask.fiscal_year_start),
    )


def _sides(start: date, end: date, before: date, first: date, known_end: date) -> tuple[str, date, date]:
    """Return what the old side is, its first day and that of the new side.

    The stretch before is compared if anything older than the period is recorded; if not, the later half of the days
    with data is compared with as many days before it.
    """
    if first < start:
        return "previous", before, start
    half = ((known_end - start).days + 1) // 2
    if not half:
        return "none", start, start
    return "halves", known_end - (2 * half - 1) * DAY, known_end - (half - 1) * DAY


def _old_end_us(old_us: int, new_us: int, last_us: int, slot_us: int) -> int:
    """Return where the old side ends: after as many whole slots as the new side has data for, or where that starts."""
    return new_us if last_us < new_us else min(new_us, old_us + ((last_us - new_us) // slot_us + 1) * slot_us)


def _slot_us(first: date, last: date, zone: str) -> int:
    """Return an hour, or a quarter of one if some day that is read begins within an hour of UTC."""
    days = (first + i * DAY for i in range((last - first).days + 2))
    return HOUR_US if all(first_moment_us(day, zone) % HOUR_US == 0 for day in days) else QUARTER_HOUR_US


def _named(ask: PeriodAsk) -> tuple[date, date, date] | None:
    """Return first and last day of a stretch asked for by name, and the first day of the one before."""
    if ask.month is not None:
        first, months = date.fromisoformat(ask.month + "-01"), 1
    elif ask.quarter is not None:
        year, quarter = ask.quarter.split("-Q")
        first, months = _later(_year_start(int(year), ask.fiscal_year_start), 3 * (int(quarter) - 1)), 3
    elif ask.year is not None:
        first, months = _year_start(int(ask.year), ask.fiscal_year_start), 12
    else:
        return None
    return first, _later(first, months) - DAY, _later(first, -months)


def fiscal(start: date, end: date, first_month: int) -> str:
    """Return the fiscal quarter or year that both days are in, '' if they are in none or years are calendar ones."""
    if first_month == 1:
        return ""
    names = set()
    for day in (start, end):
        year = day.year + (day.month >= first_month)
        quarter = next(q for q in (4, 3, 2, 1) if day >= _later(_year_start(year, first_month), 3 * (q - 1)))
        names.add((year, quarter))
    if len(names) == 1:
        ((year, quarter),) = names
        return f"FY{year} Q{quarter}"
    years = {year for year, _ in names}
    return f"FY{years.pop()}" if len(years) == 1 else ""


def _year_start(name: int, first_month: int) -> date:
    """Return the first day of a fiscal year, which is called by the year it ends in."""
    return date(name if first_month == 1 else name - 1, first_month, 1)


def _later(first: date, months: int) -> date:
    """Return the first of the month so many months later."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    assert calendar.monthrange(year, month + 1)
    return date(year, month + 1, 1)
