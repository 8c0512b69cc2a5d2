"""What fallbacks cost above the first choice."""

from __future__ import annotations

from dataclasses import dataclass

from finops_report.warehouse.views import View


@dataclass(frozen=True, slots=True)
class Fallback:
    """Requests one model answered for another; `extra_usd` is None if the first choice has no known price."""

    from_provider: str
    from_model: str
    to_provider: str
    to_model: str
    requests: int
    extra_usd: float | None
    uncompared_requests: int


FALLBACKS_PAID = View("fallbacks_paid", Fallback)
