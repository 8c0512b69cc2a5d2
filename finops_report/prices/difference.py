"""What two price tables, or one on two days, have for the same targets: only what differs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from finops_router.settings.reader import Settings

from finops_report.prices.in_force import InForce, in_force
from finops_report.warehouse import Calls


@dataclass(frozen=True, slots=True)
class Side:
    """One side of the comparison: the settings, the day on which they are in force, and what it is called."""

    name: str
    settings: Settings
    day: date


@dataclass(frozen=True, slots=True)
class Difference:
    """The price of `per` of one unit on both sides, in USD; None if it has none there."""

    provider: str
    model: str
    served: str
    unit: str
    per: int
    above_tokens: int
    a_usd: Decimal | None
    b_usd: Decimal | None


def differences(a: Side, b: Side, calls: Iterable[Calls]) -> list[Difference]:
    """Return what differs between the prices of all targets that were called or that either side names."""
    held = list(calls)
    before, after = (_by_unit(in_force(side.settings, held, side.day)) for side in (a, b))
    keys = sorted(before.keys() | after.keys())
    return [Difference(*key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)]


def _by_unit(rows: Iterable[InForce]) -> dict[tuple[str, str, str, str, int, int], Decimal]:
    return {
        (row.provider, row.model, row.served, rate.unit, rate.per, rate.above_tokens): rate.usd
        for row in rows
        for rate in row.rates
    }
