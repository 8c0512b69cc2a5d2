"""Cut time as docs/report.md states it: local days, the period, and what it is compared with."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property
from importlib.resources import files
from zoneinfo import ZoneInfo

from finops_report.calendar.period import PeriodAsk

DAY = timedelta(days=1)
QUARTER_HOUR_US = 900_000_000
HOUR_US = 4 * QUARTER_HOUR_US
FEWEST_SHARED = 7


@cache
def packaged_zone(name: str) -> ZoneInfo:
    """Return the rules of a time zone as the package tzdata has them."""
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as rules:
        return ZoneInfo.from_file(rules)


def local(us: int, zone: str) -> datetime:
    """Return what the clocks of `zone` show at a moment, in whole seconds."""
    return _shown(us // 1_000_000, zone)


@cache  # every figure asks for the same moments
def _shown(second: int, zone: str) -> datetime:
    return datetime.fromtimestamp(second, packaged_zone(zone)).replace(tzinfo=None)


@cache
def first_moment_us(day: date, zone: str) -> int:
    """Return when a local day begins: the first quarter of an hour whose date is that day or a later one."""
    noon_us = int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp()) * 1_000_000
    us = noon_us - 30 * HOUR_US
    while local(us, zone).date() < day:
        us += QUARTER_HOUR_US
    return us


@dataclass(frozen=True)
class Stretches:
    """The days of the report and the two sides of its comparison; the sides are [first, end) in microseconds UTC."""

    start: date
    end: date
    zone: str
    basis: str
    old_start: date
    old_end: date | None
    new_start: date
    new_end: date
    old_us: tuple[int, int]
    new_us: tuple[int, int]
    slot_us: int
    fiscal: str
    first_us: int | None
    last_us: int

    @property
    def days(self) -> list[date]:
        """All days of the report."""
        return [self.start + i * DAY for i in range((self.end - self.start).days + 1)]

    @cached_property
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


def stretches(ask: PeriodAsk, moments_us: list[int], now_us: int) -> Stretches:
    """Return the days asked for and what they are compared with; `moments_us` are those of all usable rows.

    Rows after the build are taken for now and lengthen nothing.
    """
    zone = ask.timezone
    past_us = [us for us in moments_us if us <= now_us] or [now_us for _ in moments_us[:1]]
    first, last = (local(us, zone).date() for us in (min(past_us, default=now_us), max(past_us, default=now_us)))
    named = _named(ask)
    if named is None:
        start = ask.since or min(first, ask.until or first)
        end, before = ask.until or max(last, start), start - ((ask.until or max(last, start)) - start + DAY)
    else:
        start, end, before = named
    basis, old, new = _sides(start, end, before, whole_days(past_us, zone))
    first_day = min(start, old[0]) if old else start
    slot_us = slot_us_of(first_day, end, zone)
    begin_us = first_moment_us(start, zone)
    return Stretches(
        start,
        end,
        zone,
        basis,
        old[0] if old else start,
        old[-1] if old else None,
        new[0] if new else start,
        new[-1] if new else end,
        (first_moment_us(old[0], zone), first_moment_us(old[-1] + DAY, zone)) if old else (begin_us, begin_us),
        (first_moment_us(new[0], zone), first_moment_us(new[-1] + DAY, zone))
        if new
        else (begin_us, first_moment_us(end + DAY, zone)),
        slot_us,
        fiscal(start, end, ask.fiscal_year_start),
        min(past_us) if past_us else None,
        max(past_us, default=0),
    )


def whole_days(moments_us: list[int], zone: str) -> set[date]:
    """Return the days recorded from end to end, as the first and the last row tell."""
    if not moments_us:
        return set()
    first_us, last_us = min(moments_us), max(moments_us)
    first, last = local(first_us, zone).date(), local(last_us, zone).date()
    filled = len({us // HOUR_US for us in moments_us})
    near_us = max(HOUR_US, 2 * ((last_us - first_us) // max(filled - 1, 1) - HOUR_US))
    found = {first + i * DAY for i in range((last - first).days + 1)}
    if first_us - first_moment_us(first, zone) >= near_us:
        found.discard(first)
    if first_moment_us(last + DAY, zone) - last_us > near_us:
        found.discard(last)
    return found


def _sides(start: date, end: date, before: date, whole: set[date]) -> tuple[str, list[date], list[date]]:
    """Return what the old side is, and the days of both."""
    days = [start + i * DAY for i in range((end - start).days + 1)]
    earlier = [before + i * DAY for i in range((start - before).days)]
    if whole.issuperset(days) and whole.issuperset(earlier):
        return "previous", earlier, days
    known = [day for day in days if day in whole]
    both = [(old, new) for old, new in zip(earlier, days, strict=False) if old in whole and new in whole]
    if both and (len(both) >= FEWEST_SHARED or len(both) == len(known)):
        return "previous", [old for old, _ in both], [new for _, new in both]
    half = len(known) // 2
    if not half:
        return "none", [], []
    return "halves", known[-2 * half : -half], known[-half:]


def slot_us_of(first: date, last: date, zone: str) -> int:
    """Return an hour, or a quarter of one if some day that is read begins within an hour of UTC."""
    days = (first + i * DAY for i in range((last - first).days + 2))
    return HOUR_US if all(first_moment_us(day, zone) % HOUR_US == 0 for day in days) else QUARTER_HOUR_US


def _named(ask: PeriodAsk) -> tuple[date, date, date] | None:
    """Return first and last day of a stretch asked for by name, and the first day of the one before."""
    if ask.month is not None:
        first, months = date.fromisoformat(ask.month + "-01"), 1
    elif ask.quarter is not None:
        year, quarter = ask.quarter.split("-Q")
        first, months = later(year_start(int(year), ask.fiscal_year_start), 3 * (int(quarter) - 1)), 3
    elif ask.year is not None:
        first, months = year_start(int(ask.year), ask.fiscal_year_start), 12
    else:
        return None
    return first, later(first, months) - DAY, later(first, -months)


def fiscal(start: date, end: date, first_month: int) -> str:
    """Return the fiscal quarter or year that both days are in, '' if they are in none or years are calendar ones."""
    if first_month == 1:
        return ""
    names = set()
    for day in (start, end):
        year = day.year + (day.month >= first_month)
        quarter = next(q for q in (4, 3, 2, 1) if day >= later(year_start(year, first_month), 3 * (q - 1)))
        names.add((year, quarter))
    if len(names) == 1:
        ((year, quarter),) = names
        return f"FY{year} Q{quarter}"
    years = {year for year, _ in names}
    return f"FY{years.pop()}" if len(years) == 1 else ""


def year_start(name: int, first_month: int) -> date:
    """Return the first day of a fiscal year, which is called by the year it ends in."""
    return date(name if first_month == 1 else name - 1, first_month, 1)


def later(first: date, months: int) -> date:
    """Return the first of the month so many months later."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    assert calendar.monthrange(year, month + 1)
    return date(year, month + 1, 1)
