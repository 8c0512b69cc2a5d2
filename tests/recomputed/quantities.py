"""Hold the figures of report.json, and the quantities that a sentence may write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value that a sentence may write: money in USD, percent as a ratio, times in milliseconds, dates as ISO text."""

    unit: str
    value: float = 0.0
    day: str = ""


class Figures:
    """report.json, asked for what the derivations need."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.totals: Row = document["totals"]
        self.period: Row = document["period"]

    def view(self, name: str) -> list[Row]:
        rows: list[Row] = self.document["views"][name]
        return rows

    def first(self, name: str) -> Row | None:
        return next(iter(self.view(name)), None)

    def sum(self, name: str, column: str) -> float:
        """Return the sum of what is known in a column."""
        return float(sum(row[column] for row in self.view(name) if row[column] is not None))

    def p95_ms(self, side: str) -> float | None:
        """Return the 95th percentile of one side of the comparison."""
        return next((float(row["p95_ms"]) for row in self.view("latency_compared") if row["side"] == side), None)

    @property
    def rate(self) -> float:
        return float(self.document["currency"]["rate"])


def money(*usd: float | None) -> list[Quantity]:
    return [Quantity("money", one) for one in usd if one is not None]


def percent(*ratios: float | None) -> list[Quantity]:
    return [Quantity("percent", 100 * one) for one in ratios if one is not None]


def count(*numbers: float | None) -> list[Quantity]:
    return [Quantity("count", one) for one in numbers if one is not None]


def time(*ms: float | None) -> list[Quantity]:
    return [Quantity("time", one) for one in ms if one is not None]


def day(*days: str) -> list[Quantity]:
    return [Quantity("day", day=one[:10]) for one in days]


def ratio(part: float | None, whole: float | None) -> float | None:
    return None if part is None or not whole else part / whole


def change(old: float | None, new: float | None) -> float | None:
    return None if new is None or not old else new / old - 1


def shown(of: Figures, view: str, most: int = 15) -> list[Quantity]:
    """The note under a long table: 'The first 15 of 40 rows'."""
    return count(most, len(of.view(view)))
