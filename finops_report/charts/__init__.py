"""Draw the report's figures as Plotly figures in a small vocabulary: bars, lines, dots, a matrix.

The same dictionaries become the static pictures of the page and the live Plotly charts, so both
show the same marks and colours. Nothing is computed here but positions and colours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from finops_report.figures import Report, text
from finops_report.figures.shapes import Row

Figure = dict[str, Any]
OTHERS = "all other providers"
# Told apart by colour-blind readers too (hue and lightness both step), 3:1 or more on white and on the dark ground.
SERIES = ("#2f74c0", "#d9730d", "#1b9977", "#b0529c", "#8c7a1f", "#7b68c8", "#c2453d")
GREY = "#8a929c"
DEARER, CHEAPER = "#c2453d", "#1b9977"  # the sign before the figure says the same
STRATEGY_SERIES = ("#3d7f8f", "#b98224", "#7a6aa8", "#6f7d5c", "#a3625f", "#5f7391")
TOP_MODELS = 15
TOP_PROVIDERS = 8


def provider_colours(report: Report) -> dict[str, str]:
    """Give each provider one colour in every chart: by its rank in spend, the tail in grey."""
    ranked = [row["provider"] for row in report.views["spend_by_provider"]]
    colours = dict(zip(ranked, SERIES, strict=False))
    return {name: colours.get(name, GREY) for name in ranked}


def strategy_colours(report: Report) -> dict[str, str]:
    """Give each strategy one colour in every chart, by name, so that it stays from report to report."""
    names = sorted(row["strategy"] for row in report.views["requests_by_strategy"])
    return {name: STRATEGY_SERIES[i % len(STRATEGY_SERIES)] for i, name in enumerate(names)}


def figure(name: str, report: Report) -> Figure:
    """Return the Plotly figure called `name`; raises KeyError when there is no such chart."""
    return CHARTS[name](report)


def _axis(**settings: Any) -> dict[str, Any]:
    return {"automargin": True, "fixedrange": True, "zeroline": False} | settings


def _stacked(rows: Sequence[Row], series: str, value: str, colours: Mapping[str, str]) -> list[dict[str, Any]]:
    """One bar trace a series, over all buckets, in the order of the colours; the last series on top."""
    buckets = sorted({row["bucket"] for row in rows})
    by_series: dict[str, dict[Any, float]] = {}
    for row in rows:
        if row[series] is not None:
            by_series.setdefault(row[series], {})[row["bucket"]] = float(row[value])
    order = sorted(
        by_series,
        key=lambda name: (list(colours).index(name) if name in colours else len(colours), name),
    )
    return [
        {
            "type": "bar",
            "name": text.shortened(name, 40),
            "x": [bucket.isoformat() for bucket in buckets],
            "y": [by_series[name].get(bucket, 0) for bucket in buckets],
            "marker": {"color": colours.get(name, GREY)},
        }
        for name in order
    ]


def _over_time(traces: list[dict[str, Any]], report: Report, **y_axis: Any) -> Figure:
    hover = "%{x|%-d %b %Y}<br>%{y:,.6~g}" + ("" if not y_axis.get("tickprefix") else " USD")
    for trace in traces:
        trace["hovertemplate"] = f"{hover}<extra>%{{fullData.name}}</extra>"
    return {
        "data": traces,
        "layout": {
            "barmode": "stack",
            "xaxis": _axis(type="date"),
            "yaxis": _axis(rangemode="tozero", **y_axis),
            "showlegend": len(traces) > 1,
        },
    }


def spend_over_time(report: Report) -> Figure:
    colours = provider_colours(report)
    traces = _stacked(report.views["spend_over_time"], "provider", "cost_usd", colours)
    return _over_time(traces, report, tickprefix="$", title={"text": "US dollars"})


def spend_by_provider(report: Report) -> Figure:
    rows = report.views["spend_by_provider"]
    shown, rest = rows[:TOP_PROVIDERS], rows[TOP_PROVIDERS:]
    colours = provider_colours(report)
    bars = [(text.shortened(r["provider"], 40), r["cost_usd"], r["share"], colours[r["provider"]]) for r in shown]
    if rest:
        share = sum(r["share"] or 0 for r in rest)
        bars.append((f"{len(rest)} others", sum(r["cost_usd"] or 0 for r in rest), share, GREY))
    return _bars_across(bars, "US dollars", tickprefix="$")


def _bars_across(bars: Sequence[tuple[str, Any, Any, str]], title: str, **x_axis: Any) -> Figure:
    labels = [
        f"{text.money(cost)} · {text.percent(share)}" if share is not None else text.money(cost)
        for _, cost, share, _ in bars
    ]
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "x": [float(cost or 0) for _, cost, _, _ in bars],
                "y": [label for label, _, _, _ in bars],
                "text": labels,
                "textposition": "outside",
                "cliponaxis": False,
                "marker": {"color": [colour for _, _, _, colour in bars]},
                "hovertemplate": "%{y}: %{text}<extra></extra>",
            }
        ],
        "layout": {
            "xaxis": _axis(range=_room_for_text([cost for _, cost, _, _ in bars]), title={"text": title}, **x_axis),
            "yaxis": _axis(type="category", autorange="reversed"),
            "showlegend": False,
        },
    }


def _room_for_text(values: Sequence[Any]) -> list[float]:
    """An axis from zero that leaves a quarter for the text behind the longest bar."""
    return [0, max((float(value or 0) for value in values), default=0.0) * 1.25 or 1.0]


def change_explained(report: Report) -> Figure:
    """A bridge from the old spend to the new one: each step begins where the one before it ended."""
    rows = report.views["change_explained"]
    whole = {rows[0]["step"], rows[-1]["step"]} if rows else set()
    said = [
        text.money(row["amount_usd"]) if row["step"] in whole else text.signed_money(row["amount_usd"]) for row in rows
    ]
    tints = [GREY if row["step"] in whole else DEARER if row["amount_usd"] > 0 else CHEAPER for row in rows]
    ends = [float(row["from_usd"] + max(row["amount_usd"], 0)) for row in rows]
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "base": [float(row["from_usd"]) for row in rows],
                "x": [float(row["amount_usd"]) for row in rows],
                "y": [row["cause"] for row in rows],
                "text": said,
                "textposition": "outside",
                "cliponaxis": False,
                "marker": {"color": tints},
                "hovertemplate": "%{y}: %{text}<extra></extra>",
            }
        ],
        "layout": {
            "xaxis": _axis(range=_room_for_text(ends), title={"text": "US dollars"}, tickprefix="$"),
            "yaxis": _axis(type="category", autorange="reversed"),
            "showlegend": False,
        },
    }


def latency_by_model(report: Report) -> Figure:
    """Dots at the median, a line to the 95th percentile, a tick at the 99th; the most used models."""
    rows = sorted(
        report.views["latency_by_provider_model"],
        key=lambda r: (-r["requests"], r["provider"], r["model"]),
    )[:TOP_MODELS]
    rows = sorted(rows, key=lambda r: (r["p50_ms"], r["provider"], r["model"]))
    colours = provider_colours(report)
    labels = text.distinct([f"{row['provider']} · {row['model']}" for row in rows], 48)
    tints = [colours.get(row["provider"], GREY) for row in rows]
    return {
        "data": [
            *(_range(row, label, tint) for row, label, tint in zip(rows, labels, tints, strict=True)),
            _dots(rows, labels, tints, "p50_ms", "circle", "half within"),
            _dots(rows, labels, tints, "p95_ms", "diamond", "95 % within"),
            _dots(rows, labels, tints, "p99_ms", "line-ns", "99 % within"),
        ],
        "layout": {
            "xaxis": _axis(type="log", dtick="D2", title={"text": "seconds, logarithmic scale"}),
            "yaxis": _axis(type="category", autorange="reversed", categoryorder="array", categoryarray=labels),
            "showlegend": True,
        },
    }


def _range(row: Row, label: str, tint: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [_seconds(row["p50_ms"]), _seconds(row["p95_ms"])],
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
        "x": [_seconds(row[key]) for row in rows],
        "y": labels,
        "marker": {
            "color": tints,
            "size": 10,
            "symbol": symbol,
            "line": {"width": 2, "color": tints},
        },
        "text": [text.duration(row[key]) for row in rows],
        "hovertemplate": "%{y}<br>" + said + " %{text}<extra></extra>",
    }


def _seconds(ms: float) -> float:
    return round(ms / 1000, 6)


def strategy_over_time(report: Report) -> Figure:
    traces = _stacked(report.views["strategy_over_time"], "strategy", "requests", strategy_colours(report))
    return _over_time(traces, report, title={"text": "requests"})


def strategy_compared(report: Report) -> Figure:
    """Two panels side by side: what a request costs, and how long 95 % of requests take at most."""
    rows = sorted(report.views["requests_by_strategy"], key=lambda row: str(row["strategy"]))
    colours = strategy_colours(report)
    names = text.distinct([row["strategy"] for row in rows], 30)
    tints = [colours[row["strategy"]] for row in rows]
    costs = [float(row["cost_per_request_usd"] or 0) for row in rows]
    times = [_seconds(row["p95_ms"] or 0) for row in rows]
    left = _panel(names, costs, [text.money(row["cost_per_request_usd"]) for row in rows], tints, "")
    right = _panel(names, times, [text.duration(row["p95_ms"]) for row in rows], tints, "2")
    return {
        "data": [left, right],
        "layout": {
            "xaxis": _axis(
                domain=[0, 0.44],
                range=_room_for_text(costs),
                tickprefix="$",
                nticks=4,
                title={"text": "US dollars a request"},
            ),
            "yaxis": _axis(type="category", autorange="reversed"),
            "xaxis2": _axis(
                domain=[0.56, 1],
                anchor="y2",
                range=_room_for_text(times),
                nticks=4,
                title={"text": "seconds, 95 % within"},
            ),
            "yaxis2": _axis(type="category", autorange="reversed", anchor="x2", showticklabels=False),
            "showlegend": False,
        },
    }


def _panel(names: list[str], values: list[float], labels: list[str], tints: list[str], number: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "x": values,
        "y": names,
        "xaxis": f"x{number}",
        "yaxis": f"y{number}",
        "text": labels,
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": tints},
        "hovertemplate": "%{y}: %{text}<extra></extra>",
        "showlegend": False,
    }


def failovers_over_time(report: Report) -> Figure:
    traces = _stacked(report.views["failovers_over_time"], "from_provider", "events", provider_colours(report))
    for trace in traces:
        trace["name"] = f"left {trace['name']}"
    return _over_time(traces, report, title={"text": "failovers"})


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
                "x": text.distinct(took, 24),
                "y": text.distinct(left, 24),
                "z": cells,
                "text": [[text.count(n) if n else "" for n in row] for row in cells],
                "texttemplate": "%{text}",
                "colorscale": [[0, "#dbe7f4"], [1, "#7fb0e0"]],
                "showscale": False,
                "xgap": 2,
                "ygap": 2,
                "hovertemplate": "%{x} took over from %{y}: %{text}<extra></extra>",
            }
        ],
        "layout": {
            "xaxis": _axis(type="category", title={"text": "took over"}, side="bottom"),
            "yaxis": _axis(type="category", autorange="reversed", title={"text": "was left"}),
            "showlegend": False,
        },
    }


def _busiest(counts: Mapping[tuple[str, str], int], end: int) -> list[str]:
    """The providers at one end of the failovers, busiest first, at most eight."""
    sums: dict[str, int] = {}
    for pair, events in counts.items():
        sums[pair[end]] = sums.get(pair[end], 0) + events
    return sorted(sums, key=lambda name: (-sums[name], name))[:TOP_PROVIDERS]


CHARTS: dict[str, Callable[[Report], Figure]] = {
    "spend_over_time": spend_over_time,
    "spend_by_provider": spend_by_provider,
    "change_explained": change_explained,
    "latency_by_model": latency_by_model,
    "strategy_over_time": strategy_over_time,
    "strategy_compared": strategy_compared,
    "failovers_over_time": failovers_over_time,
    "failover_matrix": failover_matrix,
}
# What a reader without eyes on the chart is told, and how tall it is drawn for a given number of rows.
TITLES = {
    "spend_over_time": "Spend over time by provider",
    "spend_by_provider": "Spend by provider",
    "change_explained": "From the spend before to the spend now",
    "latency_by_model": "Latency by provider and model",
    "strategy_over_time": "Requests over time by routing strategy",
    "strategy_compared": "Cost and latency by routing strategy",
    "failovers_over_time": "Failovers over time by the provider that was left",
    "failover_matrix": "Who took over from whom",
}


def height_px(figure: Figure, base: int = 320) -> int:
    """Give charts with a row a name the height their rows need."""
    first = figure["data"][0] if figure["data"] else {}
    layout = figure["layout"]
    if layout["yaxis"].get("type") != "category":
        return base
    names = layout["yaxis"].get("categoryarray") or first.get("y", [])
    return max(150, 84 + 34 * len(names))
