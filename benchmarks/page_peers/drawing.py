"""Draw the seven figures with Plotly, whoever worked them out, and say what they add up to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

Rows = list[tuple[Any, ...]]
ORDER = ("spend by day", "spend by provider", "latency", "strategies", "failures", "failovers", "team and month")


def drawn(figures: dict[str, Rows]) -> list[go.Figure]:
    """Return a bar chart for each table: names are all columns of a row but its numbers."""
    charts = []
    for name in ORDER:
        rows = figures[name]
        numbers = 2 if name == "latency" else 1
        labels = [" / ".join(str(value) for value in row[:-numbers]) for row in rows]
        bars = [go.Bar(x=labels, y=[float(row[place]) for row in rows]) for place in range(-numbers, 0)]
        charts.append(go.Figure(bars, layout={"title": {"text": name}}))
    return charts


def write_page(figures: dict[str, Rows], out: Path) -> None:
    """Write one HTML file that carries plotly.js, and print what the figures add up to."""
    parts = [chart.to_html(full_html=False, include_plotlyjs=not number) for number, chart in enumerate(drawn(figures))]
    out.write_text(f"<!doctype html><meta charset=utf-8>{''.join(parts)}", encoding="utf-8")
    print(json.dumps(sums(figures)))


def sums(figures: dict[str, Rows]) -> dict[str, float]:
    """Return a sum of each figure, by which they are compared: the names of its columns do not matter."""
    return {name: float(sum(float(row[-1]) for row in figures[name])) for name in ORDER}
