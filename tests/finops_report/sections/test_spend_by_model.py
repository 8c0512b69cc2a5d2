"""Spend by model: the dearest, what caching saved, a bar a model."""

from __future__ import annotations

import pytest

from finops_report.charts.colours import SERIES
from tests.finops_report.sections.conftest import Make, chart_of

VIEW = "spend_by_model"
THREE = {"model": "(['a', 'b', 'c'])[1 + i % 3]", "provider": "(['openai', 'openai', 'google'])[1 + i % 3]"}


def test_the_dearest_models_come_first(made: Make) -> None:
    section = made(VIEW, cost_estimated="i % 3 + 1.0", **THREE)
    assert section.finding.startswith("c, b and a make up")
    assert [row[:4] for row in section.table.rows] == [
        ("Google", "c", "$48.00", "50 %"),
        ("OpenAI", "b", "$32.00", "33 %"),
        ("OpenAI", "a", "$16.00", "17 %"),
    ]


def test_bars_have_the_colour_of_the_provider(made: Make) -> None:
    (trace,) = chart_of(made(VIEW, cost_estimated="i % 3 + 1.0", **THREE), "spend_by_model").figure["data"]
    assert (trace["y"], trace["x"]) == (["Google · c", "OpenAI · b", "OpenAI · a"], [48.0, 32.0, 16.0])
    assert trace["marker"]["color"] == [SERIES[1], SERIES[0], SERIES[0]]


@pytest.mark.parametrize(
    ("savings", "finding", "cell"),
    [
        ("0.25", "a makes up 100 % of spend; caching saved $12.00 (20 %)", "$12.00"),
        ("-0.25", "a makes up 100 % of spend; caching added $12.00", "−$12.00"),
        ("null::double", "a makes up 100 % of spend", ""),
    ],
)
def test_what_caching_saved_is_in_finding_and_table(made: Make, savings: str, finding: str, cell: str) -> None:
    section = made(VIEW, cache_savings_estimated=savings, cache_read_input_tokens="10")
    assert (section.finding, section.table.rows[0][8]) == (finding, cell)


def test_tokens_nobody_recorded_are_not_none(made: Make) -> None:
    section = made(VIEW, input_tokens="null::int", output_tokens="null::int")
    assert section.table.rows[0][6:8] == ("not recorded", "not recorded")


@pytest.mark.parametrize(("requests", "finding"), [(48, "No model has a known price"), (0, "No models were recorded")])
def test_without_prices_or_requests_it_says_so(made: Make, requests: int, finding: str) -> None:
    section = made(VIEW, requests=requests, cost_estimated="null::double")
    assert section.finding == finding
    assert bool(section.charts) == bool(requests) != bool(section.empty)
