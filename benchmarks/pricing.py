"""What it takes to price a usage beside genai-prices' own calc_price, and to read one out of a response."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

import genai_prices
from finops_router.calls import Usage
from finops_router.pricing.listed import listing
from finops_router.pricing.priced_record import with_usage
from finops_router.pricing.prices import Prices
from finops_router.pricing.units import counts_of
from finops_router.pricing.usage import usage_of
from finops_router.records import RequestRecord

MOMENT = datetime(2026, 11, 6, 12, tzinfo=UTC)
MOMENT_US = int(MOMENT.timestamp()) * 1_000_000
PLAIN = Usage(input_tokens=1000, output_tokens=100)
CACHED = Usage(input_tokens=10_000, output_tokens=100, cache_read_input_tokens=8_000, reasoning_output_tokens=50)
WRITTEN = Usage(
    input_tokens=300_000, output_tokens=900, cache_read_input_tokens=9_000, cache_write_input_tokens=7_000,
    cache_write_1h_input_tokens=2_000,
)  # fmt: skip
COMMON = {  # kinds that nearly every request has; the ones below have units of their own
    "plain": ("openai", "gpt-5", PLAIN),
    "cached, reasoning": ("openai", "gpt-5", CACHED),
    "cache writes, long prompt": ("anthropic", "claude-sonnet-4-5", WRITTEN),
    "audio": (
        "gcp.gemini",
        "gemini-2.5-flash",
        Usage(input_tokens=1000, output_tokens=100, input_audio_tokens=400),
    ),
}
RARE = {
    "searches": (
        "anthropic",
        "claude-sonnet-4-5",
        Usage(input_tokens=9, output_tokens=9, other_units={"web_searches": 3}),
    ),
    "images": (
        "openai",
        "gpt-image-1.5",
        Usage(
            input_tokens=1050, output_tokens=4160, other_units={"input_image_tokens": 1000, "output_image_tokens": 4160}
        ),
    ),
}
OPENAI = {
    "id": "chatcmpl-1",
    "model": "gpt-5",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello"}}],
    "usage": {
        "prompt_tokens": 1000,
        "completion_tokens": 200,
        "prompt_tokens_details": {"cached_tokens": 400},
        "completion_tokens_details": {"reasoning_tokens": 50},
    },
}


def least_us(work: Callable[[], object], calls: int) -> float:
    """Microseconds of one call: the least of seven rounds of `calls`, for nothing makes code faster than it is."""
    rounds = []
    for _ in range(7):
        begin = time.perf_counter()
        for _ in range(calls):
            work()
        rounds.append((time.perf_counter() - begin) * 1e6 / calls)
    return min(rounds)


def both_us(provider: str, model: str, usage: Usage, calls: int) -> tuple[float, float]:
    """Microseconds of our cost of `usage`, looked up and all, and of genai-prices' own."""
    prices, found = Prices(), listing(provider, model)
    assert found is not None
    counts = genai_prices.Usage(**counts_of(usage))
    owner = next(one for one in genai_prices.data_snapshot.get_snapshot().providers if one.id == found.provider)

    def ours() -> object:
        price = prices.price(provider, model, MOMENT_US)
        return None if price is None else price.cost_usd(usage)

    def theirs() -> object:
        return found.model.calc_price(counts, owner, genai_request_timestamp=MOMENT).total_price

    assert ours() == theirs()
    return least_us(ours, calls), least_us(theirs, max(calls // 10, 1))


def run(calls: int = 20_000) -> None:
    """Costs beside calc_price; reading a usage beside extract_usage; a whole record."""
    print(f"{'microseconds':<28}{'ours':>8}{'calc_price':>12}{'ratio':>8}")
    for name, (provider, model, usage) in (COMMON | RARE).items():
        our_us, their_us = both_us(provider, model, usage, calls)
        print(f"{name:<28}{our_us:>8.2f}{their_us:>12.1f}{their_us / our_us:>7.0f}x")
    few = max(calls // 10, 1)
    read_us = least_us(lambda: usage_of(OPENAI, "openai", "chat"), few)
    their_us = least_us(lambda: genai_prices.extract_usage(OPENAI, provider_id="openai", api_flavor="chat"), few)
    print(f"usage of a response: {read_us:.1f} us, genai-prices' extract_usage {their_us:.1f} us")
    record = RequestRecord(timestamp_us=MOMENT_US, request_id="r", provider="openai")
    whole_us = least_us(lambda: with_usage(record, OPENAI, api_flavor="chat"), few)
    print(f"with_usage, read, priced and recorded: {whole_us:.1f} us")
