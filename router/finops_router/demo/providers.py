"""Make the simulated providers of the demo: how fast their models are, and when they fail."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from finops_router.calls import Request
from finops_router.demo.traffic import Scenario
from finops_router.providers.simulated import (
    RATE_LIMITED,
    REJECTED,
    SERVER_ERROR,
    SILENT,
    SLOW_START,
    UNAVAILABLE,
    Fault,
    SimulatedModel,
    SimulatedProvider,
    Work,
)

HALF_HOUR_S = 1800.0
MODELS: Mapping[str, Mapping[str, SimulatedModel]] = {
    "openai": {
        "gpt-5.1": SimulatedModel(ttft_ms=1250, ms_per_output_token=12, cached_share=0.4, reasoning_tokens=24),
        "gpt-5-mini": SimulatedModel(ttft_ms=900, ms_per_output_token=9, cached_share=0.4),
        "gpt-4o-mini": SimulatedModel(ttft_ms=470, ms_per_output_token=10, cached_share=0.4),
    },
    "anthropic": {
        "claude-sonnet-4-5": SimulatedModel(
            ttft_ms=720, ms_per_output_token=13, cached_share=0.4, bills_cache_writes=True
        ),
        "claude-haiku-4-5": SimulatedModel(
            ttft_ms=390, ms_per_output_token=8, cached_share=0.4, bills_cache_writes=True
        ),
    },
    "gcp.gemini": {
        "gemini-2.5-pro": SimulatedModel(ttft_ms=1500, ms_per_output_token=9, cached_share=0.3, reasoning_tokens=48),
        "gemini-2.5-flash": SimulatedModel(ttft_ms=420, ms_per_output_token=5, cached_share=0.3),
        "gemini-2.5-flash-lite": SimulatedModel(ttft_ms=560, ms_per_output_token=4, cached_share=0.3),
    },
    "mistral_ai": {
        "mistral-large-latest": SimulatedModel(ttft_ms=950, ms_per_output_token=18),
        "mistral-small-latest": SimulatedModel(ttft_ms=600, ms_per_output_token=11),
    },
    "vllm": {"acme-triage-8b": SimulatedModel(ttft_ms=180, ms_per_output_token=12, load=0.6)},
}
EVERYDAY = (  # what goes wrong on a good day
    Fault(kind=SERVER_ERROR, share=0.003),
    Fault(kind=RATE_LIMITED, share=0.0015, retry_after_s=10),
    Fault(kind=RATE_LIMITED, share=0.0015),
    Fault(kind=UNAVAILABLE, share=0.001),
    Fault(kind=REJECTED, share=0.0005),
    Fault(kind=SILENT, share=0.0003),
)


def simulated_providers(
    scenario: Scenario, rng: random.Random, work: Callable[[Request], Work]
) -> dict[str, SimulatedProvider]:
    """Return the providers of `scenario` by name, each with chance of its own drawn from `rng`."""
    incidents = _incidents(scenario)
    providers = {}
    for name, models in MODELS.items():
        chance = random.Random(rng.getrandbits(64))  # noqa: S311 -- the demo's chance, to be had again
        providers[name] = SimulatedProvider(models, chance, incidents.get(name, ()) + EVERYDAY, work)
    return providers


def _incidents(scenario: Scenario) -> dict[str, tuple[Fault, ...]]:
    """Return the incidents of each provider: slow first tokens, a burst of rate limits, the outage of the last phase.

    The outage starts with silence, as they do, before the provider answers 503.
    """
    slow, limited, outage = scenario.slow_start, scenario.rate_limits, scenario.outage
    silent_until_s = min(outage[0] + HALF_HOUR_S, outage[0] + (outage[1] - outage[0]) / 6)
    return {
        "anthropic": (Fault(kind=SLOW_START, from_s=slow[0], until_s=slow[1], slow_factor=6.0),),
        "openai": (
            Fault(kind=RATE_LIMITED, share=0.35, from_s=limited[0], until_s=limited[1], retry_after_s=20.0),
            Fault(kind=RATE_LIMITED, share=0.35, from_s=limited[0], until_s=limited[1]),
        ),
        "gcp.gemini": (
            Fault(kind=SILENT, from_s=outage[0], until_s=silent_until_s),
            Fault(kind=UNAVAILABLE, share=0.97, from_s=silent_until_s, until_s=outage[1]),
        ),
    }
