"""Recompute every figure of report.json, and find those that differ or that nobody recomputes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from tests.recomputed import (
    attribution,
    bridge,
    budgets,
    confidence,
    coverage,
    failures,
    forecast,
    guardrails,
    latency,
    later_tiers,
    months,
    savings,
    spend,
    strategies,
    unusual,
)
from tests.recomputed.facts import Recorded, Rows, spent

VIEWS: Mapping[str, Callable[[Recorded], Rows]] = {
    "total_spend": spend.total_spend,
    "totals": spend.totals,
    "comparison": spend.comparison,
    "coverage": coverage.coverage,
    "spend_by_provider": spend.spend_by_provider,
    "spend_by_model": spend.spend_by_model,
    "spend_over_time": spend.spend_over_time,
    "change_explained": bridge.change_explained,
    "latency_by_provider_model": latency.latency_by_provider_model,
    "latency_by_strategy": latency.latency_by_strategy,
    "latency_compared": latency.latency_compared,
    "requests_by_strategy": strategies.requests_by_strategy,
    "strategy_over_time": strategies.strategy_over_time,
    "same_work": strategies.same_work,
    "strategy_regret": strategies.strategy_regret,
    "failover_events": failures.failover_events,
    "failovers_over_time": failures.failovers_over_time,
    "attempts_by_provider": failures.attempts_by_provider,
    "incidents": failures.incidents,
    "troubled_requests": failures.troubled_requests,
    "fallbacks_paid": failures.fallbacks_paid,
    "savings": savings.savings,
    "not_urgent": later_tiers.not_urgent,
    "history_days": forecast.history_days,
    "spend_forecast": forecast.spend_forecast,
    "spend_by_team": attribution.spend_by_team,
    "top_movers": attribution.top_movers,
    "spend_by_environment": attribution.spend_by_environment,
    "spend_by_customer": attribution.spend_by_customer,
    "months": months.months,
    "unit_costs": months.unit_costs,
    "unit_costs_over_time": months.unit_costs_over_time,
    "token_use": months.token_use,
    "cost_per_outcome": months.cost_per_outcome,
    "finops_measures": months.finops_measures,
    "unusual_spend": unusual.unusual_spend,
    "judged_hours": unusual.judged_hours,
    "usual_spend": unusual.usual_spend,
    "budgets": budgets.budgets,
    "budget_history": budgets.budget_history,
    "budgets_within": budgets.budgets_within,
    "budget_days": budgets.budget_days,
    "guardrail_decisions": guardrails.guardrail_decisions,
    "guardrails_over_time": guardrails.guardrails_over_time,
    "guarded_requests": guardrails.guarded_requests,
    "outside_policy": guardrails.outside_policy,
    "hours_without_data": confidence.hours_without_data,
    "unusable_values": confidence.unusable_values,
    "free_requests": confidence.free_requests,
    "price_sources_used": confidence.price_sources_used,
    "cost_sources": confidence.cost_sources,
    "usage_sources": confidence.usage_sources,
    "unpriced_reasons": confidence.unpriced_reasons,
    "repeated_request_ids": confidence.repeated_request_ids,
    "collector_losses": confidence.collector_losses,
    "unread_in_journal": confidence.unread_in_journal,
}
# Parts of report.json that are words: their numbers are compared with the other figures in test_sentences.py.
IN_WORDS = {"schema", "title", "headline", "answers", "confidence", "currency", "locale"}
DIGITS = 1e-9  # floats may differ by this part of themselves: they are summed in another order
# Intervals are roots of what is left when sums of squares are subtracted from each other: half of the digits.
DIGITS_OF_INTERVALS = 1e-5
# Estimated amounts (above the best choice, for other tokens) are rounded to this before they are summed.
ROUNDED_USD = 5e-9
ROUNDED = {"extra_usd", "amount_usd", "from_usd", "regret_usd", "regret_ms", "saving_usd"} | {
    f"{name}_usd" for name in ("usual", "excess", "requests", "failures", "tokens", "models", "price")
}


def rows_of(view: str, of: Recorded) -> Rows:
    """Return the rows that a view should have."""
    if view not in of.rows:
        of.rows[view] = VIEWS[view](of)
    return of.rows[view]


def differences(document: Mapping[str, Any], of: Recorded) -> Iterator[str]:
    """Yield a line for every figure of report.json that is not what the recomputation comes to."""
    for part in document:
        if part == "views":
            yield from _views(document["views"], of)
        elif part == "budgets":
            yield from _rows(part, document[part], budgets.standings(of, document[part]))
            yield from budgets.unlikely(document)
        elif part in ("period", "totals", "coverage"):
            expected = {"period": period, "totals": headline_totals, "coverage": coverage.covered}[part](of)
            yield from _row(part, document[part], expected)
        elif part == "forecast":
            yield from forecast.differences(document[part], of)
        elif part == "reconciliation":  # the sources of these tests have no bills: test_reconciliation.py adds those up
            yield from () if document[part] is None else (f"{part} of no bills",)
        elif part not in IN_WORDS:
            yield f"nobody recomputes {part}"


def _views(views: Mapping[str, Rows], of: Recorded) -> Iterator[str]:
    for name, rows in views.items():
        if name not in VIEWS:
            yield f"nobody recomputes the view {name}"
            continue
        yield from _rows(name, rows, rows_of(name, of))


def _rows(name: str, rows: Rows, expected: Rows) -> Iterator[str]:
    if len(rows) != len(expected):
        yield f"{name} has {len(rows)} rows, not {len(expected)}"
    for number, (found, right) in enumerate(zip(rows, expected, strict=False)):
        yield from _row(f"{name}[{number}]", found, right)


def _row(where: str, found: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterator[str]:
    for name in {**found, **expected}:
        if name not in expected:
            yield f"nobody recomputes {where}.{name}"
        elif name not in found:
            yield f"{where} has no {name}"
        elif isinstance(expected[name], Mapping):
            yield from _row(f"{where}.{name}", found[name], expected[name])
        elif not same(name, found[name], expected[name]):
            yield f"{where}.{name} is {found[name]!r}, not {expected[name]!r}"


def same(name: str, found: object, expected: object) -> bool:
    """Return whether a figure of report.json is the one expected: exact, but for floats."""
    if isinstance(expected, float) and isinstance(found, int | float):
        digits = DIGITS_OF_INTERVALS if name.startswith("interval") else DIGITS
        least = ROUNDED_USD if name in ROUNDED or name.startswith("interval") else 0.0
        return math.isclose(found, expected, rel_tol=digits, abs_tol=least)
    if isinstance(expected, Decimal):
        return found == float(expected)
    if isinstance(expected, date):
        return found == expected.isoformat()
    return type(found) is type(expected) and found == expected


def period(of: Recorded) -> dict[str, Any]:
    """Return the part 'period' of report.json."""
    time = of.time
    until = None if time.first_us is None else datetime.fromtimestamp(time.last_us // 1_000_000, UTC)
    return {
        "start": time.start,
        "end": time.end,
        "timezone": time.zone,
        "days": len(time.days),
        "bucket": time.unit,
        "fiscal": time.fiscal,
        "data_until": None if until is None else f"{until:%Y-%m-%dT%H:%M:%SZ}",
        "comparison": {
            "basis": time.basis,
            "old_start": time.old_start,
            "old_end": time.old_end,
            "new_start": time.new_start,
            "new_end": time.new_end,
        },
    }


def headline_totals(of: Recorded) -> dict[str, Any]:
    """Return the part 'totals' of report.json."""
    (totals,) = spend.totals(of)
    old, new = of.side("old"), of.side("new")
    compared = time_is_compared(of) and bool(old) and bool(new)
    figures = {name: value for name, value in totals.items() if not name.startswith("cache")}
    return figures | {
        "cost_change": _change(float(spent(old)), float(spent(new))) if compared else None,
        "requests_change": _change(len(old), len(new)) if compared else None,
    }


def time_is_compared(of: Recorded) -> bool:
    return of.time.basis != "none" and not coverage.has_gaps(of)


def _change(old: float, new: float) -> float | None:
    return new / old - 1 if old else None
