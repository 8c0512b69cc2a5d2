"""Draw the marks of one panel: columns, rows, dots or a matrix."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

from finops_report.pictures.lines import draw_lines
from finops_report.pictures.matrix import draw_matrix
from finops_report.pictures.panels import (
    LINE_PX,
    UNDER_NAME_PX,
    Box,
    Panel,
    Place,
    affixes,
    column_names,
    draw_columns,
    draw_days_across,
    draw_rows,
    draw_values_across,
    draw_values_up,
    name_room,
    names_above,
    row_names,
    title,
)
from finops_report.pictures.scales import Bands, Days, Linear, Log, nice_top, short
from finops_report.pictures.svg import SIZE_PX, Mark, Palette, bar, column, diamond, dot, hatch, label, line, text_width

Drawn = tuple[list[Mark], Place]


def draw_panel(panel: Panel, box: Box, palette: Palette) -> Drawn:
    """Return the marks of a panel in its box, and the place of its plot. Raises ValueError for an unknown kind."""
    drawers = {"columns": _columns, "rows": _rows, "dots": _dots, "matrix": draw_matrix, "lines": draw_lines}
    return drawers[panel.kind](panel, box, palette)


def _of(value: Any, index: int) -> Any:
    """Return the setting of one mark: settings are one value for all marks or a list with one for each."""
    return value[index] if isinstance(value, list | tuple) else value


def _columns(panel: Panel, box: Box, palette: Palette) -> Drawn:
    names = column_names(panel)
    values = [dict(zip(trace["x"], trace["y"], strict=True)) for trace in panel.traces]
    top = max((sum(series.get(name) or 0 for series in values) for name in names), default=0.0)
    high = nice_top(top or 1.0, 4)
    ticks = Linear(0, high, 0, 1).ticks(4)
    room = max(text_width(short(tick, *affixes(panel.y))) for tick in ticks) + 12
    plot = Box(box.left + room, box.top + (LINE_PX if title(panel.y) else 6), box.right, box.bottom - LINE_PX - 8)
    scale, bands = Linear(0.0, high, plot.bottom, plot.top), Bands(names, plot.left, plot.right)
    drawn = draw_values_up(scale, panel.y, plot, palette, ticks)
    if title(panel.y):
        drawn.append(label(title(panel.y), box.left, box.top + 4, palette.text))
    gap = bands.width * panel.gap
    for name in panel.empty:
        left = bands.middle(name) - bands.width / 2 + gap / 2
        drawn.append(hatch(left, plot.top, left + bands.width - gap, plot.bottom, palette.grid))
    stacks = dict.fromkeys(names, 0.0)
    for trace, series in zip(panel.traces, values, strict=True):
        for name in names:
            value = series.get(name) or 0
            upper, lower = scale.at(stacks[name] + value), scale.at(stacks[name])
            if value:
                left = bands.middle(name) - bands.width / 2 + gap / 2
                width, height = max(bands.width - gap, 0), max(lower - upper, 0)
                drawn.append(column(left, upper, width, height, trace["marker"]["color"]))
            stacks[name] += value
    drawn += draw_columns(bands, plot, palette, panel.x.get("type") == "date")
    return drawn, Place(plot, (-0.5, len(names) - 0.5), (0.0, high), panel.gap)


def _rows(panel: Panel, box: Box, palette: Palette) -> Drawn:
    names = row_names(panel)
    (trace,) = (trace for trace in panel.traces if trace["type"] == "bar")
    marked = [trace for trace in panel.traces if trace["type"] == "scatter"]
    texts = [str(text) for text in trace.get("text", [""] * len(names))]
    beside = max((text_width(text) for text in texts), default=0) + 10
    left = box.left + name_room(panel, box.right - box.left)
    bases = [float(_of(trace.get("base", 0.0), i)) for i in range(len(names))]
    ends = [max(base, base + float(value)) for base, value in zip(bases, trace["x"], strict=True)]
    begins = [min(base, base + float(value)) for base, value in zip(bases, trace["x"], strict=True)]
    low = min([0.0, *begins])
    top = max([0.0, *ends, *(x for marks in marked for x in marks["x"])]) or (0.0 if low else 1.0)
    plot = Box(left, box.top + 4, max(box.right - beside, left + 40), box.bottom - _under(panel))
    scale, bands = Linear(low, top, plot.left, plot.right), Bands(names, plot.top, plot.bottom)
    drawn = draw_values_across(scale, panel.x, plot, palette, box.right)
    lower = UNDER_NAME_PX if names_above(panel, box.right - box.left) else 0.0
    thick = min(bands.width * 0.62 - lower, 2 * lower + 2 if lower else 24)  # a bar never reaches the name above it
    thick = min(thick, bands.width * trace.get("width", 1.0))
    for i, name in enumerate(trace["y"]):
        y = bands.middle(name) + lower
        begin = scale.at(begins[i])
        length = scale.at(ends[i]) - begin
        drawn.append(bar(begin, y, length, thick, _of(trace["marker"]["color"], i)))
        end = max([begin + length, *(scale.at(marks["x"][i]) for marks in marked)])  # a text lies over no mark
        drawn.append(label(texts[i], end + 7, y + SIZE_PX / 3, palette.strong))
    below = Bands(names, plot.top + lower, plot.bottom + lower)
    drawn += [_marker(marks, i, scale, below) for marks in marked for i in range(len(marks["x"]))]
    drawn += draw_rows(panel, bands, plot, palette, box)
    return drawn, Place(plot, (low, top), _rows_span(bands, lower), 1 - thick / bands.width)


def _under(panel: Panel) -> float:
    """Return the room under a plot for the values of its axis and for its title, if it has one."""
    return (2 if title(panel.x) else 1) * LINE_PX + 6


def _rows_span(bands: Bands, lower: float) -> tuple[float, float]:
    """Return the band numbers at bottom and top of a plot whose rows are drawn `lower` pixels below their middles."""
    first = -0.5 - lower / bands.width
    return first + len(bands.names), first


def _dots(panel: Panel, box: Box, palette: Palette) -> Drawn:
    names = row_names(panel)
    left = box.left + name_room(panel, box.right - box.left)
    plot = Box(left, box.top + 4, box.right - 12, box.bottom - _under(panel))
    rows = Bands(names, plot.top, plot.bottom)
    lower = UNDER_NAME_PX if names_above(panel, box.right - box.left) else 0.0
    bands = Bands(names, plot.top + lower, plot.bottom + lower)
    scale: Linear | Log | Days
    if panel.x.get("type") == "date":
        low, high = (date.fromisoformat(day) for day in panel.x["range"])
        scale = Days(low, high, plot.left, plot.right)
        drawn = draw_days_across(scale, plot, palette)
    else:
        scale = _dot_scale(panel, [value for trace in panel.traces for value in trace["x"] if value is not None], plot)
        drawn = draw_values_across(scale, panel.x, plot, palette, box.right)
    for trace in panel.traces:
        if "lines" in trace["mode"]:
            drawn += _path(trace, scale, bands)
        if "markers" in trace["mode"]:
            drawn += [_marker(trace, i, scale, bands) for i, value in enumerate(trace["x"]) if value is not None]
    drawn += draw_rows(panel, rows, plot, palette, box)
    return drawn, Place(plot, _dots_span(scale), _rows_span(rows, lower))


def _dots_span(scale: Linear | Log | Days) -> tuple[float, float]:
    if isinstance(scale, Days):
        return 0.0, 0.0  # the days are those of the axis itself
    return (math.log10(scale.low), math.log10(scale.high)) if isinstance(scale, Log) else (scale.low, scale.high)


def _dot_scale(panel: Panel, values: Sequence[float], plot: Box) -> Linear | Log:
    if panel.x.get("type") != "log":
        return Linear(0.0, nice_top(max(values, default=1.0), 5), plot.left, plot.right)
    positive = [value for value in values if value > 0] or [1.0]
    low, high = min(positive) / 1.15, max(positive) * 1.15
    return Log(low, max(high, low * 10 ** math.ceil(math.log10(2))), plot.left, plot.right)


def _path(trace: Any, scale: Linear | Log | Days, bands: Bands) -> list[Mark]:
    points = [(scale.at(x), bands.middle(y)) for x, y in zip(trace["x"], trace["y"], strict=True) if x is not None]
    stroke = trace.get("line", {})
    colour, width = stroke.get("color", "#888888"), stroke.get("width", 2)
    return [line(*points[i], *points[i + 1], colour, width) for i in range(len(points) - 1)]


def _marker(trace: Any, index: int, scale: Linear | Log | Days, bands: Bands) -> Mark:
    x, y = scale.at(trace["x"][index]), bands.middle(trace["y"][index])
    settings = trace["marker"]
    name, colour = _of(settings.get("symbol", "circle"), index), _of(settings["color"], index)
    return symbol(name, x, y, (settings.get("size", 8) + settings.get("line", {}).get("width", 0)) / 2, colour)


def symbol(name: str, x: float, y: float, r: float, colour: str) -> Mark:
    """Return one marker. Raises ValueError for an unknown symbol."""
    if name == "circle":
        return dot(x, y, r, colour)
    if name == "diamond":
        return diamond(x, y, r, colour)
    if name == "square":
        return bar(x - r, y, 2 * r, 2 * r, colour)
    if name == "line-ns":
        return line(x, y - r, x, y + r, colour, 2)
    if name == "line-ew":
        return line(x - r, y, x + r, y, colour, 2)
    raise ValueError(f"no picture for a marker of symbol: {name}")
