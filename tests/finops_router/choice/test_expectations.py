"""What a request is expected to cost and how long it is expected to take, by what was configured and observed."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from finops_router.calls import Reply, Target, Usage
from finops_router.choice.expectations import Now, Outlook
from finops_router.choice.health import Health
from finops_router.choice.health_rules import HealthRules
from finops_router.errors import ServerFailed
from finops_router.pricing.prices import PriceOverride, Prices
from finops_router.pricing.rates import Rates

from tests.finops_router.router_fixture import START_US, request

MINI = Target(provider="openai", model="gpt-5-mini", expected_ttft_ms=400, expected_ms_per_output_token=10)
NOVEMBER_US = START_US + 31 * 86_400_000_000


def outlook(health: Health | None = None, at_s: float = 0.0, epoch_us: int = START_US) -> Outlook:
    known = health or Health(HealthRules(), random.Random(7))
    return Outlook(known, Prices(), Now(epoch_us=epoch_us, loop_s=at_s))


def after(answers: int, tokens: int = 256, cached: int = 0) -> Outlook:
    """The outlook after answers of a second to the first token and 10 ms for each other."""
    health = Health(HealthRules(), random.Random(7))
    usage = Usage(input_tokens=1000, output_tokens=tokens, cache_read_input_tokens=cached)
    for second in range(answers):
        reply = Reply(model=MINI.model, usage=usage, ttft_ms=1000.0)
        health.answered(MINI, health.starts(MINI, float(second)), "chat", reply, 1000.0 + 10 * tokens, float(second))
    return outlook(health, float(answers))


def test_the_share_of_the_prompt_that_came_from_the_cache_costs_less() -> None:
    asked = replace(request(), estimated_input_tokens=10_000, max_output_tokens=200)
    before, later = outlook().cost_usd(asked, MINI), after(30, cached=900).cost_usd(asked, MINI)
    assert before is not None
    assert later is not None
    assert later < before / 2


def test_a_service_tier_has_its_own_price_or_none() -> None:
    asked, flex = request(), request(service_tier="flex")
    november = outlook(epoch_us=NOVEMBER_US)
    standard = november.cost_usd(asked, MINI)
    assert standard is not None
    assert november.cost_usd(flex, MINI) == standard / 2  # as listed from 2026-10-12
    assert outlook().cost_usd(flex, MINI) is None
    assert november.cost_usd(flex, Target(provider="mistral_ai", model="mistral-large-latest")) is None


def test_choice_and_bill_have_one_price_whatever_name_the_model_answers_under() -> None:
    own = PriceOverride(provider="openai", model="gpt-5-mini", rates=Rates(input_usd=Decimal("1e-8")))
    prices, asked = Prices((own,)), replace(request(), max_output_tokens=0)
    health = Health(HealthRules(), random.Random(7))
    expected = Outlook(health, prices, Now(epoch_us=START_US, loop_s=0.0)).cost_usd(asked, MINI)
    usage = Usage(input_tokens=asked.estimated_input_tokens, output_tokens=0)
    billed = prices.bill(usage, MINI.provider, "gpt-5-mini-2025-08-07", START_US, asked=MINI.model)
    assert expected == billed.cost_usd == asked.estimated_input_tokens * Decimal("1e-8")


def test_the_length_of_answers_is_configured_then_observed_and_bounded_by_the_request() -> None:
    assert outlook().output_tokens(request(), MINI) == 256
    assert 10 < after(30, tokens=10).output_tokens(request(), MINI) < 60
    assert after(30, tokens=1000).output_tokens(request(max_output_tokens=99), MINI) == 99


def test_failures_make_the_expected_time_longer() -> None:
    health = Health(HealthRules(), random.Random(7))
    assert outlook(health).ms(request(), MINI) == 400 + 10 * 256
    health.failed(MINI, health.starts(MINI, 0.0), ServerFailed("oops", 500), 0.0)
    share = health.failed_share(MINI, 0.0)
    assert outlook(health).ms(request(), MINI) == pytest.approx((400 + 10 * 256) / (1 - share))


def test_late_is_later_than_19_of_20_answers_once_enough_were_seen() -> None:
    assert after(19).late_ms(request(), MINI) is None
    streamed, plain = after(60).late_ms(request(stream=True), MINI), after(60).late_ms(request(), MINI)
    assert streamed is not None
    assert plain is not None
    assert 900 < streamed < plain
