"""What each strategy puts first, for this request, at this moment."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest
from finops_router.calls import Reply, Target, Usage
from finops_router.choice.expectations import Now, Outlook
from finops_router.choice.health import Health
from finops_router.choice.health_rules import HealthRules
from finops_router.choice.strategies import (
    STRATEGIES,
    StrategySettings,
    balanced,
    compared,
    cost_first,
    fixed,
    performance_first,
    weighted,
)
from finops_router.errors import ServerFailed
from finops_router.pricing.prices import Prices
from hypothesis import given
from hypothesis import strategies as st

from tests.finops_router.router_fixture import START_US, request

PRICES = Prices()
SETTINGS = StrategySettings(explore_share=0.0)
CHEAP_IN = Target(provider="openai", model="gpt-5.1")  # 1.25 in, 10 out
CHEAP_OUT = Target(provider="mistral_ai", model="mistral-large-latest")  # 2 in, 6 out
UNPRICED = Target(provider="vllm", model="acme-triage-8b")
FAST_START = Target(provider="a", model="m", expected_ttft_ms=100, expected_ms_per_output_token=20)
FAST_TOKENS = Target(provider="b", model="m", expected_ttft_ms=900, expected_ms_per_output_token=5)


def health() -> Health:
    return Health(HealthRules(), random.Random(7))


def outlook(known: Health | None = None, at_s: float = 0.0) -> Outlook:
    return Outlook(known or health(), PRICES, Now(epoch_us=START_US, loop_s=at_s))


def test_cost_first_depends_on_the_request() -> None:
    targets = (UNPRICED, CHEAP_IN, CHEAP_OUT)
    long_prompt = replace(request(), estimated_input_tokens=20_000)
    short_prompt = replace(request(), estimated_input_tokens=100)

    assert cost_first(long_prompt, targets, outlook(), SETTINGS) == (CHEAP_IN, CHEAP_OUT, UNPRICED)
    assert cost_first(short_prompt, targets, outlook(), SETTINGS) == (CHEAP_OUT, CHEAP_IN, UNPRICED)


def test_the_expected_answer_is_bounded_by_what_the_request_allows() -> None:
    asked = replace(request(), estimated_input_tokens=1_000)
    assert cost_first(asked, (CHEAP_IN, CHEAP_OUT), outlook(), SETTINGS)[0] == CHEAP_OUT
    brief = replace(asked, max_output_tokens=10)
    assert cost_first(brief, (CHEAP_IN, CHEAP_OUT), outlook(), SETTINGS)[0] == CHEAP_IN


def test_performance_first_weighs_start_against_tokens() -> None:
    targets = (FAST_START, FAST_TOKENS)
    assert performance_first(replace(request(), max_output_tokens=20), targets, outlook(), SETTINGS)[0] == FAST_START
    assert performance_first(replace(request(), max_output_tokens=200), targets, outlook(), SETTINGS)[0] == FAST_TOKENS


def test_performance_first_believes_what_it_observes_and_forgets_it_in_time() -> None:
    known = health()
    slow = Reply(model="m", usage=Usage(input_tokens=1, output_tokens=20), ttft_ms=5_000.0)
    for second in range(10):
        known.answered(FAST_START, known.starts(FAST_START, float(second)), "chat", slow, 5_400.0, float(second))
    brief = replace(request(), max_output_tokens=20)
    order = (FAST_START, FAST_TOKENS)

    assert performance_first(brief, order, outlook(known, 10.0), SETTINGS)[0] == FAST_TOKENS
    assert performance_first(brief, order, outlook(known, 3_600.0), SETTINGS)[0] == FAST_START


@given(
    name=st.sampled_from(sorted(STRATEGIES)),
    order=st.permutations([CHEAP_IN, CHEAP_OUT, UNPRICED, FAST_START, FAST_TOKENS]),
    tokens=st.integers(0, 1_000_000),
)
def test_every_strategy_orders_all_and_loses_none(name: str, order: list[Target], tokens: int) -> None:
    asked = replace(request(), estimated_input_tokens=tokens)
    ordered = STRATEGIES[name](asked, tuple(order), outlook(), SETTINGS)
    assert sorted(target.name for target in ordered) == sorted(target.name for target in order)
    assert ordered == STRATEGIES[name](asked, tuple(order), outlook(), SETTINGS)


def answers(known: Health, target: Target, tokens: int = 100, cached: int = 0, ttft_ms: float = 500.0) -> None:
    usage = Usage(input_tokens=1000, output_tokens=tokens, cache_read_input_tokens=cached)
    reply = Reply(model=target.model, usage=usage, ttft_ms=ttft_ms)
    for second in range(30):
        known.answered(
            target, known.starts(target, float(second)), "chat", reply, ttft_ms + 10.0 * tokens, float(second)
        )


def test_cost_first_learns_how_long_answers_of_the_group_are() -> None:
    known, asked, order = health(), replace(request(), estimated_input_tokens=1_000), (CHEAP_IN, CHEAP_OUT)
    assert cost_first(asked, order, outlook(known), SETTINGS)[0] == CHEAP_OUT  # 256 tokens of answer, as configured
    answers(known, CHEAP_OUT, tokens=5)
    soon = outlook(known, 30.0)
    assert cost_first(asked, order, soon, SETTINGS)[0] == CHEAP_IN


def test_cost_first_counts_on_the_cache_it_saw() -> None:
    known, asked = health(), replace(request(), estimated_input_tokens=10_000, max_output_tokens=200)
    order = (replace(CHEAP_OUT, model="mistral-small-latest"), Target(provider="openai", model="gpt-5-mini"))
    answers(known, order[1], cached=900, tokens=256)
    assert cost_first(asked, order, outlook(known, 30.0), SETTINGS)[0] == order[1]


def test_performance_first_shuns_who_fails() -> None:
    known, order = health(), (FAST_START, replace(FAST_START, provider="b", expected_ttft_ms=200))
    assert performance_first(request(), order, outlook(known), SETTINGS)[0] == order[0]
    for second in range(5):
        known.failed(order[0], known.starts(order[0], float(second)), ServerFailed("oops", 500), float(second))
    assert performance_first(request(), order, outlook(known, 5.0), SETTINGS)[0] == order[1]


def test_one_answer_far_too_late_is_believed_at_once() -> None:
    known = health()
    answers(known, FAST_START, tokens=20, ttft_ms=100.0)
    late = Reply(model="m", usage=Usage(input_tokens=1, output_tokens=20), ttft_ms=8_000.0)
    known.answered(FAST_START, known.starts(FAST_START, 30.0), "chat", late, 8_400.0, 30.0)
    assert known.speed(FAST_START, 30.0).ttft_ms > 6_000


def test_a_share_of_requests_explores_and_their_ids_say_which() -> None:
    targets, settings = (FAST_START, FAST_TOKENS), StrategySettings(explore_share=0.05)
    brief = replace(request(), max_output_tokens=20)
    asked = [replace(brief, request_id=f"q-{number}") for number in range(2000)]
    explored = [performance_first(one, targets, outlook(), settings)[0] is FAST_TOKENS for one in asked]
    assert 60 < sum(explored) < 140
    assert explored[:50] == [performance_first(one, targets, outlook(), settings)[0] is FAST_TOKENS
                             for one in asked[:50]]  # fmt: skip


def test_balanced_pays_for_seconds_what_they_are_worth() -> None:
    slow_cheap = Target(provider="openai", model="gpt-4o-mini", expected_ttft_ms=5_000)
    fast_dear = Target(provider="anthropic", model="claude-haiku-4-5", expected_ttft_ms=200)
    order = (UNPRICED, slow_cheap, fast_dear)
    hurried, patient = StrategySettings(usd_per_second=0.01), StrategySettings(usd_per_second=0.00001)
    assert balanced(request(), order, outlook(), hurried) == (fast_dear, slow_cheap, UNPRICED)
    assert balanced(request(), order, outlook(), patient) == (slow_cheap, fast_dear, UNPRICED)


def test_fixed_keeps_the_order_and_weighted_keeps_the_shares() -> None:
    order = (replace(CHEAP_IN, weight=0.0), replace(CHEAP_OUT, weight=1.0), replace(UNPRICED, weight=3.0))
    assert fixed(request(), order, outlook(), SETTINGS) == order
    drawn = [weighted(request(number), order, outlook(), SETTINGS) for number in range(4000)]
    assert 0.22 < sum(one[0] is order[1] for one in drawn) / 4000 < 0.28
    assert all(one[-1] is order[0] for one in drawn)


def test_a_stated_share_of_a_groups_requests_gets_the_other_strategy() -> None:
    settings = StrategySettings(compare_share=0.05)
    drawn = Counter(compared(f"q-{number}", "cost-first", settings) for number in range(20_000))
    assert drawn["performance-first"] / 20_000 == pytest.approx(0.05, abs=0.006)
    back = Counter(compared(f"q-{number}", "performance-first", settings) for number in range(20_000))
    assert back["cost-first"] == drawn["performance-first"]


def test_without_a_share_nothing_is_compared() -> None:
    assert {compared(f"q-{number}", "cost-first", StrategySettings()) for number in range(1_000)} == {"cost-first"}
