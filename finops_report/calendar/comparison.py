"""Choose the equal stretch of time that a period is compared with."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from finops_report.calendar import fiscal

DAY = timedelta(days=1)
Basis = Literal["previous", "halves", "none"]


def comparison(
    named: fiscal.Stretch | None, start: date, end: date, known_end: date, first: date
) -> tuple[Basis, date, date]:
    """Return what the old side is, and the first days of the old and of the new side.

    What came before is preferred. If nothing earlier than `first` is recorded, the later half of what is known of the
    period is set against the earlier one.
    """
    days = (end - start).days + 1
    if first < start:
        return "previous", start - days * DAY if named is None else named.before, start
    half = ((known_end - start).days + 1) // 2
    if half == 0:
        return "none", start, start
    return "halves", known_end - (2 * half - 1) * DAY, known_end - (half - 1) * DAY


def old_until_us(last_us: int | None, old_us: int, new_us: int, slot_us: int) -> int:
    """Return the end of the old side: after as much time as the new side has data for, in whole slots."""
    if last_us is None or last_us < new_us:
        return new_us
    elapsed_slots = (last_us - new_us) // slot_us + 1
    return min(new_us, old_us + elapsed_slots * slot_us)
