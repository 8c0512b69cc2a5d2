"""Work out what the tokens of one answer cost at a given price, in USD, as Decimal."""

from __future__ import annotations

from bisect import bisect_left
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from finops_router.calls import Usage


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
