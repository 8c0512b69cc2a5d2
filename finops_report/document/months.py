"""Read the months behind a report back from report.json."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from finops_report.wording import formats


@dataclass(frozen=True, slots=True)
class MonthSpend:
    """What a month cost, in USD; None if nothing is recorded, or no price is known. One that runs is not `is_whole`."""

    label: str
    cost_usd: float | None
    is_whole: bool


def month_spends(rows: Sequence[Mapping[str, Any]]) -> tuple[MonthSpend, ...]:
    """Return the months of the rows, oldest first. Raises KeyError, TypeError or ValueError for what is no such row."""
    return tuple(MonthSpend(_label(row), _amount(row["cost_usd"]), row["is_whole"] is True) for row in rows)


def _label(row: Mapping[str, Any]) -> str:
    """Return 'Oct 2026', or the days that are recorded of a month that is not whole: '1–26 Nov 2026, so far'."""
    month = date.fromisoformat(row["month"])
    if row["is_whole"] is True or row["first_day"] is None or row["last_day"] is None:
        return formats.month(month)
    first, last = (date.fromisoformat(row[end]) for end in ("first_day", "last_day"))
    return f"{formats.span(first, last)}{', so far' if last.day < row['days'] else ''}"


def _amount(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(f"{value!r:.40} is no number")
    return float(value)
