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
UNDER_NAME_PX = 8.0  # how far below its middle a row is drawn whose name stands above it
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
    """Where a plot lies and what its axes span there: with it a live chart lies exactly over its picture.

    `x` and `y` are the values at left and right, at bottom and top: logarithms on a logarithmic axis, on an axis of
    names the number of the band (the middle of the first is 0). `gap` is the share of a band between two bars.
    """

    plot: Box
    x: tuple[float, float]
    y: tuple[float, float]
    gap: float = 0.0

    def written(self) -> str:
        """Return the nine numbers as JSON, pixels to a tenth, the others to six digits."""
        pixels = (self.plot.left, self.plot.top, self.plot.right, self.plot.bottom)
        spans = (f"{value:.6g}" for value in (*self.x, *self.y, self.gap))
        return f"[{','.join((*map(number, pixels), *spans))}]"


@dataclass(frozen=True, slots=True)
class Panel:
    """The traces of one pair of axes, with the settings of both, and the share of a band between two columns."""

    traces: Sequence[Trace]
    x: Mapping[str, Any]
    y: Mapping[str, Any]
    gap: float

    @property
    def kind(self) -> str:
        """What is drawn: 'columns', 'rows', 'dots' or 'matrix'; raises ValueError for anything else."""
        types = {trace["type"] for trace in self.traces}
        if types == {"bar"}:
            return "rows" if any(trace.get("orientation") == "h" for trace in self.traces) else "columns"
        if types == {"scatter"} and self.y.get("type") == "category":
            return "dots"
        if types == {"heatmap"}:
            return "matrix"
        raise ValueError(f"no picture for traces of type: {', '.join(sorted(types))}")


def panels(figure: Mapping[str, Any]) -> Iterator[Panel]:
    """Split a figure by its pairs of axes, in the order they first appear."""
    layout = figure["layout"]
    grouped: dict[tuple[str, str], list[Trace]] = {}
    for trace in figure["data"]:
        grouped.setdefault((trace.get("xaxis", "x"), trace.get("yaxis", "y")), []).append(trace)
    for (x, y), traces in grouped.items():
        axes = [layout.get(name[0] + "axis" + name[1:], {}) for name in (x, y)]
        for axis in axes:
            if axis.get("type") not in KNOWN_AXES:
                raise ValueError(f"no picture for an axis of type: {axis['type']}")
        yield Panel(traces, axes[0], axes[1], layout.get("bargap", GAP))


def row_names(panel: Panel) -> list[str]:
    """The categories of the y axis from top to bottom."""
    wanted = panel.y.get("categoryarray")
    if wanted:
        return list(wanted)
    seen = dict.fromkeys(name for trace in panel.traces for name in trace["y"])
    return list(seen)


def column_names(panel: Panel) -> list[str]:
    """The categories or days of the x axis from left to right."""
    return list(dict.fromkeys(name for trace in panel.traces for name in trace["x"]))


def title(axis: Mapping[str, Any]) -> str:
    return str(axis.get("title", {}).get("text", ""))


def names_above(panel: Panel, width: float) -> bool:
    """Whether names stand above their rows: where a panel of `width` is narrow and they would lose too much beside."""
    if panel.kind == "matrix":
        return False
    longest = max((text_width(name) for name in row_names(panel)), default=0.0)
    return width < NARROW_PX and longest > width * MOST_NAME_SHARE_OF_NARROW


def name_room(panel: Panel, width: float) -> float:
    """Room left of the plot for the names of rows, at most two fifths of the panel."""
    if panel.y.get("showticklabels") is False or names_above(panel, width):
        return 0.0
    longest = max((text_width(name) for name in row_names(panel)), default=0.0)
    return min(longest + 10, width * MOST_NAME_SHARE)


def draw_rows(panel: Panel, bands: Bands, plot: Box, palette: Palette, whole: Box) -> list[Mark]:
    """The names of the rows, right-aligned before the plot and cut to their room, or above their rows."""
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
    """Names under the plot, thinned so that none touches the next."""
    names, room, every = list(bands.names), bands.width, 1
    if dates:
        widest = max((text_width(day_label(name, _before(names, i, 1))) for i, name in enumerate(names)), default=0)
        every = max(1, int(-(-(widest + 14) // room))) if room else 1
    shown = range(0, len(names), every)
    said = {i: day_label(names[i], _before(names, i, every)) if dates else fitted(names[i], room - 6) for i in shown}
    drawn: list[Mark] = []
    free = 0.0
    for i in shown:
        half = text_width(said[i]) / 2
        middle = min(bands.middle(names[i]), box.right - half - 1)  # beyond it the picture would cut the label
        if middle - half >= free:
            full = None if dates else names[i]  # a day says all in its label
            drawn.append(label(said[i], middle, box.bottom + LINE_PX, palette.text, "middle", full))
            free = middle + half
    return drawn


def _before(days: Sequence[str], i: int, every: int) -> str | None:
    """The day whose label stands before that of day `i`; for the first of several years one of another year."""
    if i >= every:
        return days[i - every]
    return days[-1] if days[-1][:4] != days[0][:4] else None


def draw_values_across(
    scale: Linear | Log, axis: Mapping[str, Any], box: Box, palette: Palette, right: float
) -> list[Mark]:
    """Vertical grid lines with their values under the plot; the axis title may reach to `right`."""
    most = max(2, int((box.right - box.left) / 70))
    drawn: list[Mark] = []
    free = -1e9
    for tick in scale.ticks(min(most, axis.get("nticks", most))):
        x = scale.at(tick)
        said = short(tick, axis.get("tickprefix", ""), axis.get("ticksuffix", ""))
        drawn.append(rule(x, box.top, x, box.bottom, palette.axis if tick == 0 else palette.grid))
        middle = max(x, text_width(said) / 2)  # or the picture's edge would cut it
        if middle - text_width(said) / 2 > free:
            drawn.append(label(said, middle, box.bottom + LINE_PX, palette.text, "middle"))
            free = middle + text_width(said) / 2 + 6
    if title(axis):
        drawn.append(_axis_title(title(axis), box, palette, right))
    return drawn


def _axis_title(said: str, box: Box, palette: Palette, right: float) -> Mark:
    """The title under the middle of the plot; from its left on where it is longer."""
    y = box.bottom + 2 * LINE_PX + 2
    if text_width(said) <= box.right - box.left:
        return label(said, (box.left + box.right) / 2, y, palette.text, "middle")
    return label(fitted(said, right - box.left), box.left, y, palette.text, full=said)


def draw_days_across(scale: Days, box: Box, palette: Palette) -> list[Mark]:
    """Vertical grid lines at midnights with their days under the plot."""
    drawn: list[Mark] = []
    free, before = box.left - 1e3, None
    for tick in scale.ticks(max(2, int((box.right - box.left) / 80))):
        x, said = scale.at(tick), day_label(tick, before)
        drawn.append(rule(x, box.top, x, box.bottom, palette.grid))
        half = text_width(said) / 2
        middle = max(x, half)  # or the picture's edge would cut it
        if free < middle - half and middle + half <= box.right + 12:
            drawn.append(label(said, middle, box.bottom + LINE_PX, palette.text, "middle"))
            free, before = middle + half + 6, tick
    return drawn


def draw_values_up(
    scale: Linear, axis: Mapping[str, Any], box: Box, palette: Palette, ticks: Sequence[float]
) -> list[Mark]:
    """Horizontal grid lines with their values left of the plot, the axis title above them."""
    drawn = []
    for tick in ticks:
        y = scale.at(tick)
        drawn.append(rule(box.left, y, box.right, y, palette.axis if tick == 0 else palette.grid))
        said = short(tick, axis.get("tickprefix", ""), axis.get("ticksuffix", ""))
        drawn.append(label(said, box.left - 8, y + SIZE_PX / 3, palette.text, "end"))
    return drawn
