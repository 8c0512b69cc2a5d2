"""Open a page in Chromium and record everything it does."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Browser, BrowserContext, Page

CHARTS = "figure[data-chart]"


@dataclass
class Visit:
    """An open page and what it did: requests other than its own file, console errors, new windows."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    windows: list[str] = field(default_factory=list)


class OpenPage(Protocol):
    """Open a page file without a network; `width` and `height` are CSS pixels of the window."""

    def __call__(
        self, path: Path, width: int = 1440, height: int = 900, dark: bool = False, scripts: bool = True
    ) -> Visit: ...


def new_context(browser: Browser, width: int, height: int, dark: bool = False, scripts: bool = True) -> BrowserContext:
    """Return a browser window with nothing remembered and no network."""
    return browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        java_script_enabled=scripts,
        offline=True,
    )


def open_recorded(context: BrowserContext, path: Path) -> Visit:
    """Open the page at `path` and record what it does from its first byte on."""
    visit = Visit(context.new_page())
    own = path.resolve().as_uri()
    visit.page.on("request", lambda r: visit.requests.append(r.url) if r.url.split("#")[0] != own else None)
    visit.page.on("console", lambda m: visit.errors.append(m.text) if m.type in ("error", "warning") else None)
    visit.page.on("pageerror", lambda e: visit.errors.append(str(e)))
    context.on("page", lambda p: visit.windows.append(p.url))
    visit.page.goto(own)
    return visit


def enliven(page: Page) -> None:
    """Ask for every live chart by its button, the way a keyboard does, and wait until Plotly has drawn it."""
    for frame in page.locator(CHARTS).all():
        frame.locator(".explore").press("Enter")
    page.wait_for_function(
        f"() => [...document.querySelectorAll('{CHARTS}')].every((f) => f.dataset.state === 'live')",
        timeout=60_000,
    )
