"""What was spent, day by day, and over time by provider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from finops_report.warehouse.views import View


@dataclass(frozen=True, slots=True)
class DaySpend:
    """One day of the period in the reporting time zone; requests without a known price are in no sum."""

    day: date
    requests: int
    cost_usd: Decimal
    unpriced_requests: int
    failed_requests: int
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True)
class ProviderBucket:
    """What one provider cost in one day, week or month; `provider` is None in a bucket without requests."""

    bucket: date
    provider: str | None
    cost_usd: Decimal
    requests: int


TOTAL_SPEND = View("total_spend", DaySpend)
SPEND_OVER_TIME = View("spend_over_time", ProviderBucket)
