"""Recompute what was spent: in all, by day, by provider, by model and over time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from tests.recomputed.days import local
from tests.recomputed.facts import Recorded, Rows, counted, down, grouped, known_cost, ratio, spent, total, unpriced
from tests.recomputed.usable import Call

MOST_PROVIDERS = 7


def totals(of: Recorded) -> Rows:
    """Return the whole period in one row."""
    calls = of.period
    return [
        {
            "requests": len(calls),
            "cost_usd": spent(calls),
            "unpriced_requests": unpriced(calls),
            "unpriced_tokens": sum(call.tokens for call in calls if call.is_unpriced),
            "failed_requests": sum(call.failed for call in calls),
            "input_tokens": sum(call.input_tokens or 0 for call in calls),
            "output_tokens": sum(call.output_tokens or 0 for call in calls),
            "cache_read_input_tokens": counted(call.cache_read_tokens for call in calls),
            "cache_savings_usd": total(call.savings_usd for call in calls),
            "providers": len({call.provider for call in calls} - {"not recorded"}),
            "models": len({(call.provider, call.model) for call in calls if call.model != "not recorded"}),
        }
    ]


def total_spend(of: Recorded) -> Rows:
    """Return a row a day of the period, also for days without data."""
    by_day = grouped(of.period, lambda call: local(call.at_us, of.time.zone).date())
    return [
        {
            "day": day,
            "requests": len(calls := by_day.get(day, [])),
            "cost_usd": spent(calls),
            "unpriced_requests": unpriced(calls),
            "failed_requests": sum(call.failed for call in calls),
            "input_tokens": sum(call.input_tokens or 0 for call in calls),
            "output_tokens": sum(call.output_tokens or 0 for call in calls),
        }
        for day in of.time.days
    ]


def comparison(of: Recorded) -> Rows:
    """Return a row for each side of the comparison that has a request."""
    return [
        {
            "side": side,
            "requests": len(calls),
            "cost_usd": spent(calls),
            "unpriced_requests": unpriced(calls),
            "tokens": sum(call.tokens for call in calls),
        }
        for side in ("new", "old")
        if (calls := of.side(side))
    ]


def spend_by_provider(of: Recorded) -> Rows:
    """Return the providers of the period, the most spend first."""
    old, new = of.side("old"), of.side("new")
    whole = spent(of.period)
    rows = [
        {
            "provider": provider,
            "requests": len(calls),
            "cost_usd": known_cost(calls),
            "share": ratio(known_cost(calls), whole),
            "unpriced_requests": unpriced(calls),
            "input_tokens": sum(call.input_tokens or 0 for call in calls),
            "output_tokens": sum(call.output_tokens or 0 for call in calls),
            "old_share": ratio(_of_provider(old, provider), spent(old)),
            "new_share": ratio(_of_provider(new, provider), spent(new)),
        }
        for provider, calls in grouped(of.period, lambda call: call.provider).items()
    ]
    return sorted(rows, key=lambda row: (down(row["cost_usd"]), -row["requests"], row["provider"]))


def _of_provider(calls: Sequence[Call], provider: str) -> Decimal:
    return spent(call for call in calls if call.provider == provider)


def spend_by_model(of: Recorded) -> Rows:
    """Return the models of the period, the most spend first.

    A request's cost is all spend over the requests that were answered and have a known price.
    """
    whole = spent(of.period)
    rows: Rows = [
        {
            "provider": provider,
            "model": model,
            "requests": len(calls),
            "cost_usd": (cost := known_cost(calls)),
            "share": ratio(cost, whole),
            "cost_per_request_usd": ratio(cost, sum(call.cost_usd is not None for call in calls)),
            "unpriced_requests": unpriced(calls),
            "input_tokens": counted(call.input_tokens for call in calls),
            "output_tokens": counted(call.output_tokens for call in calls),
            "cache_savings_usd": total(call.savings_usd for call in calls),
        }
        for (provider, model), calls in grouped(of.period, lambda call: (call.provider, call.model)).items()
    ]
    rows.sort(key=lambda row: (down(row["cost_usd"]), -row["requests"], row["provider"], row["model"]))
    return [row | {"rank": rank} for rank, row in enumerate(rows, 1)]


def spend_over_time(of: Recorded) -> Rows:
    """Return spend by bar and provider: seven by name, the others together, None for bars without a request."""
    ranked = [row["provider"] for row in spend_by_provider(of)]
    ranked_names = {name: name if rank < MOST_PROVIDERS else "all other providers" for rank, name in enumerate(ranked)}
    found = [
        {
            "bucket": bucket,
            "provider": provider,
            "cost_usd": spent(calls),
            "requests": len(calls),
            "unpriced_requests": sum(call.is_unpriced for call in calls),
        }
        for (bucket, provider), calls in grouped(
            of.period,
            lambda call: (of.time.bucket(local(call.at_us, of.time.zone).date()), ranked_names[call.provider]),
        ).items()
    ]
    found += [
        {"bucket": bucket, "provider": None, "cost_usd": Decimal(0), "requests": 0, "unpriced_requests": 0}
        for bucket in empty_buckets(of, [call.at_us for call in of.period])
    ]
    return sorted(
        found, key=lambda row: (row["bucket"], -row["cost_usd"], row["provider"] is None, row["provider"] or "")
    )


def empty_buckets(of: Recorded, moments_us: Sequence[int]) -> list[date]:
    """Return the bars in which none of the moments lies."""
    every, filled = (
        {of.time.bucket(local(us, of.time.zone).date()) for us in some} for some in (of.time.slots(), moments_us)
    )
    return sorted(every - filled)
