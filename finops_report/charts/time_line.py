"""Draw stretches of time on a line a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from finops_report.charts.figure import Figure
from finops_report.wording import formats


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch of a name's time, with its colour and the text shown at both of its ends."""

    name: str
    start: datetime
    end: datetime
    colour: str
    text: str


def time_line(stretches: Sequence[Stretch], numbers: Mapping[str, int], first: date, last: date) -> Figure:
    """Return a line from beginning to end of each stretch, a square at its beginning, a row a name.

    `numbers` are the names from bottom to top, each with how many stretches it has: on the scale of a month two of a
    day lie over each other, and the number behind the name tells. The axis runs from day `first` to the end of `last`.
    """
    labels = {
        name: f"{label} ×{numbers[name]}" if numbers[name] > 1 else label
        for name, label in zip(numbers, formats.distinct(list(numbers), 24), strict=True)
    }
    return {
        "data": [_line(stretch, labels[stretch.name]) for stretch in stretches],
        "layout": {
            "xaxis": {"type": "date", "range": [first.isoformat(), (last + timedelta(days=1)).isoformat()]},
            "yaxis": {"type": "category", "categoryorder": "array", "categoryarray": list(labels.values())},
            "showlegend": False,
        },
    }


def _line(stretch: Stretch, label: str) -> dict[str, Any]:
    colour = stretch.colour
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [stretch.start.isoformat(), stretch.end.isoformat()],
        "y": [label, label],
        "line": {"color": colour, "width": 6},
        "marker": {"color": colour, "size": 12, "symbol": ["square", "line-ns"], "line": {"width": 2, "color": colour}},
        "text": [stretch.text, stretch.text],
        "hovertemplate": "%{text}<extra>%{y}</extra>",
        "showlegend": False,
    }
