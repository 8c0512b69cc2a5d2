"""The built page in a real Chromium: offline, calm, accessible, right at every width."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Visit, enliven

pytestmark = pytest.mark.browser
Go = Callable[..., Visit]
CHARTS = "figure[data-chart]"


def test_nothing_is_asked_of_the_network_and_nothing_is_refused_by_the_policy(visit: Go, report: Path) -> None:
    seen = visit(report)
    enliven(seen.page)
    assert seen.requests == []
    assert seen.errors == []
    assert seen.windows == []


def test_every_chart_becomes_live_with_the_marks_of_its_picture(visit: Go, report: Path) -> None:
    seen = visit(report)
    assert seen.page.locator(f"{CHARTS} .wide svg").count() == 13
    enliven(seen.page)
    assert seen.page.locator(f"{CHARTS} .live .main-svg").count() >= 13


def test_a_chart_becomes_live_when_it_is_touched(visit: Go, report: Path) -> None:
    seen = visit(report)
    seen.page.locator(CHARTS).first.hover()
    seen.page.locator(f"{CHARTS}[data-state=live]").first.wait_for(timeout=30_000)


def test_no_button_of_plotly_sends_data_anywhere(visit: Go, report: Path) -> None:
    seen = visit(report)
    enliven(seen.page)
    # Our settings with the mode bar shown: whatever button a later plotly.js adds must stay at home too.
    buttons = seen.page.evaluate(
        """async () => {
            const charts = [...document.querySelectorAll('.live')].filter((d) => d._context);
            for (const div of charts) {
                await window.Plotly.newPlot(div, div.data, div.layout, {...div._context, displayModeBar: true});
            }
            return [...document.querySelectorAll('.modebar-btn')].map((b) => b.dataset.title);
        }"""
    )
    assert buttons
    assert not [name for name in buttons if name and ("cloud" in name.lower() or "share" in name.lower())]
    for button in seen.page.locator(".modebar-btn").all():
        button.dispatch_event("click")
    assert seen.windows == []
    assert [url for url in seen.requests if not url.startswith(("blob:", "data:"))] == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("live", [False, True], ids=["pictures", "live"])
def test_axe_finds_nothing(visit: Go, report: Path, dark: bool, width: int, live: bool) -> None:
    seen = visit(report, width=width, dark=dark)
    if live:
        enliven(seen.page)
    found = Axe().run(seen.page).response["violations"]
    assert [(v["id"], [n["target"] for n in v["nodes"][:3]]) for v in found] == []


@pytest.mark.parametrize("width", [360, 390, 768, 1440, 3840])
@pytest.mark.parametrize("live", [False, True], ids=["pictures", "live"])
def test_the_page_never_scrolls_sideways(visit: Go, report: Path, width: int, live: bool) -> None:
    seen = visit(report, width=width)
    if live:
        enliven(seen.page)
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_first_screen_holds_the_total_and_all_five_answers(visit: Go, report: Path) -> None:
    seen = visit(report)
    bottom = seen.page.locator(".answers").bounding_box()
    assert bottom is not None
    assert bottom["y"] + bottom["height"] <= 900


def test_the_first_screen_of_a_telephone_holds_the_total_and_all_five_verdicts(visit: Go, report: Path) -> None:
    seen = visit(report, width=390, height=844)
    assert seen.page.locator(".brief .verdict").count() == 5
    bottom = seen.page.locator(".brief").bounding_box()
    assert bottom is not None
    assert bottom["y"] + bottom["height"] <= 844
    seen.page.locator(".brief a").last.click()
    assert seen.page.locator("#answer-resilience h3").is_visible()


def test_without_scripts_all_text_tables_and_pictures_are_there(visit: Go, report: Path) -> None:
    seen = visit(report, scripts=False)
    assert seen.page.locator(f"{CHARTS} .wide svg").count() == 13
    assert seen.page.locator("button:visible").count() == 0
    seen.page.locator("#spend_by_provider summary").first.click()
    assert seen.page.locator("#spend_by_provider tbody tr").first.is_visible()


def test_csv_is_downloaded_from_the_page_itself(visit: Go, report: Path) -> None:
    seen = visit(report, scripts=False)
    with seen.page.expect_download() as waiting:
        seen.page.locator("#spend_by_provider .csv").click()
    content = waiting.value.path().read_text(encoding="utf-8")
    assert waiting.value.suggested_filename == "spend_by_provider.csv"
    assert content.startswith("provider,requests,cost_usd")


def test_the_switch_changes_the_colours_and_says_so(visit: Go, report: Path) -> None:
    seen = visit(report)
    enliven(seen.page)
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    before = seen.page.evaluate(ground)
    seen.page.locator("#theme").click()
    assert seen.page.evaluate(ground) != before
    assert seen.page.locator("#theme").inner_text() == "Light"


def test_every_interactive_thing_is_reached_by_keyboard(visit: Go, report: Path) -> None:
    seen = visit(report)
    reached = set()
    for _ in range(120):
        seen.page.keyboard.press("Tab")
        reached.add(seen.page.evaluate("document.activeElement.className || document.activeElement.id"))
    assert {"theme", "explore", "csv", "skip"} <= reached


def test_links_within_the_page_lead_somewhere(visit: Go, report: Path) -> None:
    seen = visit(report)
    targets = seen.page.eval_on_selector_all("a[href^='#']", "links => links.map(a => a.hash.slice(1))")
    ids = set(seen.page.eval_on_selector_all("[id]", "all => all.map(e => e.id)"))
    assert targets
    assert set(targets) <= ids


def test_ids_are_unique(visit: Go, report: Path) -> None:
    seen = visit(report)
    ids = seen.page.eval_on_selector_all("[id]", "all => all.map(e => e.id)")
    assert len(ids) == len(set(ids))


def test_print_shows_pictures_not_live_charts(visit: Go, report: Path) -> None:
    seen = visit(report, dark=True)
    enliven(seen.page)
    seen.page.emulate_media(media="print")
    assert seen.page.locator(f"{CHARTS} .middle svg").first.is_visible()
    assert not seen.page.locator(".live").first.is_visible()
    assert seen.page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"


def test_the_contents_lead_to_every_part(visit: Go, report: Path) -> None:
    page = visit(report).page
    page.locator(".contents summary").click()
    named = page.evaluate("[...document.querySelectorAll('.contents a')].map((link) => link.hash.slice(1))")
    assert named == page.evaluate("[...document.querySelectorAll('section.view')].map((part) => part.id)")
    page.locator(".contents a").last.click()
    assert page.locator("#confidence-h").is_visible()
    assert page.evaluate("scrollY") > 0
