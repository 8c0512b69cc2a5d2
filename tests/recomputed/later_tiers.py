"""Recompute what work that is not urgent would have cost in tiers that answer later, at prices made up here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

from finops_report.warehouse import LaterTier, MeanRequest, NotUrgent, Served
from tests.recomputed.facts import Recorded, Rows, grouped, spent
from tests.recomputed.usable import Call

TAGS = (("feature", "c"), ("~", "c"))
Way = tuple[str, str, str | None, str | None, str | None]
Parts = list[tuple[list[Call], Fraction | None]]


def pricing(served: Served, mean: MeanRequest, _moment_us: int) -> LaterTier | None:
    """Return a price that depends on every number asked with; OpenAI and regions have none."""
    if served.provider == "openai" or served.inference_region is not None:
        return None
    tokens = mean.input_tokens + 3 * mean.output_tokens + 5 * mean.cache_read_input_tokens
    share = (tokens + 7 * mean.cache_write_input_tokens + 1) % 64 / 64
    return LaterTier("flex" if served.speed else "batch", 1.0 if served.service_tier else share)


ASKED = NotUrgent(TAGS, pricing)


def later_tiers(of: Recorded) -> Mapping[tuple[str, str, str | None], Parts]:
    """Return requests that are not urgent by provider, model and later tier, each part with what the tier saves."""
    found: dict[tuple[str, str, str | None], Parts] = {}
    for way, calls in grouped([call for call in of.period if _waits(call)], _way).items():
        tier = pricing(Served(*way), _mean(calls), 0)
        saving = None if tier is None else Fraction(spent(calls)) * (1 - Fraction(tier.cost_ratio))
        found.setdefault((way[0], way[1], None if tier is None else tier.tier), []).append((calls, saving))
    return found


def not_urgent(of: Recorded) -> Rows:
    """Return what is tagged as not urgent, by model."""
    rows = [
        {
            "provider": provider,
            "model": model,
            "tier": tier,
            "requests": sum(len(calls) for calls, _ in parts),
            "cost_usd": spent(call for calls, _ in parts for call in calls),
            "saving_usd": None if tier is None else float(saved(parts)),
        }
        for (provider, model, tier), parts in later_tiers(of).items()
    ]
    return sorted(rows, key=lambda row: (row["provider"], row["model"], row["tier"] is None, row["tier"] or ""))


def saved(parts: Parts) -> Fraction:
    """Return what a later tier saves of all parts."""
    return sum((usd for _, usd in parts if usd is not None), Fraction(0))


def _waits(call: Call) -> bool:
    is_known = None not in (call.cost_usd, call.input_tokens, call.output_tokens)
    return not call.failed and is_known and not call.used_more and any(call.tags.get(key) == one for key, one in TAGS)


def _way(call: Call) -> Way:
    return call.provider, call.model, call.service_tier, call.speed, call.inference_region


def _mean(calls: list[Call]) -> MeanRequest:
    def mean(tokens: list[int | None]) -> int:
        return math.floor(Fraction(sum(one or 0 for one in tokens), len(calls)) + Fraction(1, 2))

    return MeanRequest(
        mean([call.input_tokens for call in calls]),
        mean([call.output_tokens for call in calls]),
        mean([call.cache_read_tokens for call in calls]),
        mean([call.cache_write_tokens for call in calls]),
    )
