"""What a call may cost at most: at the dearest target, never at a price nobody knows."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from finops_router.calls import Target
from finops_router.gateway.budgets import PriceUnknown, most_usd
from finops_router.pricing.prices import PriceOverride, Prices
from finops_router.pricing.rates import Rates

NOW_US = 1_793_534_400_000_000
CHEAP, DEAR = Target(provider="vllm", model="cheap"), Target(provider="vllm", model="dear")


def price(model: str, **rates: str) -> PriceOverride:
    exact: dict[str, Any] = {name: Decimal(usd) for name, usd in rates.items()}
    return PriceOverride(provider="vllm", model=model, rates=Rates(**exact))


PRICES = Prices(
    (
        price("cheap", input_usd="0.001", output_usd="0.002"),
        price("dear", input_usd="0.01", output_usd="0.02"),
        price("caching", input_usd="0.01", output_usd="0.02", cache_write_usd="0.0125", cache_read_usd="0.001"),
        price("reasoning", input_usd="0.01", output_usd="0.02", reasoning_usd="0.03"),
        price("half", input_usd="0.01"),
    )
)


@pytest.mark.parametrize(
    ("targets", "most", "usd"),
    [
        ((CHEAP,), 5, "0.11"),
        ((CHEAP, DEAR), 5, "1.1"),
        ((DEAR, CHEAP), 5, "1.1"),
        ((replace(DEAR, model="caching"),), 5, "1.35"),
        ((replace(DEAR, model="reasoning"),), 5, "1.15"),
        ((CHEAP,), None, "16.484"),
        ((replace(CHEAP, context_tokens=1000),), None, "2.1"),
        ((CHEAP,), 0, "0.1"),
        ((), 5, "0"),
    ],
)
def test_the_dearest_target_and_the_longest_answer(targets: tuple[Target, ...], most: int | None, usd: str) -> None:
    assert most_usd(targets, 100, most, PRICES, NOW_US) == Decimal(usd)


@pytest.mark.parametrize("model", ["nobody knows it", "half"])
def test_a_target_without_a_price_is_refused_by_name(model: str) -> None:
    with pytest.raises(PriceUnknown) as refused:
        most_usd((CHEAP, Target(provider="vllm", model=model)), 100, 5, PRICES, NOW_US)
    assert refused.value.target == f"vllm/{model}"
    assert "[[router.prices]]" in refused.value.hint


def test_another_tier_has_another_price_or_none() -> None:
    with pytest.raises(PriceUnknown):
        most_usd((CHEAP,), 100, 5, PRICES, NOW_US, service_tier="flex")
