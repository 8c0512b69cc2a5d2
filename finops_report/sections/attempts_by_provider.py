"""What failed attempts cost in time and money."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from finops_report.warehouse.views import View


@dataclass(frozen=True, slots=True)
class ProviderAttempts:
    """The attempts at one provider; `failure_rate` is None if all were skipped."""

    provider: str
    attempts: int
    failed_attempts: int
    failure_rate: float | None
    failed_minutes: float
    failed_cost_usd: Decimal


ATTEMPTS_BY_PROVIDER = View("attempts_by_provider", ProviderAttempts)
