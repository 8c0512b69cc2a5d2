"""Order the targets of a group for one request; every strategy is a pure function."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass

from finops_router.calls import AnyRequest, Target
from finops_router.choice.expectations import Outlook

UNPRICED_USD = 1e6  # sorts an unknown price behind every known one

OTHER = {"cost-first": "performance-first", "performance-first": "cost-first"}  # the two that can be compared

Targets = tuple[Target, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategySettings:
    """How a group tunes its strategies.

    `usd_per_second` is what a second of waiting is worth to it ('balanced'); `explore_share` of the requests
    try the second best first ('performance-first'), so that its speed is known, too. A better target that asks to be
    left alone for at most `retry_after_wait_s` is waited for, by the strategies that do not count time.
    `compare_share` of the requests that name no strategy get the other one of cost-first and performance-first.
    """

    usd_per_second: float = 0.001
    explore_share: float = 0.01
    retry_after_wait_s: float = 3.0
    compare_share: float = 0.0


Strategy = Callable[[AnyRequest, Targets, Outlook, StrategySettings], Targets]


def cost_first(request: AnyRequest, targets: Targets, outlook: Outlook, settings: StrategySettings) -> Targets:
    """Order by the expected cost of this request; targets without a known price come last.

    Equal costs, and the unpriced among themselves, keep the order they came in.
    """

    def expected_usd(target: Target) -> float:
        cost_usd = outlook.cost_usd(request, target)
        return UNPRICED_USD if cost_usd is None else float(cost_usd)

    return tuple(sorted(targets, key=expected_usd))


def performance_first(request: AnyRequest, targets: Targets, outlook: Outlook, settings: StrategySettings) -> Targets:
    """Order by the expected time until this request is answered; equal times keep the order they came in.

    A small share of the requests tries the second best first; their ids decide which.
    """
    ordered = tuple(sorted(targets, key=lambda target: outlook.ms(request, target)))
    if len(ordered) > 1 and _chance(request.request_id, "explore") < settings.explore_share:
        return (ordered[1], ordered[0], *ordered[2:])
    return ordered


def balanced(request: AnyRequest, targets: Targets, outlook: Outlook, settings: StrategySettings) -> Targets:
    """Order by expected cost + expected seconds x what a second is worth; the unpriced come last, fastest first."""

    return tuple(sorted(targets, key=lambda target: burden_usd(request, target, outlook, settings)))


def burden_usd(request: AnyRequest, target: Target, outlook: Outlook, settings: StrategySettings) -> tuple[bool, float]:
    """Return whether the price is unknown, and expected cost + expected seconds x what a second is worth."""
    cost_usd = outlook.cost_usd(request, target)
    waiting_usd = outlook.ms(request, target) / 1000 * settings.usd_per_second
    return (True, waiting_usd) if cost_usd is None else (False, float(cost_usd) + waiting_usd)


def fixed(request: AnyRequest, targets: Targets, outlook: Outlook, settings: StrategySettings) -> Targets:
    """Keep the order of finops.toml."""
    return targets


def weighted(request: AnyRequest, targets: Targets, outlook: Outlook, settings: StrategySettings) -> Targets:
    """Draw an order in which each target is first as often as its weight asks for; a weight of 0 comes last.

    The request id decides the draw: -ln(u) / weight is least with probability weight / sum of weights (Efraimidis
    and Spirakis, 'Weighted random sampling with a reservoir', 2006).
    """

    def drawn(target: Target) -> float:
        return -math.log(_chance(request.request_id, target.name)) / target.weight if target.weight else math.inf

    return tuple(sorted(targets, key=drawn))


def compared(request_id: str, strategy: str, settings: StrategySettings) -> str:
    """Return the strategy of a request that names none: its group's, or for the share that compares, the other one."""
    if settings.compare_share and _chance(request_id, "compare") <= settings.compare_share:
        return OTHER.get(strategy, strategy)
    return strategy


def _chance(request_id: str, salt: str) -> float:
    """Return a number in (0, 1], the same for the same words in every process."""
    digest = hashlib.blake2b(f"{salt}\0{request_id}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") + 1) / 2**64


STRATEGIES: dict[str, Strategy] = {
    "cost-first": cost_first,
    "performance-first": performance_first,
    "balanced": balanced,
    "fixed": fixed,
    "weighted": weighted,
}
