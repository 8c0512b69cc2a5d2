"""Providers and models: who carries spend, and how that is judged."""

from __future__ import annotations

import pytest

from tests.finops_report.answers.conftest import Asked, traffic


@pytest.mark.parametrize(
    ("provider", "verdict"),
    [("'p' || i % 2", "good"), ("'only'", "watch"), ("case when i % 2 = 0 then 'p' end", "bad")],
)
def test_mix_is_judged_by_the_largest_and_by_what_is_not_recorded(ask: Asked, provider: str, verdict: str) -> None:
    assert ask(traffic(provider=provider))["mix"].verdict == verdict


def test_one_provider_of_most_spend_is_watched(ask: Asked) -> None:
    mix = ask(traffic(provider="case when i % 10 = 0 then 'small' else 'large' end"))["mix"]
    assert mix.answer == (
        "2 providers and 2 models. large takes 90 % of spend, unchanged from the 5 days before. "
        "The most expensive model is m with 90 %."
    )
    assert (mix.brief, mix.verdict) == ("large 90 %", "watch")


def test_nothing_recorded_is_not_judged(ask: Asked) -> None:
    mix = ask()["mix"]
    assert mix.answer == "None was recorded in this period."
    assert (mix.brief, mix.verdict) == ("no known price", "not enough data")


def test_shares_of_nothing_priced_are_not_judged(ask: Asked) -> None:
    mix = ask(traffic(cost="null"))["mix"]
    assert mix.answer == "2 providers and 2 models. None of their requests has a known price."
    assert (mix.brief, mix.verdict) == ("no known price", "not enough data")


def test_without_anything_earlier_no_move_is_named(ask: Asked) -> None:
    mix = ask(traffic(provider="'only'", requests=100))["mix"]
    assert mix.answer == "1 provider and 1 model. only takes 100 % of spend. The most expensive model is m with 100 %."
