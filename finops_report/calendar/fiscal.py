"""Turn the names of weeks, months, quarters and years into days; fiscal years are named by the year they end in."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from finops_router.calendar import DAY, first_of_month

from finops_report.errors import ConfigError

__all__ = ["DAY", "Stretch", "first_of_month", "label", "month", "quarter", "quarter_of", "week", "year"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A calendar stretch by name: its first and last day, and the first day of the equal one before it."""

    unit: str
    start: date
    end: date
    before: date


def month(name: str) -> Stretch:
    """Return the month called `name`, as '2026-10'; raises ConfigError."""
    found = re.fullmatch(r"([0-9]{4})-([0-9]{2})", name)
    if not found or not 1 <= int(found[2]) <= 12 or not 2 <= int(found[1]) <= 9998:
        raise ConfigError(f"Not a month: {name}", "write it as 2026-10, last or this")
    return _stretch("month", int(found[1]), int(found[2]), 1)


def quarter(name: str, first_month: int) -> Stretch:
    """Return the quarter called `name`, as '2027-Q1', of a year that starts in `first_month`; raises ConfigError."""
    found = re.fullmatch(r"([0-9]{4})-Q([1-4])", name, re.IGNORECASE)
    if not found or not 3 <= int(found[1]) <= 9998:
        raise ConfigError(f"Not a quarter: {name}", "write it as 2026-Q4, last or this")
    months = first_month - 1 + 3 * (int(found[2]) - 1)
    year = int(found[1]) - (first_month > 1) + months // 12
    return _stretch("quarter", year, months % 12 + 1, 3)


def year(name: str, first_month: int) -> Stretch:
    """Return the fiscal year called `name`, as '2027', that starts in `first_month`; raises ConfigError."""
    if not re.fullmatch(r"[0-9]{4}", name) or not 3 <= int(name) <= 9998:
        raise ConfigError(f"Not a year: {name}", "write it as 2026, last or this")
    return _stretch("year", int(name) - (first_month > 1), first_month, 12)


def week(name: str) -> Stretch:
    """Return the ISO week called `name`, as '2026-W43', from Monday to Sunday; raises ConfigError."""
    found = re.fullmatch(r"([0-9]{4})-W([0-9]{2})", name, re.IGNORECASE)
    try:
        if found is None or not 3 <= int(found[1]) <= 9998:
            raise ValueError
        start = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError as err:  # the 53rd week of a year that has 52
        raise ConfigError(f"Not a week: {name}", "write it as 2026-W43, last or this") from err
    return Stretch("week", start, start + 6 * DAY, start - 7 * DAY)


def label(start: date, end: date, first_month: int) -> str:
    """Return the fiscal quarter or year of the days, as 'FY2027 Q3' or 'FY2027'; '' for calendar years or several."""
    if first_month == 1:
        return ""
    (first_year, first_quarter), (last_year, last_quarter) = (
        quarter_of(start, first_month),
        quarter_of(end, first_month),
    )
    if first_year != last_year:
        return ""
    return f"FY{first_year} Q{first_quarter}" if first_quarter == last_quarter else f"FY{first_year}"


def quarter_of(day: date, first_month: int) -> tuple[int, int]:
    """Return the fiscal year and quarter of a day; years start in `first_month`."""
    passed = (day.month - first_month) % 12
    return day.year + (first_month > 1 and day.month >= first_month), passed // 3 + 1


def _stretch(unit: str, first_year: int, first_month: int, months: int) -> Stretch:
    last_year, last_month = _shifted(first_year, first_month, months - 1)
    start = date(first_year, first_month, 1)
    end = date(last_year, last_month, calendar.monthrange(last_year, last_month)[1])
    return Stretch(unit, start, end, date(*_shifted(first_year, first_month, -months), 1))


def _shifted(of_year: int, of_month: int, months: int) -> tuple[int, int]:
    total = of_year * 12 + of_month - 1 + months
    return total // 12, total % 12 + 1
