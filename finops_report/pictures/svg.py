"""Write SVG elements: escaped, rounded, in the page's classes or in literal colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

SIZE_PX = 12
# Letters by their advance width in a common sans font; letters of wide scripts take a full square.
NARROW, WIDE = "fijlrtI.,:;'|!()[] ·-", "mwMW@%—…"


@dataclass(frozen=True, slots=True)
class Palette:
    """The attributes that colour text and lines: classes of the page's CSS, or literal colours for mail."""

    text: str
    strong: str
    grid: str
    axis: str
    font: str = ""  # the page's is in its style sheet


PAGE = Palette('class="pic-text"', 'class="pic-strong"', 'class="pic-grid"', 'class="pic-axis"')
LIGHT = Palette(
    'fill="#56606e"',
    'fill="#1b2330"',
    'stroke="#e8eaed"',
    'stroke="#b9c0c9"',
    ' font-family="Helvetica, Arial, sans-serif" font-size="12"',
)


def text_width(text: str, size: float = SIZE_PX) -> float:
    """Return the estimated width of a text in the units of `size`, a little more rather than less."""
    units = sum(0.38 if c in NARROW else 0.98 if c in WIDE else 1.05 if ord(c) > 0x2E80 else 0.64 for c in text)
    return units * size


def fitted(text: str, room: float, size: float = SIZE_PX) -> str:
    """Return a text that fits into `room`: its middle is cut out if need be, at least one letter stays.

    Names differ at their ends: vendors come first, versions last.
    """
    if text_width(text, size) <= room:
        return text
    for kept in range(len(text) - 1, 1, -1):
        tail = kept // 3
        cut = f"{text[: kept - tail]}…{text[len(text) - tail :]}"
        if text_width(cut, size) <= room:
            return cut
    return text[0] + "…"


def number(value: float) -> str:
    """Return a coordinate with at most one decimal: the same bytes on every machine."""
    text = f"{value:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"


def nearly(value: float) -> str:
    """Return a coordinate or length as short as nobody sees: a whole pixel, of less than ten with one decimal."""
    return number(value) if abs(value) < 10 else f"{value:.0f}"


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing drawn: its layer, its shape, and its ink (the attributes that colour it).

    Grid lines lie under data; keys of the legend and texts lie over them. The shape of a text is an element without
    ink, every other shape is a piece of a path. Marks of equal ink become one element: a page has each chart in three
    widths, and this keeps it small.
    """

    layer: Literal["grid", "data", "key", "text"]
    shape: str
    ink: str


def written(marks: Sequence[Mark]) -> str:
    """Return the SVG of all marks, layer by layer: one path for each ink, and one group for the texts of each ink.

    Data have a group of their own, which is hidden while a live chart draws them.
    """
    grid, data, keys = (_paths(marks, layer) for layer in ("grid", "data", "key"))
    texts = "".join(f"<g {ink}>{texts}</g>" for ink, texts in _by_ink(marks, "text"))
    return f'{grid}<g class="pic-data">{data}</g>{keys}{texts}'


def _paths(marks: Sequence[Mark], layer: str) -> str:
    return "".join(f'<path d="{d}" {ink}/>' for ink, d in _by_ink(marks, layer))


def _by_ink(marks: Sequence[Mark], layer: str) -> list[tuple[str, str]]:
    together: dict[str, list[str]] = {}
    for mark in marks:
        if mark.layer == layer:
            together.setdefault(mark.ink, []).append(mark.shape)
    return [(ink, "".join(shapes)) for ink, shapes in together.items()]


def label(
    text: str, x: float, y: float, ink: str, anchor: str = "start", full: str | None = None, series: int | None = None
) -> Mark:
    """Return a line of text; `full` is its tooltip if it was cut, `series` the number of the series it names."""
    names = "" if series is None else f' data-series="{series}"'
    tip = f"<title>{escape(full)}</title>" if full is not None and full != text else ""
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return Mark("text", f'<text x="{round(x)}" y="{round(y)}"{names}>{tip}{escape(text)}</text>', ink + place)


def rule(x1: float, y1: float, x2: float, y2: float, ink: str) -> Mark:
    """Return a vertical or horizontal line of the grid or an axis."""
    end = f"V{nearly(y2)}" if x1 == x2 else f"H{nearly(x2)}"
    return Mark("grid", f"M{nearly(x1)} {nearly(y1)}{end}", ink)


def hatch(left: float, top: float, right: float, bottom: float, ink: str, every: float = 7.0) -> Mark:
    """Return slanting lines within a rectangle: a place of which nothing is known.

    They are a path of the grid: a pattern of SVG needs an id, which would stand on a page as often as the picture does.
    """
    pieces = []
    first = math.ceil((left + top) / every)
    for index in range(first, math.floor((right + bottom) / every) + 1):
        total = index * every  # x + y is the same all along a line
        x1, x2 = max(left, total - bottom), min(right, total - top)
        if x2 > x1:
            pieces.append(f"M{number(x1)} {number(total - x1)}L{number(x2)} {number(total - x2)}")
    return Mark("grid", "".join(pieces), ink)


def line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float) -> Mark:
    """Return a line that stands for data."""
    return Mark("data", f"M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}", _stroke(colour, width))


def polyline(points: Sequence[tuple[float, float]], colour: str, width: float) -> Mark:
    """Return a line through several points that stands for data."""
    return Mark("data", _through(points), f'{_stroke(colour, width)} fill="none" stroke-linejoin="round"')


def area(points: Sequence[tuple[float, float]], colour: str) -> Mark:
    """Return the area within a line through several points; `colour` may be translucent, as #rrggbbaa."""
    opacity = f' fill-opacity="{int(colour[7:], 16) / 255:.2g}"' if len(colour) > 7 else ""
    return Mark("data", f"{_through(points)}z", f'fill="{escape(colour[:7])}"{opacity}')


def _through(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def column(x: float, top: float, width: float, height: float, colour: str) -> Mark:
    """Return a vertical bar from `x` to the right; data colours are the same in light and dark."""
    return Mark("data", f"M{number(x + width / 2)} {number(top)}v{number(height)}", _stroke(colour, width))


def bar(x: float, middle: float, length: float, thick: float, colour: str) -> Mark:
    """Return a horizontal bar around `middle`, from `x` to the right."""
    return Mark("data", f"M{number(x)} {nearly(middle)}h{number(max(length, 0))}", _stroke(colour, max(thick, 0)))


def dot(x: float, y: float, radius: float, colour: str) -> Mark:
    """Return a disc, drawn as the round cap of a line of almost no length."""
    return Mark("data", f"M{number(x)} {number(y)}h.01", _stroke(colour, 2 * radius) + ' stroke-linecap="round"')


def diamond(x: float, y: float, radius: float, colour: str) -> Mark:
    """Return a square on its corner, with about the area of a disc of that radius."""
    radius *= 1.3
    r = number(radius)
    return Mark("data", f"M{number(x)} {number(y - radius)}l{r} {r} -{r} {r} -{r} -{r}z", f'fill="{escape(colour)}"')


def _stroke(colour: str, width: float) -> str:
    return f'stroke="{escape(colour)}" stroke-width="{number(width)}"'
