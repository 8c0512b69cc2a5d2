"""Draw bars against a mark: what is used of each budget, with a line at all of it and a mark at the time passed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from finops_report.charts.bars import Bar, rows_of_bars
from finops_report.charts.colours import GREY
from finops_report.charts.figure import Figure

MOST_PERCENT = 250.0  # a bar that is longer would leave nothing of the others to see
MARK = GREY
BAR_WIDTH = 0.3  # of the width of its row: marks reach over it, so that they are seen on bars of any colour


@dataclass(frozen=True, slots=True)
class Bullet:
    """One budget: its name, what is used and how much of its time has passed in percent, a text, its colour."""

    label: str
    used_percent: float
    passed_percent: float
    text: str
    colour: str


def bullets(rows: Sequence[Bullet]) -> Figure:
    """Return a bar a row from top to bottom, each with a diamond at the time passed and a line at 100 %."""
    bars = [Bar(row.label, *_fitting(row), row.colour) for row in rows]
    drawn = rows_of_bars(bars) | {"showlegend": False, "width": BAR_WIDTH}
    return {
        "data": [
            drawn,
            _marks("all of the budget", "line-ns", MARK, drawn["y"], [100.0 for _ in rows], 16),
            _marks("time passed", "diamond", MARK, drawn["y"], [round(row.passed_percent, 3) for row in rows], 13),
        ],
        "layout": {
            "xaxis": {"title": {"text": "percent of the budget"}, "ticksuffix": " %"},
            "yaxis": {"type": "category"},
            "showlegend": True,
        },
    }


def _fitting(row: Bullet) -> tuple[float, str]:
    """Return the length of a bar and its text; one that is too long is cut, and its text tells."""
    if row.used_percent <= MOST_PERCENT:
        return round(row.used_percent, 3), row.text
    return MOST_PERCENT, f"{row.text}, cut"


def _marks(name: str, symbol: str, colour: str, labels: list[str], x: list[float], size: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": x,
        "y": labels,
        "marker": {"color": colour, "size": size, "symbol": symbol, "line": {"width": 2, "color": colour}},
        "hovertemplate": "%{y}<br>" + name + ": %{x:.0f} %<extra></extra>",
    }
