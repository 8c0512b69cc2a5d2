"""The limits of a forecast: signed, from what was known in time, and wider if earlier ones did not hold."""

from __future__ import annotations

import random
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finops_report.analysis.forecast.interval import LEAST_ENDS, Fold, Limits, limits, quantile

AHEAD = 10


def found(errors: list[float], moved: float = 0.0, every: int = 1, long_ago: int = 10**6) -> Limits:
    """Return the limits after forecasts of ten steps with these errors, one each so many steps; made since long ago."""
    folds = [Fold(place * every, error) for place, error in enumerate(errors)]
    return limits(folds, -long_ago, folds[-1].at + AHEAD, AHEAD, moved)


def test_nine_errors_give_the_least_and_the_largest() -> None:
    """Of nine values the tenth lies below the least in one case of ten, and above the largest in one."""
    made = found([-0.4, 0.1, 0.2, -0.1, 0.0, 0.3, 0.9, -0.2, 0.05])
    assert (made.low, made.high) == pytest.approx((-0.4, 0.9), rel=1e-4)


def test_a_forecast_that_was_always_too_low_has_no_room_below() -> None:
    made = found([0.1 + place / 100 for place in range(40)])
    assert made.low == 0
    assert made.high == pytest.approx(0.1 + 35.9 / 100, rel=1e-4)


def test_what_is_still_to_come_cannot_be_below_nothing() -> None:
    made = found([-0.99] * 40, long_ago=0)
    assert (made.low, made.high) == (-1.0, 0.0)


def test_few_independent_stretches_make_it_wider() -> None:
    errors = [-0.2, 0.2] * 20
    assert found(errors, long_ago=0).high == pytest.approx(0.2 * (1 + 0.3 / 4.9))
    assert found(errors).high == pytest.approx(0.2, rel=1e-4)


def test_an_end_counts_once_it_was_known() -> None:
    """Of forecasts of ten steps, one each step, the first with limits knows five ends: it is the fifteenth."""
    made = found([0.1, -0.1] * 20)
    assert made.judged == 40 - AHEAD - LEAST_ENDS + 1
    late = found([0.0] * 30 + [5.0] * AHEAD, 0.05)  # none of the last ten was known to any forecast before
    assert late.inside == late.judged - AHEAD


def test_limits_that_did_not_hold_move_outwards_and_those_that_held_inwards() -> None:
    chance = random.Random(1)
    growing = [chance.gauss(0, 0.01 * (1 + place)) for place in range(60)]
    assert found(growing, 0.05).high > found(growing).high
    calm = [chance.gauss(0, 0.5 / (1 + place)) for place in range(60)]
    assert found(calm, 0.05).high < found(calm).high


def test_a_limit_can_lie_beyond_all_errors() -> None:
    growing = [0.01 * 1.1**place for place in range(60)]
    assert found(growing, 0.05, every=AHEAD).high > max(growing)


def test_eight_in_ten_errors_of_one_kind_lie_inside() -> None:
    inside = []
    for seed in range(40):
        chance = random.Random(seed)
        errors = [chance.lognormvariate(0, 0.5) - 1 for _ in range(61)]
        made = found(errors[:60], 0.0025, every=AHEAD)
        inside.append(made.inside / made.judged)
    assert 0.78 <= fmean(inside) <= 0.82


@given(st.lists(st.floats(-1, 1e6), min_size=9, max_size=60), st.integers(1, 20), st.sampled_from([0.0, 0.0025, 0.5]))
@settings(max_examples=80, deadline=None)
def test_any_errors_give_limits_around_the_forecast(errors: list[float], every: int, moved: float) -> None:
    made = found(errors, moved, every, 0)
    assert -1 <= made.low <= 0 <= made.high
    assert 0 <= made.inside <= made.judged <= len(errors)


def test_a_quantile_lies_between_its_neighbours_in_proportion() -> None:
    assert quantile([1, 2, 3, 4], 0.5) == 2.5
    assert quantile([1, 2, 3, 4], 0.3) == 1.5
    assert (quantile([1, 2, 3, 4], -1), quantile([1, 2, 3, 4], 1)) == (1, 4)
