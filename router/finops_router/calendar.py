"""Cut time into local days and the periods of budgets, by one time zone database, for reports and gateway alike."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Literal, get_args
from zoneinfo import ZoneInfo

Period = Literal["day", "week", "month", "quarter", "year"]
PERIODS: tuple[Period, ...] = get_args(Period)
DAY = timedelta(days=1)
MONTHS: dict[Period, int] = {"month": 1, "quarter": 3, "year": 12}


@cache
def zone(name: str) -> ZoneInfo:
    """Return the time zone with the IANA name `name`; raises LookupError if the database has none.

    Read from the package tzdata, not from the machine: two versions of the rules cut days differently.
    """
    if name not in _names():
        raise LookupError(name)
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)


@cache
def _names() -> frozenset[str]:
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


def midnight_us(day: date, clock: ZoneInfo) -> int:
    """Return the first moment of a local day, in microseconds since 1970-01-01 UTC.

    If clocks skip midnight, the day starts with the jump; if they show it twice, with the first.
    """
    return int(datetime(day.year, day.month, day.day, tzinfo=clock).timestamp()) * 1_000_000


def first_of_month(day: date, months: int) -> date:
    """Return the first day of the month so many months after that of `day`, or before it."""
    total = day.year * 12 + day.month - 1 + months
    return date(total // 12, total % 12 + 1, 1)


def period_days(unit: Period, day: date, first_month: int) -> tuple[date, date]:
    """Return the first and the last day of the period that `day` is in.

    That is the day itself, the week from Monday, the month, or the fiscal quarter or year of years that start in
    `first_month`.
    """
    if unit == "day":
        return day, day
    if unit == "week":
        monday = day - day.weekday() * DAY
        return monday, monday + 6 * DAY
    start = first_of_month(day, -((day.month - first_month) % MONTHS[unit]))
    return start, first_of_month(start, MONTHS[unit]) - DAY


def period_bounds_us(unit: Period, now_us: int, first_month: int, clock: ZoneInfo) -> tuple[int, int]:
    """Return the bounds [start, end) in UTC of the period that the moment `now_us` lies in, all in microseconds."""
    day = datetime.fromtimestamp(now_us // 1_000_000, UTC).astimezone(clock).date()
    first, last = period_days(unit, day, first_month)
    return midnight_us(first, clock), midnight_us(last + DAY, clock)
