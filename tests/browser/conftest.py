"""Start a real Chromium for the page, offline, and count everything it asks for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def chromium() -> str:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        if os.environ.get("FINOPS_REQUIRE_BROWSER"):
            pytest.fail("no Chromium found: apt install chromium")
        pytest.skip("no Chromium found: apt install chromium")
    return found


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    arguments = ["--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-component-update"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    started = playwright.chromium.launch(executable_path=chromium, args=arguments)
    yield started
    started.close()


@dataclass
class Visit:
    """An open page and what it did: requests other than its own file, console errors, new windows."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    windows: list[str] = field(default_factory=list)


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
