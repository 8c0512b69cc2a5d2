"""Recompute quantiles of latency from the histogram that docs/figures.md states."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal

from tests.recomputed.facts import Recorded, Rows, grouped

RATIO = 1.01 / 0.99  # a bucket ends where it began times this: its middle is 1 % from either end
LEAST_MS = 0.001


def quantile(share: float, times_ms: Iterable[Decimal | None]) -> float | None:
    """Return the middle of the bucket that the quantile is in; None if no time is recorded.

    The quantile of n times is the one at position floor(share * (n - 1)), counted from 0, in their order.
    """
    known = sorted(_bucket_ms(float(ms)) for ms in times_ms if ms is not None)
    return known[math.floor(share * (len(known) - 1))] if known else None


def _bucket_ms(ms: float) -> float:
    number = math.floor(math.log(max(ms, LEAST_MS)) / math.log(RATIO))
    return 2 * RATIO ** (number + 1) / (RATIO + 1)


def latency_by_provider_model(of: Recorded) -> Rows:
    """Return the models that have a time, the slowest first."""
    rows: Rows = []
    for (provider, model), calls in grouped(of.period, lambda call: (call.provider, call.model)).items():
        times, first = [c.latency_ms for c in calls if c.latency_ms is not None], [c.ttft_ms for c in calls]
        if times:
            rows.append(
                {
                    "provider": provider,
                    "model": model,
                    "requests": len(times),
                    "p50_ms": quantile(0.5, times),
                    "p95_ms": quantile(0.95, times) or 0.0,
                    "p99_ms": quantile(0.99, times),
                    "ttft_p50_ms": quantile(0.5, first),
                    "ttft_p95_ms": quantile(0.95, first),
                }
            )
    return sorted(rows, key=lambda row: (-row["p95_ms"], row["provider"], row["model"]))


def latency_by_strategy(of: Recorded) -> Rows:
    """Return the strategies that have a time."""
    by_strategy = grouped((call for call in of.period if call.latency_ms is not None), lambda call: call.strategy)
    return [
        {
            "strategy": strategy,
            "requests": len(calls),
            "p50_ms": quantile(0.5, [call.latency_ms for call in calls]),
            "p95_ms": quantile(0.95, [call.latency_ms for call in calls]),
            "p99_ms": quantile(0.99, [call.latency_ms for call in calls]),
        }
        for strategy, calls in sorted(by_strategy.items())
    ]


def latency_compared(of: Recorded) -> Rows:
    """Return the sides of the comparison that have a time."""
    return [
        {
            "side": side,
            "requests": len(times),
            "p50_ms": quantile(0.5, times),
            "p95_ms": quantile(0.95, times),
        }
        for side in ("new", "old")
        if (times := [call.latency_ms for call in of.side(side) if call.latency_ms is not None])
    ]
