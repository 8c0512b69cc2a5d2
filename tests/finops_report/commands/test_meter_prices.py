"""Whatever a request used, its meters at their unit prices come to what it cost."""

from __future__ import annotations

from decimal import Decimal

import pytest
from finops_router.calls import Usage
from finops_router.pricing.prices import Prices
from finops_router.pricing.units import counts_of
from hypothesis import given
from hypothesis import strategies as st

from finops_report.commands.meter_prices import metered_pricing
from finops_report.warehouse.metered import PriceKey

MOMENT_US = 1_790_000_100_000_000 - 1_790_000_100_000_000 % 900_000_000
MODELS = [
    ("openai", "gpt-4o"),
    ("openai", "gpt-4o-audio-preview"),
    ("anthropic", "claude-sonnet-4-5"),
    ("gcp.gemini", "gemini-2.5-pro"),
    ("perplexity", "sonar-pro"),
]


@st.composite
def usages(draw: st.DrawFn) -> Usage:
    reads, writes, plain = draw(st.integers(0, 10**5)), draw(st.integers(0, 10**5)), draw(st.integers(0, 3 * 10**5))
    reasoning = draw(st.integers(0, 1000))
    return Usage(
        input_tokens=reads + writes + plain,
        output_tokens=reasoning + draw(st.integers(0, 10**5)),
        cache_read_input_tokens=reads,
        cache_write_input_tokens=writes,
        cache_write_1h_input_tokens=draw(st.integers(0, writes)),
        reasoning_output_tokens=reasoning,
        other_units=draw(st.sampled_from([{}, {"web_searches": 3}])),
    )


@pytest.mark.parametrize(("provider", "model"), MODELS)
@given(usage=usages())
def test_meters_come_to_the_cost(provider: str, model: str, usage: Usage) -> None:
    key = PriceKey(provider, model, None, None, None, None, MOMENT_US)
    found = [
        price for price in metered_pricing(None)(key) if price.above_tokens < usage.input_tokens <= price.upto_tokens
    ]
    (price,) = found
    counts = {unit: Decimal(str(used)) for unit, used in (counts_of(usage) | {"requests": 1}).items()}
    total = Decimal(0)
    for meter in price.meters:
        used = sum(counts.get(unit, Decimal(0)) for unit in meter.plus) - sum(
            counts.get(unit, Decimal(0)) for unit in meter.minus
        )
        total += meter.usd * used
        assert meter.list_usd == meter.usd
    cost = Prices().bill(usage, provider, model, MOMENT_US).cost_usd
    if cost is not None:
        assert total == cost


def test_no_price_is_no_meter() -> None:
    assert metered_pricing(None)(PriceKey("vllm", "own", None, None, None, None, MOMENT_US)) == ()
