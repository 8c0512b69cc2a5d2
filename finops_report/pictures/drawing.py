"""Assemble a picture: its legend, its panels side by side, its name for screen readers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from finops_report.pictures.marks import draw_panel, symbol
from finops_report.pictures.panels import LINE_PX, Box, Place, panels
from finops_report.pictures.svg import SIZE_PX, Mark, Palette, area, bar, fitted, label, text_width, written

KEY_PX = 22.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn figure, and the position of each plot in it, so that a live chart can be laid over it."""

    svg: str
    places: tuple[Place, ...]


def draw(
    figure: Mapping[str, Any],
    *,
    width: int,
    height: int,
    named_by: str,
    palette: Palette,
) -> Picture:
    """Return `figure` (a Plotly figure as a dictionary) as one <svg> of `width` x `height` user units.

    `named_by` is the id of the element on the page that describes it. Raises ValueError for anything outside the
    vocabulary.
    """
    legend, top = _legend(figure, width, palette)
    drawn, places = list(legend), []
    for panel in panels(figure):
        low, high = panel.x.get("domain", [0, 1])
        marks, place = draw_panel(panel, Box(low * width, top, high * width, height), palette)
        drawn += marks
        places.append(place)
    svg = (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-labelledby="{escape(named_by)}"'
        f"{palette.font}>{written(drawn)}</svg>"
    )
    return Picture(svg, tuple(places))


def _legend(figure: Mapping[str, Any], width: int, palette: Palette) -> tuple[list[Mark], float]:
    """Return the names of the series in rows above the plot, and the y at which the plot may start."""
    if not figure["layout"].get("showlegend", False):
        return [], 8.0
    drawn: list[Mark] = []
    x, y = 2.0, float(SIZE_PX)
    for number, trace in enumerate(figure["data"]):
        if trace.get("showlegend") is False:
            continue
        name = str(trace.get("name", ""))
        shown = fitted(name, width - KEY_PX - 4)
        taken = KEY_PX + text_width(shown) + 14
        if x > 2 and x + taken > width:
            x, y = 2.0, y + LINE_PX + 3
        drawn.append(_key(trace, x + 6, y - SIZE_PX / 3))
        drawn.append(label(shown, x + 18, y, palette.text, full=name, series=number))
        x += taken
    return drawn, y + LINE_PX


def _key(trace: Mapping[str, Any], x: float, y: float) -> Mark:
    """Return the mark of a series in the legend: a square for bars, its symbol, in grey for dots of many colours."""
    marker = trace["marker"]
    if trace["type"] == "bar":
        return replace(bar(x - 5, y, 10, 10, marker["color"]), layer="key")
    if "fillcolor" in trace:
        return replace(
            area([(x - 5, y - 5), (x + 5, y - 5), (x + 5, y + 5), (x - 5, y + 5)], trace["fillcolor"]), layer="key"
        )
    colour = marker["color"] if isinstance(marker["color"], str) else "#8a929c"
    return replace(symbol(marker.get("symbol", "circle"), x, y, 5, colour), layer="key")
