"""When a provider was in trouble."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from finops_report.warehouse.views import View


@dataclass(frozen=True, slots=True)
class Incident:
    """A run of bad hours of one provider, from `started_at` to `ended_at` in the reporting time zone."""

    provider: str
    started_at: datetime
    ended_at: datetime
    hours: int
    failed_attempts: int
    requests_rerouted: int
    failed_minutes: float
    cost_usd: float


INCIDENTS = View("incidents", Incident)
