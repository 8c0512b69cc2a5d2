"""Find the price of a model at a time: in the table of finops.toml first, then in the public list."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from finops_router.pricing.price import Price, Rates

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, ModelPrice, TieredPrices

MTOK = Decimal(1_000_000)
KILO = Decimal(1_000)
MINUTE_US = 60_000_000
STANDARD_TIERS = frozenset({None, "", "default", "standard", "auto", "standard_only", "on_demand"})  # as providers say
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


class PriceOverride(msgspec.Struct, frozen=True, kw_only=True):
    """A contract price, or the price of an own model, from [[router.prices]].

    It counts from `valid_from` (UTC), for `service_tier` alone (None: the standard one).
    """

    provider: str
    model: str
    rates: Rates
    valid_from: date | None = None
    source: str = "finops.toml"
    service_tier: str | None = None


class Prices:
    """What every model costs: the overrides first, then genai-prices as installed; never a default.

    genai-prices is imported at the first look-up of a model that is not in `overrides`.
    """

    def __init__(self, overrides: tuple[PriceOverride, ...] = ()) -> None:
        self._overrides = sorted(overrides, key=lambda o: o.valid_from or date.min)
        self._known: dict[tuple[str, str, str | None], tuple[int, Price | None]] = {}
        self._compiled: dict[int, tuple[ModelPrice, Price]] = {}

    def price(self, provider: str, model: str, moment_us: int, service_tier: str | None = None) -> Price | None:
        """Return the price of `model` at `moment_us` (microseconds since 1970 UTC); None if none is known.

        A `service_tier` other than the standard one ('flex', 'priority', 'batch') has a price of its own or
        none: the standard price is not that of another tier. Resolved again once a minute: the finest step in
        which list prices change (off-peak hours).
        """
        tier = None if service_tier in STANDARD_TIERS else service_tier
        minute = moment_us // MINUTE_US
        known = self._known.get((provider, model, tier))
        if known is not None and known[0] == minute:
            return known[1]
        price = self._resolve(provider, model, tier, datetime.fromtimestamp(minute * 60, UTC))
        self._known[provider, model, tier] = (minute, price)
        return price

    def _resolve(self, provider: str, model: str, tier: str | None, moment: datetime) -> Price | None:
        for own in reversed(self._overrides):
            named = (own.provider, own.model, own.service_tier) == (provider, model, tier)
            if named and (own.valid_from or date.min) <= moment.date():
                return Price((own.rates,), (), own.source)
        listed = _listed(GENAI_PROVIDERS.get(provider, provider), model)
        if listed is None:
            return None
        if tier is not None:
            return _tier_price(listed, tier, moment)
        price = listed.get_prices(moment)  # one object a date range, so its identity names the range
        held = self._compiled.get(id(price))
        if held is None:
            held = self._compiled[id(price)] = (price, _compile(price))
        return held[1]


def _tier_price(listed: ModelInfo, tier: str, moment: datetime) -> Price | None:
    """Return the price of `tier`, None if it has none of its own; the list calls a batch a kind of processing."""
    context = {"processing": "batch"} if tier == "batch" else {"service_tier": tier}
    is_listed = any(
        all(context.get(key) == value for key, value in variant.when.items())
        and (variant.constraint is None or variant.constraint.active(moment))
        for variant in listed.price_variants or ()
    )
    return _compile(listed.get_prices(moment, context)) if is_listed else None


@cache
def _listed(provider_id: str, model: str) -> ModelInfo | None:
    """Find `model` in genai-prices as its own calc_price does; None if it knows none."""
    from genai_prices import data_snapshot  # noqa: PLC0415 -- 0.2 s and 35 MB, for those alone who need it

    try:
        return data_snapshot.get_snapshot().find_provider_model(model, None, provider_id, None)[1]
    except LookupError:
        return None


def _compile(price: ModelPrice) -> Price:
    """Turn a ModelPrice into plain rates a token: its own calc_price takes some 100 microseconds a call."""
    from genai_prices import __version__  # noqa: PLC0415 -- see _listed

    starts = sorted({tier.start for value in vars(price).values() for tier in getattr(value, "tiers", ())})
    tiers = tuple(_rates_above(price, start) for start in (-1, *starts))
    return Price(tiers, tuple(starts), f"genai-prices {__version__}")


def _rates_above(price: ModelPrice, start: int) -> Rates:
    """Return the rates of `price` for prompts in the tier that starts above `start` input tokens."""

    def of(key: str, per: Decimal = MTOK) -> Decimal | None:
        value: Decimal | TieredPrices | None = getattr(price, key)
        if value is None or isinstance(value, Decimal):
            return None if value is None else value / per
        reached = [tier.price for tier in value.tiers if tier.start <= start]
        return (reached[-1] if reached else value.base) / per

    return Rates(
        input_usd=of("input_mtok"),
        output_usd=of("output_mtok"),
        cache_read_usd=of("cache_read_mtok"),
        cache_write_usd=of("cache_write_mtok"),
        cache_write_1h_usd=of("cache_write_1h_mtok"),
        reasoning_usd=of("output_reasoning_mtok"),
        input_audio_usd=of("input_audio_mtok"),
        output_audio_usd=of("output_audio_mtok"),
        request_usd=of("requests_kcount", KILO) or Decimal(0),
    )
