"""Latency by model: fastest and slowest of those with enough requests; the most used are drawn."""

from __future__ import annotations

import pytest

from tests.finops_report.sections.conftest import Make, chart_of

VIEW = "latency_by_provider_model"


def test_a_model_with_few_requests_is_neither_fastest_nor_slowest(made: Make) -> None:
    section = made(
        VIEW,
        requests=85,
        model="(['a', 'b', 'c'])[1 + least(i // 40, 2)]",
        latency_ms="(i // 40 + 1) * 100.0",
        ttft_ms="10.0",
    )
    assert section.finding == "a is fastest with typically 100 ms, b slowest with 198 ms"
    assert section.table.rows[0] == ("OpenAI", "c", "5", "302 ms", "302 ms", "302 ms", "10.1 ms")


@pytest.mark.parametrize(
    ("model", "finding"),
    [
        ("'a'", "a has a typical time of 100 ms"),
        ("(['a', 'b'])[1 + i % 2]", "All 2 models have a typical time of 100 ms"),
    ],
)
def test_equal_models_are_not_ranked(made: Make, model: str, finding: str) -> None:
    assert made(VIEW, requests=80, model=model).finding == finding


def test_the_most_used_models_are_drawn_the_fastest_at_the_bottom(made: Make) -> None:
    number = "if(i = 15, 15, i % 15)"  # m15 is the fastest, and used once
    section = made(VIEW, requests=150, model=f"'m' || {number}", latency_ms=f"1000.0 - 50 * {number}")
    figure = chart_of(section, "latency_by_model").figure
    rows = figure["layout"]["yaxis"]["categoryarray"]
    assert len(rows) == 15
    assert rows[0] == "OpenAI · m14"
    dots = [trace for trace in figure["data"] if trace["mode"] == "markers"]
    assert [trace["name"] for trace in dots] == ["typical", "95 % within", "99 % within"]
    assert dots[0]["x"] == sorted(dots[0]["x"])


def test_without_latencies_nothing_is_drawn(made: Make) -> None:
    section = made(VIEW, latency_ms="null::double")
    assert (section.finding, section.charts) == ("No latencies were recorded", ())
