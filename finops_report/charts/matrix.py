"""Draw a matrix: how often one name met another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from finops_report.charts.figure import Figure
from finops_report.wording import formats


def matrix(
    counts: Mapping[tuple[str, str], int],
    rows: tuple[str, Sequence[str]],
    columns: tuple[str, Sequence[str]],
    verb: str,
) -> Figure:
    """Return a cell for each pair of a row and a column, with its count; a pair without one is left empty.

    `rows` and `columns` are the title of their axis and their names; a cell is spoken as 'column verb row'.
    """
    (row_title, row_names), (column_title, column_names) = rows, columns
    cells = [[counts.get((row, column)) for column in column_names] for row in row_names]
    return {
        "data": [
            {
                "type": "heatmap",
                "x": formats.distinct(column_names, 24),
                "y": formats.distinct(row_names, 24),
                "z": cells,
                "text": [[formats.count(count) if count else "" for count in row] for row in cells],
                "texttemplate": "%{text}",
                "colorscale": [[0, "#dbe7f4"], [1, "#7fb0e0"]],
                "showscale": False,
                "xgap": 2,
                "ygap": 2,
                "hovertemplate": f"%{{x}} {verb} %{{y}}: %{{text}}<extra></extra>",
            }
        ],
        "layout": {
            "xaxis": {"type": "category", "title": {"text": column_title}},
            "yaxis": {"type": "category", "title": {"text": row_title}},
            "showlegend": False,
        },
    }
