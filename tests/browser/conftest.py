"""Give the tests of the page a demo page and real browsers, and count everything it asks for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.browser import firefox

NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def chromium() -> str:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return found or _missing("no Chromium found: apt install chromium")


@pytest.fixture(scope="session")
def firefox_program() -> str:
    return firefox.found() or _missing("no Firefox found: apt install firefox-esr")


def _missing(browser: str) -> str:
    """Skip at a desk, fail where FINOPS_REQUIRE_BROWSER says that the page must be looked at."""
    if os.environ.get("FINOPS_REQUIRE_BROWSER"):
        pytest.fail(browser)
    pytest.skip(browser)


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page over a week of the demo: every chart is in it."""
    folder = tmp_path_factory.mktemp("page")
    out = folder / "report.html"
    command = [
        sys.executable,
        "-m",
        "finops_report",
        "demo",
        "--days",
        "7",
        "--db",
        str(folder / "demo.duckdb"),
        "--out",
        str(out),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    arguments = ["--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-component-update"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    # Readers have scroll bars, and what they take the room of may move.
    started = playwright.chromium.launch(
        executable_path=chromium, args=arguments, ignore_default_args=["--hide-scrollbars"]
    )
    yield started
    started.close()


@dataclass
class Visit:
    """An open page and what it did: requests other than its own file, console errors, new windows."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    windows: list[str] = field(default_factory=list)


def enliven(page: Page) -> None:
    """Ask for every live chart by its button, the way a keyboard does, and wait until Plotly has drawn it."""
    for frame in page.locator("figure[data-chart]").all():
        frame.locator(".explore").press("Enter")
    page.wait_for_function(
        "() => [...document.querySelectorAll('figure[data-chart]')].every((f) => f.dataset.state === 'live')",
        timeout=60_000,
    )


@pytest.fixture
def visit(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Visit]]:
    contexts: list[BrowserContext] = []

    def go(path: Path, width: int = 1440, height: int = 900, dark: bool = False, scripts: bool = True) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            offline=True,
        )
        contexts.append(context)
        seen = Visit(context.new_page())
        own = path.resolve().as_uri()
        seen.page.on("request", lambda r: seen.requests.append(r.url) if r.url.split("#")[0] != own else None)
        seen.page.on("console", lambda m: seen.errors.append(m.text) if m.type in ("error", "warning") else None)
        seen.page.on("pageerror", lambda e: seen.errors.append(str(e)))
        context.on("page", lambda p: seen.windows.append(p.url))
        seen.page.goto(own)
        return seen

    yield go
    for context in contexts:
        context.close()
