"""Order the targets of a group for one request; every strategy is a pure function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from router.calls import Request, Target, Usage
from router.health import Health
from router.prices import Prices

Strategy = Callable[["Choice", Request, Health, Prices, "Now"], tuple[Target, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a strategy chooses among: the targets in configured order, and the answer length to expect."""

    targets: tuple[Target, ...]
    expected_output_tokens: int

    def output_tokens(self, request: Request) -> int:
        """Return the expected answer of `request`, bounded by what it allows."""
        if request.max_output_tokens is None:
            return self.expected_output_tokens
        return min(self.expected_output_tokens, request.max_output_tokens)


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """One moment on both clocks: microseconds since 1970 UTC (prices), seconds of the event loop (health)."""

    epoch_us: int
    loop_s: float


def cost_first(choice: Choice, request: Request, health: Health, prices: Prices, now: Now) -> tuple[Target, ...]:
    """Order by the expected cost of this request; targets without a known price come last.

    Equal costs, and the unpriced among themselves, keep the configured order.
    """
    usage = Usage(input_tokens=request.estimated_input_tokens, output_tokens=choice.output_tokens(request))

    def expected(target: Target) -> tuple[bool, float]:
        price = prices.price(target.provider, target.model, now.epoch_us)
        cost_usd = None if price is None else price.cost_usd(usage)
        return (True, 0.0) if cost_usd is None else (False, float(cost_usd))

    return tuple(sorted(choice.targets, key=expected))


def performance_first(choice: Choice, request: Request, health: Health, prices: Prices, now: Now) -> tuple[Target, ...]:
    """Order by the expected time to the last token of this request; equal times keep the configured order.

    Time = time to first token + time per output token x expected output tokens, both observed lately
    (see `Health.speed`) or configured.
    """
    tokens = choice.output_tokens(request)
    return tuple(sorted(choice.targets, key=lambda t: health.speed(t, now.loop_s).expected_ms(tokens)))


STRATEGIES: dict[str, Strategy] = {"cost-first": cost_first, "performance-first": performance_first}
