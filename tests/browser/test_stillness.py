"""Nothing on the page moves under its reader: not while it loads, not when a chart becomes live."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.visits import CHARTS, OpenPage, enliven
from tests.extended import extended

pytestmark = pytest.mark.browser
# Every shift since the page was opened, those after a touch included, once two frames have been painted.
SHIFTS = """() => new Promise((done) => {
    let sum = 0;
    const watch = new PerformanceObserver((list) => { for (const shift of list.getEntries()) sum += shift.value; });
    watch.observe({ type: "layout-shift", buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum))));
})"""


@pytest.mark.parametrize("width", [1440, extended(768), 390])
def test_nothing_moves_while_the_page_loads(visit: OpenPage, report: Path, width: int) -> None:
    assert visit(report, width=width).page.evaluate(SHIFTS) == 0


@pytest.mark.parametrize("width", [extended(1440), 390])
def test_nothing_moves_where_the_page_comes_in_pieces(browser: Browser, report: Path, width: int) -> None:
    """A slow machine paints many times while it reads: here one of an eighth of the speed, six times."""
    for _ in range(6):
        with browser.new_context(viewport={"width": width, "height": 900}) as context:
            page = context.new_page()
            context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 8})
            page.goto(report.as_uri())
            assert page.evaluate(SHIFTS) == 0


@pytest.mark.parametrize("width", [extended(3840), extended(1440), extended(768), 390])
def test_a_live_chart_takes_exactly_the_room_of_its_picture(visit: OpenPage, report: Path, width: int) -> None:
    page = visit(report, width=width).page
    room = f"[...document.querySelectorAll('{CHARTS}')].map((f) => f.getBoundingClientRect().height)"
    before = page.evaluate(room)
    enliven(page)
    assert page.evaluate(room) == pytest.approx(before, abs=0.5)
    drawn = "[...document.querySelectorAll('.live > .plot-container')].map((d) => d.getBoundingClientRect().height)"
    pictures = "[...document.querySelectorAll('.drawing')].map((d) => d.getBoundingClientRect().height)"
    assert page.evaluate(drawn) == pytest.approx(page.evaluate(pictures), abs=1.5)
    assert page.evaluate(SHIFTS) == 0


def test_a_live_chart_follows_its_picture_to_another_width(visit: OpenPage, report: Path) -> None:
    page = visit(report).page
    page.locator(CHARTS).first.hover()
    page.locator(f"{CHARTS}[data-state=live]").first.wait_for()
    page.set_viewport_size({"width": 900, "height": 900})
    page.wait_for_function(
        """() => Math.abs(document.querySelector(".live .main-svg").getBoundingClientRect().height
            - document.querySelector(".drawing").getBoundingClientRect().height) < 1.5"""
    )


def test_the_focus_goes_from_the_button_to_the_live_chart(visit: OpenPage, report: Path) -> None:
    page = visit(report).page
    page.locator(f"{CHARTS} .explore").first.press("Enter")
    page.locator(f"{CHARTS}[data-state=live]").first.wait_for()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "img"
