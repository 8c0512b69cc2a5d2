"""The page respects the settings of its reader's system: less motion, forced colours, the keyboard alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.visits import OpenPage

pytestmark = pytest.mark.browser


def test_nothing_moves_for_who_wants_no_motion(visit: OpenPage, report: Path) -> None:
    page = visit(report).page
    page.emulate_media(reduced_motion="reduce")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].map((e) => getComputedStyle(e))
            .filter((s) => parseFloat(s.transitionDuration) || parseFloat(s.animationDuration)).length"""
    )
    assert moving == 0


def test_forced_colours_cannot_be_switched_against_the_system(visit: OpenPage, report: Path) -> None:
    page = visit(report).page
    page.emulate_media(forced_colors="active")
    assert not page.locator("#theme").is_visible()


def test_whatever_the_keyboard_reaches_is_outlined_and_on_the_screen(visit: OpenPage, report: Path) -> None:
    page = visit(report).page
    for _ in range(40):
        page.keyboard.press("Tab")
        reached = page.evaluate(
            """() => { const e = document.activeElement, box = e.getBoundingClientRect();
                return [e.outerHTML.slice(0, 60), getComputedStyle(e).outlineStyle, box.top >= 0,
                    box.bottom <= innerHeight + 1]; }"""
        )
        assert reached[1:] == ["solid", True, True], reached[0]
