"""What moved most between the two sides of the comparison."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from finops_report.warehouse.views import View


@dataclass(frozen=True, slots=True)
class Mover:
    """One model of a provider, or one project of a team: its spend on both sides; `rank` is within its `dimension`."""

    dimension: str
    owner: str
    name: str
    old_cost_usd: Decimal
    new_cost_usd: Decimal
    change_usd: Decimal
    rank: int


TOP_MOVERS = View("top_movers", Mover)
