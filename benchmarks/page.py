"""How soon a reader sees the demo page, against a page of one sentence in the same Chromium."""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

from finops_report.delivery.mail.chromium import FLAGS, find_chromium

ROUNDS = 25
FLOOR = '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Floor</title><p>One sentence.</p></html>\n'
PAINTED = """() => new Promise((done) => new PerformanceObserver((list) => {
    for (const paint of list.getEntries()) if (paint.name === "first-contentful-paint") done(paint.startTime);
}).observe({ type: "paint", buffered: true }))"""
BLOCKED = """() => new Promise((done) => {
    let sum = 0;
    const add = (list) => { for (const task of list.getEntries()) sum += task.duration - 50; };
    new PerformanceObserver(add).observe({ type: "longtask", buffered: true });
    requestIdleCallback(() => setTimeout(() => done(sum)));
})"""
LIVE = """(index) => new Promise((done) => {
    const chart = document.querySelectorAll("figure[data-chart]")[index];
    const begin = performance.now();
    new MutationObserver(() => {
        if (chart.dataset.state === "live") requestAnimationFrame(() => done(performance.now() - begin));
    }).observe(chart, { attributes: true });
    chart.dispatchEvent(new PointerEvent("pointerenter"));
})"""


def run(visits: int = ROUNDS) -> None:
    """Medians over fresh contexts, the pages in turn; then what a first and a second touched chart take."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        pages = _pages(Path(folder))
        with _launched(playwright) as browser:
            rounds = [{name: _visit(browser, page) for name, page in pages.items()} for _ in range(visits + 1)][1:]
        print(f"{pages['page'].stat().st_size:,} bytes")
        floor_ms = _median(rounds, "floor", "painted")
        for name in pages:
            painted_ms = _median(rounds, name, "painted")
            print(f"first contentful paint, {name}: {painted_ms:.0f} ms, {painted_ms / floor_ms:.2f}x of the floor")
        print(f"total blocking time before a touch: {_median(rounds, 'page', 'blocked'):.0f} ms")
        first_ms, next_ms = (_median(rounds, "page", key) for key in ("first", "second"))
        print(f"from touch to live chart: {first_ms:.0f} ms, the next {next_ms:.0f} ms")


def _pages(folder: Path) -> dict[str, Path]:
    """One sentence; the same with the library's text, which no page with the library can beat; the demo page."""
    pages = {name: folder / f"{name}.html" for name in ("floor", "floor and library", "page")}
    command = [sys.executable, "-m", "finops_report", "demo", "--db", str(folder / "demo.duckdb")]
    subprocess.run([*command, "--out", str(pages["page"])], check=True, capture_output=True)
    content = pages["page"].read_text(encoding="utf-8")
    pages["floor"].write_text(FLOOR, encoding="utf-8")
    pages["floor and library"].write_text(FLOOR + _library(content), encoding="utf-8")
    return pages


def _library(content: str) -> str:
    found = re.search('<script[^>]* id="library".*?</script>', content, re.DOTALL)
    if found is None:
        raise SystemExit("error: the page has no library\nhint: this benchmark and report.html do not fit")
    return found[0]


def _median(rounds: list[dict[str, dict[str, float]]], page: str, key: str) -> float:
    return statistics.median(visits[page][key] for visits in rounds)


def _visit(browser: Browser, page: Path) -> dict[str, float]:
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        tab = context.new_page()
        tab.goto(page.as_uri())
        seen = {"painted": tab.evaluate(PAINTED), "blocked": tab.evaluate(BLOCKED)}
        if page.name == "page.html":
            seen |= {"first": tab.evaluate(LIVE, 0), "second": tab.evaluate(LIVE, 1)}
        return seen


def _launched(playwright: Playwright) -> Browser:
    found = find_chromium()
    if found is None:
        raise SystemExit("error: no Chromium found\nhint: apt install chromium")
    return playwright.chromium.launch(executable_path=found, args=FLAGS)
