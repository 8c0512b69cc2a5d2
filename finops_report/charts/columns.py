"""Draw columns by name, as hours of a day, a stack of series each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from finops_report.charts.figure import Figure
from finops_report.wording import formats


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a column that is of one series."""

    column: str
    series: str
    height: float


def by_name(
    columns: Sequence[str], parts: Sequence[Part], colours: Mapping[str, str], y_axis: dict[str, Any]
) -> Figure:
    """Return a column for each name, also of those without parts; series in the order of their colours, from below."""
    heights = {(part.series, part.column): part.height for part in parts}
    present = {part.series for part in parts}
    series = [name for name in colours if name in present]
    traces: list[dict[str, Any]] = [
        {
            "type": "bar",
            "name": label,
            "marker": {"color": colours[name]},
            "x": list(columns),
            "y": [heights.get((name, column), 0.0) for column in columns],
        }
        for name, label in zip(series, formats.distinct(series, 40), strict=True)
    ]
    return {
        "data": traces,
        "layout": {
            "barmode": "stack",
            "bargap": 0.2,
            "xaxis": {"type": "category"},
            "yaxis": y_axis,
            "showlegend": len(traces) > 1,
        },
    }
