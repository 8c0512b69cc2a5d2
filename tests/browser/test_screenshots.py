"""The pictures for the review by eye show a page, each in its own way."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.screenshots import Sight, photograph
from tests.extended import EXTENDED

pytestmark = pytest.mark.browser


def size_px(picture: Path) -> tuple[int, int]:
    """Width and height of a PNG, from its first chunk (ISO/IEC 15948)."""
    width, height = struct.unpack(">II", picture.read_bytes()[16:24])
    return width, height


@EXTENDED
def test_each_sight_is_photographed_and_listed(browser: Browser, report: Path, tmp_path: Path) -> None:
    sights = (
        Sight("first", 1440, 900, whole=False),
        Sight("whole", 390, 844, dark=True),
        Sight("live", 390, 844, live=True),
        Sight("plain", 390, 844, scripts=False),
    )
    first, whole, live, plain, a4, letter, index = photograph(browser, report, tmp_path / "shots", sights)
    assert size_px(first) == (1440, 900)
    assert size_px(whole)[1] > 5 * 844
    assert len({picture.read_bytes() for picture in (first, whole, live, plain)}) == 4
    assert all(sheet.read_bytes().startswith(b"%PDF") for sheet in (a4, letter))
    listed = index.read_text(encoding="utf-8")
    assert all(f'href="{path.name}"' in listed for path in (first, whole, live, plain, a4, letter))
