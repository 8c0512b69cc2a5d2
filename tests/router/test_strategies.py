"""What each strategy puts first, for this request, at this moment."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from router.calls import Reply, Target, Usage
from router.health import Health, HealthRules
from router.prices import Prices
from router.strategies import STRATEGIES, Now, cost_first, performance_first
from tests.router.stage import START_US, request

PRICES = Prices()
NOW = Now(epoch_us=START_US, loop_s=0.0)
CHEAP_IN = Target(provider="openai", model="gpt-5.1")  # 1.25 in, 10 out
CHEAP_OUT = Target(provider="mistral_ai", model="mistral-large-latest")  # 2 in, 6 out
UNPRICED = Target(provider="vllm", model="acme-triage-8b")
FAST_START = Target(provider="a", model="m", expected_ttft_ms=100, expected_ms_per_output_token=20)
FAST_TOKENS = Target(provider="b", model="m", expected_ttft_ms=900, expected_ms_per_output_token=5)


def health() -> Health:
    return Health(HealthRules())


def test_cost_first_depends_on_the_request() -> None:
    targets = (UNPRICED, CHEAP_IN, CHEAP_OUT)
    long_prompt = replace(request(), estimated_input_tokens=20_000)
    short_prompt = replace(request(), estimated_input_tokens=100)

    assert cost_first(long_prompt, targets, health(), PRICES, NOW) == (CHEAP_IN, CHEAP_OUT, UNPRICED)
    assert cost_first(short_prompt, targets, health(), PRICES, NOW) == (CHEAP_OUT, CHEAP_IN, UNPRICED)


def test_the_expected_answer_is_bounded_by_what_the_request_allows() -> None:
    asked = replace(request(), estimated_input_tokens=1_000)
    assert cost_first(asked, (CHEAP_IN, CHEAP_OUT), health(), PRICES, NOW)[0] == CHEAP_OUT
    brief = replace(asked, max_output_tokens=10)
    assert cost_first(brief, (CHEAP_IN, CHEAP_OUT), health(), PRICES, NOW)[0] == CHEAP_IN


def test_performance_first_weighs_start_against_tokens() -> None:
    targets = (FAST_START, FAST_TOKENS)
    assert performance_first(replace(request(), max_output_tokens=20), targets, health(), PRICES, NOW)[0] == FAST_START
    assert (
        performance_first(replace(request(), max_output_tokens=200), targets, health(), PRICES, NOW)[0] == FAST_TOKENS
    )


def test_performance_first_believes_what_it_observes_and_forgets_it_in_time() -> None:
    known = health()
    slow = Reply(model="m", usage=Usage(input_tokens=1, output_tokens=20), ttft_ms=5_000.0)
    for second in range(10):
        known.answered(FAST_START, slow, 5_400.0, float(second))
    brief = replace(request(), max_output_tokens=20)
    order = (FAST_START, FAST_TOKENS)

    assert performance_first(brief, order, known, PRICES, Now(epoch_us=START_US, loop_s=10.0))[0] == FAST_TOKENS
    assert performance_first(brief, order, known, PRICES, Now(epoch_us=START_US, loop_s=3_600.0))[0] == FAST_START


@given(
    name=st.sampled_from(sorted(STRATEGIES)),
    order=st.permutations([CHEAP_IN, CHEAP_OUT, UNPRICED, FAST_START, FAST_TOKENS]),
    tokens=st.integers(0, 1_000_000),
)
def test_every_strategy_orders_all_and_loses_none(name: str, order: list[Target], tokens: int) -> None:
    asked = replace(request(), estimated_input_tokens=tokens)
    ordered = STRATEGIES[name](asked, tuple(order), health(), PRICES, NOW)
    assert sorted(target.name for target in ordered) == sorted(target.name for target in order)
    assert ordered == STRATEGIES[name](asked, tuple(order), health(), PRICES, NOW)
