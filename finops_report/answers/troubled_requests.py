"""Requests that met a failed attempt."""

from __future__ import annotations

from dataclasses import dataclass

from finops_report.warehouse.views import View


@dataclass(frozen=True, slots=True)
class TroubledRequests:
    """The one row: how many met a failed attempt, how many were answered, and how long these took on average."""

    requests: int
    answered: int
    mean_ms: float | None


TROUBLED_REQUESTS = View("troubled_requests", TroubledRequests)
