"""Place usable rows in time, so that every recomputation asks for the same ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache, cached_property
from typing import Any, TypeVar

from finops_report.warehouse import Budget, Policy
from tests.recomputed.days import HOUR_US, Stretches, local, stretches
from tests.recomputed.rows import Telemetry
from tests.recomputed.scenarios import Scenario
from tests.recomputed.usable import Call, Try, calls, tries

Rows = list[dict[str, Any]]
Item = TypeVar("Item")
Key = TypeVar("Key")


@dataclass(frozen=True)
class Recorded:
    """The usable rows of all time, and the stretches of time that the report looks at."""

    telemetry: Telemetry
    calls: Sequence[Call]
    tries: Sequence[Try]
    time: Stretches
    now_us: int
    budgets: Sequence[Budget]
    policies: Sequence[Policy]
    fiscal_year_start: int

    @cached_property
    def read(self) -> list[Call]:
        """All requests that the report looks at: of the period and of what it is compared with."""
        first, end = self.time.read_us
        return [call for call in self.calls if first <= call.at_us < end]

    @cached_property
    def read_tries(self) -> list[Try]:
        """All attempts that the report looks at, likewise."""
        first, end = self.time.read_us
        end = min(end, self.now_us + 24 * HOUR_US)
        return [one for one in self.tries if first <= one.at_us < end]

    @cached_property
    def period(self) -> list[Call]:
        """The requests of the period."""
        return [call for call in self.calls if self.time.in_period(call.at_us)]

    def side(self, side: str) -> list[Call]:
        """The requests of one side of the comparison."""
        return [call for call in self.calls if self.time.side(call.at_us) == side]

    @property
    def has_attempts(self) -> bool:
        return bool(self.telemetry.attempts)

    def hour(self, us: int) -> datetime:
        """Return the hour on the clocks of the reporting zone."""
        return local(us, self.time.zone).replace(minute=0, second=0)

    def hour_us(self, us: int) -> int:
        """Return when the hour began that clocks of the reporting zone show; one that they show twice is two."""
        return _hour_s(us // 1_000_000, self.time.zone) * 1_000_000

    @cached_property
    def rows(self) -> dict[str, Rows]:
        """The rows of views that were recomputed, so that they are once."""
        return {}


@cache  # every figure asks for the same moments
def _hour_s(second: int, zone: str) -> int:
    shown = local(second * 1_000_000, zone)
    return second - 60 * shown.minute - shown.second


def recorded(scenario: Scenario) -> Recorded:
    """Return what a scenario records."""
    usable = calls(scenario.telemetry, scenario.now_us)
    time = stretches(scenario.ask, [call.at_us for call in usable], scenario.now_us)
    return Recorded(
        scenario.telemetry,
        usable,
        tries(scenario.telemetry),
        time,
        scenario.now_us,
        scenario.budgets,
        scenario.policies,
        scenario.ask.fiscal_year_start,
    )


def grouped(items: Iterable[Item], key: Callable[[Item], Key]) -> Mapping[Key, list[Item]]:
    """Return the items by key, keys in the order of their first item."""
    found: dict[Key, list[Item]] = {}
    for item in items:
        found.setdefault(key(item), []).append(item)
    return found


def total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Return the sum of what is known; None if nothing is."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


def spent(calls: Iterable[Call]) -> Decimal:
    """Return what requests with a known cost cost."""
    return total(call.cost_usd for call in calls) or Decimal(0)


def known_cost(calls: Sequence[Call]) -> Decimal | None:
    """Return the spend; None if there are requests without a known price and none with one."""
    cost = total(call.cost_usd for call in calls)
    return Decimal(0) if cost is None and not unpriced(calls) else cost


def unpriced(calls: Iterable[Call]) -> int:
    return sum(call.is_unpriced for call in calls)


def counted(numbers: Iterable[int | None]) -> int | None:
    """Return a sum of counts; None if none is recorded."""
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def ratio(part: Decimal | float | None, whole: Decimal | float | None) -> float | None:
    """Return a part of a whole; None if one of them is unknown or the whole is nothing."""
    return None if part is None or not whole else float(part) / float(whole)


def down(amount: Decimal | None) -> Decimal:
    """Order by this for 'the largest first, the unknown last'."""
    return Decimal("Infinity") if amount is None else -amount
