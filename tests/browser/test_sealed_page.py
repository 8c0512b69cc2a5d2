"""A sealed report opens with its passphrase only, and shows nothing before."""

from __future__ import annotations

import functools
import shutil
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.visits import OpenPage
from tests.conftest import Run

pytestmark = pytest.mark.browser
PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def sealed(run: Run, built: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FINOPS_PASSPHRASE", PASSPHRASE)
    result = run("encrypt", "--report", built, "--out", "sealed.html")
    assert result.exit_code == 0, result.output
    return Path("sealed.html").resolve()


def test_the_right_passphrase_opens_a_living_page(sealed: Path, visit: OpenPage) -> None:
    seen = visit(sealed)
    seen.page.fill("#passphrase", "wrong horse battery staple")
    seen.page.click("button")
    seen.page.get_by_text("This passphrase does not open the report.").wait_for()
    seen.page.fill("#passphrase", PASSPHRASE)
    seen.page.click("button")
    seen.page.get_by_text("How much are we spending on LLMs?", exact=True).first.wait_for()
    seen.page.locator(".explore").first.press("Enter")  # a pointer on its way there makes the chart live and hides it
    seen.page.locator(".live .main-svg").first.wait_for()
    assert seen.requests == []
    assert seen.errors == []


def test_a_sealed_index_opens_and_leads_to_its_reports(run: Run, sealed: Path, visit: OpenPage) -> None:
    assert run("publish", "--report", "out/report.html", "--site", "site", "--encrypt").exit_code == 0
    seen = visit(Path("site/index.html").resolve())
    seen.page.fill("#passphrase", PASSPHRASE)
    seen.page.click("button")
    seen.page.get_by_role("heading", name="All reports").wait_for()
    assert seen.errors == []
    seen.page.get_by_role("rowheader").get_by_role("link").click()
    seen.page.locator("#passphrase").wait_for()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name of the method it replaces
        """Print nothing."""


@pytest.fixture
def served(run: Run, sealed: Path) -> Iterator[tuple[str, Path]]:
    """The address of a sealed site and its folder."""
    assert run("publish", "--report", "out/report.html", "--site", "site", "--encrypt").exit_code == 0
    handler = functools.partial(QuietHandler, directory=str(sealed.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/site/", sealed.parent / "site"
        server.shutdown()


def opened(browser: Browser, address: str) -> Page:
    """Open the page at an address with the passphrase, in a window that remembers no earlier one."""
    page = browser.new_context().new_page()
    page.goto(address)
    page.fill("#passphrase", f" {PASSPHRASE}\n")
    page.click("button")
    return page


def test_pages_of_a_site_open_at_their_places_only(served: tuple[str, Path], browser: Browser) -> None:
    address, site = served
    opened(browser, address).get_by_role("heading", name="All reports").wait_for()
    opened(browser, f"{address}latest.html").get_by_text(
        "How much are we spending on LLMs?", exact=True
    ).first.wait_for()
    shutil.copy(site / "index.html", site / "latest.html")
    opened(browser, f"{address}latest.html").get_by_text("sealed for index.html and stands elsewhere").wait_for()
    forged = (
        (site / "index.html").read_text(encoding="utf-8").replace('data-place="index.html"', 'data-place="latest.html"')
    )
    (site / "latest.html").write_text(forged, encoding="utf-8")
    opened(browser, f"{address}latest.html").get_by_text("This passphrase does not open the report.").wait_for()
    for context in browser.contexts:
        context.close()
