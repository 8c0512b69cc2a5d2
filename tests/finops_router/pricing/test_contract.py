"""A contract takes its share off list prices, exactly, on its days, and off nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from finops_router.calls import Served, Usage
from finops_router.pricing.contract import Contract, Discount
from finops_router.pricing.prices import PriceOverride, Prices
from finops_router.pricing.rates import Rates
from hypothesis import given, settings
from hypothesis import strategies as st

NOON_US = int(datetime(2026, 10, 15, 12, tzinfo=UTC).timestamp()) * 1_000_000
SHARES = st.integers(1, 10**9).map(lambda billionths: Decimal(billionths).scaleb(-9))
TOKENS = st.integers(0, 400_000)


def table(*discounts: Discount, own: tuple[PriceOverride, ...] = ()) -> Prices:
    return Prices(own, contract=Contract(discounts))


def less(share: str, **others: object) -> Discount:
    return Discount(**{"provider": "openai", "share": Decimal(share), **others})  # type: ignore[arg-type] # by name


USAGE = Usage(input_tokens=1_000_000, output_tokens=100_000)


@settings(max_examples=60, deadline=None)
@given(
    share=SHARES,
    plain=TOKENS,
    read=TOKENS,
    output=TOKENS,
    model=st.sampled_from(
        [("openai", "gpt-4o-mini"), ("anthropic", "claude-sonnet-4-5"), ("gcp.gemini", "gemini-2.5-pro")]
    ),
)
def test_what_is_left_and_what_is_taken_off_are_the_list_price_to_the_last_digit(
    share: Decimal, plain: int, read: int, output: int, model: tuple[str, str]
) -> None:
    usage = Usage(input_tokens=plain + read, output_tokens=output, cache_read_input_tokens=read)
    listed = Prices().bill(usage, *model, NOON_US)
    agreed = table(Discount(provider=model[0], share=share)).bill(usage, *model, NOON_US)
    assert listed.cost_usd is not None
    assert agreed.cost_usd is not None
    assert agreed.cost_usd == listed.cost_usd * (1 - share)
    if listed.cache_savings_usd is not None:
        assert agreed.cache_savings_usd == listed.cache_savings_usd * (1 - share)
    assert (agreed.cost_source, listed.cost_source in {"list", "corrected"}) == ("contract", True)


@pytest.mark.parametrize(
    ("share", "percent"), [("0.12", "12"), ("0.125", "12.5"), ("1", "100"), ("0.1", "10"), ("0.10", "10")]
)
def test_its_source_names_the_list_the_share_and_who_says_so(share: str, percent: str) -> None:
    bill = table(less(share, source="order form")).bill(USAGE, "openai", "gpt-4o-mini", NOON_US)
    listed = Prices().bill(USAGE, "openai", "gpt-4o-mini", NOON_US)
    assert bill.price_source == f"{listed.price_source}, less {percent} % by order form"


@pytest.mark.parametrize(
    ("discounts", "left"),
    [
        ((less("0.1", provider="anthropic"),), "1"),
        ((less("0.1", models=frozenset({"gpt-4o"})),), "1"),
        ((less("0.1", models=frozenset({"gpt-4o-mini"})),), "0.9"),
        ((less("0.1", models=frozenset({"asked"})),), "0.9"),  # by the name that was asked for
        ((less("0.1"), less("0.2", models=frozenset({"gpt-4o-mini"}))), "0.8"),
        ((less("0.1", valid_from=date(2026, 10, 1)), less("0.2", valid_from=date(2026, 9, 1))), "0.9"),
        ((less("0.1", valid_until=date(2026, 10, 15)),), "0.9"),
        ((less("0.1", valid_until=date(2026, 10, 14)),), "1"),
        ((less("0.1", valid_from=date(2026, 10, 16)),), "1"),
    ],
)
def test_one_discount_counts_the_one_that_says_most(discounts: tuple[Discount, ...], left: str) -> None:
    listed = Prices().bill(USAGE, "openai", "gpt-4o-mini", NOON_US).cost_usd
    assert listed is not None
    bill = table(*discounts).bill(USAGE, "openai", "gpt-4o-mini", NOON_US, asked="asked")
    assert bill.cost_usd == listed * Decimal(left)


def test_it_begins_and_ends_at_midnight_utc() -> None:
    prices = table(less("0.5", valid_from=date(2026, 10, 1), valid_until=date(2026, 10, 31)))
    first = datetime(2026, 10, 1, tzinfo=UTC)
    after = datetime(2026, 11, 1, tzinfo=UTC)
    found = []
    for moment in (first - timedelta(minutes=1), first, after - timedelta(minutes=1), after):
        price = prices.price("openai", "gpt-4o-mini", int(moment.timestamp()) * 1_000_000)
        assert price is not None
        found.append(price.cost_source)
    assert found == ["list", "contract", "contract", "list"]


def test_own_prices_and_amounts_that_were_charged_are_left_as_they_are() -> None:
    own = PriceOverride(provider="openai", model="own", rates=Rates(input_usd=Decimal(1), output_usd=Decimal(2)))
    prices = table(less("0.5"), own=(own,))
    assert prices.bill(Usage(input_tokens=3, output_tokens=4), "openai", "own", NOON_US).cost_usd == 11
    charged = Usage(input_tokens=1, output_tokens=1, charged_usd=Decimal("0.7"))
    assert prices.bill(charged, "openai", "gpt-4o-mini", NOON_US).cost_usd == Decimal("0.7")


def test_a_tier_that_has_a_price_of_its_own_has_the_discount_too() -> None:
    batch = Served(service_tier="batch")
    listed = Prices().bill(USAGE, "openai", "gpt-5.1", NOON_US, batch).cost_usd
    assert listed is not None
    assert table(less("0.25")).bill(USAGE, "openai", "gpt-5.1", NOON_US, batch).cost_usd == listed * Decimal("0.75")
