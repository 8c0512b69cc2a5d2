"""Order the targets of a group for one request; every strategy is a pure function."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import msgspec

from finops_router.calls import Request, Target, Usage
from finops_router.choice.health import Health
from finops_router.pricing.prices import Prices

PLENTY_USD = 1e6  # stands for 'no price known': beyond every request that has one


class Now(msgspec.Struct, frozen=True, kw_only=True):
    """One moment on both clocks: microseconds since 1970 UTC (prices), seconds of the event loop (health)."""

    epoch_us: int
    loop_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """What a group wants of its strategies.

    `usd_per_second` is what a second of waiting is worth to it ('balanced'); `explore_share` of the requests
    try the second best first ('performance-first'), so that its speed is known, too.
    """

    usd_per_second: float = 0.001
    explore_share: float = 0.01


Strategy = Callable[[Request, tuple[Target, ...], Health, Prices, Now, Taste], tuple[Target, ...]]


def cost_first(
    request: Request, targets: tuple[Target, ...], health: Health, prices: Prices, now: Now, taste: Taste
) -> tuple[Target, ...]:
    """Order by the expected cost of this request; targets without a known price come last.

    Equal costs, and the unpriced among themselves, keep the order they came in.
    """

    def expected(target: Target) -> float:
        cost_usd = expected_cost_usd(request, target, health, prices, now)
        return PLENTY_USD if cost_usd is None else float(cost_usd)

    return tuple(sorted(targets, key=expected))


def performance_first(
    request: Request, targets: tuple[Target, ...], health: Health, prices: Prices, now: Now, taste: Taste
) -> tuple[Target, ...]:
    """Order by the expected time until this request is answered; equal times keep the order they came in.

    A little share of the requests tries the second best first: which ones, their ids say.
    """
    ordered = tuple(sorted(targets, key=lambda target: expected_ms(request, target, health, now)))
    if len(ordered) > 1 and _chance(request.request_id, "explore") < taste.explore_share:
        return (ordered[1], ordered[0], *ordered[2:])
    return ordered


def balanced(
    request: Request, targets: tuple[Target, ...], health: Health, prices: Prices, now: Now, taste: Taste
) -> tuple[Target, ...]:
    """Order by expected cost + expected seconds x what a second is worth; the unpriced come last, fastest first."""

    def burden(target: Target) -> tuple[bool, float]:
        cost_usd = expected_cost_usd(request, target, health, prices, now)
        waiting_usd = expected_ms(request, target, health, now) / 1000 * taste.usd_per_second
        return (True, waiting_usd) if cost_usd is None else (False, float(cost_usd) + waiting_usd)

    return tuple(sorted(targets, key=burden))


def fixed(
    request: Request, targets: tuple[Target, ...], health: Health, prices: Prices, now: Now, taste: Taste
) -> tuple[Target, ...]:
    """Keep the order of the settings."""
    return targets


def weighted(
    request: Request, targets: tuple[Target, ...], health: Health, prices: Prices, now: Now, taste: Taste
) -> tuple[Target, ...]:
    """Draw an order in which each target is first as often as its weight says; a weight of 0 comes last.

    The draw is the request id's: -ln(u) / weight is least with probability weight / sum of weights (Efraimidis and
    Spirakis, 'Weighted random sampling with a reservoir', 2006).
    """

    def drawn(target: Target) -> float:
        return -math.log(_chance(request.request_id, target.name)) / target.weight if target.weight else math.inf

    return tuple(sorted(targets, key=drawn))


def expected_cost_usd(request: Request, target: Target, health: Health, prices: Prices, now: Now) -> Decimal | None:
    """Return what `target` is expected to charge for `request`; None where no price is known.

    Estimated input tokens, of which the share the target read from its cache lately is priced as such, and the
    length of answer its group gets lately, at the request's service tier.
    """
    price = prices.price(target.provider, target.model, now.epoch_us, request.service_tier)
    if price is None:
        return None
    tokens = request.estimated_input_tokens
    usage = Usage(
        input_tokens=tokens,
        cache_read_input_tokens=int(tokens * health.cached_share(target, now.loop_s)),
        output_tokens=round(output_tokens(request, target, health, now)),
    )
    return price.cost_usd(usage)


def expected_ms(request: Request, target: Target, health: Health, now: Now) -> float:
    """Return the milliseconds until `target` has answered `request`, its failures counted in.

    (Time to first token + time per output token x expected output tokens) / (1 - share of failures): with that
    share of failures 1 / (1 - share) tries are expected (geometric distribution).
    """
    once_ms = health.speed(target, now.loop_s).expected_ms(output_tokens(request, target, health, now))
    return once_ms / (1.0 - health.failed_share(target, now.loop_s))


def output_tokens(request: Request, target: Target, health: Health, now: Now) -> float:
    """Return the length of answer to expect, bounded by what the request allows."""
    usual = health.output_tokens(request.group, target.expected_output_tokens, now.loop_s)
    return usual if request.max_output_tokens is None else min(usual, request.max_output_tokens)


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
