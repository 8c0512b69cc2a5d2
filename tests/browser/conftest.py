"""Give the tests of the page a demo page and real browsers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

from tests.browser import chromium, firefox
from tests.browser.visits import OpenPage, Visit, new_context, open_recorded
from tests.conftest import figures_in
from tests.once import made_once


@pytest.fixture(scope="session")
def firefox_program() -> str:
    return firefox.found() or _missing("no Firefox found: apt install firefox-esr")


def _missing(browser: str) -> str:
    """Skip at a desk, fail if FINOPS_REQUIRE_BROWSER demands that the page is looked at."""
    if os.environ.get("FINOPS_REQUIRE_BROWSER"):
        pytest.fail(browser)
    pytest.skip(browser)


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page over a week of the demo: every chart is in it."""
    return made_once(tmp_path_factory, "page", _demo) / "report.html"


def _demo(folder: Path) -> None:
    command = [sys.executable, "-m", "finops_report", "demo", "--days", "7", "--db", str(folder / "demo.duckdb")]
    out = ("--out", str(folder / "report.html"))
    done = subprocess.run([*command, *out], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def charts(report: Path) -> tuple[str, ...]:
    """The names of the charts that the demo page has figures of."""
    names = tuple(figures_in(report.read_text(encoding="utf-8")))
    assert names
    return names


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    try:
        started = chromium.launch(playwright)
    except FileNotFoundError as err:
        _missing(str(err))
        raise
    yield started
    started.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[OpenPage]:
    """Open pages, each in a window of its own; all are closed after the test."""
    contexts: list[BrowserContext] = []

    def open_page(path: Path, width: int = 1440, height: int = 900, dark: bool = False, scripts: bool = True) -> Visit:
        contexts.append(new_context(browser, width, height, dark, scripts))
        return open_recorded(contexts[-1], path)

    yield open_page
    for context in contexts:
        context.close()
