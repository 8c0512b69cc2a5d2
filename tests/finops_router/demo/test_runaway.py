"""The night of too many requests: who asks, when, and that a month has none."""

from __future__ import annotations

from finops_router.demo.runaway import REQUESTS, runaway
from finops_router.demo.trace import read_trace
from finops_router.demo.traffic import HOUR_S, month_scenario


def test_a_month_is_too_short_to_have_one() -> None:
    assert list(runaway(read_trace(), month_scenario(30), 1)) == []


def test_one_team_asks_for_three_hours_of_one_night() -> None:
    made = list(runaway(read_trace(), month_scenario(400), 1))
    assert len(made) == REQUESTS
    assert {arrival.request.team for arrival in made} == {"data"}
    assert made == sorted(made, key=lambda arrival: arrival.at_s)
    assert made[-1].at_s - made[0].at_s < 3 * HOUR_S
    assert 1 <= made[0].at_s / HOUR_S % 24 < made[-1].at_s / HOUR_S % 24 < 4


def test_a_seed_makes_the_same_night_again() -> None:
    scenario = month_scenario(42)
    assert list(runaway(read_trace(), scenario, 7)) == list(runaway(read_trace(), scenario, 7))
    assert list(runaway(read_trace(), scenario, 7)) != list(runaway(read_trace(), scenario, 8))
