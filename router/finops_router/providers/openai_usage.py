"""Read usage as each provider that speaks OpenAI's protocol reports it: one table, by provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import msgspec
from msgspec.structs import replace

from finops_router.calls import Usage
from finops_router.pricing.usage import usage_of

Counts = Mapping[str, Any]
TICKS_PER_USD = 10**10  # https://docs.x.ai/developers/cost-tracking


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How a provider's usage differs from OpenAI's own.

    `extractor` is the provider whose counts genai-prices reads likewise, `api_flavor` its name of that reading.
    `cached` is a name of the provider's own for tokens from its cache. `reasoning_apart`: completion tokens do not
    include reasoning. `charged_usd` returns the amount that it says it has charged, None if it says none.
    """

    extractor: str = "openai"
    api_flavor: str = "chat"
    cached: str | None = None
    reasoning_apart: bool = False
    charged_usd: Callable[[Counts], Decimal | None] | None = None


def openai_usage(provider: str, counts: Counts) -> Usage | None:
    """Return the inclusive usage of `counts`, the raw usage of an answer of `provider`; None if it has no counts."""
    reading = READINGS.get(provider, OPENAI)
    usage = usage_of({"usage": _as_openai(reading, counts)}, reading.extractor, reading.api_flavor)
    if usage is None or reading.charged_usd is None:
        return usage
    return replace(usage, charged_usd=reading.charged_usd(counts))


def counts_in(answer: Mapping[str, Any]) -> Counts | None:
    """Return the raw usage of an answer or a chunk of one, None without it; Groq streams it in a place of its own."""
    found: Counts | None = answer.get("usage") or (answer.get("x_groq") or {}).get("usage")
    return found


def _as_openai(reading: Reading, counts: Counts) -> Counts:
    """Return `counts` with cached tokens and reasoning where OpenAI has them."""
    prompt, completion = _details(counts, "prompt_tokens_details"), _details(counts, "completion_tokens_details")
    changed: dict[str, Any] = {}
    if reading.cached is not None and counts.get(reading.cached):
        changed["prompt_tokens_details"] = {"cached_tokens": counts[reading.cached]} | _told(prompt)
    if apart := _reasoning_apart(reading, counts, completion.get("reasoning_tokens") or 0):
        changed["completion_tokens"] = counts["completion_tokens"] + apart
    return {**counts, **changed}


def _reasoning_apart(reading: Reading, counts: Counts, reasoning: int) -> int:
    """Return how many tokens of reasoning are missing in the completion tokens; a total that was sent decides."""
    completion = counts.get("completion_tokens")
    if not reasoning or completion is None:
        return 0
    beyond = (counts.get("total_tokens") or 0) - (counts.get("prompt_tokens") or 0) - completion
    if beyond == reasoning:
        return reasoning
    return reasoning if reading.reasoning_apart and (beyond < 0 or reasoning > completion) else 0


def _details(counts: Counts, name: str) -> Counts:
    found: Counts = counts.get(name) or {}
    return found


def _told(counts: Counts) -> dict[str, Any]:
    return {name: count for name, count in counts.items() if count}


def _ticks_usd(counts: Counts) -> Decimal | None:
    ticks = _amount(counts.get("cost_in_usd_ticks"))
    return None if ticks is None else ticks / TICKS_PER_USD


def _openrouter_usd(counts: Counts) -> Decimal | None:
    """Return what OpenRouter took, and what the provider takes whose own key it used (`is_byok`)."""
    cost_usd = _amount(counts.get("cost"))
    if cost_usd is None or not counts.get("is_byok"):
        return cost_usd
    upstream_usd = _amount(_details(counts, "cost_details").get("upstream_inference_cost"))
    return None if upstream_usd is None else cost_usd + upstream_usd


def _perplexity_usd(counts: Counts) -> Decimal | None:
    return _amount(_details(counts, "cost").get("total_cost"))


def _amount(value: object) -> Decimal | None:
    """Return a number of JSON as people read it, None if it is no amount of money."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    amount = Decimal(repr(value))
    return amount if amount.is_finite() and amount >= 0 else None


OPENAI = Reading()
READINGS: Mapping[str, Reading] = {
    "azure.ai.openai": Reading(extractor="azure.ai.openai"),
    "deepseek": Reading(cached="prompt_cache_hit_tokens"),
    "groq": Reading(extractor="groq", api_flavor="default"),
    "mistral_ai": Reading(extractor="mistral_ai", api_flavor="default"),
    "moonshot_ai": Reading(extractor="moonshot_ai", cached="cached_tokens"),
    "openrouter": Reading(extractor="openrouter", charged_usd=_openrouter_usd),
    "perplexity": Reading(extractor="perplexity", api_flavor="default", charged_usd=_perplexity_usd),
    "x_ai": Reading(reasoning_apart=True, charged_usd=_ticks_usd),
}
