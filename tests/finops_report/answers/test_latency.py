"""Latency: medians, the strategies on the same work, the change of the slowest, and how that is judged."""

from __future__ import annotations

import pytest

from tests.finops_report.answers.conftest import BOTH, Asked, traffic


@pytest.mark.parametrize(
    ("latency", "verdict"),
    [
        ("500", "good"),
        ("case when i < 1000 then 500 else 600 end", "watch"),
        ("case when i < 1000 then 5 else 9 end", "bad"),
    ],
)
def test_latency_is_judged_by_the_rise_of_its_95th_percentile(ask: Asked, latency: str, verdict: str) -> None:
    assert ask(traffic(latency=latency))["latency"].verdict == verdict


@pytest.mark.parametrize(
    ("latency", "words", "verdict"),
    [
        ("500", "about as long", "good"),
        ("700 - 200 * (i % 2)", "1.4 times as long", "good"),
        ("1000 - 500 * (i % 2)", "2 times as long", "good"),
        ("1500 - 1000 * (i % 2)", "3 times as long", "good"),
        ("1501 - 1001 * (i % 2)", "3.002 times as long", "watch"),
        ("2000 - 1500 * (i % 2)", "4 times as long", "watch"),
        ("3000 - 2500 * (i % 2)", "6 times as long", "bad"),
    ],
)
def test_latency_is_judged_by_how_much_slower_cost_first_is(ask: Asked, latency: str, words: str, verdict: str) -> None:
    answer = ask(traffic(latency=latency, strategy=BOTH))["latency"]
    assert f"On the same work cost-first takes {words} as performance-first." in answer.answer
    assert answer.verdict == verdict


def test_the_whole_answer_names_medians_and_the_slowest(ask: Asked) -> None:
    latency = ask(traffic(latency="case when i < 1000 then 500 else 600 end"))["latency"]
    assert latency.answer == (
        "Typical time (median): cost-first 498 ms. "
        "95 % of answers arrive within 596 ms, +20 % against the 5 days before."
    )
    assert latency.brief == "95 % in 596 ms"


def test_three_strategies_are_named_and_no_more(ask: Asked) -> None:
    latency = ask(traffic(strategy="'s' || (i % 10)"))["latency"]
    assert latency.answer.startswith("Typical time (median): s0 498 ms, s1 498 ms and s2 498 ms.")


@pytest.mark.parametrize("rows", ["", traffic(latency="null")], ids=["no requests", "no times"])
def test_what_was_not_recorded_is_not_judged(ask: Asked, rows: str) -> None:
    latency = ask(rows)["latency"]
    assert (latency.answer, latency.brief) == ("No latencies were recorded.", "not recorded")
    assert latency.verdict == "not enough data"


def test_too_few_comparable_requests_are_not_compared(ask: Asked) -> None:
    latency = ask(traffic(latency="1500 - 1000 * (i % 2)", strategy=BOTH, requests=20))["latency"]
    assert "On the same work" not in latency.answer
    assert latency.verdict == "not enough data"


def test_times_of_the_earlier_days_alone_are_not_called_unrecorded(ask: Asked) -> None:
    latency = ask(traffic(latency="case when i < 1000 then 500 end"))["latency"]
    assert latency.answer == "Typical time (median): cost-first 498 ms."
    assert (latency.brief, latency.verdict) == ("none in the last 5 days", "not enough data")
