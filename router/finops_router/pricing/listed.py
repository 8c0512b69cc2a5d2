"""Look prices up in the public list, genai-prices as installed, and turn them into plain rates.

Its own calc_price takes some 100 microseconds a call. It is imported at the first look-up.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from finops_router.pricing.rates import COMMON_RATES, Rates, UnitRate
from finops_router.pricing.units import units

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, ModelPrice, Provider, TieredPrices

GENAI_PROVIDERS = {  # OpenTelemetry gen_ai.provider.name -> provider id of genai-prices, if they differ
    "gcp.gemini": "google",
    "gcp.vertex_ai": "google",
    "gcp.gen_ai": "google",
    "azure.ai.openai": "azure",
    "azure.ai.inference": "azure",
    "aws.bedrock": "aws",
    "mistral_ai": "mistral",
    "x_ai": "x-ai",
    "moonshot_ai": "moonshotai",
}
OTEL_PROVIDERS = {  # and back; a model of Google's is Gemini's unless somebody says that Vertex AI serves it
    **{provider_id: name for name, provider_id in GENAI_PROVIDERS.items()},
    "google": "gcp.gemini",
    "azure": "azure.ai.openai",
}
GROQ_LEAST_SECONDS = {"whisper-large-v3": 10, "whisper-large-v3-turbo": 10}  # as calc_price has them, in code


class Tiered(msgspec.Struct, frozen=True):
    """The price of one unit, in USD for `per` of it: at first, and above so many input tokens."""

    unit: str
    per: int
    base: Decimal
    above: tuple[tuple[int, Decimal], ...] = ()

    def at(self, start: int) -> Decimal:
        """Return the price in the tier that starts above `start` input tokens."""
        reached = [usd for above, usd in self.above if above <= start]
        return reached[-1] if reached else self.base

    def times(self, factor: Decimal) -> Tiered:
        """Return the price `factor` times as high."""
        above = tuple((start, usd * factor) for start, usd in self.above)
        return msgspec.structs.replace(self, base=self.base * factor, above=above)


Listed = dict[str, Tiered]  # what a model costs at one time and served in one way, by unit


class Listing(msgspec.Struct, frozen=True):
    """A model as the list has it; `is_own`: its prices are its provider's own, not those of who else offers it."""

    provider: str
    model: ModelInfo
    is_own: bool

    @property
    def least_seconds(self) -> int:
        """For how many seconds of audio a shorter one is charged."""
        return GROQ_LEAST_SECONDS.get(self.model.id, 0) if self.provider == "groq" else 0

    def prices(self, moment: datetime, context: Mapping[str, str]) -> ModelPrice:
        """Return the list's prices; one object a range of dates if there is no `context`."""
        return self.model.get_prices(moment, context if self.is_own else None)

    def answers(self, moment: datetime, context: Mapping[str, str]) -> frozenset[str]:
        """Return the keys of `context` that the list has a variant of the price for."""
        variants = (self.model.price_variants or ()) if self.is_own else ()
        return frozenset(
            key
            for variant in variants
            if variant.constraint is None or variant.constraint.active(moment)
            if all(context.get(key) == word for key, word in variant.when.items())
            for key in variant.when
        )


@cache
def listing(provider: str, model: str) -> Listing | None:
    """Find `model` of `provider` (an OpenTelemetry name) as calc_price does; None if the list has none."""
    from genai_prices import data_snapshot  # noqa: PLC0415 -- 0.2 s and 35 MB, for those alone who need it

    provider_id = GENAI_PROVIDERS.get(provider, provider)
    try:
        found, info = data_snapshot.get_snapshot().find_provider_model(model, None, provider_id, None)
    except LookupError:
        return None
    return Listing(found.id, info, any(info is own for own in found.models))


@cache
def provider_of_model(model: str) -> str | None:
    """Return who makes `model`, by its OpenTelemetry name, as the list tells it from the model's name; None if not."""
    from genai_prices import data_snapshot  # noqa: PLC0415 -- see listing

    try:
        found, _ = data_snapshot.get_snapshot().find_provider_model(model, None, None, None)
    except LookupError:
        return None
    return OTEL_PROVIDERS.get(found.id, found.id)


@cache
def providers() -> dict[str, Provider]:
    """Return the providers of the list by its own names of them."""
    from genai_prices import data_snapshot  # noqa: PLC0415 -- see listing

    return {provider.id: provider for provider in data_snapshot.get_snapshot().providers}


def source() -> str:
    """Return the name of the list with its release."""
    from genai_prices import __version__  # noqa: PLC0415 -- see listing

    return f"genai-prices {__version__}"


def listed(price: ModelPrice) -> Listed:
    """Return the list's `price` by unit."""
    named = {unit.price_key: unit for unit in units().values()}
    found = {}
    for key, value in vars(price).items():
        if value is not None and key in named:
            found[named[key].name] = _tiered(named[key].name, named[key].per, value)
    return found


def compiled(prices: Listed) -> tuple[tuple[Rates, ...], tuple[int, ...]]:
    """Return the rates of every tier, and above how many input tokens each but the first starts."""
    starts = sorted({start for price in prices.values() for start, _ in price.above})
    return tuple(_rates(prices, start) for start in (-1, *starts)), tuple(starts)


def _tiered(unit: str, per: int, value: Decimal | TieredPrices) -> Tiered:
    if isinstance(value, Decimal):
        return Tiered(unit, per, value)
    return Tiered(unit, per, value.base, tuple((tier.start, tier.price) for tier in value.tiers))


def _rates(prices: Listed, start: int) -> Rates:
    common = {rate: prices[unit].at(start) / prices[unit].per for unit, rate in COMMON_RATES.items() if unit in prices}
    requests = prices.get("requests")
    others = tuple(
        UnitRate(unit, price.at(start), price.per)
        for unit, price in prices.items()
        if unit not in COMMON_RATES and unit != "requests"
    )
    return Rates(**common, request_usd=requests.at(start) / requests.per if requests else Decimal(0), others=others)
