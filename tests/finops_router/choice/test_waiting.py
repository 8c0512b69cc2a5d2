"""When a better target that asks for a short wait is worth it."""

from __future__ import annotations

import random

import pytest
from finops_router.calls import Target
from finops_router.choice.expectations import Now, Outlook
from finops_router.choice.health import Health
from finops_router.choice.health_rules import HealthRules
from finops_router.choice.strategies import StrategySettings
from finops_router.choice.waiting import is_worth_waiting
from finops_router.errors import RateLimited
from finops_router.pricing.prices import Prices

from tests.finops_router.router_fixture import START_US, request

BETTER = Target(provider="openai", model="gpt-4o-mini", expected_ttft_ms=500, expected_ms_per_output_token=0)
RIVAL = Target(provider="anthropic", model="claude-haiku-4-5", expected_ttft_ms=2000, expected_ms_per_output_token=0)


def is_worth(strategy: str, wait_s: float, **settings: float) -> bool:
    health = Health(HealthRules(), random.Random(7))
    health.circuit(BETTER).failed(health.starts(BETTER, 0.0), RateLimited("slow down", 429, wait_s), 0.0)
    outlook = Outlook(health, Prices(), Now(epoch_us=START_US, loop_s=0.0))
    return is_worth_waiting(strategy, StrategySettings(**settings), request(), outlook, BETTER, RIVAL)


@pytest.mark.parametrize("strategy", ["cost-first", "fixed", "weighted"])
def test_strategies_that_do_not_count_time_wait_as_long_as_the_group_allows(strategy: str) -> None:
    assert is_worth(strategy, 3.0)
    assert not is_worth(strategy, 3.1)
    assert is_worth(strategy, 9.0, retry_after_wait_s=9.0)
    assert not is_worth(strategy, 0.1, retry_after_wait_s=0.0)


def test_performance_first_waits_if_the_better_one_still_answers_sooner() -> None:
    assert is_worth("performance-first", 1.5)
    assert not is_worth("performance-first", 1.6)


def test_balanced_weighs_the_wait_against_the_cost() -> None:
    assert is_worth("balanced", 30.0, usd_per_second=0.000001)  # the rival costs more than half a minute is worth
    assert not is_worth("balanced", 30.0, usd_per_second=1.0)
