"""The page on paper, A4 and Letter: charts whole, tables open, headings with what they head, nothing cut off."""

from __future__ import annotations

import io
import re
import unicodedata
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from finops_report.delivery.mail.pdf import printed_pdf
from tests.browser.firefox import started
from tests.browser.visits import OpenPage
from tests.conftest import Run
from tests.extended import extended

pytestmark = pytest.mark.browser
# Points of the sheet; CSS pixels of what is left of it between the page's own margins of 14 mm.
SHEETS = {"A4": ((595, 842), (687, 1016)), "Letter": ((612, 792), (710, 950))}
POINTS = {"A3": (842, 1191), "A4": (595, 842), "Legal": (612, 1008), "Letter": (612, 792)}
PAPER = pytest.mark.parametrize("paper", ["A4", extended("Letter")])


def sheets(page: Page, paper: str) -> list[str]:
    """Return the text of each sheet without spaces: a PDF has positions of letters, not words."""
    printed = PdfReader(io.BytesIO(page.pdf(format=paper)))
    for sheet in printed.pages:
        assert (round(sheet.mediabox.width), round(sheet.mediabox.height)) == pytest.approx(SHEETS[paper][0], abs=1)
    return [bare(sheet.extract_text()) for sheet in printed.pages]


def bare(text: str) -> str:
    """Return the text without spaces and ligatures: fonts write fl as one sign."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def on_paper(visit: OpenPage, report: Path, paper: str) -> Page:
    """Open the page laid out for `paper` on one endless sheet, in a browser set to dark."""
    width, height = SHEETS[paper][1]
    page = visit(report, width=width, height=height, dark=True).page
    page.emulate_media(media="print")
    return page


@PAPER
def test_every_chart_is_whole_on_one_sheet_with_its_heading(
    visit: OpenPage, report: Path, charts: tuple[str, ...], paper: str
) -> None:
    page = visit(report).page
    blocks = page.evaluate(
        """() => [...document.querySelectorAll(".together:has(.chart)")].map((block) =>
            [...block.querySelectorAll("h2, h3, .middle text")].map((e) => e.lastChild.textContent))"""
    )
    written = sheets(page, paper)
    assert len(blocks) == len(charts)
    for texts in blocks:
        assert any(all(bare(text) in sheet for text in texts) for sheet in written), texts[0]


HEADS = """[...document.querySelectorAll(".view:not(:has(.chart)):has(table)")].map((view) =>
    [view.querySelector("h2"), ...view.querySelectorAll(":is(thead, tbody) tr:nth-child(-n+2) > *")]
        .map((e) => e.textContent))"""


@PAPER
def test_every_heading_is_on_a_sheet_with_the_first_rows_of_its_table(
    visit: OpenPage, report: Path, paper: str
) -> None:
    page = visit(report).page
    heads = page.evaluate(HEADS)
    written = sheets(page, paper)
    assert heads
    for texts in heads:
        assert any(all(bare(text) in sheet for text in texts) for sheet in written), texts[0]


@pytest.mark.parametrize("paper", [extended((21.0, 29.7)), extended((21.59, 27.94))], ids=list(SHEETS))
def test_so_it_is_in_firefox_which_cannot_be_asked_for_it(
    firefox_program: str, report: Path, paper: tuple[float, float]
) -> None:
    with started(firefox_program) as firefox:
        firefox.open(report)
        heads = firefox.evaluate(HEADS)
        printed = PdfReader(io.BytesIO(firefox.printed(*paper)))
    written = [bare(sheet.extract_text()) for sheet in printed.pages]
    assert heads
    for texts in heads:
        assert any(all(bare(text) in sheet for text in texts) for sheet in written), texts[0]


@PAPER
def test_tables_are_open_and_what_only_a_screen_can_do_is_gone(visit: OpenPage, report: Path, paper: str) -> None:
    page = visit(report).page
    cells = page.evaluate("[...document.querySelectorAll('th, td')].map((cell) => cell.textContent)")
    written = "".join(sheets(page, paper))
    assert [cell for cell in cells if bare(cell) not in written] == []
    for button in ("Explore", "Skiptotheanswers", "SQLof", "CSVof"):
        assert button not in written


@PAPER
def test_nothing_is_wider_or_taller_than_the_paper(visit: OpenPage, report: Path, paper: str) -> None:
    width, height = SHEETS[paper][1]
    page = on_paper(visit, report, paper)
    beyond = page.evaluate(
        """(width) => [...document.body.querySelectorAll("*:not(.sr)")]
            .filter((e) => e.getBoundingClientRect().right > width + 0.5).map((e) => e.outerHTML.slice(0, 80))""",
        width,
    )
    assert beyond == []
    tall = page.eval_on_selector_all(".together", "all => all.map((e) => e.getBoundingClientRect().height)")
    assert max(tall) <= height
    whole = page.eval_on_selector_all(".together", "all => all.map((e) => getComputedStyle(e).breakInside)")
    assert set(whole) == {"avoid"}


@PAPER
def test_paper_is_white_and_its_text_large_enough(visit: OpenPage, report: Path, paper: str) -> None:
    page = on_paper(visit, report, paper)
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
    pixels = page.evaluate(
        """() => [...document.querySelectorAll(".middle svg")].map((svg) => {
            const box = svg.getBoundingClientRect(), drawn = svg.viewBox.baseVal;
            return 12 * Math.min(box.width / drawn.width, box.height / drawn.height);
        })"""
    )
    assert min(pixels) * 0.75 >= 7.5  # points, as a newspaper's smallest
    table = page.evaluate("parseFloat(getComputedStyle(document.querySelector('td')).fontSize)")
    assert table * 0.75 >= 7.5


@PAPER
def test_the_first_sheet_holds_the_answers_and_the_spend_over_time(visit: OpenPage, report: Path, paper: str) -> None:
    first = sheets(visit(report).page, paper)[0]
    assert bare("How resilient is the system") in first
    assert bare("Each bar is one day") in first


def test_the_attachment_of_a_mail_is_the_printed_page(report: Path, browser: Browser) -> None:
    printed = PdfReader(io.BytesIO(printed_pdf(report)))
    assert len(printed.pages) > 2
    assert "Howmucharewespending" in bare(printed.pages[0].extract_text())


@pytest.mark.parametrize("paper", [extended("A3"), extended("A4"), extended("Legal"), "Letter"])
def test_every_sheet_of_the_attachment_is_the_paper_of_the_settings(
    visit: OpenPage, run: Run, month: Path, browser: Browser, paper: str
) -> None:
    Path("finops.toml").write_text(f'[report]\nlocale = "de"\npaper = "{paper}"\n', encoding="utf-8")
    assert run("build", "--db", month, "--out", "out/report.html").exit_code == 0
    sheets = PdfReader(io.BytesIO(printed_pdf(Path("out/report.html").resolve()))).pages
    for sheet in sheets:
        assert (sheet.mediabox.width, sheet.mediabox.height) == pytest.approx(POINTS[paper], abs=1)
    assert "10.Okt.2026" in bare(sheets[0].extract_text())
    assert visit(Path("out/report.html")).errors == []  # the policy lets the rule in
