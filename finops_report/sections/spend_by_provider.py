"""Who the money went to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from finops_report.warehouse.views import View


@dataclass(frozen=True, slots=True)
class ProviderSpend:
    """One provider; spend and shares are None if none of its requests has a known price."""

    provider: str
    requests: int
    cost_usd: Decimal | None
    share: float | None
    unpriced_requests: int
    input_tokens: int
    output_tokens: int
    old_share: float | None
    new_share: float | None


SPEND_BY_PROVIDER = View("spend_by_provider", ProviderSpend)
