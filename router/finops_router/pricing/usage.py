"""Read what an answer used out of a provider's raw response, and how it was served."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from finops_router.calls import UNKNOWN_USAGE, Served, Usage
from finops_router.pricing.charged import charged_usd
from finops_router.pricing.readings import Counts, extracted, raw_counts
from finops_router.pricing.tool_calls import counted_tools
from finops_router.pricing.units import COMMON


def usage_of(response: Mapping[str, Any], provider: str, api_flavor: str) -> Usage | None:
    """Return what a raw response says was used; None if it says nothing, or that nothing was.

    `provider` is an OpenTelemetry `gen_ai.provider.name`; `api_flavor` is that of genai-prices. If the provider says
    what it charged and counts nothing that can be read, the usage is unknown and has that amount.
    """
    raw = raw_counts(response)
    found, amount_usd = extracted(response, provider, api_flavor), charged_usd(provider, raw)
    units = {**found, **{unit: used for unit, used in counted_tools(raw).items() if not found.get(unit)}}
    if not any(units.values()):
        return replace(UNKNOWN_USAGE, charged_usd=amount_usd) if amount_usd else None
    common = {field: int(units.pop(unit, 0) or 0) for field, unit in COMMON.items()}
    usage = Usage(**common, other_units=_without_the_implied(common, units))  # type: ignore[arg-type] # counts, by COMMON
    return replace(usage, charged_usd=amount_usd)


def served_of(response: Mapping[str, Any], said: Served) -> Served:
    """Return how a raw response says it was served; what it does not say is as its caller `said`."""
    raw = raw_counts(response)
    tier = response.get("service_tier") or raw.get("service_tier") or _bedrock_tier(response) or _traffic(raw)
    if "custom_id" in response or said.service_tier == "batch":  # a line of a batch's results; they say 'default'
        tier = "batch"
    return replace(
        said,
        service_tier=tier or said.service_tier,
        speed=raw.get("speed") or said.speed,
        inference_region=raw.get("inference_geo") or said.inference_region,
    )


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
