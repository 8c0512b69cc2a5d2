"""Draw columns over time, a stack of series each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from finops_report.charts.colours import GREY
from finops_report.charts.figure import Figure
from finops_report.wording import formats


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the column of one day, week or month; without a `series` it only keeps the column's place.

    `text` is what its hover label says; None: its height as a count.
    """

    bucket: date
    series: str | None
    height: float
    text: str | None = None


def stacked(blocks: Sequence[Block], colours: Mapping[str, str], before: str = "") -> list[dict[str, Any]]:
    """Return one bar trace a series, over all columns, in the order of the colours; the last series on top.

    `before` stands before each name in the legend.
    """
    buckets = sorted({block.bucket for block in blocks})
    by_series: dict[str, dict[date, Block]] = {}
    for block in blocks:
        if block.series is not None:
            by_series.setdefault(block.series, {})[block.bucket] = block
    places = {name: place for place, name in enumerate(colours)}
    order = sorted(by_series, key=lambda name: (places.get(name, len(places)), name))
    return [
        _trace(f"{before}{label}", colours.get(name, GREY), buckets, by_series[name])
        for name, label in zip(order, formats.distinct(order, 40), strict=True)
    ]


def _trace(label: str, colour: str, buckets: Sequence[date], blocks: Mapping[date, Block]) -> dict[str, Any]:
    here = [blocks.get(bucket) for bucket in buckets]
    return {
        "type": "bar",
        "name": label,
        "marker": {"color": colour},
        "x": [bucket.isoformat() for bucket in buckets],
        "y": [0 if block is None else block.height for block in here],
        "text": ["" if block is None else _text(block) for block in here],
    }


def _text(block: Block) -> str:
    if block.text is not None:
        return block.text
    return formats.count(block.height) if block.height else ""


def over_time(
    traces: list[dict[str, Any]], y_axis: dict[str, Any], totals: Mapping[date, str | None] | None = None
) -> Figure:
    """Return columns by day, week or month, one colour a series.

    `totals` is what each column adds up to, in words, from left to right; None if nothing is known of it. Plotly hands
    `meta` through: pictures hatch its `empty` columns, the live chart shows its `totals`.
    """
    known = totals or {}
    meta: dict[str, Any] = {}
    if None in known.values():
        meta["empty"] = [bucket.isoformat() for bucket, text in known.items() if text is None]
    if len(traces) > 1 and known:
        meta["totals"] = [text or "" for text in known.values()]
    return {
        "data": traces,
        "layout": {
            "barmode": "stack",
            "bargap": max(0.14, round(1 - 0.1 * len(traces[0]["x"]), 2)) if traces else 0.14,  # few bars stay slim
            "xaxis": {"type": "date"},
            "yaxis": y_axis,
            "showlegend": len(traces) > 1,
            **({"meta": meta} if meta else {}),
        },
    }


def hatched(totals: Mapping[date, str | None], bucket: str, without: str) -> str:
    """Return what the hatched columns of `over_time` are; '' if it has none."""
    return f" Hatched: a {bucket} without {without}." if None in totals.values() else ""
