"""Draw the routing strategies: how much they carry, what a request costs and how long it takes."""

from __future__ import annotations

from finops_report.charts.shared import (
    Figure,
    money_axis,
    over_time,
    rows_of_bars,
    seconds,
    stacked,
    strategy_colours,
)
from finops_report.model import Report
from finops_report.wording import formats


def strategy_over_time(report: Report) -> Figure:
    rows = report.views["strategy_over_time"]
    traces = stacked(rows, "strategy", lambda row: row["requests"], strategy_colours(report))
    return over_time(traces, {"title": {"text": "requests"}})


def strategy_compared(report: Report) -> Figure:
    """Two panels side by side: what a request costs, and how long 95 % of requests take at most."""
    money, colours = report.currency, strategy_colours(report)
    rows = sorted(report.views["requests_by_strategy"], key=lambda row: str(row["strategy"]))
    costs = [
        (row["strategy"], money.amount(row["cost_per_request_usd"]), money.money(row["cost_per_request_usd"]),
         colours[row["strategy"]])
        for row in rows
    ]  # fmt: skip
    times = [
        (row["strategy"], seconds(row["p95_ms"] or 0), formats.duration(row["p95_ms"]), colours[row["strategy"]])
        for row in rows
    ]
    return {
        "data": [rows_of_bars(costs), rows_of_bars(times, "2")],
        "layout": {
            "xaxis": money_axis(money)
            | {"domain": [0, 0.44], "nticks": 4, "title": {"text": f"{money.name} a request"}},
            "yaxis": {"type": "category"},
            "xaxis2": {
                "domain": [0.56, 1],
                "anchor": "y2",
                "nticks": 4,
                "title": {"text": "seconds, 95 % within"},
            },
            "yaxis2": {"type": "category", "anchor": "x2", "showticklabels": False},
            "showlegend": False,
        },
    }
