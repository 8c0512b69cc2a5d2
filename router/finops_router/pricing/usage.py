"""Read what an answer used out of a provider's raw response, and how it was served."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from finops_router.calls import Served, Usage
from finops_router.pricing.charged import charged_usd
from finops_router.pricing.listed import GENAI_PROVIDERS, provider_ids
from finops_router.pricing.responses import USAGES
from finops_router.pricing.tool_calls import counted_tools
from finops_router.pricing.units import COMMON

Counts = Mapping[str, Any]
CACHED = ("prompt_cache_hit_tokens", "cached_tokens")  # DeepSeek's and Moonshot's own names of tokens from the cache
SAME_WIRE = {"chat": "openai", "responses": "openai", "anthropic": "anthropic"}  # of a provider that the list lacks


def usage_of(response: Mapping[str, Any], provider: str, api_flavor: str) -> Usage | None:
    """Return what a raw response says was used; None if it says nothing, or that nothing was.

    `provider` is an OpenTelemetry `gen_ai.provider.name`; `api_flavor` is that of genai-prices.
    """
    raw = next((counts for name in USAGES if isinstance(counts := response.get(name), Mapping)), {})
    found = _extracted(response, raw, GENAI_PROVIDERS.get(provider, provider), api_flavor)
    if found is None:
        return None
    units = {**found, **{unit: used for unit, used in counted_tools(raw).items() if unit not in found}}
    common = {field: int(units.pop(unit, 0)) for field, unit in COMMON.items()}
    usage = Usage(**common, other_units=_without_the_implied(common, units))  # type: ignore[arg-type] # counts, by COMMON
    amount_usd = charged_usd(provider, raw)
    return replace(usage, charged_usd=amount_usd) if any(found.values()) or amount_usd else None


def served_of(response: Mapping[str, Any], said: Served) -> Served:
    """Return how a raw response says it was served; what it does not say is as its caller `said`."""
    raw: Counts = next((counts for name in USAGES if isinstance(counts := response.get(name), Mapping)), {})
    tier = response.get("service_tier") or raw.get("service_tier") or _bedrock_tier(response) or _traffic(raw)
    if "custom_id" in response or said.service_tier == "batch":  # a line of a batch's results; they say 'default'
        tier = "batch"
    return replace(
        said,
        service_tier=tier or said.service_tier,
        speed=raw.get("speed") or said.speed,
        inference_region=raw.get("inference_geo") or said.inference_region,
    )


def _extracted(
    response: Mapping[str, Any], raw: Counts, provider_id: str, flavor: str
) -> dict[str, int | float] | None:
    """Return the counts by unit, as genai-prices reads them; None if there are none it can read."""
    from genai_prices import extract_usage  # noqa: PLC0415 -- 0.2 s and 35 MB, for those alone who need it

    if provider_id not in provider_ids():
        provider_id = SAME_WIRE.get(flavor, provider_id)
        flavor = "default" if flavor == "anthropic" else flavor
    # without its model: one that is not in the list of prices has counts all the same
    counted: dict[str, Any] = {name: response[name] for name in USAGES if name in response}
    if "usage" in counted:
        counted["usage"] = _with_cached(raw)
        counted["response"] = {"usage": counted["usage"]}  # where the extractors of conversations look for it
    try:
        found = extract_usage(counted, provider_id=provider_id, api_flavor=flavor).usage
    except (ValueError, LookupError, TypeError):
        return None  # no usage in it, or genai-prices does not know this provider's responses
    return dict(vars(found))  # asked for a count that was not reported, it would infer one from all others, slowly


def _with_cached(raw: Counts) -> Counts:
    """Return the counts with tokens from the cache where OpenAI has them, if they are elsewhere alone."""
    cached = next((raw[name] for name in CACHED if isinstance(raw.get(name), int)), 0)
    details = raw.get("prompt_tokens_details") or {}
    if not cached or "prompt_tokens" not in raw or details.get("cached_tokens"):
        return raw
    return {**raw, "prompt_tokens_details": {**details, "cached_tokens": cached}}


def _without_the_implied(common: Mapping[str, int], units: Mapping[str, int | float]) -> dict[str, int | float]:
    """Return `units` without those that follow from the `common` counts: writes for 5 minutes, and text alone."""
    short_writes = common["cache_write_input_tokens"] - common["cache_write_1h_input_tokens"]
    implied = {
        "cache_write_5m_tokens": short_writes,
        "input_text_tokens": common["input_tokens"],
        "output_text_tokens": common["output_tokens"],
        "cache_text_read_tokens": common["cache_read_input_tokens"],
    }
    return {unit: used for unit, used in units.items() if implied.get(unit) != used}


def _bedrock_tier(response: Mapping[str, Any]) -> str | None:
    tier = response.get("serviceTier")
    return tier.get("type") if isinstance(tier, Mapping) else None


def _traffic(raw: Counts) -> str | None:
    """Return the tier that Vertex AI calls a kind of traffic: 'ON_DEMAND_FLEX'."""
    kind = raw.get("trafficType")
    if not isinstance(kind, str) or kind == "TRAFFIC_TYPE_UNSPECIFIED":
        return None
    return kind.lower().removeprefix("on_demand").lstrip("_") or None
