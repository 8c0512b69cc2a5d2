"""Draw lines over days, areas between two of them, and marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from finops_report.pictures.panels import (
    LINE_PX,
    Box,
    Panel,
    Place,
    Trace,
    affixes,
    draw_days_across,
    draw_values_up,
    title,
)
from finops_report.pictures.scales import Days, Linear, nice_top, short
from finops_report.pictures.svg import Mark, Palette, area, diamond, label, polyline, text_width

Point = tuple[float, float]


def draw_lines(panel: Panel, box: Box, palette: Palette) -> tuple[list[Mark], Place]:
    """Return the marks of the panel in its box, and the place of its plot. Raises ValueError for an unknown mark."""
    high = nice_top(max((y for trace in panel.traces for y in trace["y"] if y is not None), default=0.0) or 1.0, 4)
    ticks = Linear(0, high, 0, 1).ticks(4)
    room = max(text_width(short(tick, *affixes(panel.y))) for tick in ticks) + 12
    plot = Box(box.left + room, box.top + (LINE_PX if title(panel.y) else 6), box.right - 12, box.bottom - LINE_PX - 8)
    up = Linear(0.0, high, plot.bottom, plot.top)
    first, last = (date.fromisoformat(day) for day in panel.x["range"])
    across = Days(first, last, plot.left, plot.right)
    drawn = draw_values_up(up, panel.y, plot, palette, ticks)
    if title(panel.y):
        drawn.append(label(title(panel.y), box.left, box.top + 4, palette.text))
    drawn += draw_days_across(across, plot, palette)
    for trace in panel.traces:
        drawn += _trace(trace, across, up)
    return drawn, Place(plot, (0.0, 0.0), (0.0, high))


def _trace(trace: Trace, across: Days, up: Linear) -> Iterator[Mark]:
    """Yield an area, a line or marks."""
    if trace["mode"] == "markers":
        yield from _marks(trace, across, up)
        return
    for piece in _pieces(trace, across, up):
        if trace.get("fill") == "toself":
            yield area(piece, trace["fillcolor"])
        elif len(piece) > 1:
            yield polyline(piece, trace["line"]["color"], trace["line"]["width"])
        else:
            yield polyline([*piece, (piece[0][0] + 2, piece[0][1])], trace["line"]["color"], trace["line"]["width"])


def _marks(trace: Any, across: Days, up: Linear) -> Iterator[Mark]:
    marker = trace["marker"]
    if marker["symbol"] != "diamond":
        raise ValueError(f"no picture on a line for a marker of symbol: {marker['symbol']}")
    for x, y in zip(trace["x"], trace["y"], strict=True):
        yield diamond(across.at(x), up.at(y), (marker["size"] + marker["line"]["width"]) / 2, marker["color"])


def _pieces(trace: Any, across: Days, up: Linear) -> list[Sequence[Point]]:
    """Return the points of each piece of a line: it is interrupted by what is not known."""
    points = zip(trace["x"], trace["y"], strict=True)
    return [
        [(across.at(x), up.at(y)) for x, y in group]
        for known, group in groupby(points, lambda point: point[1] is not None)
        if known
    ]
