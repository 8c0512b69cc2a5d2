"""Make a budget as it stands, without a database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from finops_report.analysis.budget_rows import BudgetUse
from finops_report.analysis.budgets import Standing
from finops_report.analysis.expected import Expected
from finops_report.analysis.rules import RULES
from finops_report.analysis.rules.budgets import VERDICTS, State


def standing(used_share: float, passed_share: float, state: State, expected: Expected | None = None) -> Standing:
    """Return a budget of $100 for everything in October 2026."""
    used = Decimal(str(used_share)) * 100
    use = BudgetUse(
        budget="All",
        owner="Ada",
        cost_centre="",
        team=None,
        project=None,
        provider=None,
        model=None,
        environment=None,
        end_user=None,
        tag=None,
        period="month",
        first_day=date(2026, 10, 1),
        last_day=date(2026, 10, 31),
        amount=Decimal(100),
        currency="USD",
        requests=1,
        used_usd=used,
        unpriced_requests=0,
        hours=744.0,
        passed_hours=744.0 * passed_share,
        missing_hours=0.0,
        used_share=used_share,
        passed_share=passed_share,
        pace=used_share / passed_share,
        at_pace_usd=float(used) / passed_share,
        breached_on=None,
        breach_expected_on=None,
        passed_threshold=None,
        forecast_threshold=1.0,
        is_scope_recorded=True,
    )
    return Standing(use, state, "", expected, (), VERDICTS[state], RULES.budgets.pace_counts(passed_share))
