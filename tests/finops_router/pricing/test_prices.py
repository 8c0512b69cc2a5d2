"""Our compiled arithmetic equals genai_prices.calc_price to the last digit, and never invents a price."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import genai_prices
import pytest
from finops_router.calls import UNKNOWN_USAGE, Served, Usage
from finops_router.pricing.listed import GENAI_PROVIDERS
from finops_router.pricing.price import Bill
from finops_router.pricing.prices import PriceOverride, Prices
from finops_router.pricing.rates import Rates, UnitRate
from genai_prices.data import providers as listed_providers
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

PRICES = Prices(corrections=())  # the list as it is
OCTOBER = datetime(2026, 10, 15, 12, tzinfo=UTC)
KNOWN = [
    ("openai", "gpt-4o"),
    ("openai", "gpt-4o-mini"),
    ("openai", "gpt-5.4"),  # tiers
    ("openai", "o3"),  # cheaper since 2025-06-10
    ("anthropic", "claude-sonnet-4-5"),  # tiers, cache writes of 5 minutes and 1 hour
    ("anthropic", "claude-haiku-4-5"),
    ("gcp.gemini", "gemini-2.5-pro"),  # tiers
    ("gcp.gemini", "gemini-2.5-flash"),
    ("openai", "gpt-audio"),  # audio has its own prices
    ("mistral_ai", "mistral-small-latest"),
    ("mistral_ai", "codestral-latest"),  # no price of its own for cache reads
    ("deepseek", "deepseek-chat"),  # by time of day
    ("perplexity", "sonar-deep-research"),  # reasoning has its own price
]


@st.composite
def usages(draw: st.DrawFn) -> Usage:
    """Usages whose parts fit, many of them around the tiers of 200,000 and 272,000 tokens."""
    size = st.one_of(st.integers(0, 5_000), st.integers(199_998, 200_003), st.integers(0, 1_000_000))
    tokens = draw(size)
    reads = draw(st.integers(0, tokens))
    writes = draw(st.integers(0, tokens - reads))
    output = draw(st.integers(0, 200_000))
    reasoning = draw(st.integers(0, output))
    audio = draw(st.integers(0, tokens - reads - writes))
    return Usage(
        input_tokens=tokens,
        output_tokens=output,
        cache_read_input_tokens=reads,
        cache_write_input_tokens=writes,
        cache_write_1h_input_tokens=draw(st.integers(0, writes)),
        reasoning_output_tokens=reasoning,
        input_audio_tokens=audio,
        output_audio_tokens=draw(st.integers(0, output - reasoning)),
        # of cached audio it must be known that there was none, or nobody can tell what the rest was
        other_units={"cache_audio_read_tokens": 0} if audio and reads else {},
    )


def theirs(provider: str, model: str, usage: Usage, moment: datetime) -> Decimal:
    return genai_prices.calc_price(
        genai_prices.Usage(
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cache_read_tokens=usage.cache_read_input_tokens,
            cache_write_tokens=usage.cache_write_input_tokens,
            cache_write_1h_tokens=usage.cache_write_1h_input_tokens,
            output_reasoning_tokens=usage.reasoning_output_tokens,
            input_audio_tokens=usage.input_audio_tokens,
            output_audio_tokens=usage.output_audio_tokens,
            **usage.other_units,
        ),
        model,
        provider_id=GENAI_PROVIDERS.get(provider, provider),
        genai_request_timestamp=moment,
    ).total_price


def ours(provider: str, model: str, usage: Usage, moment: datetime) -> Decimal | None:
    price = PRICES.price(provider, model, int(moment.timestamp() * 1_000_000))
    return None if price is None else price.cost_usd(usage)


@settings(max_examples=400, deadline=None)
@given(
    known=st.sampled_from(KNOWN),
    usage=usages(),
    moment=st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
)
def test_cost_equals_calc_price(known: tuple[str, str], usage: Usage, moment: datetime) -> None:
    moment = moment.replace(second=0, microsecond=0)
    assert ours(*known, usage, moment) == theirs(*known, usage, moment)


def test_cost_equals_calc_price_for_every_model_listed() -> None:
    usage = Usage(
        input_tokens=300_001,
        output_tokens=1_000,
        cache_read_input_tokens=10_000,
        cache_write_input_tokens=7_000,
        cache_write_1h_input_tokens=2_000,
        reasoning_output_tokens=300,
        input_audio_tokens=500,
        output_audio_tokens=200,
        other_units={"cache_audio_read_tokens": 0},
    )
    compared = 0
    for provider in listed_providers:
        for model in provider.models:
            mine = ours(provider.id, model.id, usage, OCTOBER)
            if mine is None:  # it has no price for tokens in or none for tokens out, or goes by another name
                rates = model.get_prices(OCTOBER)
                if rates.input_mtok is not None and rates.output_mtok is not None:
                    with pytest.raises(LookupError):
                        theirs(provider.id, model.id, usage, OCTOBER)
            else:
                assert mine == theirs(provider.id, model.id, usage, OCTOBER), f"{provider.id}/{model.id}"
                compared += 1
    assert compared > 1_500


@pytest.mark.parametrize(
    ("model", "usage", "usd"),
    [
        ("claude-sonnet-4-5", Usage(input_tokens=200_000, output_tokens=1_000), "0.615"),
        ("claude-sonnet-4-5", Usage(input_tokens=200_001, output_tokens=1_000), "1.222506"),
        (
            "claude-sonnet-4-5",
            Usage(
                input_tokens=10_000,
                output_tokens=100,
                cache_read_input_tokens=4_000,
                cache_write_input_tokens=3_000,
                cache_write_1h_input_tokens=1_000,
            ),
            # 3,000 plain at 3, 4,000 read at 0.30, 2,000 written at 3.75, 1,000 for an hour at 6, 100 out at 15
            "0.0252",
        ),
    ],
)
def test_costs_one_can_add_up_by_hand(model: str, usage: Usage, usd: str) -> None:
    assert ours("anthropic", model, usage, OCTOBER) == Decimal(usd)


@given(usage=usages(), named=st.sampled_from(KNOWN))
def test_what_the_cache_saved_and_the_cost_are_the_cost_without_a_cache(usage: Usage, named: tuple[str, str]) -> None:
    price = PRICES.price(*named, int(OCTOBER.timestamp() * 1_000_000))
    assert price is not None
    plain = Usage(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        reasoning_output_tokens=usage.reasoning_output_tokens,
        input_audio_tokens=usage.input_audio_tokens,
        output_audio_tokens=usage.output_audio_tokens,
    )
    saved, cost, without = price.cache_savings_usd(usage), price.cost_usd(usage), price.cost_usd(plain)
    if usage == plain or cost is None or without is None:
        assert saved is None
    else:
        assert saved == without - cost


def test_a_price_counts_from_its_day() -> None:
    usage = Usage(input_tokens=1_000_000, output_tokens=0)
    assert ours("openai", "o3", usage, datetime(2025, 6, 9, 23, 59, tzinfo=UTC)) == 10
    assert ours("openai", "o3", usage, datetime(2025, 6, 10, tzinfo=UTC)) == 2


@pytest.mark.parametrize(
    ("provider", "model"),
    [("vllm", "acme-triage-8b"), ("openai", "gpt-9-mini"), ("openai", "openai/gpt-4o"), ("nobody", "gpt-4o")],
)
def test_an_unknown_model_has_no_price(provider: str, model: str) -> None:
    assert ours(provider, model, Usage(input_tokens=10, output_tokens=10), OCTOBER) is None


def test_a_kind_of_token_without_a_price_is_not_free() -> None:
    assert ours("openai", "whisper-1", Usage(input_tokens=10, output_tokens=10), OCTOBER) is None
    assert ours("openai", "text-embedding-3-small", Usage(input_tokens=1_000_000, output_tokens=0), OCTOBER) == Decimal(
        "0.02"
    )


@pytest.mark.parametrize(
    "usage",
    [
        Usage(input_tokens=10, output_tokens=0, cache_read_input_tokens=11),
        Usage(input_tokens=10, output_tokens=0, cache_write_input_tokens=4, cache_write_1h_input_tokens=5),
        Usage(input_tokens=10, output_tokens=5, reasoning_output_tokens=6),
        Usage(input_tokens=-1, output_tokens=0),
    ],
)
def test_counts_that_contradict_have_no_cost(usage: Usage) -> None:
    assert ours("anthropic", "claude-haiku-4-5", usage, OCTOBER) is None


def test_the_table_in_finops_toml_counts_before_the_list_and_from_its_day() -> None:
    old = PriceOverride(provider="vllm", model="own", rates=Rates(input_usd=Decimal("2e-6")))
    new = PriceOverride(
        provider="vllm",
        model="own",
        rates=Rates(input_usd=Decimal("1e-6")),
        valid_from=date(2026, 10, 2),
        source="contract 7",
    )
    prices, day_us = Prices((new, old)), 86_400_000_000
    first_us = int(datetime(2026, 10, 1, tzinfo=UTC).timestamp()) * 1_000_000
    before, after = prices.price("vllm", "own", first_us), prices.price("vllm", "own", first_us + day_us)

    assert before is not None
    assert after is not None
    usage = Usage(input_tokens=1_000_000, output_tokens=0)
    assert (before.cost_usd(usage), before.source) == (Decimal(2), "finops.toml")
    assert (after.cost_usd(usage), after.source) == (Decimal(1), "contract 7")


CONTRACT = PriceOverride(
    provider="openai", model="gpt-5-mini", rates=Rates(input_usd=Decimal("1e-8"), output_usd=Decimal("2e-8"))
)
MILLION = Usage(input_tokens=1_000_000, output_tokens=0)
OCTOBER_US = int(OCTOBER.timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("answered", "asked"),
    [
        ("gpt-5-mini", None),
        ("gpt-5-mini-2025-08-07", "gpt-5-mini"),
        ("gpt-5-mini", "fast-and-cheap"),
        ("x", "gpt-5-mini"),
    ],
)
def test_a_contract_counts_for_the_model_asked_for_as_well_as_for_the_one_that_answered(
    answered: str, asked: str | None
) -> None:
    billed = Prices((CONTRACT,)).bill(MILLION, "openai", answered, OCTOBER_US, asked=asked)
    assert (billed.cost_usd, billed.cost_source, billed.price_source) == (Decimal("0.01"), "contract", "finops.toml")


def test_a_contract_of_the_model_that_answered_goes_before_that_of_the_one_asked_for() -> None:
    dated = PriceOverride(provider="openai", model="gpt-5-mini-2025-08-07", rates=Rates(input_usd=Decimal("3e-8")))
    for order in ((CONTRACT, dated), (dated, CONTRACT)):
        billed = Prices(order).bill(MILLION, "openai", "gpt-5-mini-2025-08-07", OCTOBER_US, asked="gpt-5-mini")
        assert billed.cost_usd == Decimal("0.03")


def test_an_own_model_that_answers_under_another_name_has_its_price() -> None:
    own = PriceOverride(provider="vllm", model="a", rates=Rates(input_usd=Decimal("1e-6")))
    assert Prices((own,)).bill(MILLION, "vllm", "a-2026-09-01", OCTOBER_US, asked="a").cost_usd == 1
    assert Prices((own,)).bill(MILLION, "vllm", "a-2026-09-01", OCTOBER_US).unpriced_reason == "model"


def test_the_list_knows_the_model_by_either_name() -> None:
    assert PRICES.bill(MILLION, "openai", "a-deployment", OCTOBER_US, asked="gpt-4o").cost_usd == Decimal("2.5")
    assert PRICES.bill(MILLION, "openai", "gpt-4o", OCTOBER_US, asked="a-deployment").cost_usd == Decimal("2.5")


@pytest.mark.parametrize(
    "served",
    [Served(service_tier="flex"), Served(speed="fast"), Served(inference_region="us"), Served(service_tier="batch")],
)
def test_a_contract_is_for_one_way_of_being_served_alone(served: Served) -> None:
    standard = PriceOverride(provider="vllm", model="own", rates=Rates(input_usd=Decimal("1e-6")))
    special = PriceOverride(provider="vllm", model="own", rates=Rates(input_usd=Decimal("2e-6")))
    special = replace(
        special, service_tier=served.service_tier, speed=served.speed, inference_region=served.inference_region
    )
    only, both = Prices((standard,)), Prices((standard, special))
    assert only.bill(MILLION, "vllm", "own", OCTOBER_US, served).unpriced_reason == "serving"
    assert both.bill(MILLION, "vllm", "own", OCTOBER_US, served).cost_usd == 2
    assert both.bill(MILLION, "vllm", "own", OCTOBER_US).cost_usd == 1
    assert both.bill(MILLION, "vllm", "own", OCTOBER_US, Served(service_tier="default", speed="standard")).cost_usd == 1


def test_a_contract_prices_every_unit_it_names_and_no_other() -> None:
    rates = Rates(
        input_usd=Decimal("1e-6"),
        output_usd=Decimal("2e-6"),
        request_usd=Decimal("0.001"),
        others=(UnitRate("web_searches", Decimal("0.02")), UnitRate("output_image_tokens", Decimal("1e-5"))),
    )
    prices = Prices((PriceOverride(provider="vllm", model="own", rates=rates),))
    used = Usage(input_tokens=1000, output_tokens=3000, other_units={"web_searches": 2, "output_image_tokens": 2000})
    # the request, 1,000 in, 1,000 of text and 2,000 of image out, two searches
    assert prices.bill(used, "vllm", "own", OCTOBER_US).cost_usd == Decimal("0.001") + Decimal("0.063")
    more = Usage(input_tokens=1000, output_tokens=0, other_units={"web_searches": 2, "input_document_pages": 1})
    assert prices.bill(more, "vllm", "own", OCTOBER_US) == Bill(unpriced_reason="input_document_pages")


def test_a_bill_says_where_its_amount_comes_from() -> None:
    charged = Usage(input_tokens=10, output_tokens=0, charged_usd=Decimal("0.7"))
    assert PRICES.bill(charged, "openrouter", "x", OCTOBER_US) == Bill(
        Decimal("0.7"), "charged by the provider", cost_source="provider"
    )
    estimated = Usage(input_tokens=1_000_000, output_tokens=0, source="estimated")
    assert PRICES.bill(estimated, "openai", "gpt-4o", OCTOBER_US).cost_source == "estimated"
    assert PRICES.bill(MILLION, "openai", "gpt-4o", OCTOBER_US).cost_source == "list"
    assert PRICES.bill(UNKNOWN_USAGE, "openai", "gpt-4o", OCTOBER_US) == Bill(unpriced_reason="usage")
    contradiction = Usage(input_tokens=1, output_tokens=0, cache_read_input_tokens=2)
    assert PRICES.bill(contradiction, "openai", "gpt-4o", OCTOBER_US) == Bill(unpriced_reason="usage")


def test_groq_charges_ten_seconds_of_audio_at_least() -> None:
    short, long = (Usage(input_tokens=0, output_tokens=0, other_units={"audio_seconds": s}) for s in (1, 3600))
    costs = [PRICES.bill(used, "groq", "whisper-large-v3", OCTOBER_US).cost_usd for used in (short, long)]
    assert costs == [Decimal("0.111") * 10 / 3600, Decimal("0.111")]


def test_the_source_names_the_release_of_the_list() -> None:
    price = PRICES.price("openai", "gpt-4o", int(OCTOBER.timestamp() * 1e6))
    assert price is not None
    assert price.source == f"genai-prices {genai_prices.__version__}"
