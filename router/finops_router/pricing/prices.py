"""Work out what one request costs in USD, as Decimal, from list prices or from the table in finops.toml."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from finops_router.calls import Usage

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


class Rates(msgspec.Struct, frozen=True, kw_only=True):
    """USD a token by kind of token; None if the provider charges the kind as its parent.

    Parents: cache reads and writes and audio belong to input, 1-hour writes to cache writes, reasoning and spoken
    audio to output.
    """

    input_usd: Decimal | None = None
    output_usd: Decimal | None = None
    cache_read_usd: Decimal | None = None
    cache_write_usd: Decimal | None = None
    cache_write_1h_usd: Decimal | None = None
    reasoning_usd: Decimal | None = None
    input_audio_usd: Decimal | None = None
    output_audio_usd: Decimal | None = None
    request_usd: Decimal = Decimal(0)


class Bill(msgspec.Struct, frozen=True):
    """What an answer or a whole call cost in USD, where its price comes from, and what the cache took off it.

    `cost_usd` and `price_source` are None if no price is known, `cache_savings_usd` also if no cache was used.
    """

    cost_usd: Decimal | None = None
    price_source: str | None = None
    cache_savings_usd: Decimal | None = None


UNPRICED = Bill()


class Price(msgspec.Struct, frozen=True):
    """The price of one model at one time: rates by size of the prompt, and where they come from.

    `tier_starts[i]` is the number of input tokens above which `tiers[i + 1]` holds for the whole request.
    """

    tiers: tuple[Rates, ...]
    tier_starts: tuple[int, ...]
    source: str

    def bill(self, usage: Usage) -> Bill:
        """Return the bill for `usage`; UNPRICED if a kind of token has no price."""
        cost_usd = self.cost_usd(usage)
        return UNPRICED if cost_usd is None else Bill(cost_usd, self.source, self.cache_savings_usd(usage))

    def cost_usd(self, usage: Usage) -> Decimal | None:
        """Return what `usage` costs, in USD; None if a kind of token has no price or counts contradict.

        The arithmetic is that of genai_prices.calc_price: each kind of token is charged once, at its own
        rate if there is one and else at its parent's; a tier holds for the whole request.
        """
        rates = self.tiers[bisect_left(self.tier_starts, usage.input_tokens)]
        prompt_usd = _prompt_usd(rates, usage)
        answer_usd = _answer_usd(rates, usage)
        if prompt_usd is None or answer_usd is None:
            return None
        return rates.request_usd + prompt_usd + answer_usd

    def cache_savings_usd(self, usage: Usage) -> Decimal | None:
        """Return what the provider's cache took off `usage`, in USD: below zero if filling it cost more.

        That is the cost of the same tokens without any cache, less their cost. None if
        neither happened, or a cost is unknown.
        """
        if not usage.cache_read_input_tokens and not usage.cache_write_input_tokens:
            return None
        plain = replace(usage, cache_read_input_tokens=0, cache_write_input_tokens=0, cache_write_1h_input_tokens=0)
        cost_usd, plain_usd = self.cost_usd(usage), self.cost_usd(plain)
        return None if cost_usd is None or plain_usd is None else plain_usd - cost_usd


def _prompt_usd(rates: Rates, usage: Usage) -> Decimal | None:
    reads, writes, hour_writes = (
        usage.cache_read_input_tokens,
        usage.cache_write_input_tokens,
        usage.cache_write_1h_input_tokens,
    )
    audio = usage.input_audio_tokens
    plain = usage.input_tokens - reads - writes - audio
    if min(plain, audio, reads, writes - hour_writes, hour_writes) < 0:
        return None
    if plain == usage.input_tokens and rates.input_usd is not None:
        return rates.input_usd * plain
    total = Decimal(0)
    write_usd = rates.input_usd if rates.cache_write_usd is None else rates.cache_write_usd
    for tokens, own_usd, parent_usd in (
        (plain, rates.input_usd, None),
        (audio, rates.input_audio_usd, rates.input_usd),
        (reads, rates.cache_read_usd, rates.input_usd),
        (writes - hour_writes, write_usd, None),
        (hour_writes, rates.cache_write_1h_usd, write_usd),
    ):
        if tokens:
            rate_usd = parent_usd if own_usd is None else own_usd
            if rate_usd is None:
                return None
            total += rate_usd * tokens
    return total


def _answer_usd(rates: Rates, usage: Usage) -> Decimal | None:
    reasoning, audio = usage.reasoning_output_tokens, usage.output_audio_tokens
    written = usage.output_tokens - reasoning - audio
    if min(written, reasoning, audio) < 0:
        return None
    if not usage.output_tokens:
        return Decimal(0)
    if rates.output_usd is None:
        return None
    reasoning_usd = rates.output_usd if rates.reasoning_usd is None else rates.reasoning_usd
    audio_usd = rates.output_usd if rates.output_audio_usd is None else rates.output_audio_usd
    return rates.output_usd * written + reasoning_usd * reasoning + audio_usd * audio


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
