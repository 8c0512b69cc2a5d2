"""Share what all charts have in common: colours that stay, axes, stacks over time, bars across."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from finops_report.model import Report, Row
from finops_report.wording import formats
from finops_report.wording.currency import Currency

Figure = dict[str, Any]
Bar = tuple[str, Any, str, str]  # label, length, what is said behind it, colour
# Told apart by colour-blind readers too (hue and lightness both step), 3:1 or more on white and on the dark ground.
SERIES = ("#2f74c0", "#d9730d", "#1b9977", "#b0529c", "#8c7a1f", "#7b68c8", "#c2453d")
GREY = "#8a929c"
DEARER, CHEAPER = "#c2453d", "#1b9977"  # the sign before the figure says the same
STRATEGY_SERIES = ("#3d7f8f", "#b98224", "#7a6aa8", "#6f7d5c", "#a3625f", "#5f7391")


def provider_colours(report: Report) -> dict[str, str]:
    """Give each provider one colour in every chart: by its rank in spend, the tail in grey."""
    ranked = [row["provider"] for row in report.views["spend_by_provider"]]
    colours = dict(zip(ranked, SERIES, strict=False))
    return {name: colours.get(name, GREY) for name in ranked}


def strategy_colours(report: Report) -> dict[str, str]:
    """Give each strategy one colour in every chart, by name, so that it stays from report to report."""
    names = sorted(row["strategy"] for row in report.views["requests_by_strategy"])
    return {name: STRATEGY_SERIES[i % len(STRATEGY_SERIES)] for i, name in enumerate(names)}


def money_axis(currency: Currency) -> dict[str, Any]:
    """An axis of money in the report's currency."""
    return {"title": {"text": currency.name}, "tickprefix": currency.prefix}


def stacked(
    rows: Sequence[Row],
    series: str,
    height: Callable[[Row], float],
    colours: Mapping[str, str],
    say: Callable[[Row], str] | None = None,
) -> list[dict[str, Any]]:
    """One bar trace a series, over all buckets, in the order of the colours; the last series on top.

    `height` says how high a row's bar is, `say` what is said of it; its height where it is None.
    """
    buckets = sorted({row["bucket"] for row in rows})
    by_series: dict[str, dict[Any, Row]] = {}
    for row in rows:
        if row[series] is not None:
            by_series.setdefault(row[series], {})[row["bucket"]] = row
    order = sorted(
        by_series,
        key=lambda name: (list(colours).index(name) if name in colours else len(colours), name),
    )
    traces = []
    for name, label in zip(order, formats.distinct(order, 40), strict=True):
        here = [by_series[name].get(bucket) for bucket in buckets]
        trace: dict[str, Any] = {"type": "bar", "name": label, "marker": {"color": colours.get(name, GREY)}}
        trace["x"] = [bucket.isoformat() for bucket in buckets]
        trace["y"] = [0 if row is None else height(row) for row in here]
        if say is not None:
            trace["text"] = ["" if row is None else say(row) for row in here]
        traces.append(trace)
    return traces


def over_time(traces: list[dict[str, Any]], y_axis: dict[str, Any]) -> Figure:
    """Columns by day, week or month, one colour a series."""
    return {
        "data": traces,
        "layout": {
            "barmode": "stack",
            "bargap": max(0.14, round(1 - 0.1 * len(traces[0]["x"]), 2)) if traces else 0.14,  # few bars stay slim
            "xaxis": {"type": "date"},
            "yaxis": y_axis,
            "showlegend": len(traces) > 1,
        },
    }


def across(bars: Sequence[Bar], x_axis: dict[str, Any]) -> Figure:
    """One bar a row, longest or first on top, with a text behind each."""
    return {
        "data": [rows_of_bars(bars)],
        "layout": {
            "xaxis": x_axis,
            "yaxis": {"type": "category"},
            "showlegend": False,
        },
    }


def rows_of_bars(bars: Sequence[Bar], number: str = "") -> dict[str, Any]:
    """The bars as one trace, on the pair of axes of that number."""
    return {
        "type": "bar",
        "orientation": "h",
        "x": [float(length or 0) for _, length, _, _ in bars],
        "y": formats.distinct([label for label, _, _, _ in bars], 48),
        "xaxis": f"x{number}",
        "yaxis": f"y{number}",
        "text": [said for _, _, said, _ in bars],
        "marker": {"color": [colour for _, _, _, colour in bars]},
    }


def seconds(ms: float) -> float:
    return round(ms / 1000, 6)
