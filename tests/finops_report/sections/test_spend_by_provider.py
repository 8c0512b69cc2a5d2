"""Spend by provider: the largest, how its share moved, one colour a provider."""

from __future__ import annotations

from finops_report.charts.colours import GREY, SERIES
from tests.finops_report.sections.conftest import Make, chart_of

VIEW = "spend_by_provider"


def test_the_finding_says_how_the_largest_share_moved(made: Make) -> None:
    provider = "(['openai', 'openai', 'google'])[1 + i % 3]"
    section = made(VIEW, provider=provider, cost_estimated="if(i < 24 and i % 3 = 2, 2.0, 1.0)")
    assert section.finding == "OpenAI is 57 % of spend (50 % in the day before, 67 % in the last day)"
    assert section.table.rows[0] == ("OpenAI", "$32.00", "57 %", "32", "3,200", "320", "0")
    assert section.table.total == ("Total", "$56.00", "100 %", "48", "4,800", "480", "0")


def test_bars_have_the_shares_of_the_table(made: Make) -> None:
    section = made(VIEW, provider="if(i % 4 = 0, 'google', 'openai')")
    (trace,) = chart_of(section, "spend_by_provider").figure["data"]
    assert (trace["y"], trace["x"]) == (["OpenAI", "Google"], [36.0, 12.0])
    assert trace["text"] == ["$36.00 · 75 %", "$12.00 · 25 %"]
    assert [row[2] for row in section.table.rows] == ["75 %", "25 %"]


def test_colours_go_by_rank_and_the_tail_is_grey(made: Make) -> None:
    section = made(VIEW, provider="'p' || i % 10", requests=100, cost_estimated="1.0 + i % 10")
    (trace,) = chart_of(section, "spend_by_provider").figure["data"]
    assert trace["y"] == [*(f"p{i}" for i in range(9, 1, -1)), "2 others"]
    assert trace["marker"]["color"] == [*SERIES, GREY, GREY]


def test_without_prices_there_is_nothing_to_divide(made: Make) -> None:
    section = made(VIEW, cost_estimated="null::double")
    assert section.finding == "No spend to divide among providers"
    assert section.table.rows[0][:3] == ("OpenAI", "price unknown", "")


def test_without_requests_nothing_is_drawn(made: Make) -> None:
    section = made(VIEW, requests=0)
    assert (section.table.rows, section.charts) == ((), ())
    assert section.empty == "Nothing was recorded in this period."
