"""List the sections in the order of the page; each may return None, and stays away from it then."""

from __future__ import annotations

from collections.abc import Callable

from finops_report.analysis.totals import Facts
from finops_report.model import Section
from finops_report.sections import (
    attempts_by_provider,
    budgets,
    budgets_within,
    change_explained,
    cost_per_outcome,
    failover_events,
    fallbacks_paid,
    finops_measures,
    incidents,
    latency_by_provider_model,
    months,
    requests_by_strategy,
    savings,
    spend_by_customer,
    spend_by_environment,
    spend_by_model,
    spend_by_provider,
    spend_by_team,
    spend_forecast,
    strategy_regret,
    token_use,
    top_movers,
    total_spend,
    unit_costs,
    unusual_spend,
)

ORDER: tuple[Callable[[Facts], Section | None], ...] = (
    total_spend.section,
    budgets.section,
    budgets_within.section,
    spend_by_provider.section,
    latency_by_provider_model.section,
    requests_by_strategy.section,
    failover_events.section,
    spend_forecast.section,
    months.section,
    change_explained.section,
    unusual_spend.section,
    top_movers.section,
    spend_by_model.section,
    spend_by_team.section,
    spend_by_environment.section,
    spend_by_customer.section,
    unit_costs.section,
    cost_per_outcome.section,
    token_use.section,
    strategy_regret.section,
    savings.section,
    attempts_by_provider.section,
    incidents.section,
    fallbacks_paid.section,
    finops_measures.section,
)
