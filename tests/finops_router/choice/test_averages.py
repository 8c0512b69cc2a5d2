"""Means that forget: old observations fade, and one far above the mean is believed at once."""

from __future__ import annotations

import pytest
from finops_router.calls import Reply, Usage
from finops_router.choice.averages import MOST_WEIGHT, Mean, Speed, seen_speed
from hypothesis import given
from hypothesis import strategies as st

PLAIN = Reply(model="m", usage=Usage(input_tokens=1, output_tokens=100))


def test_half_of_the_weight_is_left_after_a_half_life() -> None:
    mean = Mean(60.0)
    mean.take(5.0, 0.0)
    mean.take(5.0, 0.0)
    assert (mean.weight_at(0.0), mean.weight_at(60.0), mean.weight_at(120.0)) == (2.0, 1.0, 0.5)


def test_a_peak_replaces_the_mean_and_a_dip_does_not() -> None:
    mean = Mean(60.0)
    for _ in range(10):
        mean.take_peak(100.0, 0.0)
    mean.take_peak(400.0, 0.0)
    assert mean.value == 400.0
    mean.take_peak(100.0, 0.0)
    assert 300.0 < mean.value < 400.0


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=60), st.floats(0, 1000))
def test_a_mean_stays_between_what_was_configured_and_seen(seen: list[float], configured: float) -> None:
    mean = Mean(60.0)
    for second, value in enumerate(seen):
        mean.take(value, float(second))
    assert mean.weight <= MOST_WEIGHT
    least, most = min([*seen, configured]), max([*seen, configured])
    assert least - 1e-6 <= mean.beside(configured, float(len(seen))) <= most + 1e-6


def test_a_plain_answer_shows_the_sum_of_both_parts_alone() -> None:
    seen = seen_speed(PLAIN, 2_800.0, Speed(ttft_ms=400, ms_per_output_token=10))
    assert seen == Speed(ttft_ms=800, ms_per_output_token=20)
    assert seen.expected_ms(100) == pytest.approx(2_800.0)
