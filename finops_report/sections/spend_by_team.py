"""Who spends: teams and their projects."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from finops_report.warehouse.views import View


@dataclass(frozen=True, slots=True)
class TeamSpend:
    """One project of one team; spend and share are None if none of its requests has a known price."""

    team: str
    project: str
    requests: int
    cost_usd: Decimal | None
    share: float | None
    old_cost_usd: Decimal
    new_cost_usd: Decimal
    unpriced_requests: int


SPEND_BY_TEAM = View("spend_by_team", TeamSpend)
