"""A browser reads the compacted style sheets exactly as the written ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from finops_report.page.assets import REPORT_STYLE, style_sheet

pytestmark = pytest.mark.browser
STYLE = Path(__file__).parents[2] / "finops_report/templates/style"
RULES = """(css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    return [...sheet.cssRules].map((rule) => rule.cssText);
}"""


@pytest.mark.parametrize("name", [*REPORT_STYLE, "archive", "sealed"])
def test_compacting_changes_no_rule(browser: Browser, name: str) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        written = page.evaluate(RULES, (STYLE / f"{name}.css").read_text(encoding="utf-8"))
        assert written
        assert page.evaluate(RULES, style_sheet(name)) == written
