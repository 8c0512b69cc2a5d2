"""Turn 'last' and 'this' into the name of a week, month, quarter or year."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from finops_report.calendar.fiscal import quarter_of

Unit = Literal["week", "month", "quarter", "year"]
RELATIVE = ("last", "this")
MONTHS = {"month": 1, "quarter": 3, "year": 12}


def absolute(unit: Unit, name: str, today: date, first_month: int) -> str:
    """Return `name`, or the name that 'last' or 'this' stands for on the day `today`.

    'last' is the whole one before the running one, which is 'this'; fiscal years start in `first_month`.
    """
    if name.lower() not in RELATIVE:
        return name
    if unit == "week":
        year, week, _ = (today - timedelta(weeks=name.lower() == "last")).isocalendar()
        return f"{year}-W{week:02}"
    day = _months_before(today, MONTHS[unit]) if name.lower() == "last" else today
    year, quarter = quarter_of(day, first_month)
    return {"month": f"{day:%Y-%m}", "quarter": f"{year}-Q{quarter}", "year": f"{year}"}[unit]


def _months_before(day: date, months: int) -> date:
    """Return the first day of the month so many months before that of `day`."""
    total = day.year * 12 + day.month - 1 - months
    return date(total // 12, total % 12 + 1, 1)
