"""Name the two sides of the comparison, as sentences speak of them."""

from __future__ import annotations

from datetime import date

from finops_report.calendar.comparison import DAY
from finops_report.calendar.period import Period
from finops_report.wording import formats


def old_stretch(period: Period) -> str:
    """Name the old side of the comparison: 'September 2026', '1–26 Oct 2026', 'the 15 days before'."""
    if period.basis == "previous" and _is_month(period.old_start, period.old_end):
        return formats.month_in_full(period.old_start)
    if period.basis == "previous" and not period.compares_all:
        return formats.span(period.old_start, period.old_end)
    if period.basis == "previous" and period.unit in ("week", "quarter", "year"):
        return f"the {period.unit} before"
    return "the day before" if old_days(period) == 1 else f"the {old_days(period)} days before"


def new_stretch(period: Period) -> str:
    """Name the new side: 'this period', its days if it is a part of that, or the later half of it."""
    if period.compares_all or period.basis == "none":
        return "this period"
    if period.basis == "previous":
        return formats.span(period.new_start, period.new_end)
    whole = "" if period.new_end == period.known_end else "whole "
    return f"the last {whole}day" if new_days(period) == 1 else f"the last {new_days(period)} {whole}days"


def old_days(period: Period) -> int:
    """Return how many days the old side has."""
    return (period.old_end - period.old_start).days + 1


def new_days(period: Period) -> int:
    """Return how many days the new side has."""
    return (period.new_end - period.new_start).days + 1


def _is_month(first: date, last: date) -> bool:
    """Whether the days run from the first of a month to its last."""
    return first.day == 1 and (last + DAY).day == 1 and (last.year, last.month) == (first.year, first.month)
