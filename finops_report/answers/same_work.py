"""Cost-first against performance-first on the same work."""

from __future__ import annotations

from dataclasses import dataclass

from finops_report.warehouse.views import View


@dataclass(frozen=True, slots=True)
class SameWork:
    """The one row of the comparison: what a request costs and takes under both; None if nothing is comparable."""

    cells: int
    cost_requests: int
    performance_requests: int
    cost_first_usd: float | None
    performance_first_usd: float | None
    cost_first_ms: float | None
    performance_first_ms: float | None
    interval_usd: float | None
    interval_ms: float | None


SAME_WORK = View("same_work", SameWork)
