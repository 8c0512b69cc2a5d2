"""State what each part of the page may speak of: the figures of report.json that its numbers must come from.

One function a part, each a list of quantities. A number in a sentence that is none of them is a wrong number, or a new
kind of sentence: then say here where its number comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from tests.recomputed.days import packaged_zone
from tests.recomputed.derivations_of_plans import (
    budgets,
    budgets_within,
    cost_per_outcome,
    finops_measures,
    judged,
    months,
    savings,
    spend_forecast,
    token_use,
    unit_costs,
    unusual_spend,
)
from tests.recomputed.numbers import Written
from tests.recomputed.quantities import Figures, Quantity, Row, change, count, day, money, percent, ratio, shown, time


def compared_days(of: Figures) -> list[Quantity]:
    """The stretches compared: '1–26 Oct 2026', 'September 2026'; what the old one cost, what is missing of either."""
    compared = of.period["comparison"]
    ends = [end for end in (compared["old_end"], compared["new_end"]) if end is not None]
    sides = [row for row in of.view("comparison") if row["side"] == "old"]
    return [
        *(Quantity("days", row["days"]) for row in of.view("coverage")),
        *count(*(row["days"] for row in of.view("coverage"))),
        *count(*(row[name] for row in of.view("coverage") for name in ("missing_hours", "recorded_hours"))),
        Quantity("month", day=compared["old_start"]),
        *day(compared["old_start"], compared["new_start"], *ends),
        *money(*(row["cost_usd"] for row in sides)),
    ]


def recorded(of: Figures) -> list[Quantity]:
    """How much of the period is recorded: 'data for 26 of 30 days', 'no data in 432 of 744 hours'."""
    found = of.document["coverage"]
    return [
        *count(found["days_with_data"], found["missing_hours"], found["recorded_hours"]),
        *(Quantity("days", found[name]) for name in ("days", "days_with_data")),
    ]


def per_day(of: Figures) -> float | None:
    """The change of spend per day: months differ in length."""
    days = {row["part"]: row["days"] for row in of.view("coverage")}
    if of.totals["cost_change"] is None:
        return None
    return float((1 + of.totals["cost_change"]) * days["old"] / days["new"] - 1)


def untimed(of: Figures) -> int:
    """Rows without a usable time."""
    return sum(row["rows_set_aside"] for row in of.view("unusable_values") if row["column_name"] == "timestamp")


def per_request(of: Figures) -> float | None:
    """The change of spend per request."""
    cost, requests = of.totals["cost_change"], of.totals["requests_change"]
    return None if cost is None or requests is None or requests == -1 else float((1 + cost) / (1 + requests) - 1)


def unpriced(of: Figures) -> list[Quantity]:
    requests = of.totals["unpriced_requests"]
    return count(requests) + percent(ratio(requests, of.totals["requests"]))


def company_budget(of: Figures) -> list[Quantity]:
    """What the top of the page says of budgets for everything: the one that stands worst is one of them."""
    scopes = ("team", "project", "provider", "model", "environment", "end_user", "tag")
    company = [row for row in of.view("budgets") if not any(row[name] for name in scopes)]
    names = {row["budget"] for row in company}
    return [
        *(quantity for row in company for quantity in _budget(row, of.rate)),
        *money(*(one["expected_usd"] for one in of.document["budgets"] if one["budget"] in names)),
    ]


def _budget(row: Row, rate: float) -> list[Quantity]:
    days = [row[name] for name in ("first_day", "last_day", "breached_on", "breach_expected_on")]
    return [
        *money(row["used_usd"], row["amount"] / rate, row["at_pace_usd"]),
        *percent(row["used_share"], row["passed_share"]),
        *day(*(one for one in days if one is not None)),
    ]


def headline(of: Figures) -> list[Quantity]:
    until = of.period["data_until"]
    moment = []
    if until is not None:
        zone = packaged_zone(of.period["timezone"])
        moment = [Quantity("moment", day=f"{datetime.fromisoformat(until).astimezone(zone):%Y-%m-%dT%H:%M}")]
    return [
        *day(of.period["start"], of.period["end"]),
        *moment,
        *money(of.totals["cost_usd"]),
        *percent(of.totals["cost_change"]),
        *count(of.totals["requests"]),
        Quantity("tokens", of.totals["input_tokens"] + of.totals["output_tokens"]),
        *unpriced(of),
        *compared_days(of),
        *recorded(of),
        *company_budget(of),
    ]


def spend(of: Figures) -> list[Quantity]:
    changes = percent(of.totals["cost_change"], of.totals["requests_change"], per_day(of), per_request(of))
    return [
        *money(of.totals["cost_usd"]),
        *count(of.totals["requests"], untimed(of)),
        *changes,
        *unpriced(of),
        *compared_days(of),
        *company_budget(of),
    ]


def mix(of: Figures) -> list[Quantity]:
    top = of.first("spend_by_provider")
    model = next((row for row in of.view("spend_by_model") if row["model"] != "not recorded"), None)
    found = count(of.totals["providers"], of.totals["models"]) + compared_days(of)
    nameless = sum(row["requests"] for row in of.view("spend_by_provider") if row["provider"] == "not recorded")
    found += unpriced(of) + percent(ratio(nameless, of.totals["requests"]))
    found += percent(model["share"]) if model else []
    return found + (percent(top["share"]) + _points(top) if top else [])


def _points(row: Row) -> list[Quantity]:
    old, new = row["old_share"], row["new_share"]
    return [] if old is None or new is None else [Quantity("points", 100 * (new - old)), *percent(old, new)]


def strategies(of: Figures) -> list[Quantity]:
    (work,) = of.view("same_work")
    dear, slow = work["performance_first_usd"], work["cost_first_ms"]
    gains = percent(change(dear, work["cost_first_usd"]), change(slow, work["performance_first_ms"]))
    doubts = percent(ratio(work["interval_usd"], dear), ratio(work["interval_ms"], slow), 0.95)
    comparable = work["cost_requests"] + work["performance_requests"]
    return [*gains, *doubts, *count(comparable, of.totals["requests"], 30)]


def latency(of: Figures) -> list[Quantity]:
    (work,) = of.view("same_work")
    old, new = (of.p95_ms(side) for side in ("old", "new"))
    slower = ratio(work["cost_first_ms"], work["performance_first_ms"])
    return [
        *time(*(row["p50_ms"] for row in of.view("requests_by_strategy")), new),
        *percent(change(old, new), 0.95),
        *count(95),
        *([] if slower is None else [Quantity("times", slower)]),
        *compared_days(of),
    ]


def resilience(of: Figures) -> list[Quantity]:
    (troubled,) = of.view("troubled_requests")
    events, recovered = (of.sum("failover_events", column) for column in ("events", "recovered"))
    lost = troubled["requests"] - troubled["answered"]
    found = count(troubled["requests"], troubled["answered"], lost, events, recovered)
    found += percent(ratio(troubled["answered"], troubled["requests"]), ratio(recovered, events))
    if worst := of.first("incidents"):
        found += count(worst["hours"], worst["failed_attempts"] + worst["requests_rerouted"])
        found.append(Quantity("moment", day=worst["started_at"][:16]))
    return found


def total_spend(of: Figures) -> list[Quantity]:
    rows = of.view("total_spend")
    most = max(rows, key=lambda row: (row["cost_usd"], row["day"]))
    days = of.document["coverage"]["days_with_data"] or len(rows)
    return [
        *money(of.totals["cost_usd"], ratio(of.totals["cost_usd"], days), most["cost_usd"]),
        Quantity("days", len(rows)),
        *recorded(of),
        *count(len(rows)),
        *day(most["day"]),
        *shown(of, "total_spend", 31),
    ]


def spend_by_provider(of: Figures) -> list[Quantity]:
    top = of.first("spend_by_provider")
    return [*(percent(top["share"]) + _points(top) if top else []), *compared_days(of)]


def latency_by_provider_model(of: Figures) -> list[Quantity]:
    rows = of.view("latency_by_provider_model")
    often = [row for row in rows if row["requests"] >= 30] or rows
    medians = [row["p50_ms"] for row in often]
    timed = count(of.sum("latency_by_provider_model", "requests"), of.totals["requests"])
    return [
        *(time(min(medians), max(medians)) if medians else []),
        *count(len(often)),
        *percent(0.01, 0.95, 0.99),
        *timed,
    ]


def requests_by_strategy(of: Figures) -> list[Quantity]:
    rows = of.view("requests_by_strategy")
    named = [row for row in rows if row["strategy"] != "not recorded"]
    costs = [row["cost_per_request_usd"] for row in named if row["cost_per_request_usd"]]
    return [*percent(*(row["share"] for row in rows[:1]), 0.95), *money(min(costs, default=None))]


def failover_events(of: Figures) -> list[Quantity]:
    events = of.sum("failover_events", "events")
    left: dict[str, int] = {}
    for row in of.view("failover_events"):
        left[row["from_provider"]] = left.get(row["from_provider"], 0) + row["events"]
    shares = percent(
        ratio(of.sum("failover_events", "recovered"), events), ratio(max(left.values(), default=0), events)
    )
    recovered = of.sum("failover_events", "recovered")
    return [*count(events, recovered), *shares, *shown(of, "failover_events")]


def change_explained(of: Figures) -> list[Quantity]:
    rows = of.view("change_explained")
    if not rows:
        return compared_days(of)
    old, *steps, new = (row["amount_usd"] for row in rows)
    return [*money(new, new - old, max(steps, key=abs)), *compared_days(of)]


def top_movers(of: Figures) -> list[Quantity]:
    largest = [row for row in of.view("top_movers") if row["rank"] == 1]
    return [*money(*(row[name] for row in largest for name in ("change_usd", "new_cost_usd"))), *compared_days(of)]


def spend_by_model(of: Figures) -> list[Quantity]:
    rows, (totals,) = of.view("spend_by_model"), of.view("totals")
    saved, spent = totals["cache_savings_usd"], totals["cost_usd"]
    three = sum(row["share"] or 0 for row in rows[:3])
    return [
        *percent(three, ratio(saved, spent + (saved or 0)), *(row["share"] for row in rows[:1])),
        *money(saved),
        *shown(of, "spend_by_model"),
    ]


def spend_by_team(of: Figures) -> list[Quantity]:
    nobody = [row for row in of.view("spend_by_team") if row["team"] == row["project"] == "not attributed"]
    named = [row for row in of.view("spend_by_team") if row not in nobody]
    return [*money(*(row["cost_usd"] for row in [*named[:1], *nobody])), *shown(of, "spend_by_team")]


def spend_by_environment(of: Figures) -> list[Quantity]:
    named = [row for row in of.view("spend_by_environment") if row["environment"] is not None]
    nameless = [row["cost_usd"] for row in of.view("spend_by_environment") if row["environment"] is None]
    return [*percent(*(row["share"] for row in named[:1])), *money(*nameless)]


def spend_by_customer(of: Figures) -> list[Quantity]:
    rows = of.view("spend_by_customer")
    top = next((row for row in rows if row["end_user"] is not None), None)
    nameless = [row["cost_usd"] for row in rows if row["customers"] == 0]
    customers = of.sum("spend_by_customer", "customers")
    found = count(customers) + money(*nameless) + shown(of, "spend_by_customer")
    return found + (money(top["cost_usd"]) + percent(top["share"]) if top else [])


def strategy_regret(of: Figures) -> list[Quantity]:
    rows = of.view("strategy_regret")
    amounts = money(*(row[name] for row in rows for name in ("regret_usd", "interval_usd")))
    shares = (ratio(row["regret_usd"], of.totals["cost_usd"]) for row in rows)
    requests = count(of.sum("strategy_regret", "requests"), of.totals["requests"], 20)
    return [*amounts, *percent(*shares, 0.95), *requests]


def fallbacks_paid(of: Figures) -> list[Quantity]:
    extra, uncompared = (of.sum("fallbacks_paid", column) for column in ("extra_usd", "uncompared_requests"))
    return [
        *count(uncompared),
        *count(of.sum("fallbacks_paid", "requests")),
        *money(extra),
        *shown(of, "fallbacks_paid"),
    ]


def attempts_by_provider(of: Figures) -> list[Quantity]:
    lost, paid = (of.sum("attempts_by_provider", column) for column in ("failed_minutes", "failed_cost_usd"))
    unpriced = count(of.sum("attempts_by_provider", "unpriced_failed_attempts"))
    return [*unpriced, *time(60_000 * lost), *money(paid, of.sum("fallbacks_paid", "extra_usd"))]


def incidents(of: Figures) -> list[Quantity]:
    return [
        *count(of.sum("incidents", "unpriced_failed_attempts")),
        *count(len(of.view("incidents")), of.sum("incidents", "hours")),
        *time(60_000 * of.sum("incidents", "failed_minutes")),
        *money(of.sum("incidents", "cost_usd")),
        *count(2),
        *shown(of, "incidents"),
    ]


def guardrail_decisions(of: Figures) -> list[Quantity]:
    rows = of.view("guarded_requests")
    missed = of.sum("guarded_requests", "unguarded_requests")
    decisions: dict[str, int] = {}
    for row in of.view("guardrail_decisions"):
        decisions[row["action"]] = decisions.get(row["action"], 0) + row["decisions"]
    return [
        *count(sum(decisions.values()), *decisions.values()),
        *money(of.sum("guardrail_decisions", "avoided_usd"), of.sum("guarded_requests", "unguarded_cost_usd")),
        *count(missed, of.sum("guarded_requests", "unguarded_unpriced_requests")),
        *percent(ratio(missed, sum(row["requests"] for row in rows))),
        *shown(of, "guardrail_decisions", 6),
    ]


def outside_policy(of: Figures) -> list[Quantity]:
    rows = of.view("outside_policy")
    names = {row["guardrail"] for row in rows}
    found = [*count(len(names) - 1, 2), *shown(of, "outside_policy")]
    for name in names:
        some = [row for row in rows if row["guardrail"] == name]
        found += count(sum(row["requests"] for row in some), sum(row["exempt_requests"] for row in some))
        found += money(sum(row["cost_usd"] or 0 for row in some)) + count(sum(row["unpriced_requests"] for row in some))
    return found


def confidence(of: Figures) -> list[Quantity]:
    (gaps,), (losses,) = of.view("hours_without_data"), of.view("collector_losses")
    tokens = of.totals["unpriced_tokens"]
    whole = of.totals["input_tokens"] + of.totals["output_tokens"]
    rows_read = of.document["rows_read"]
    (unread,) = of.view("unread_in_journal")
    prices = of.view("price_sources_used")
    sources = [row for view in ("cost_sources", "usage_sources") for row in of.view(view)]
    more = [row["requests"] for row in prices if row["price_source"] != "not recorded"][4:]
    sourced = sum(row["requests"] for row in prices if row["price_source"] != "not recorded")
    return [
        *unpriced(of),
        *judged(of),
        *(Quantity("times", 20), *count(100)),  # what the glossary beside it says of savings
        Quantity("tokens", tokens),
        *percent(ratio(tokens, whole), 0.01),
        *count(gaps["empty_hours"], gaps["hours"], losses["dropped"] or 0, losses["quarantined"] or 0),
        *count(unread["entries"], max(unread["entries"] - 1, 0)),
        *count(*(row["rows_set_aside"] for row in of.view("unusable_values"))),
        *count(*(row["requests"] for row in of.view("free_requests"))),
        *(Quantity("tokens", row["tokens"]) for row in of.view("free_requests")),
        *count(*(row["repeated_rows"] for row in of.view("repeated_request_ids"))),
        *count(*(row["requests"] for row in of.view("price_sources_used"))),
        *count(rows_read, of.totals["requests"], rows_read - of.totals["requests"] - untimed(of), untimed(of)),
        *count(of.totals["failed_requests"], of.totals["requests"] - of.sum("price_sources_used", "requests")),
        *count(of.totals["requests"] - sourced, len(more), sum(more)),
        *percent(*(row[share] for row in sources for share in ("share", "request_share") if share in row)),
        *count(*(row["requests"] for row in [*sources, *of.view("unpriced_reasons")])),
        *count(sum(row["requests"] for row in of.view("unpriced_reasons")[5:])),
        *count(of.sum("attempts_by_provider", "unpriced_failed_attempts")),
        *count(of.sum("attempts_by_provider", "attempts"), of.sum("attempts_by_provider", "failed_attempts")),
    ]


PARTS: Mapping[str, Callable[[Figures], list[Quantity]]] = {
    "headline": headline,
    "answer-spend": spend,
    "answer-mix": mix,
    "answer-strategies": strategies,
    "answer-latency": latency,
    "answer-resilience": resilience,
    "total_spend": total_spend,
    "budgets": budgets,
    "budgets_within": budgets_within,
    "spend_by_provider": spend_by_provider,
    "latency_by_provider_model": latency_by_provider_model,
    "requests_by_strategy": requests_by_strategy,
    "failover_events": failover_events,
    "change_explained": change_explained,
    "unusual_spend": unusual_spend,
    "top_movers": top_movers,
    "spend_by_model": spend_by_model,
    "spend_by_team": spend_by_team,
    "spend_by_environment": spend_by_environment,
    "spend_by_customer": spend_by_customer,
    "strategy_regret": strategy_regret,
    "savings": savings,
    "attempts_by_provider": attempts_by_provider,
    "incidents": incidents,
    "fallbacks_paid": fallbacks_paid,
    "spend_forecast": spend_forecast,
    "months": months,
    "unit_costs": unit_costs,
    "token_use": token_use,
    "cost_per_outcome": cost_per_outcome,
    "finops_measures": finops_measures,
    "guardrail_decisions": guardrail_decisions,
    "outside_policy": outside_policy,
    "confidence": confidence,
}


def is_derived(number: Written, allowed: Iterable[Quantity], rate: float) -> bool:
    """Return whether a number is one of the quantities that its part of the page may write."""
    return any(_fits(number, quantity, rate) for quantity in allowed)


def _fits(number: Written, quantity: Quantity, rate: float) -> bool:
    if number.unit in ("day", "month", "moment"):
        return quantity.unit == number.unit and quantity.day == number.day
    if number.unit == "days" and quantity.unit == "time":
        return number.fits(quantity.value / 86_400_000)
    same = number.unit == quantity.unit or {number.unit, quantity.unit} <= {"count", "tokens", "days"}
    return same and number.fits(quantity.value * (rate if quantity.unit == "money" else 1))
