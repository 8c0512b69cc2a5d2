"""List the sections in the order of the page, in groups; each may return None, and stays away from it then."""

from __future__ import annotations

from collections.abc import Callable, Mapping

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
    guardrail_decisions,
    incidents,
    latency_by_provider_model,
    months,
    outside_policy,
    reconciliation,
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

Maker = Callable[[Facts], Section | None]
LAST_GROUP = "Measures and confidence"
GROUPS: Mapping[str, tuple[Maker, ...]] = {  # as the contents list names them
    "Five views": (
        total_spend.section,
        spend_by_provider.section,
        latency_by_provider_model.section,
        requests_by_strategy.section,
        failover_events.section,
    ),
    "Budget and months": (budgets.section, budgets_within.section, spend_forecast.section, months.section),
    "Bills": (reconciliation.section,),
    "What changed": (change_explained.section, unusual_spend.section, top_movers.section),
    "Who spends": (
        spend_by_model.section,
        spend_by_team.section,
        spend_by_environment.section,
        spend_by_customer.section,
    ),
    "Unit costs": (unit_costs.section, cost_per_outcome.section, token_use.section),
    "Savings": (savings.section, strategy_regret.section, fallbacks_paid.section),
    "Failures": (attempts_by_provider.section, incidents.section),
    "Governance": (guardrail_decisions.section, outside_policy.section),
    LAST_GROUP: (finops_measures.section,),
}
ORDER = tuple(make for makers in GROUPS.values() for make in makers)
