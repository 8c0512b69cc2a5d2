"""Lay out one panel: read its traces and axes, leave room for names, draw grid, ticks and titles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from finops_report.pictures.scales import Bands, Days, Linear, Log, day_label, short
from finops_report.pictures.svg import SIZE_PX, Mark, Palette, fitted, label, number, rule, text_width

Trace = Mapping[str, Any]
LINE_PX = 17.0
MOST_NAME_SHARE, MOST_NAME_SHARE_OF_NARROW = 0.42, 0.2
NARROW_PX = 420.0
GAP = 0.14
MOST_CUT = 12  # columns whose names are cut to fit; of more, only some are named
UNDER_NAME_PX = 8.0  # a row whose name stands above it is drawn this far below its middle
KNOWN_AXES = {None, "linear", "log", "category", "date"}


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the picture in pixels."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Place:
    """The position of a plot and the span of its axes, with which a live chart lies exactly over its picture.

    `x` holds the values at left and right, `y` those at bottom and top. On a logarithmic axis they are logarithms, on
    an axis of names band numbers (the middle of the first band is 0). `gap` is the share of a band between two bars.
    """

    plot: Box
    x: tuple[float, float]
    y: tuple[float, float]
    gap: float = 0.0

    def numbers(self) -> list[float]:
        """Return the nine numbers, pixels to a tenth, the others to six digits."""
        pixels = (self.plot.left, self.plot.top, self.plot.right, self.plot.bottom)
        spans = (*self.x, *self.y, self.gap)
        return [*(float(number(value)) for value in pixels), *(float(f"{value:.6g}") for value in spans)]


@dataclass(frozen=True, slots=True)
class Panel:
    """The traces of one pair of axes, the settings of both, and the share of a band between two columns.

    `empty` are the columns of which nothing was recorded.
    """

    traces: Sequence[Trace]
    x: Mapping[str, Any]
    y: Mapping[str, Any]
    gap: float
    empty: Sequence[str] = ()

    @property
    def kind(self) -> str:
        """'columns', 'rows', 'dots', 'lines' or 'matrix'. Raises ValueError for traces of any other type."""
        types = {trace["type"] for trace in self.traces}
        if types == {"bar"} and "ticktext" in self.x:
            return "matrix"
        if types == {"bar"} or (types == {"bar", "scatter"} and self.y.get("type") == "category"):
            return "rows" if any(trace.get("orientation") == "h" for trace in self.traces) else "columns"
        if types == {"scatter"} and self.y.get("type") == "category":
            return "dots"
        if types == {"scatter"} and self.x.get("type") == "date":
            return "lines"
        raise ValueError(f"no picture for traces of type: {', '.join(sorted(types))}")


def panels(figure: Mapping[str, Any]) -> Iterator[Panel]:
    """Yield the panels of a figure, one for each pair of axes, in the order they first appear.

    Raises ValueError for an axis of unknown type.
    """
    layout = figure["layout"]
    grouped: dict[tuple[str, str], list[Trace]] = {}
    for trace in figure["data"]:
        grouped.setdefault((trace.get("xaxis", "x"), trace.get("yaxis", "y")), []).append(trace)
    for (x, y), traces in grouped.items():
        axes = [layout.get(name[0] + "axis" + name[1:], {}) for name in (x, y)]
        for axis in axes:
            if axis.get("type") not in KNOWN_AXES:
                raise ValueError(f"no picture for an axis of type: {axis['type']}")
        empty = layout.get("meta", {}).get("empty", ())
        yield Panel(traces, axes[0], axes[1], layout.get("bargap", GAP), empty)


def row_names(panel: Panel) -> list[str]:
    """Return the categories of the y axis from top to bottom."""
    wanted = panel.y.get("categoryarray")
    if wanted:
        return list(wanted)
    seen = dict.fromkeys(name for trace in panel.traces for name in trace["y"])
    return list(seen)


def column_names(panel: Panel) -> list[str]:
    """Return the categories or days of the x axis from left to right."""
    return list(dict.fromkeys(name for trace in panel.traces for name in trace["x"]))


def title(axis: Mapping[str, Any]) -> str:
    """Return the title of an axis, empty if it has none."""
    return str(axis.get("title", {}).get("text", ""))


def affixes(axis: Mapping[str, Any]) -> tuple[str, str]:
    """Return what stands before and after each value of an axis."""
    return axis.get("tickprefix", ""), axis.get("ticksuffix", "")


def names_above(panel: Panel, width: float) -> bool:
    """Return whether names stand above their rows: the panel is narrow, and beside their rows they would be cut."""
    if panel.kind == "matrix":
        return False
    longest = max((text_width(name) for name in row_names(panel)), default=0.0)
    return width < NARROW_PX and longest > width * MOST_NAME_SHARE_OF_NARROW


def name_room(panel: Panel, width: float) -> float:
    """Return the room left of the plot for the names of rows, at most two fifths of the panel."""
    if panel.y.get("showticklabels") is False or names_above(panel, width):
        return 0.0
    longest = max((text_width(name) for name in row_names(panel)), default=0.0)
    return min(longest + 10, width * MOST_NAME_SHARE)


def draw_rows(panel: Panel, bands: Bands, plot: Box, palette: Palette, whole: Box) -> list[Mark]:
    """Return the names of the rows: left of the plot, right-aligned and cut to their room, or above their rows."""
    if panel.y.get("showticklabels") is False:
        return []
    width = whole.right - whole.left
    if names_above(panel, width):
        return [
            label(fitted(name, width), whole.left, bands.middle(name) - 4, palette.strong, full=name)
            for name in bands.names
        ]
    room = plot.left - whole.left - 8
    return [
        label(fitted(name, room), plot.left - 8, bands.middle(name) + SIZE_PX / 3, palette.strong, "end", name)
        for name in bands.names
    ]


def draw_columns(bands: Bands, box: Box, palette: Palette, dates: bool) -> list[Mark]:
    """Return the names under the plot, as many as fit without touching; if there are few, all, cut to their room."""
    names, room, every = list(bands.names), bands.width, 1
    if dates or len(names) > MOST_CUT:
        labels = [_day_label(names, i, 1) for i in range(len(names))] if dates else names
        widest = max(map(text_width, labels), default=0)
        every = max(1, int(-(-(widest + 14) // room))) if room else 1
    indices = range(0, len(names), every)
    free_room = room * every - 6
    shown = {i: _day_label(names, i, every) if dates else fitted(names[i], free_room) for i in indices}
    drawn: list[Mark] = []
    free = 0.0
    for i in indices:
        half = text_width(shown[i]) / 2
        middle = min(bands.middle(names[i]), box.right - half - 1)  # further right the edge would cut the label
        if middle - half >= free:
            full = None if dates else names[i]  # a day's label is never cut
            drawn.append(label(shown[i], middle, box.bottom + LINE_PX, palette.text, "middle", full))
            free = middle + half
    return drawn


def _day_label(days: Sequence[str], i: int, every: int) -> str:
    """Return the label of day `i`, of its month if all days are the first of one."""
    by_month = len(days) > 1 and all(day[8:10] == "01" for day in days)
    return day_label(days[i], _before(days, i, every), by_month)


def _before(days: Sequence[str], i: int, every: int) -> str | None:
    """Return the day of the label before that of day `i`; for the first of several years, a day of another year."""
    if i >= every:
        return days[i - every]
    return days[-1] if days[-1][:4] != days[0][:4] else None


def draw_values_across(
    scale: Linear | Log, axis: Mapping[str, Any], box: Box, palette: Palette, right: float
) -> list[Mark]:
    """Return vertical grid lines with their values under the plot; the axis title may extend to `right`."""
    most = max(2, int((box.right - box.left) / 70))
    drawn: list[Mark] = []
    free = -1e9
    for tick in scale.ticks(min(most, axis.get("nticks", most))):
        x = scale.at(tick)
        text = short(tick, *affixes(axis))
        drawn.append(rule(x, box.top, x, box.bottom, palette.axis if tick == 0 else palette.grid))
        half = text_width(text) / 2
        middle = max(x, half)  # further left the picture's edge would cut it
        if middle - half > free:
            drawn.append(label(text, middle, box.bottom + LINE_PX, palette.text, "middle"))
            free = middle + half + 6
    if title(axis):
        drawn.append(_axis_title(title(axis), box, palette, right))
    return drawn


def _axis_title(text: str, box: Box, palette: Palette, right: float) -> Mark:
    """Return the title centred under the plot, or from its left edge on if it is longer than the plot is wide."""
    y = box.bottom + 2 * LINE_PX + 2
    if text_width(text) <= box.right - box.left:
        return label(text, (box.left + box.right) / 2, y, palette.text, "middle")
    return label(fitted(text, right - box.left), box.left, y, palette.text, full=text)


def draw_days_across(scale: Days, box: Box, palette: Palette) -> list[Mark]:
    """Return vertical grid lines at midnights with their days under the plot."""
    drawn: list[Mark] = []
    free, before = box.left - 1e3, None
    for tick in scale.ticks(max(2, int((box.right - box.left) / 80))):
        x, text = scale.at(tick), day_label(tick, before)
        drawn.append(rule(x, box.top, x, box.bottom, palette.grid))
        half = text_width(text) / 2
        middle = max(x, half)  # further left the picture's edge would cut it
        if free < middle - half and middle + half <= box.right + 12:
            drawn.append(label(text, middle, box.bottom + LINE_PX, palette.text, "middle"))
            free, before = middle + half + 6, tick
    return drawn


def draw_values_up(
    scale: Linear, axis: Mapping[str, Any], box: Box, palette: Palette, ticks: Sequence[float]
) -> list[Mark]:
    """Return horizontal grid lines with their values left of the plot."""
    drawn = []
    for tick in ticks:
        y = scale.at(tick)
        drawn.append(rule(box.left, y, box.right, y, palette.axis if tick == 0 else palette.grid))
        text = short(tick, *affixes(axis))
        drawn.append(label(text, box.left - 8, y + SIZE_PX / 3, palette.text, "end"))
    return drawn
