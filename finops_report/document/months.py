"""Read the months behind a report back from report.json."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from finops_report.document.values import number_or_none
from finops_report.wording import formats


@dataclass(frozen=True, slots=True)
class MonthSpend:
    """What a month cost, in USD; None if nothing is recorded, or no price is known. One that runs is not `is_whole`.

    `name` is that of the month, `label` also names the days that are recorded of a month that is not whole.
    `cost_change` is from the month before, None if they cannot be compared.
    """

    name: str
    label: str
    cost_usd: float | None
    is_whole: bool
    is_recorded: bool
    cost_change: float | None


def month_spends(rows: Sequence[Mapping[str, Any]]) -> tuple[MonthSpend, ...]:
    """Return the months of the rows, oldest first. Raises KeyError, TypeError or ValueError for what is no such row."""
    return tuple(_month(row) for row in rows)


def _month(row: Mapping[str, Any]) -> MonthSpend:
    return MonthSpend(
        name=formats.month(date.fromisoformat(row["month"])),
        label=_label(row),
        cost_usd=number_or_none(row["cost_usd"]),
        is_whole=row["is_whole"] is True,
        is_recorded=bool(number_or_none(row["requests"])),
        cost_change=number_or_none(row["cost_change"]),
    )


def _label(row: Mapping[str, Any]) -> str:
    """Return 'Oct 2026', or the days that are recorded of a month that is not whole: '1–26 Nov 2026, so far'."""
    month = date.fromisoformat(row["month"])
    if row["is_whole"] is True or row["first_day"] is None or row["last_day"] is None:
        return formats.month(month)
    first, last = (date.fromisoformat(row[end]) for end in ("first_day", "last_day"))
    return formats.part_of_month(first, last, row["days"])
