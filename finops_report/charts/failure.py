"""Draw failure: who was left and who took over, when, and the incidents on their time line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from finops_report.charts.shared import GREY, Figure, over_time, provider_colours, stacked
from finops_report.model import Report, Row
from finops_report.sections.failure import minutes
from finops_report.wording import formats

TOP_PROVIDERS = 8


def failovers_over_time(report: Report) -> Figure:
    rows = report.views["failovers_over_time"]
    traces = stacked(rows, "from_provider", lambda row: row["events"], provider_colours(report))
    for trace in traces:
        trace["name"] = f"left {trace['name']}"
    return over_time(traces, {"title": {"text": "failovers"}})


def failover_matrix(report: Report) -> Figure:
    """Who took over from whom: rows were left, columns took over, the number is how often."""
    counts: dict[tuple[str, str], int] = {}
    for row in report.views["failover_events"]:
        pair = (row["from_provider"], row["to_provider"])
        counts[pair] = counts.get(pair, 0) + row["events"]
    left = _busiest(counts, 0)
    took = _busiest(counts, 1)
    cells = [[counts.get((a, b)) for b in took] for a in left]
    return {
        "data": [
            {
                "type": "heatmap",
                "x": formats.distinct(took, 24),
                "y": formats.distinct(left, 24),
                "z": cells,
                "text": [[formats.count(n) if n else "" for n in row] for row in cells],
                "texttemplate": "%{text}",
                "colorscale": [[0, "#dbe7f4"], [1, "#7fb0e0"]],
                "showscale": False,
                "xgap": 2,
                "ygap": 2,
                "hovertemplate": "%{x} took over from %{y}: %{text}<extra></extra>",
            }
        ],
        "layout": {
            "xaxis": {"type": "category", "title": {"text": "took over"}},
            "yaxis": {"type": "category", "title": {"text": "was left"}},
            "showlegend": False,
        },
    }


def _busiest(counts: Mapping[tuple[str, str], int], end: int) -> list[str]:
    """The providers at one end of the failovers, busiest first, at most eight."""
    sums: dict[str, int] = {}
    for pair, events in counts.items():
        sums[pair[end]] = sums.get(pair[end], 0) + events
    return sorted(sums, key=lambda name: (-sums[name], name))[:TOP_PROVIDERS]


def incident_timeline(report: Report) -> Figure:
    """A line from beginning to end of each incident, a square where it began, a row a provider with their number.

    On the scale of a month two incidents of a day lie over each other: the number says that there are two.
    """
    rows = sorted(report.views["incidents"], key=lambda row: (row["provider"], row["started_at"]))
    colours = provider_colours(report)
    incidents = Counter(row["provider"] for row in rows)
    labels = {
        name: f"{label} ×{incidents[name]}" if incidents[name] > 1 else label
        for name, label in zip(incidents, formats.distinct(list(incidents), 24), strict=True)
    }
    traces = [_incident(row, labels[row["provider"]], colours.get(row["provider"], GREY), report) for row in rows]
    end = date.fromisoformat(report.period["end"]) + timedelta(days=1)
    return {
        "data": traces,
        "layout": {
            "xaxis": {"type": "date", "range": [report.period["start"], end.isoformat()]},
            "yaxis": {
                "type": "category",
                "categoryorder": "array",
                "categoryarray": list(labels.values()),
            },
            "showlegend": False,
        },
    }


def _incident(row: Row, label: str, colour: str, report: Report) -> dict[str, Any]:
    said = (
        f"{formats.moment(row['started_at'])}, {formats.plural(row['hours'], 'hour')}: "
        f"{formats.count(row['failed_attempts'])} failed, {formats.count(row['requests_rerouted'])} sent elsewhere, "
        f"{minutes(row['failed_minutes'])} lost, "
        f"{report.currency.money(row['cost_usd'])}"
    )
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [row["started_at"].isoformat(), row["ended_at"].isoformat()],
        "y": [label, label],
        "line": {"color": colour, "width": 6},
        "marker": {"color": colour, "size": 12, "symbol": ["square", "line-ns"], "line": {"width": 2, "color": colour}},
        "text": [said, said],
        "hovertemplate": "%{text}<extra>%{y}</extra>",
        "showlegend": False,
    }
