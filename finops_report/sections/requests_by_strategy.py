"""How much each routing strategy carries, what it costs and how long it takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from finops_report.warehouse.views import View


@dataclass(frozen=True, slots=True)
class StrategyVolume:
    """One strategy; `intent` is what its name promises: 'cost', 'performance' or 'other'."""

    strategy: str
    requests: int
    cost_usd: Decimal | None
    cost_per_request_usd: float | None
    p50_ms: float | None
    p95_ms: float | None
    share: float
    unpriced_requests: int
    usd_per_million_tokens: float | None
    ms_per_output_token: float | None
    intent: str


@dataclass(frozen=True, slots=True)
class StrategyBucket:
    """What one strategy routed in one day, week or month; `strategy` is None in a bucket without requests."""

    bucket: date
    strategy: str | None
    requests: int
    cost_usd: Decimal


@dataclass(frozen=True, slots=True)
class StrategyLatency:
    """Quantiles of one strategy in milliseconds."""

    strategy: str
    requests: int
    p50_ms: float
    p95_ms: float
    p99_ms: float


REQUESTS_BY_STRATEGY = View("requests_by_strategy", StrategyVolume)
STRATEGY_OVER_TIME = View("strategy_over_time", StrategyBucket)
LATENCY_BY_STRATEGY = View("latency_by_strategy", StrategyLatency)
