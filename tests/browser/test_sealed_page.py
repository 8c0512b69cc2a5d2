"""A sealed report opens with its passphrase only, and shows nothing before."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.visits import OpenPage
from tests.conftest import Run

pytestmark = pytest.mark.browser
PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def sealed(run: Run, month: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FINOPS_PASSPHRASE", PASSPHRASE)
    assert run("build", "--db", month, "--out", "out/report.html").exit_code == 0
    result = run("encrypt", "--report", "out/report.html", "--out", "sealed.html")
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
