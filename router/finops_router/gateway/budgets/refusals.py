"""Name the ways a hard budget refuses a call."""

# ruff: noqa: N818 -- named for what happened, as in finops_router.errors
from __future__ import annotations

from datetime import UTC, datetime

from finops_router.errors import RouterError


class BudgetSpent(RouterError):
    """A hard budget has no room for what the call may cost; nothing was reserved.

    `budget` is its name and `resets_at_us` when its period ends, in microseconds since 1970 UTC.
    """

    error_type = "budget_spent"

    def __init__(self, budget: str, resets_at_us: int) -> None:
        resets = datetime.fromtimestamp(resets_at_us // 1_000_000, UTC).strftime("%Y-%m-%d %H:%M UTC")
        super().__init__(
            f"The budget has no room for this call: {budget}",
            f"it starts anew at {resets}; a shorter answer (max_tokens) may still fit",
        )
        self.budget, self.resets_at_us = budget, resets_at_us


class PriceUnknown(RouterError):
    """Nobody can tell what a call would cost at `target`, so no hard budget can be kept; it is refused."""

    error_type = "price_unknown"

    def __init__(self, target: str) -> None:
        hint = "set its price in [[router.prices]], or take the target out of the group"
        super().__init__(f"No price is known for {target}, and a hard budget counts this call", hint)
        self.target = target
