"""Name the two sides of the comparison, as sentences speak of them."""

from __future__ import annotations

from datetime import timedelta

from finops_report.calendar.period import Period


def old_stretch(period: Period) -> str:
    """Name the old side of the comparison: 'the 15 days before', 'September 2026'."""
    if period.basis == "previous" and _is_whole_month(period):
        return f"{period.old_start:%B %Y}"
    if period.basis == "previous" and period.unit in ("quarter", "year"):
        return f"the {period.unit} before"
    days = (period.new_start - period.old_start).days
    return "the day before" if days == 1 else f"the {days} days before"


def new_stretch(period: Period) -> str:
    """Name the new side: 'this period', or the later half of it."""
    if period.basis != "halves":
        return "this period"
    days = (period.known_end - period.new_start).days + 1
    return "the last day" if days == 1 else f"the last {days} days"


def _is_whole_month(period: Period) -> bool:
    """Whether the old side runs from the first of a month to its last day."""
    last = period.new_start - timedelta(days=1)
    same_month = (last.year, last.month) == (period.old_start.year, period.old_start.month)
    return period.old_start.day == 1 and same_month and period.new_start.day == 1
