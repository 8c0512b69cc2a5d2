"""Draw latency: the median, the 95th and the 99th percentile of each provider's models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from finops_report.charts.shared import GREY, Figure, provider_colours, seconds
from finops_report.model import Report, Row
from finops_report.wording import formats

TOP_MODELS = 15


def latency_by_model(report: Report) -> Figure:
    """Dots at the median, a line to the 95th percentile, a tick at the 99th; the most used models."""
    rows = sorted(
        report.views["latency_by_provider_model"],
        key=lambda r: (-r["requests"], r["provider"], r["model"]),
    )[:TOP_MODELS]
    rows = sorted(rows, key=lambda r: (r["p50_ms"], r["provider"], r["model"]))
    colours = provider_colours(report)
    labels = formats.distinct([f"{row['provider']} · {row['model']}" for row in rows], 48)
    tints = [colours.get(row["provider"], GREY) for row in rows]
    return {
        "data": [
            *(_range(row, label, tint) for row, label, tint in zip(rows, labels, tints, strict=True)),
            _dots(rows, labels, tints, "p50_ms", "circle", "half within"),
            _dots(rows, labels, tints, "p95_ms", "diamond", "95 % within"),
            _dots(rows, labels, tints, "p99_ms", "line-ns", "99 % within"),
        ],
        "layout": {
            "xaxis": {"type": "log", "title": {"text": "seconds, logarithmic scale"}},
            "yaxis": {"type": "category", "categoryorder": "array", "categoryarray": labels},
            "showlegend": True,
        },
    }


def _range(row: Row, label: str, tint: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [seconds(row["p50_ms"]), seconds(row["p95_ms"])],
        "y": [label, label],
        "line": {"color": tint, "width": 3},
        "showlegend": False,
        "hoverinfo": "skip",
    }


def _dots(rows: Sequence[Row], labels: list[str], tints: list[str], key: str, symbol: str, said: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": said,
        "x": [seconds(row[key]) for row in rows],
        "y": labels,
        "marker": {
            "color": tints,
            "size": 10,
            "symbol": symbol,
            "line": {"width": 2, "color": tints},
        },
        "text": [formats.duration(row[key]) for row in rows],
        "hovertemplate": "%{y}<br>" + said + " %{text}<extra></extra>",
    }
