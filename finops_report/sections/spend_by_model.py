"""What was bought, model by model."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from finops_report.warehouse.views import View


@dataclass(frozen=True, slots=True)
class ModelSpend:
    """One model of one provider; spend and shares are None if none of its requests has a known price."""

    provider: str
    model: str
    requests: int
    cost_usd: Decimal | None
    share: float | None
    cost_per_request_usd: float | None
    unpriced_requests: int
    input_tokens: int | None
    output_tokens: int | None
    cache_savings_usd: Decimal | None
    rank: int


SPEND_BY_MODEL = View("spend_by_model", ModelSpend)
