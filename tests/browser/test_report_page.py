"""The built page in a real Chromium: offline, calm, accessible, right at every width."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.visits import CHARTS, OpenPage, enliven
from tests.extended import EXTENDED, extended

pytestmark = pytest.mark.browser


def test_nothing_is_asked_of_the_network_and_nothing_is_refused_by_the_policy(visit: OpenPage, report: Path) -> None:
    seen = visit(report)
    enliven(seen.page)
    assert seen.requests == []
    assert seen.errors == []
    assert seen.windows == []


def test_every_chart_becomes_live_with_the_marks_of_its_picture(
    visit: OpenPage, report: Path, charts: tuple[str, ...]
) -> None:
    seen = visit(report)
    assert seen.page.locator(f"{CHARTS} .wide svg").count() == len(charts)
    enliven(seen.page)
    assert seen.page.locator(f"{CHARTS} .live:has(.main-svg)").count() == len(charts)


def test_a_chart_becomes_live_when_it_is_touched(visit: OpenPage, report: Path) -> None:
    seen = visit(report)
    seen.page.locator(CHARTS).first.hover()
    seen.page.locator(f"{CHARTS}[data-state=live]").first.wait_for(timeout=30_000)


@EXTENDED
def test_no_button_of_plotly_sends_data_anywhere(visit: OpenPage, report: Path) -> None:
    seen = visit(report)
    enliven(seen.page)
    # Our settings (plotly.js has them as _context only) with the mode bar shown: no button a later version adds may
    # send data either.
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


@pytest.mark.parametrize(
    ("live", "width", "dark"),
    [
        (False, 1440, True), (True, 390, False), extended(False, 1440, False), extended(False, 390, False),
        extended(False, 390, True), extended(True, 1440, False), extended(True, 1440, True), extended(True, 390, True),
    ],
)  # fmt: skip
def test_axe_finds_nothing(visit: OpenPage, report: Path, dark: bool, width: int, live: bool) -> None:
    seen = visit(report, width=width, dark=dark)
    if live:
        enliven(seen.page)
    found = Axe().run(seen.page).response["violations"]
    assert [(v["id"], [n["target"] for n in v["nodes"][:3]]) for v in found] == []


@pytest.mark.parametrize("width", [360, extended(390), extended(768), extended(1440), extended(3840)])
@pytest.mark.parametrize("live", [False, True], ids=["pictures", "live"])
def test_the_page_never_scrolls_sideways(visit: OpenPage, report: Path, width: int, live: bool) -> None:
    seen = visit(report, width=width)
    if live:
        enliven(seen.page)
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width


TABLES = "() => document.querySelectorAll('.below details:not(.sql)').forEach((one) => { one.open = true })"
CELLS = """cells => cells.map((one) => [one.dataset.title, one.checkVisibility({ visibilityProperty: true })])"""
WIDER = "() => [...document.querySelectorAll('.scroll')].filter((one) => one.scrollWidth > one.clientWidth).length"


@pytest.mark.parametrize("dark", [False, extended(True)], ids=["light", "dark"])
def test_no_table_scrolls_sideways_on_a_telephone_and_each_figure_has_its_title(
    visit: OpenPage, report: Path, dark: bool
) -> None:
    page = visit(report, width=360, dark=dark).page
    page.evaluate(TABLES)
    assert page.evaluate(WIDER) == 0
    titles = set(page.locator("#budgets thead th, #spend_by_model thead th").all_inner_texts())
    cells = page.locator("#budgets td:not(:empty), #spend_by_model td:not(:empty)").evaluate_all(CELLS)
    assert len(cells) > 20
    assert all(is_visible for _, is_visible in cells)
    assert {title for title, _ in cells} <= titles
    assert Axe().run(page).response["violations"] == []


def test_on_a_wide_screen_tables_are_tables(visit: OpenPage, report: Path) -> None:
    page = visit(report, width=1440).page
    page.evaluate(TABLES)
    row = page.locator("#spend_by_model tbody tr").first
    assert row.evaluate("(one) => getComputedStyle(one).display") == "table-row"


def test_the_first_screen_holds_the_total_and_all_answers(visit: OpenPage, report: Path) -> None:
    seen = visit(report)
    bottom = seen.page.locator(".answers").bounding_box()
    assert bottom is not None
    assert bottom["y"] + bottom["height"] <= 900


def test_the_first_screen_of_a_telephone_holds_the_total_and_all_verdicts(visit: OpenPage, report: Path) -> None:
    seen = visit(report, width=390, height=844)
    answers = seen.page.locator(".answers h3")
    assert seen.page.locator(".brief .verdict").count() == answers.count() >= 5
    bottom = seen.page.locator(".brief").bounding_box()
    assert bottom is not None
    assert bottom["y"] + bottom["height"] <= 844
    seen.page.locator(".brief a").last.click()
    assert answers.last.is_visible()


def test_without_scripts_all_text_tables_and_pictures_are_there(
    visit: OpenPage, report: Path, charts: tuple[str, ...]
) -> None:
    seen = visit(report, scripts=False)
    assert seen.page.locator(f"{CHARTS} .wide svg").count() == len(charts)
    assert seen.page.locator("button:visible").count() == 0
    seen.page.locator("#spend_by_provider summary").first.click()
    assert seen.page.locator("#spend_by_provider tbody tr").first.is_visible()


def test_csv_is_downloaded_from_the_page_itself(visit: OpenPage, report: Path) -> None:
    seen = visit(report, scripts=False)
    with seen.page.expect_download() as waiting:
        seen.page.locator("#spend_by_provider .csv").click()
    content = waiting.value.path().read_text(encoding="utf-8")
    assert waiting.value.suggested_filename == "spend_by_provider.csv"
    assert content.startswith("provider,requests,cost_usd")


def test_the_switch_changes_the_colours_and_says_so(visit: OpenPage, report: Path) -> None:
    seen = visit(report)
    enliven(seen.page)
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    before = seen.page.evaluate(ground)
    seen.page.locator("#theme").click()
    assert seen.page.evaluate(ground) != before
    assert seen.page.locator("#theme").inner_text() == "Light"


def test_every_interactive_thing_is_reached_by_keyboard(visit: OpenPage, report: Path) -> None:
    seen = visit(report)
    reached = set()
    for _ in range(120):
        seen.page.keyboard.press("Tab")
        reached.add(seen.page.evaluate("document.activeElement.className || document.activeElement.id"))
    assert {"theme", "explore", "csv", "skip"} <= reached


def test_links_within_the_page_lead_somewhere(visit: OpenPage, report: Path) -> None:
    seen = visit(report)
    targets = seen.page.eval_on_selector_all("a[href^='#']", "links => links.map(a => a.hash.slice(1))")
    ids = set(seen.page.eval_on_selector_all("[id]", "all => all.map(e => e.id)"))
    assert targets
    assert set(targets) <= ids


def test_ids_are_unique(visit: OpenPage, report: Path) -> None:
    seen = visit(report)
    ids = seen.page.eval_on_selector_all("[id]", "all => all.map(e => e.id)")
    assert len(ids) == len(set(ids))


def test_print_shows_pictures_not_live_charts(visit: OpenPage, report: Path) -> None:
    seen = visit(report, dark=True)
    enliven(seen.page)
    seen.page.emulate_media(media="print")
    assert seen.page.locator(f"{CHARTS} .middle svg").first.is_visible()
    assert not seen.page.locator(".live").first.is_visible()
    assert seen.page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"


def test_the_contents_lead_to_every_part(visit: OpenPage, report: Path) -> None:
    page = visit(report).page
    page.locator(".contents summary").click()
    named = page.evaluate("[...document.querySelectorAll('.contents a')].map((link) => link.hash.slice(1))")
    assert named == page.evaluate("[...document.querySelectorAll('section.view')].map((part) => part.id)")
    page.locator(".contents a").last.click()
    assert page.locator("#confidence-h").is_visible()
    assert page.evaluate("scrollY") > 0
