"""Say which ways of serving an answer have a price of their own."""

from __future__ import annotations

import msgspec

from finops_router.calls import STANDARD, Served

STANDARD_TIERS = frozenset({None, "", "default", "standard", "auto", "standard_only", "on_demand"})  # as providers say
STANDARD_SPEEDS = frozenset({None, "", "standard"})
STANDARD_REGIONS = frozenset({None, "", "global", "not_available"})


def normal(served: Served) -> Served:
    """Return `served` with None for every way that is the standard one."""
    if served is STANDARD:
        return served
    return msgspec.structs.replace(
        served,
        service_tier=None if served.service_tier in STANDARD_TIERS else served.service_tier,
        speed=None if served.speed in STANDARD_SPEEDS else served.speed,
        inference_region=None if served.inference_region in STANDARD_REGIONS else served.inference_region,
    )


def ways(served: Served) -> dict[str, str]:
    """Return what must have a price of its own: the standard price is not that of another tier, speed or region.

    The keys are those of genai-prices' price variants, which call a batch a kind of processing.
    """
    tier = "processing" if served.service_tier == "batch" else "service_tier"
    named = {tier: served.service_tier, "speed": served.speed, "inference_region": served.inference_region}
    return {key: word for key, word in named.items() if word is not None}


def context(served: Served) -> dict[str, str]:
    """Return what genai-prices picks the variant of a price by."""
    further = {"search_type": served.search_type, "route": served.route}
    return ways(served) | {key: word for key, word in further.items() if word is not None}
