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
USUAL = frozenset(
    {"prompt_tokens", "completion_tokens", "total_tokens", "prompt_tokens_details", "completion_tokens_details"}
)
COUNTED = frozenset({"cached_tokens", "reasoning_tokens"})
REASONING_APART = frozenset({"x_ai"})  # completion tokens are without reasoning, and genai-prices adds it


def openai_usage(provider: str, counts: Counts) -> Usage | None:
    """Return the inclusive usage of `counts`, the raw usage of an answer of `provider`; None if it has no counts."""
    if provider not in FLAVORS and provider not in REASONING_APART and (usual := _usual(counts)) is not None:
        return usual
    response = {"usage": _with_reasoning(provider, counts)}
    return usage_of(response, provider, FLAVORS.get(provider, OPENAI)) or usage_of(response, "openai", OPENAI)


def _usual(counts: Counts) -> Usage | None:
    """Return the usage of OpenAI's own fields alone, as nearly all answers have them; None if there is anything else.

    It is what genai-prices reads of them (a test compares the two), in a twentieth of the time.
    """
    read, written = counts.get("prompt_tokens_details") or {}, counts.get("completion_tokens_details") or {}
    if not (counts.keys() <= USUAL and type(read) is type(written) is dict):
        return None
    prompt, completion = counts.get("prompt_tokens"), counts.get("completion_tokens")
    cached, reasoning = read.get("cached_tokens"), written.get("reasoning_tokens")
    cached, reasoning = 0 if cached is None else cached, 0 if reasoning is None else reasoning
    if not (type(prompt) is type(completion) is type(cached) is type(reasoning) is int):
        return None
    if not (prompt > 0 and 0 <= cached <= prompt and 0 <= reasoning <= completion):
        return None
    if reasoning and counts.get("total_tokens") not in (None, prompt + completion):  # it may be beside the completion
        return None
    others = [value for key, value in (*read.items(), *written.items()) if key not in COUNTED and value is not None]
    if any(value or type(value) is not int for value in others):
        return None
    return Usage(
        input_tokens=prompt,
        output_tokens=completion,
        cache_read_input_tokens=cached,
        reasoning_output_tokens=reasoning,
    )


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
