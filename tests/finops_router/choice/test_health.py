"""When a target cools down, for how long, and what is believed of its speed."""

from __future__ import annotations

import random

import pytest
from finops_router.calls import Reply, Target, Usage
from finops_router.choice.health import Health, HealthRules
from finops_router.errors import RateLimited, Unavailable

TARGET = Target(provider="openai", model="m", expected_ttft_ms=400, expected_ms_per_output_token=10)
RULES = HealthRules(
    failures_before_cooldown=3, cooldown_s=30.0, cooldown_max_s=100.0, rate_limit_cooldown_s=5.0, half_life_s=60.0
)
DOWN = Unavailable("down", 503)


def reply(ttft_ms: float | None, tokens: int = 100) -> Reply:
    return Reply(model="m", usage=Usage(input_tokens=1, output_tokens=tokens), ttft_ms=ttft_ms)


def test_it_cools_down_after_failures_in_a_row_only() -> None:
    health = Health(RULES, random.Random(7))
    health.failed(TARGET, DOWN, 0.0)
    health.failed(TARGET, DOWN, 1.0)
    health.answered(TARGET, "chat", reply(400.0), 1_400.0, 2.0)
    health.failed(TARGET, DOWN, 3.0)
    health.failed(TARGET, DOWN, 4.0)
    assert not health.is_cooling_down(TARGET, 4.1)
    health.failed(TARGET, DOWN, 5.0)
    assert health.is_cooling_down(TARGET, 34.9)
    assert not health.is_cooling_down(TARGET, 35.0)


def test_it_cools_down_twice_as_long_when_it_fails_on_its_return_up_to_a_bound() -> None:
    health, now_s, cooldowns_s = Health(RULES, random.Random(7)), 0.0, []
    for _ in range(7):
        health.failed(TARGET, DOWN, now_s)
        cooldowns_s.append(max(health.cooldown_until_s(TARGET) - now_s, 0.0))
        now_s = max(now_s, health.cooldown_until_s(TARGET))
    assert cooldowns_s == [0.0, 0.0, 30.0, 60.0, 100.0, 100.0, 100.0]


def test_a_crowd_that_fails_at_once_is_one_trouble() -> None:
    health = Health(RULES, random.Random(7))
    for _ in range(50):
        health.failed(TARGET, DOWN, 1.0)
    assert health.cooldown_until_s(TARGET) == 31.0


def test_after_a_429_it_cools_down_at_once_exactly_as_long_as_it_asked() -> None:
    health = Health(RULES, random.Random(7))
    health.failed(TARGET, RateLimited("slow down", 429, 60.0), 10.0)
    assert health.cooldown_until_s(TARGET) == 70.0


@pytest.mark.parametrize("asked_s", [21_601.0, 1e12, float("inf")])
def test_a_retry_after_beyond_six_hours_counts_as_six_hours(asked_s: float) -> None:
    health = Health(RULES, random.Random(7))
    health.failed(TARGET, RateLimited("slow down", 429, asked_s), 10.0)
    assert health.cooldown_until_s(TARGET) == 10.0 + 6 * 3600


def test_a_429_without_retry_after_cools_it_down_a_little_differently_in_each_process() -> None:
    cooldowns_s = set()
    for seed in range(20):
        health = Health(RULES, random.Random(seed))
        health.failed(TARGET, RateLimited("slow down", 429), 0.0)
        cooldowns_s.add(health.cooldown_until_s(TARGET))
    assert len(cooldowns_s) == 20
    assert min(cooldowns_s) >= 5.0
    assert max(cooldowns_s) <= 7.5


def test_a_late_answer_does_not_end_a_cooldown() -> None:
    health = Health(RULES, random.Random(7))
    health.failed(TARGET, RateLimited("slow down", 429, 60.0), 10.0)
    health.answered(TARGET, "chat", reply(400.0), 1_400.0, 11.0)
    assert health.is_cooling_down(TARGET, 12.0)


def test_the_configured_speed_counts_until_there_are_answers() -> None:
    assert Health(RULES, random.Random(7)).speed(TARGET, 0.0).expected_ms(100) == 1_400.0


def test_a_streamed_answer_shows_both_parts_of_the_speed() -> None:
    health = Health(RULES, random.Random(7))
    for second in range(300):
        health.answered(TARGET, "chat", reply(800.0), 800.0 + 100 * 30, float(second))
    speed = health.speed(TARGET, 300.0)
    assert 740 < speed.ttft_ms < 800  # the configured 400 keep a little weight
    assert 27 < speed.ms_per_output_token < 30


def test_a_plain_answer_moves_both_parts_alike() -> None:
    health = Health(RULES, random.Random(7))
    health.answered(TARGET, "chat", reply(None), 2_800.0, 0.0)  # twice the expected 1,400
    speed = health.speed(TARGET, 0.0)
    assert speed.ttft_ms / 400 == pytest.approx(speed.ms_per_output_token / 10)
    assert 1_400 < speed.expected_ms(100) < 2_800


def test_what_was_observed_fades() -> None:
    health = Health(RULES, random.Random(7))
    health.answered(TARGET, "chat", reply(4_000.0), 5_000.0, 0.0)
    fresh, later = health.speed(TARGET, 0.0).ttft_ms, health.speed(TARGET, 600.0).ttft_ms
    assert fresh > 1_000
    assert later == pytest.approx(400, rel=0.01)
