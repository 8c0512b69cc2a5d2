"""Draw bars across: a name a row, a text behind each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from finops_report.charts.figure import Figure
from finops_report.wording import formats

MOST_OF_OTHERS = 4  # a bar of all others that is longer, in named bars, would leave nothing of these to see


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, its length in the unit of the axis, the text behind it, its colour, where it begins.

    `more` is what its hover label adds to its name, as all others stand at the bar already; without it, the text.
    """

    label: str
    length: float
    text: str
    colour: str
    base: float | None = None
    more: str = ""


def across(bars: Sequence[Bar], x_axis: dict[str, Any], others: Bar | None = None) -> Figure:
    """Return one bar a row, from top to bottom, below them that of all `others`."""
    shown = bars if others is None else [*bars, _legible(others, bars)]
    return {
        "data": [rows_of_bars(shown)],
        "layout": {
            "xaxis": x_axis,
            "yaxis": {"type": "category"},
            "showlegend": False,
        },
    }


def _legible(others: Bar, bars: Sequence[Bar]) -> Bar:
    """Return the bar of all others; without its length if it would make the named ones invisible."""
    longest = max((bar.length for bar in bars), default=0.0)
    if others.length <= MOST_OF_OTHERS * longest:
        return others
    return replace(others, length=0.0, text=f"{others.text}, not drawn")


def side_by_side(left: Sequence[Bar], left_axis: dict[str, Any], right: Sequence[Bar], right_title: str) -> Figure:
    """Return two panels of bars with the same names, which stand at the left one."""
    return {
        "data": [rows_of_bars(left), rows_of_bars(right, "2")],
        "layout": {
            "xaxis": left_axis | {"domain": [0, 0.44], "nticks": 4},
            "yaxis": {"type": "category"},
            "xaxis2": {"domain": [0.56, 1], "anchor": "y2", "nticks": 4, "title": {"text": right_title}},
            "yaxis2": {"type": "category", "anchor": "x2", "showticklabels": False},
            "showlegend": False,
        },
    }


def rows_of_bars(bars: Sequence[Bar], number: str = "") -> dict[str, Any]:
    """Return the bars as one trace, on the pair of axes of that number."""
    trace: dict[str, Any] = {
        "type": "bar",
        "orientation": "h",
        "x": [float(bar.length) for bar in bars],
        "y": formats.distinct([bar.label for bar in bars], 48),
        "xaxis": f"x{number}",
        "yaxis": f"y{number}",
        "text": [bar.text for bar in bars],
        "marker": {"color": [bar.colour for bar in bars]},
    }
    bases = [bar.base for bar in bars if bar.base is not None]
    if bases:
        trace["base"] = bases
    if any(bar.more for bar in bars):
        trace["customdata"] = [bar.more or bar.text for bar in bars]
    return trace
