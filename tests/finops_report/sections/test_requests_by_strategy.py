"""Strategies: who carries most, who is cheapest, cost beside time."""

from __future__ import annotations

import pytest

from tests.finops_report.sections.conftest import Make, chart_of

VIEW = "requests_by_strategy"
TWO = {
    "strategy": "if(i % 3 = 0, 'cost-first', 'performance-first')",
    "cost_estimated": "if(i % 3 = 0, 0.1, 0.2)",
    "latency_ms": "if(i % 3 = 0, 2000.0, 500.0)",
}


def test_the_busiest_and_the_cheapest_are_named(made: Make) -> None:
    section = made(VIEW, **TWO)
    assert section.finding == ("performance-first routed 67 % of requests; cost-first is cheapest at $0.10 per request")
    assert section.table.rows[1][:5] == ("cost-first", "16", "33 %", "$1.60", "$0.10")
    assert section.table.total[:4] == ("Total", "48", "100 %", "$8.00")


def test_one_strategy_is_not_the_cheapest(made: Make) -> None:
    assert made(VIEW).finding == "fixed routed 100 % of requests"


def test_both_charts_give_a_strategy_the_same_colour(made: Make) -> None:
    section = made(VIEW, **TWO)
    over_time, compared = (
        chart_of(section, name).figure["data"] for name in ("strategy_over_time", "strategy_compared")
    )
    assert {trace["name"]: trace["marker"]["color"] for trace in over_time} == dict(
        zip(compared[0]["y"], compared[0]["marker"]["color"], strict=True)
    )
    assert [trace["y"] for trace in over_time] == [[8, 8], [16, 16]]


def test_cost_and_time_stand_side_by_side(made: Make) -> None:
    costs, times = chart_of(made(VIEW, **TWO), "strategy_compared").figure["data"]
    assert (costs["y"], costs["text"]) == (["cost-first", "performance-first"], ["$0.10", "$0.20"])
    assert (times["y"], times["text"]) == (costs["y"], ["2.02 s", "498 ms"])


def test_without_requests_nothing_is_drawn(made: Make) -> None:
    section = made(VIEW, requests=0)
    assert (section.finding, section.charts) == ("No requests were recorded", ())


@pytest.mark.parametrize(("one_in", "noted"), [(20, True), (3, False)])
def test_a_small_share_of_the_other_strategy_may_be_a_comparison(made: Make, one_in: int, noted: bool) -> None:
    strategies = f"case when i % {one_in} = 0 then 'performance-first' else 'cost-first' end"
    section = made("requests_by_strategy", strategy=strategies)
    assert ("comparison" in section.how_to_read) is noted


def test_one_strategy_alone_compares_nothing(made: Make) -> None:
    assert "comparison" not in made("requests_by_strategy", strategy="'cost-first'").how_to_read
