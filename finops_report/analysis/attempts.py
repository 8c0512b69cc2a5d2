"""Count the attempts on record, and tell whether they are all."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from finops_report.analysis.totals import Facts
from finops_report.warehouse.views import View


@dataclass(frozen=True, slots=True)
class ProviderAttempts:
    """The attempts at one provider; `failure_rate` is None if all were skipped.

    `unpriced_failed_attempts` are those that failed, used something, and cost nobody knows what.
    """

    provider: str
    attempts: int
    failed_attempts: int
    failure_rate: float | None
    failed_minutes: float
    failed_cost_usd: Decimal
    unpriced_failed_attempts: int


ATTEMPTS_BY_PROVIDER = View("attempts_by_provider", ProviderAttempts)
MOST_MISSING_SHARE = 0.02  # of answered requests, without an attempt on record


def attempts_are_missing(facts: Facts) -> bool:
    """Whether more requests were answered than attempts on record can have answered: failures may be missing, too."""
    rows = facts.rows(ATTEMPTS_BY_PROVIDER)
    answered = facts.requests - facts.failed_requests
    return sum(row.attempts - row.failed_attempts for row in rows) < (1 - MOST_MISSING_SHARE) * answered
