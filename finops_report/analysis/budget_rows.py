"""Hold the rows of the views of budgets: how each is used now, was used before, and by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from finops_report.warehouse import View


@dataclass(frozen=True, slots=True)
class BudgetUse:
    """A budget in its period under way; `amount` is in `currency`, hours are those up to the last row of the source.

    `used_usd` and what follows from it are None if nothing has a known price. `pace` is the share used over the share
    of the period that has passed.
    """

    budget: str
    owner: str
    cost_centre: str
    team: str | None
    project: str | None
    provider: str | None
    model: str | None
    environment: str | None
    end_user: str | None
    tag: str | None
    period: str
    first_day: date
    last_day: date
    amount: Decimal
    currency: str
    requests: int
    used_usd: Decimal | None
    unpriced_requests: int
    hours: float
    passed_hours: float
    missing_hours: float
    used_share: float | None
    passed_share: float
    pace: float | None
    at_pace_usd: float | None
    breached_on: date | None
    breach_expected_on: date | None
    passed_threshold: float | None
    forecast_threshold: float | None
    is_scope_recorded: bool

    @property
    def scope(self) -> dict[str, str]:
        """What the budget is for, by the kind of name; empty if it takes in everything."""
        kinds = {
            "team": self.team,
            "project": self.project,
            "provider": self.provider,
            "model": self.model,
            "environment": self.environment,
            "customer": self.end_user,
            "tag": self.tag,
        }
        return {kind: name for kind, name in kinds.items() if name is not None}


@dataclass(frozen=True, slots=True)
class PastUse:
    """A budget in a period before the one under way."""

    budget: str
    period: str
    first_day: date
    last_day: date
    amount: Decimal
    currency: str
    requests: int
    used_usd: Decimal | None
    unpriced_requests: int
    passed_hours: float
    missing_hours: float
    used_share: float | None
    breached_on: date | None
    is_scope_recorded: bool


@dataclass(frozen=True, slots=True)
class BudgetDay:
    """What the scope of a budget cost on one day; None if no request of it has a known price."""

    budget: str
    day: date
    requests: int
    cost_usd: Decimal | None
    unpriced_requests: int


BUDGETS = View("budgets", BudgetUse)
BUDGET_HISTORY = View("budget_history", PastUse)
BUDGET_DAYS = View("budget_days", BudgetDay)
