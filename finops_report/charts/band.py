"""Draw a line over days with the band it usually lies in, and marks on some of its days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from finops_report.charts.colours import GREY, SERIES
from finops_report.charts.figure import Figure


@dataclass(frozen=True, slots=True)
class BandDay:
    """One day of a line: its height, and the ends of the band, None if it is not known; `text` is its label."""

    day: date
    height: float | None
    low: float | None
    high: float | None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Marked:
    """A day of the line that is marked, with its text."""

    day: date
    height: float
    text: str


def line_in_band(
    days: Sequence[BandDay], names: tuple[str, str], marks: Sequence[tuple[str, str, Sequence[Marked]]], y_axis: Figure
) -> Figure:
    """Return the line over its band; `names` are those of band and line.

    `marks` are kinds of marks: a name, a colour, and the days. A day without a height interrupts the line.
    """
    band, line = names
    return {
        "data": [
            *([_band(days, band)] if any(day.high is not None for day in days) else []),
            _line(days, line),
            *(_marks(name, colour, marked) for name, colour, marked in marks if marked),
        ],
        "layout": {
            "xaxis": {
                "type": "date",
                "range": [days[0].day.isoformat(), (days[-1].day + timedelta(days=1)).isoformat()],
            },
            "yaxis": y_axis,
            "showlegend": True,
        },
    }


def _noon(day: date) -> str:
    """Return the middle of a day, where its point is."""
    return f"{day.isoformat()}T12:00:00"


def _band(days: Sequence[BandDay], name: str) -> dict[str, Any]:
    """Return the outline of the band: along its upper end and back along the lower one, each piece by itself."""
    x: list[str | None] = []
    y: list[float | None] = []
    for known, group in groupby(days, lambda day: day.high is not None):
        piece = list(group)
        if known:
            x += [*(_noon(day.day) for day in (*piece, *reversed(piece))), None]
            y += [*(day.high for day in piece), *(day.low for day in reversed(piece)), None]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": x[:-1],
        "y": y[:-1],
        "fill": "toself",
        "fillcolor": f"{GREY}40",
        "line": {"width": 0, "color": GREY},
        "marker": {"color": f"{GREY}40", "symbol": "square"},
        "hoverinfo": "skip",
    }


def _line(days: Sequence[BandDay], name: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [_noon(day.day) for day in days],
        "y": [day.height for day in days],
        "line": {"width": 2, "color": SERIES[0]},
        "marker": {"color": SERIES[0], "symbol": "line-ew"},
        "text": [day.text for day in days],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _marks(name: str, colour: str, marked: Sequence[Marked]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [_noon(mark.day) for mark in marked],
        "y": [mark.height for mark in marked],
        "marker": {"color": colour, "size": 10, "symbol": "diamond", "line": {"width": 1, "color": colour}},
        "text": [mark.text for mark in marked],
        "hovertemplate": "%{text}<extra></extra>",
    }
