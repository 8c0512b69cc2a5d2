"""Photograph a page in the ways its readers see it, for a review by eye: `make screenshots`."""

from __future__ import annotations

import html
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium
from tests.browser.visits import enliven, new_context

FOLDER = Path("output/screenshots")
ACCEPTED = Path(__file__).parents[2] / "docs/report.png"


@dataclass(frozen=True, slots=True)
class Sight:
    """One way to look at the page: a window in CSS pixels; `whole` includes what must be scrolled to."""

    name: str
    width: int
    height: int
    dark: bool = False
    live: bool = False
    scripts: bool = True
    whole: bool = True


SIGHTS = (
    Sight("first-1440", 1440, 900, whole=False),
    Sight("first-390", 390, 844, whole=False),
    Sight("light-1440", 1440, 900),
    Sight("dark-1440", 1440, 900, dark=True),
    Sight("live-1440", 1440, 900, live=True),
    Sight("live-dark-1440", 1440, 900, dark=True, live=True),
    Sight("light-768", 768, 1024),
    Sight("light-390", 390, 844),
    Sight("dark-390", 390, 844, dark=True),
    Sight("live-390", 390, 844, live=True),
    Sight("no-scripts-1440", 1440, 900, scripts=False),
)


def photograph(browser: Browser, page: Path, folder: Path, sights: Sequence[Sight] = SIGHTS) -> list[Path]:
    """Write a PNG for each sight, the printed page as A4.pdf and Letter.pdf, and index.html with all; return them."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = [_picture(browser, page, folder, sight) for sight in sights]
    sheets = [folder / f"{paper}.pdf" for paper in ("A4", "Letter")]
    tab = browser.new_page()
    tab.goto(page.resolve().as_uri())
    for sheet in sheets:
        tab.pdf(path=sheet, format=sheet.stem)
    tab.close()
    index = folder / "index.html"
    index.write_text(_index(pictures, sheets), encoding="utf-8")
    return [*pictures, *sheets, index]


def _picture(browser: Browser, page: Path, folder: Path, sight: Sight) -> Path:
    tab = _opened(browser, page, sight)
    if sight.live:
        enliven(tab)
        tab.mouse.move(0, 0)
        tab.evaluate("scrollTo(0, 0)")
    out = folder / f"{sight.name}.png"
    tab.screenshot(path=out, full_page=sight.whole, animations="disabled")
    tab.context.close()
    return out


def _opened(browser: Browser, page: Path, sight: Sight) -> Page:
    tab = new_context(browser, sight.width, sight.height, sight.dark, sight.scripts).new_page()
    tab.goto(page.resolve().as_uri())
    return tab


def _index(pictures: Sequence[Path], sheets: Sequence[Path]) -> str:
    """Return a page with all pictures side by side, the accepted one of the README first."""
    shown = [("accepted: docs/report.png", ACCEPTED.as_uri()), *((picture.stem, picture.name) for picture in pictures)]
    figures = "\n".join(
        f'<figure><figcaption>{html.escape(title)}</figcaption><a href="{html.escape(source)}">'
        f'<img src="{html.escape(source)}" alt="" width="340"></a></figure>'
        for title, source in shown
    )
    links = " ".join(f'<a href="{sheet.name}">{sheet.name}</a>' for sheet in sheets)
    style = "body{font:15px sans-serif;display:flex;flex-wrap:wrap;gap:16px;align-items:start}figure{margin:0}"
    return (
        f'<!DOCTYPE html>\n<html lang="en"><meta charset="utf-8"><title>Screenshots</title><style>{style}</style>\n'
        f"{figures}\n<p>{links}</p>\n</html>\n"
    )


def main() -> None:
    """Build the demo's month and photograph it into output/screenshots/."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    out = FOLDER / "report.html"
    demo = [sys.executable, "-m", "finops_report", "demo", "--days", "30", "--seed", "7"]
    subprocess.run([*demo, "--db", str(FOLDER / "demo.duckdb"), "--out", str(out)], check=True)
    with sync_playwright() as playwright, chromium.launch(playwright, scroll_bars=False) as browser:
        photograph(browser, out, FOLDER)
    sys.stdout.write(f"look at {FOLDER / 'index.html'}; the README shows first-1440.png as docs/report.png\n")


if __name__ == "__main__":
    main()
