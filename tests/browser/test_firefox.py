"""The built page in a real Firefox: the same calm page, with the same live charts, at every width."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_FILE_PATH

from tests.browser.firefox import Firefox, started
from tests.extended import EXTENDED, extended

pytestmark = pytest.mark.browser
CHARTS = "[...document.querySelectorAll('figure[data-chart]')]"
GROUND = "getComputedStyle(document.documentElement).backgroundColor"
WIDTHS = pytest.mark.parametrize("width", [extended(1440), 360])


@pytest.fixture(scope="session")
def firefox(firefox_program: str) -> Iterator[Firefox]:
    with started(firefox_program) as one:
        yield one


def enliven(firefox: Firefox) -> None:
    firefox.evaluate(f"{CHARTS}.forEach((chart) => chart.querySelector('.explore').click())")
    firefox.wait_for(f"{CHARTS}.every((chart) => chart.dataset.state === 'live')")


@pytest.mark.parametrize(("live", "width"), [(False, 360), (True, 1440), extended(False, 1440), extended(True, 360)])
def test_it_is_calm_and_never_scrolls_sideways(firefox: Firefox, report: Path, width: int, live: bool) -> None:
    firefox.open(report, width)
    if live:
        enliven(firefox)
    assert [url for url in firefox.requests if not url.startswith(("data:", "blob:"))] == []
    assert firefox.errors == []
    assert firefox.evaluate("document.documentElement.scrollWidth") <= width


def test_every_chart_becomes_live_by_its_button(firefox: Firefox, report: Path) -> None:
    firefox.open(report)
    enliven(firefox)
    assert firefox.evaluate(f"{CHARTS}.map((chart) => chart.querySelectorAll('.live .main-svg').length > 0)") == [
        True
    ] * firefox.evaluate(f"{CHARTS}.length")


@WIDTHS
def test_pictures_and_tables_are_there_to_be_read(firefox: Firefox, report: Path, width: int) -> None:
    firefox.open(report, width)
    firefox.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    heights = "[...document.querySelectorAll('.chart svg')].map((svg) => svg.getBoundingClientRect().height)"
    shown = [height for height in firefox.evaluate(heights) if height]
    assert len(shown) == firefox.evaluate(f"{CHARTS}.length")
    assert min(shown) >= 120
    # A row of a table is a line or two, and what is wider than the page is scrolled within its own box.
    rows = firefox.evaluate("[...document.querySelectorAll('tr')].map((tr) => tr.getBoundingClientRect().height)")
    assert min(rows) >= 24
    assert firefox.evaluate("document.documentElement.scrollWidth") <= width


def test_the_switch_changes_the_colours_of_page_and_live_charts(firefox: Firefox, report: Path) -> None:
    firefox.open(report)
    enliven(firefox)
    ink = "document.querySelector('.live').layout.hoverlabel.bgcolor"
    before = firefox.evaluate(f"[{GROUND}, {ink}]")
    firefox.evaluate("document.getElementById('theme').click()")
    firefox.wait_for(f"{ink} !== '{before[1]}'")
    assert firefox.evaluate(GROUND) != before[0]


@EXTENDED
def test_a_dark_desktop_gets_a_dark_page(firefox_program: str, report: Path) -> None:
    with started(firefox_program, ui__systemUsesDarkTheme=1) as dark:
        dark.open(report)
        assert dark.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        assert dark.evaluate(GROUND) == "rgb(17, 21, 26)"


@EXTENDED
@WIDTHS
def test_axe_finds_nothing(firefox: Firefox, report: Path, width: int) -> None:
    firefox.open(report, width)
    enliven(firefox)
    firefox.evaluate(f"(() => {{ {AXE_FILE_PATH.read_text(encoding='utf-8')} }})()")
    found = firefox.evaluate("axe.run().then((all) => all.violations.map((v) => [v.id, v.nodes[0].target]))")
    assert found == []
