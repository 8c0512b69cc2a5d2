"""Read the counts of a provider's raw usage by genai-prices' own rules, whatever its caller calls the kind of answer.

A provider has a reading for each kind of answer it gives ('chat', 'responses', 'realtime'). One that does not fit finds
nothing, or finds the tokens without what makes some of them dearer: audio, images, reasoning beside the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, reduce
from typing import Any

from finops_router.pricing.listed import GENAI_PROVIDERS, providers
from finops_router.pricing.responses import USAGES, added

Counts = Mapping[str, Any]
Found = dict[str, int | float]
CACHED = ("prompt_cache_hit_tokens", "cached_tokens")  # DeepSeek's and Moonshot's own names of tokens from the cache
SAME_WIRE = {"chat": "openai", "responses": "openai", "anthropic": "anthropic"}  # of a provider that the list lacks
SHOWN_BY = {  # part of a usage that only one kind of answer has -> the reading that knows it
    "input_token_details": "realtime",  # transcriptions have it, too
    "output_token_details": "realtime",
    "prompt_tokens_details": "chat",
    "completion_tokens_details": "chat",
}


def raw_counts(response: Mapping[str, Any]) -> Counts:
    """Return what a raw response says was used, in its provider's own words; empty if it says nothing."""
    return next((counts for name in USAGES if isinstance(counts := response.get(name), Mapping)), {})


def extracted(response: Mapping[str, Any], provider: str, flavor: str) -> Found:
    """Return the counts of a raw response by genai-prices' unit; empty if none can be read.

    `provider` is an OpenTelemetry name. The reading that the counts show to be right goes before that of `flavor`; if
    neither finds a count, the provider's other readings are tried.
    """
    from genai_prices import extract_usage  # noqa: PLC0415 -- 0.2 s and 35 MB, for those alone who need it

    provider_id = GENAI_PROVIDERS.get(provider, provider)
    if provider_id not in providers():
        provider_id = SAME_WIRE.get(flavor, provider_id)
        flavor = "default" if flavor == "anthropic" else flavor
    counts = _with_summaries(_with_cached(raw_counts(response)))
    # without its model: one that is not in the list of prices has counts all the same
    told = {name: counts if name == "usage" else response[name] for name in USAGES if name in response}
    told |= {"response": {"usage": counts}, "result": {"usage": counts}}  # where some readings look for it
    if response.get("document_annotation"):
        flavor = "ocr_annotated"  # Mistral's pages cost more if it says what is on them
    for reading in _readings(_shown(counts), flavor, provider_id):
        try:
            found = vars(extract_usage(told, provider_id=provider_id, api_flavor=reading).usage)
        except (ValueError, LookupError, TypeError):
            continue  # not this kind of answer
        if any(found.values()):
            return dict(found)  # asked for a count that was not reported, it would infer one from others, slowly
    return {}


def _shown(counts: Counts) -> tuple[str, ...]:
    """Return the readings that the counts show to be right."""
    shown = tuple(reading for part, reading in SHOWN_BY.items() if part in counts)
    details = counts.get("input_tokens_details")
    if not isinstance(details, Mapping):
        return shown
    return (*shown, "images" if "image_tokens" in details else "responses")


@cache
def _readings(shown: tuple[str, ...], flavor: str, provider_id: str) -> tuple[str, ...]:
    """Return the provider's readings, the likeliest first."""
    provider = providers().get(provider_id)
    own = [one.api_flavor for one in (provider.extractors if provider else None) or ()]
    return tuple(dict.fromkeys(reading for reading in (*shown, flavor, *own) if reading in own))


def _with_cached(counts: Counts) -> Counts:
    """Return the counts with tokens from the cache where OpenAI has them, if they are elsewhere alone."""
    cached = next((counts[name] for name in CACHED if isinstance(counts.get(name), int)), 0)
    details = counts.get("prompt_tokens_details") or {}
    if not cached or "prompt_tokens" not in counts or details.get("cached_tokens"):
        return counts
    return {**counts, "prompt_tokens_details": {**details, "cached_tokens": cached}}


def _with_summaries(counts: Counts) -> Counts:
    """Return the counts with those of Anthropic's summaries of a long conversation, which its totals leave out."""
    steps = counts.get("iterations")
    made = [step for step in steps if isinstance(step, Mapping)] if isinstance(steps, list) else []
    return reduce(added, (step for step in made if step.get("type") == "compaction"), counts)
