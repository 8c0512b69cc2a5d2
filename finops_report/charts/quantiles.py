"""Draw quantiles: a dot at the median, a line to the 95th percentile, a tick at the 99th."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from finops_report.charts.figure import Figure, seconds
from finops_report.wording import formats


@dataclass(frozen=True, slots=True)
class Quantiles:
    """One row: its name, its colour, and three quantiles in milliseconds."""

    label: str
    colour: str
    p50_ms: float
    p95_ms: float
    p99_ms: float


def quantiles(rows: Sequence[Quantiles]) -> Figure:
    """Return the quantiles of each row on a logarithmic scale, from bottom to top."""
    labels = formats.distinct([row.label for row in rows], 48)
    return {
        "data": [
            *(_range(row, label) for row, label in zip(rows, labels, strict=True)),
            _marks(rows, labels, lambda row: row.p50_ms, "circle", "typical"),
            _marks(rows, labels, lambda row: row.p95_ms, "diamond", "95 % within"),
            _marks(rows, labels, lambda row: row.p99_ms, "line-ns", "99 % within"),
        ],
        "layout": {
            "xaxis": {"type": "log", "title": {"text": "seconds, logarithmic scale"}},
            "yaxis": {"type": "category", "categoryorder": "array", "categoryarray": labels},
            "showlegend": True,
        },
    }


def _range(row: Quantiles, label: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [seconds(row.p50_ms), seconds(row.p95_ms)],
        "y": [label, label],
        "line": {"color": row.colour, "width": 3},
        "showlegend": False,
        "hoverinfo": "skip",
    }


def _marks(
    rows: Sequence[Quantiles], labels: list[str], quantile_ms: Callable[[Quantiles], float], symbol: str, name: str
) -> dict[str, Any]:
    colours = [row.colour for row in rows]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": formats.localized(name),
        "x": [seconds(quantile_ms(row)) for row in rows],
        "y": labels,
        "marker": {
            "color": colours,
            "size": 10,
            "symbol": symbol,
            "line": {"width": 2, "color": colours},
        },
        "text": [formats.duration(quantile_ms(row)) for row in rows],
        "hovertemplate": "%{y}<br>" + formats.localized(name) + " %{text}<extra></extra>",
    }
