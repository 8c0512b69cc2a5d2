"""What each strategy left on the table against the best choice on the same work."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from finops_report.warehouse.views import View


@dataclass(frozen=True, slots=True)
class StrategyRegret:
    """One strategy against the cheapest and the fastest model of its cells; None if it has no such model."""

    strategy: str
    requests: int
    cells: int
    cost_usd: Decimal | None
    regret_usd: float | None
    interval_usd: float | None
    regret_ms: float | None
    interval_ms: float | None


STRATEGY_REGRET = View("strategy_regret", StrategyRegret)
