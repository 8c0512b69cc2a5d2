"""Strategies: what each promises, compared on the same work, and how that is judged."""

from __future__ import annotations

import pytest

from tests.finops_report.answers.conftest import BOTH, Asked, traffic


@pytest.mark.parametrize(
    ("cost", "latency", "verdict"),
    [
        ("0.01 + 0.01 * (i % 2)", "500 - 200 * (i % 2)", "good"),
        ("0.02 - 0.01 * (i % 2)", "500 - 200 * (i % 2)", "bad"),
        ("0.01 + 0.01 * (i % 2)", "500 + 200 * (i % 2)", "bad"),
        ("0.01", "500 - 200 * (i % 2)", "watch"),
        ("0.02 - 0.01 * (i % 2)", "1 + hash(i) % 9000", "bad"),  # dearer for sure, speed within its interval
        ("0.01 + 0.01 * (i % 2)", "1 + hash(i) % 9000", "not enough data"),
    ],
)
def test_strategies_are_judged_by_their_promise(ask: Asked, cost: str, latency: str, verdict: str) -> None:
    assert ask(traffic(cost, latency, BOTH))["strategies"].verdict == verdict


def test_what_each_gains_is_named_with_its_interval(ask: Asked) -> None:
    strategies = ask(traffic("0.01 + 0.02 * (i % 2)", "800 - 300 * (i % 2)", BOTH))["strategies"]
    assert strategies.answer == (
        "On the same work cost-first costs 67 % (±under 0.1 %) less than performance-first, and performance-first "
        "answers 38 % faster than cost-first (all 2,000 requests are comparable; ± is the 95 % interval)."
    )
    assert strategies.brief == "67 % cheaper, 38 % faster"


def test_a_broken_promise_is_named_as_it_is(ask: Asked) -> None:
    strategies = ask(traffic("0.03 - 0.02 * (i % 2)", "500 + 300 * (i % 2)", BOTH))["strategies"]
    assert "costs 200 % (±under 0.1 %) more than" in strategies.answer
    assert "answers 60 % slower than" in strategies.answer
    assert strategies.brief == "200 % more expensive, 60 % slower"


def test_a_difference_that_may_be_chance_is_called_so_in_the_brief_too(ask: Asked) -> None:
    strategies = ask(traffic("0.01 + hash(i) % 100 / 1000", "800 - 300 * (i % 2)", BOTH))["strategies"]
    assert strategies.verdict == "not enough data"
    assert "%, perhaps by chance) " in strategies.answer
    assert strategies.brief == "cost not told apart, 38 % faster"


@pytest.mark.parametrize("alone", ["cost-first", "performance-first"])
def test_one_strategy_alone_cannot_be_judged(ask: Asked, alone: str) -> None:
    strategies = ask(traffic(strategy=f"'{alone}'"))["strategies"]
    assert strategies.verdict == "not enough data"
    assert strategies.answer == f"Only {alone} requests were recorded, so there is nothing to compare them with."
    assert strategies.brief == "not compared"


def test_other_strategies_promise_nothing_that_could_be_judged(ask: Asked) -> None:
    strategies = ask(traffic(strategy="'round-robin'"))["strategies"]
    assert (strategies.answer, strategies.brief) == ("Neither strategy was recorded.", "not compared")
    assert strategies.verdict == "not enough data"


def test_strategies_on_different_work_are_not_compared(ask: Asked) -> None:
    rows = traffic(strategy=BOTH).replace("500, 50,", "case when i % 2 = 0 then 100 else 90000 end, 50,")
    assert ask(rows)["strategies"].verdict == "not enough data"


@pytest.mark.parametrize(("requests", "compared"), [(20, False), (59, False), (60, True)])
def test_too_few_requests_are_not_compared_in_the_brief_either(ask: Asked, requests: int, compared: bool) -> None:
    rows = traffic("0.01 + 0.02 * (i % 2)", "800 - 300 * (i % 2)", BOTH, requests=requests)
    strategies = ask(rows)["strategies"]
    assert (strategies.verdict == "good") is compared
    assert (strategies.brief == "67 % cheaper, 38 % faster") is compared
    assert (strategies.brief == "not compared") is not compared
    assert ("under 30 of one of them" in strategies.answer) is not compared


@pytest.mark.parametrize(("cost", "latency"), [("null", "500"), ("0.01", "null"), ("0.01 * (i % 2 - 1)", "500")])
def test_enough_requests_of_unknown_cost_or_time_are_not_called_too_few(ask: Asked, cost: str, latency: str) -> None:
    strategies = ask(traffic(cost, latency, BOTH))["strategies"]
    assert strategies.answer == (
        "Both ran on the same work, but the cost or the latency of one of them is unknown or zero."
    )
    assert (strategies.brief, strategies.verdict) == ("not compared", "not enough data")
