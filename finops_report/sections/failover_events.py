"""Who stood in for whom, how often and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from finops_report.warehouse.views import View


@dataclass(frozen=True, slots=True)
class Failover:
    """Moves from one provider to another for one reason; `recovered` of them ended with an answer."""

    from_provider: str
    to_provider: str
    error_type: str
    events: int
    recovered: int


@dataclass(frozen=True, slots=True)
class FailoverBucket:
    """Moves away from one provider in one day, week or month; `from_provider` is None in a bucket without any."""

    bucket: date
    from_provider: str | None
    events: int
    recovered: int


FAILOVER_EVENTS = View("failover_events", Failover)
FAILOVERS_OVER_TIME = View("failovers_over_time", FailoverBucket)
