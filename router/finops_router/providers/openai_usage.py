"""Read usage as each provider that speaks OpenAI's protocol reports it: one table, by provider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from finops_router.calls import Usage
from finops_router.pricing.usage import usage_of

Counts = Mapping[str, Any]
OPENAI = "chat"  # genai-prices' name of OpenAI's own way to report usage
FLAVORS: Mapping[str, str] = {  # its name of the ways of others, where theirs is another
    "groq": "default",
    "mistral_ai": "default",
    "perplexity": "default",  # reasoning and citations stand beside the completion tokens, searches are counted
}
REASONING_APART = frozenset({"x_ai"})  # completion tokens are without reasoning, and genai-prices adds it


def openai_usage(provider: str, counts: Counts) -> Usage | None:
    """Return the inclusive usage of `counts`, the raw usage of an answer of `provider`; None if it has no counts."""
    response = {"usage": _with_reasoning(provider, counts)}
    return usage_of(response, provider, FLAVORS.get(provider, OPENAI)) or usage_of(response, "openai", OPENAI)


def counts_in(answer: Mapping[str, Any]) -> Counts | None:
    """Return the raw usage of an answer or a chunk of one, None without it; Groq streams it in a place of its own."""
    elsewhere = answer.get("x_groq")
    for found in (answer.get("usage"), elsewhere.get("usage") if isinstance(elsewhere, Mapping) else None):
        if found and isinstance(found, Mapping):
            return found
    return None


def _with_reasoning(provider: str, counts: Counts) -> Counts:
    """Return `counts` with reasoning within the completion tokens or apart from them, as they are read for `provider`.

    The total decides how they were sent: proxies in front of a provider may send them in OpenAI's way, or in its.
    """
    prompt, completion, total = (counts.get(f"{name}_tokens") for name in ("prompt", "completion", "total"))
    reasoning = (counts.get("completion_tokens_details") or {}).get("reasoning_tokens")
    if not reasoning or not total or prompt is None or completion is None:
        return counts
    beyond, are_read_apart = total - prompt - completion, provider in REASONING_APART
    if beyond == reasoning and not are_read_apart:
        return {**counts, "completion_tokens": completion + reasoning}
    if beyond == 0 and are_read_apart:
        return {**counts, "completion_tokens": completion - reasoning}
    return counts
