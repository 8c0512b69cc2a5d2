"""Write SVG elements: escaped, rounded, in the page's classes or in literal colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

SIZE_PX = 12
# Advance widths of a common sans font in hundredths of the size, by groups of letters; wide scripts count full.
NARROW, WIDE = "fijlrtI.,:;'|!()[] ·-", "mwMW@%—…"


@dataclass(frozen=True, slots=True)
class Palette:
    """How text and lines get their colour: a class of the page's CSS, or literal attributes for mail."""

    text: str
    strong: str
    grid: str
    axis: str
    font: str = ""


PAGE = Palette('class="pic-text"', 'class="pic-strong"', 'class="pic-grid"', 'class="pic-axis"')
LIGHT = Palette(
    'fill="#56606e"',
    'fill="#1b2330"',
    'stroke="#e8eaed"',
    'stroke="#b9c0c9"',
    ' font-family="Helvetica, Arial, sans-serif"',
)


def text_width(said: str, size: float = SIZE_PX) -> float:
    """Estimate how wide a text is set, in the units of `size`; a little more rather than less."""
    units = sum(0.38 if c in NARROW else 0.98 if c in WIDE else 1.05 if ord(c) > 0x2E80 else 0.64 for c in said)
    return units * size


def fitted(said: str, room: float, size: float = SIZE_PX) -> str:
    """Cut the middle out of a text so that it fits into `room`; at least one letter is left.

    The ends of names tell them apart: vendors come first, versions last.
    """
    if text_width(said, size) <= room:
        return said
    for kept in range(len(said) - 1, 1, -1):
        tail = kept // 3
        cut = f"{said[: kept - tail]}…{said[len(said) - tail :]}"
        if text_width(cut, size) <= room:
            return cut
    return said[0] + "…"


def number(value: float) -> str:
    """A coordinate with at most one decimal: the same bytes on every machine."""
    said = f"{value:.1f}"
    return said.removesuffix(".0") if said != "-0.0" else "0"


def label(said: str, x: float, y: float, ink: str, anchor: str = "start", full: str | None = None) -> str:
    """One line of text; `full` is its native tooltip when it was cut."""
    tip = f"<title>{escape(full)}</title>" if full is not None and full != said else ""
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{number(x)}" y="{number(y)}"{place} {ink}>{tip}{escape(said)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, ink: str) -> str:
    """A hairline of the grid or an axis."""
    return f'<line x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}" {ink}/>'


def bars(rectangles: Sequence[tuple[float, float, float, float]], colour: str) -> str:
    """Many rectangles (x, y, width, height) of one data colour as one path: a third of the bytes."""
    outline = "".join(
        f"M{number(x)} {number(y)}h{number(width)}v{number(height)}h{number(-width)}z"
        for x, y, width, height in rectangles
    )
    return f'<path d="{outline}" fill="{escape(colour)}"/>'


def bar(x: float, y: float, width: float, height: float, colour: str) -> str:
    """A filled rectangle in a data colour, which is the same in light and dark."""
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(max(width, 0))}" '
        f'height="{number(max(height, 0))}" fill="{escape(colour)}"/>'
    )
