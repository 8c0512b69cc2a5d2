"""What is believed of a target's speed."""

from __future__ import annotations

import random

import pytest
from finops_router.calls import Reply, Target, Usage
from finops_router.choice.health import Health
from finops_router.choice.health_rules import HealthRules

TARGET = Target(provider="openai", model="m", expected_ttft_ms=400, expected_ms_per_output_token=10)
RULES = HealthRules(half_life_s=60.0)


def reply(ttft_ms: float | None, tokens: int = 100) -> Reply:
    return Reply(model="m", usage=Usage(input_tokens=1, output_tokens=tokens), ttft_ms=ttft_ms)


def test_the_configured_speed_counts_until_there_are_answers() -> None:
    assert Health(RULES, random.Random(7)).speed(TARGET, 0.0).expected_ms(100) == 1_400.0


def test_a_streamed_answer_shows_both_parts_of_the_speed() -> None:
    health = Health(RULES, random.Random(7))
    for second in range(300):
        health.answered(
            TARGET, health.starts(TARGET, float(second)), "chat", reply(800.0), 800.0 + 100 * 30, float(second)
        )
    speed = health.speed(TARGET, 300.0)
    assert 740 < speed.ttft_ms < 800  # the configured 400 keep a little weight
    assert 27 < speed.ms_per_output_token < 30


def test_a_plain_answer_moves_both_parts_alike() -> None:
    health = Health(RULES, random.Random(7))
    tried = health.starts(TARGET, 0.0)
    health.answered(TARGET, tried, "chat", reply(None), 2_800.0, 0.0)  # twice the expected 1,400
    speed = health.speed(TARGET, 0.0)
    assert speed.ttft_ms / 400 == pytest.approx(speed.ms_per_output_token / 10)
    assert 1_400 < speed.expected_ms(100) < 2_800


def test_what_was_observed_fades() -> None:
    health = Health(RULES, random.Random(7))
    health.answered(TARGET, health.starts(TARGET, 0.0), "chat", reply(4_000.0), 5_000.0, 0.0)
    fresh, later = health.speed(TARGET, 0.0).ttft_ms, health.speed(TARGET, 600.0).ttft_ms
    assert fresh > 1_000
    assert later == pytest.approx(400, rel=0.01)
