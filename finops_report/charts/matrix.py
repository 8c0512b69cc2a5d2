"""Draw a matrix: how often one name met another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from finops_report.charts.colours import between
from finops_report.charts.figure import Figure
from finops_report.wording import formats

FEWEST, MOST = "#dbe7f4", "#7fb0e0"  # the number in the cell says it, too
TEXT = "#1b2330"  # 6.9:1 on the darker, in light and dark
CELL = 0.97  # of the width of its column: the gap between two is about as wide as between two rows


def matrix(
    counts: Mapping[tuple[str, str], int],
    rows: tuple[str, Sequence[str]],
    columns: tuple[str, Sequence[str]],
    verb: str,
) -> Figure:
    """Return a cell for each pair of a row and a column, with its count; a pair without one is left empty.

    `rows` and `columns` are the title of their axis and their names; a cell is spoken as 'column verb row'. A column is
    a trace of bars that float around its number: plotly.js's basic bundle has no heatmap.
    """
    (row_title, row_names), (column_title, column_names) = rows, columns
    labels = formats.distinct(column_names, 24)
    cells = [[counts.get((row, column)) for row in row_names] for column in column_names]
    colours = _colours([count for column in cells for count in column if count is not None])
    return {
        "data": [
            {"name": label, "base": round(number - CELL / 2, 3), "y": formats.distinct(row_names, 24)}
            | _column(column, colours, verb)
            for number, (label, column) in enumerate(zip(labels, cells, strict=True))
        ],
        "layout": {
            "barmode": "overlay",
            "xaxis": {"tickvals": list(range(len(labels))), "ticktext": labels, "title": {"text": column_title}},
            "yaxis": {"type": "category", "title": {"text": row_title}},
            "showlegend": False,
        },
    }


def _colours(counts: Sequence[int]) -> Mapping[int | None, str]:
    """Return the colour of each count, by its share of the way from the fewest to the most."""
    few, many = min(counts, default=0), max(counts, default=0)
    return {count: between(FEWEST, MOST, (count - few) / (many - few or 1)) for count in counts}


def _column(cells: Sequence[int | None], colours: Mapping[int | None, str], verb: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "x": [None if count is None else CELL for count in cells],
        "marker": {"color": [colours.get(count) for count in cells]},
        "text": ["" if count is None else formats.count(count) for count in cells],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "textfont": {"color": TEXT},
        "hovertemplate": f"%{{fullData.name}} {verb} %{{y}}: %{{text}}<extra></extra>",
    }
