"""Order the targets of a group for one request; every strategy is a pure function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from router.calls import Request, Target, Usage
from router.health import Health
from router.prices import Prices


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """One moment on both clocks: microseconds since 1970 UTC (prices), seconds of the event loop (health)."""

    epoch_us: int
    loop_s: float


Strategy = Callable[[Request, tuple[Target, ...], Health, Prices, Now], tuple[Target, ...]]


def cost_first(
    request: Request, targets: tuple[Target, ...], health: Health, prices: Prices, now: Now
) -> tuple[Target, ...]:
    """Order by the expected cost of this request; targets without a known price come last.

    Equal costs, and the unpriced among themselves, keep the order they came in.
    """

    def expected(target: Target) -> tuple[bool, float]:
        price = prices.price(target.provider, target.model, now.epoch_us)
        usage = Usage(input_tokens=request.estimated_input_tokens, output_tokens=_output_tokens(request, target))
        cost_usd = None if price is None else price.cost_usd(usage)
        return (True, 0.0) if cost_usd is None else (False, float(cost_usd))

    return tuple(sorted(targets, key=expected))


def performance_first(
    request: Request, targets: tuple[Target, ...], health: Health, prices: Prices, now: Now
) -> tuple[Target, ...]:
    """Order by the expected time to the last token of this request; equal times keep the order they came in.

    Time = time to first token + time per output token x expected output tokens, both as observed lately
    (see `Health.speed`), else as configured.
    """

    def expected_ms(target: Target) -> float:
        return health.speed(target, now.loop_s).expected_ms(_output_tokens(request, target))

    return tuple(sorted(targets, key=expected_ms))


def _output_tokens(request: Request, target: Target) -> int:
    """Return the length of answer to expect, bounded by what the request allows."""
    if request.max_output_tokens is None:
        return target.expected_output_tokens
    return min(target.expected_output_tokens, request.max_output_tokens)


STRATEGIES: dict[str, Strategy] = {"cost-first": cost_first, "performance-first": performance_first}
