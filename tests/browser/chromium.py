"""Start the installed Chromium for tests and screenshots."""

from __future__ import annotations

from playwright.sync_api import Browser, Playwright

from finops_report.delivery.mail.chromium import FLAGS, find_chromium

MISSING = "no Chromium found: apt install chromium"
QUIET = ("--disable-background-networking", "--no-first-run", "--disable-component-update")


def launch(playwright: Playwright, scroll_bars: bool = True) -> Browser:
    """Start a headless Chromium; the caller closes it. Raises FileNotFoundError if none is installed.

    Readers have scroll bars, and what they take the room of may move; pictures for the eye go without.
    """
    path = find_chromium()
    if path is None:
        raise FileNotFoundError(MISSING)
    without = ["--hide-scrollbars"] if scroll_bars else None
    return playwright.chromium.launch(executable_path=path, args=[*FLAGS, *QUIET], ignore_default_args=without)
