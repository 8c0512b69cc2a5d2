"""The index of all reports, in a browser: readable by everybody, on every width, with no request."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner

from finops_report.cli import main
from tests.browser.visits import OpenPage
from tests.conftest import write_month
from tests.extended import extended

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    month, out, site = write_month(folder / "month.duckdb"), folder / "out/report.html", folder / "site"
    for first in (1, 11):
        days = ("--allow-empty", "--since", f"2026-10-{first:02}", "--until", f"2026-10-{first + 9:02}")
        for asked in (
            ("build", "--db", str(month), *days, "--out", str(out)),
            ("publish", "--report", str(out), "--site", str(site)),
        ):
            assert CliRunner().invoke(main, asked).exit_code == 0
    return site / "index.html"


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (360, True), extended(1440, True), extended(360, False)])
def test_axe_finds_nothing_and_nothing_is_cut(index: Path, visit: OpenPage, dark: bool, width: int) -> None:
    seen = visit(index, width=width, dark=dark)
    found = Axe().run(seen.page).response["violations"]
    assert [(v["id"], [n["target"] for n in v["nodes"][:3]]) for v in found] == []
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    assert (seen.requests, seen.errors) == ([], [])


@pytest.mark.parametrize("width", [1440, extended(1000), extended(800), 600, extended(400)])
def test_its_picture_is_there_on_every_width_and_on_paper(index: Path, visit: OpenPage, width: int) -> None:
    seen = visit(index, width=width)
    shown = "[...document.querySelectorAll('.chart svg')].filter((svg) => svg.getBoundingClientRect().width).length"
    assert seen.page.evaluate(shown) == 1
    seen.page.emulate_media(media="print")
    assert seen.page.evaluate(shown) == 1
