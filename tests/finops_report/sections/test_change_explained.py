"""The bridge: steps with a sign from the spend before to the spend now."""

from __future__ import annotations

from finops_report.charts.colours import DEARER, GREY
from tests.finops_report.sections.conftest import Make, chart_of

VIEW = "change_explained"


def test_the_largest_step_is_named(made: Make) -> None:
    section = made(VIEW, cost_estimated="if(i < 24, 1.0, 2.0)")
    assert section.finding == "Spend rose by $24.00 to $48.00; the largest step: price per token (+$24.00)"
    assert {row[0]: row[1] for row in section.table.rows} == {
        "spend before": "$24.00",
        "number of requests": "$0.00",
        "choice of models": "$0.00",
        "failovers": "$0.00",
        "tokens per request": "$0.00",
        "price per token": "+$24.00",
        "spend now": "$48.00",
    }


def test_each_bar_begins_where_the_one_before_it_ended(made: Make) -> None:
    (trace,) = chart_of(made(VIEW, cost_estimated="if(i < 24, 1.0, 2.0)"), "change_explained").figure["data"]
    assert trace["base"] == [0.0, 24.0, 24.0, 24.0, 24.0, 24.0, 0.0]
    assert trace["x"] == [24.0, 0.0, 0.0, 0.0, 0.0, 24.0, 48.0]
    assert (trace["marker"]["color"][0], trace["marker"]["color"][-2]) == (GREY, DEARER)


def test_caching_is_a_step_of_its_own_only_if_it_is_recorded(made: Make) -> None:
    cached = made(VIEW, cache_savings_estimated="0.25", cache_read_input_tokens="10")
    assert "caching" in [row[0] for row in cached.table.rows]
    assert "and caching, as what it saved is not recorded" not in cached.how_to_read
    assert "and caching, as what it saved is not recorded" in made(VIEW).how_to_read


def test_equal_sides_are_said_to_be_so(made: Make) -> None:
    assert made(VIEW).finding == "Spend stayed at $24.00"


def test_without_a_past_nothing_is_drawn(made: Make) -> None:
    section = made(VIEW, requests=1)
    assert (section.finding, section.charts, section.adds_up) == ("Nothing earlier to compare with", (), ())
    assert section.empty == "There is nothing earlier with a known price to compare with."
