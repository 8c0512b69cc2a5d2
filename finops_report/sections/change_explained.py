"""Why spend changed, a cause a step."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from finops_report.warehouse.views import View


@dataclass(frozen=True, slots=True)
class BridgeStep:
    """One bar of the bridge: the spend before, a cause, or the spend now; `from_usd` is where the bar begins."""

    step: int
    cause: str
    amount_usd: Decimal
    from_usd: Decimal


CHANGE_EXPLAINED = View("change_explained", BridgeStep)
