"""Work out what a usage costs at given rates, in Decimal: common kinds of token fast, all else by what lies in what."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from finops_router.calls import Usage
from finops_router.pricing.units import count, counts_of, shares, used_of, without_price

MTOK = Decimal(1_000_000)
SECONDS = ("audio_seconds", "input_audio_seconds")


COMMON_RATES = {
    "input_tokens": "input_usd",
    "output_tokens": "output_usd",
    "cache_read_tokens": "cache_read_usd",
    "cache_write_tokens": "cache_write_usd",
    "cache_write_1h_tokens": "cache_write_1h_usd",
    "output_reasoning_tokens": "reasoning_usd",
    "input_audio_tokens": "input_audio_usd",
    "output_audio_tokens": "output_audio_usd",
}


class UnitRate(msgspec.Struct, frozen=True):
    """The price of `per` of a unit that is no common kind of token, in USD."""

    unit: str
    usd: Decimal
    per: int = 1


class Rates(msgspec.Struct, frozen=True, kw_only=True):
    """USD a token by kind of token; None if the provider charges the kind as its parent.

    Parents: cache reads and writes and audio belong to input, 1-hour writes to cache writes, reasoning and spoken
    audio to output. `others` has the price of all else: searches, images, pages, seconds.
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
    others: tuple[UnitRate, ...] = ()

    def by_unit(self) -> dict[str, UnitRate]:
        """Return the rate of each unit that has one, those of a request apart."""
        tokens = {unit: getattr(self, rate) for unit, rate in COMMON_RATES.items()}
        rates = [UnitRate(unit, usd) for unit, usd in tokens.items() if usd is not None]
        return {rate.unit: rate for rate in (*rates, *self.others)}


def usage_usd(rates: Rates, usage: Usage, least_seconds: int) -> Decimal | None:
    """Return what `usage` costs, in USD; None if something used has no price or counts contradict."""
    if _is_plain(usage) and rates.input_usd is not None and rates.output_usd is not None:
        return rates.request_usd + rates.input_usd * usage.input_tokens + rates.output_usd * usage.output_tokens
    if usage.other_units or _overlaps(usage):
        return _all_usd(rates, counts_of(usage), least_seconds)
    prompt_usd = _prompt_usd(rates, usage)
    answer_usd = _answer_usd(rates, usage)
    if prompt_usd is None or answer_usd is None:
        return None
    return rates.request_usd + prompt_usd + answer_usd


def _is_plain(usage: Usage) -> bool:
    """Return whether there is nothing but plain text, in and out: most usages, priced in a third of the time."""
    is_otherwise = (
        usage.cache_read_input_tokens
        or usage.cache_write_input_tokens
        or usage.cache_write_1h_input_tokens
        or usage.reasoning_output_tokens
        or usage.input_audio_tokens
        or usage.output_audio_tokens
        or usage.other_units
    )
    return not is_otherwise and usage.input_tokens >= 0 and usage.output_tokens >= 0


def _overlaps(usage: Usage) -> bool:
    """Return whether some tokens may be of two kinds at once, as audio that was cached."""
    cached = usage.cache_read_input_tokens or usage.cache_write_input_tokens
    return bool((usage.input_audio_tokens and cached) or (usage.output_audio_tokens and usage.reasoning_output_tokens))


def _all_usd(rates: Rates, counts: dict[str, int | float], least_seconds: int) -> Decimal | None:
    by_unit = rates.by_unit()
    if min(counts.values()) < 0 or without_price(tuple(by_unit), used_of(counts)):
        return None
    seconds = next((counts[unit] for unit in SECONDS if counts.get(unit)), 0)
    if least_seconds and seconds:
        counts |= dict.fromkeys(SECONDS, max(seconds, least_seconds))
    total, own = rates.request_usd, dict[str, int | Decimal]()
    for share in shares(tuple(by_unit)):
        used = count(share.unit, counts)
        if used is None:
            return None
        left = own[share.unit] = _exact(used) - sum(own[unit] for unit in share.within)
        if left < 0:
            return None
        if left:
            rate = by_unit[share.unit]
            total += rate.usd * left if rate.per == 1 else rate.usd * left / rate.per
    return total


def _exact(number: int | float) -> int | Decimal:
    """Return `number` as people read it: 0.1 is a tenth."""
    return number if isinstance(number, int) else Decimal(repr(number))


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
