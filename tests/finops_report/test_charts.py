"""The page carries the charts of its sections, each as a picture and as the figure of its live chart."""

from __future__ import annotations

from pathlib import Path

import pytest

from finops_report.page.page import page
from tests.conftest import figures_in
from tests.finops_report.conftest import reported
from tests.finops_report.sections.conftest import FAILING, written


@pytest.mark.parametrize("attempts", ["", FAILING])
def test_the_charts_of_the_sections_are_those_of_the_page(tmp_path: Path, attempts: str) -> None:
    made = reported(written(tmp_path / "t.duckdb", attempts=attempts, provider="if(i % 3 = 0, 'google', 'openai')"))
    built = page(made)
    charts = [chart for section in made.sections for chart in section.charts]
    assert figures_in(built).keys() == {chart.name for chart in charts}
    for chart in charts:
        drawn, live = chart.figure["data"], figures_in(built)[chart.name]["data"]
        assert [series.get("y") for series in live] == [series.get("y") for series in drawn]
        assert built.count(f'data-chart="{chart.name}"') == 1
        assert f'id="{chart.name}-c">{chart.title}: ' in built
