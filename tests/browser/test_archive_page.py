"""The index of all reports, in a browser: readable by everybody, on every width, with no request."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.visits import OpenPage
from tests.conftest import Run

pytestmark = pytest.mark.browser


@pytest.fixture
def index(run: Run, month: Path) -> Path:
    for first in (1, 11):
        days = ("--allow-empty", "--since", f"2026-10-{first:02}", "--until", f"2026-10-{first + 9:02}")
        assert run("build", "--db", month, *days, "--out", "out/report.html").exit_code == 0
        assert run("publish", "--report", "out/report.html", "--site", "site").exit_code == 0
    return Path("site/index.html").resolve()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_axe_finds_nothing_and_nothing_is_cut(index: Path, visit: OpenPage, dark: bool, width: int) -> None:
    seen = visit(index, width=width, dark=dark)
    found = Axe().run(seen.page).response["violations"]
    assert [(v["id"], [n["target"] for n in v["nodes"][:3]]) for v in found] == []
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    assert (seen.requests, seen.errors) == ([], [])


@pytest.mark.parametrize("width", [1440, 1000, 800, 600, 400])
def test_its_picture_is_there_on_every_width_and_on_paper(index: Path, visit: OpenPage, width: int) -> None:
    seen = visit(index, width=width)
    shown = "[...document.querySelectorAll('.chart svg')].filter((svg) => svg.getBoundingClientRect().width).length"
    assert seen.page.evaluate(shown) == 1
    seen.page.emulate_media(media="print")
    assert seen.page.evaluate(shown) == 1
