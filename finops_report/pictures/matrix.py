"""Draw the cells of a matrix, a column a trace, with their texts and the names of rows and columns."""

from __future__ import annotations

from collections.abc import Sequence

from finops_report.pictures.panels import (
    LINE_PX,
    Box,
    Panel,
    Place,
    draw_rows,
    name_room,
    row_names,
    title,
)
from finops_report.pictures.scales import Bands, Linear
from finops_report.pictures.svg import SIZE_PX, Mark, Palette, bar, fitted, label, text_width

WIDEST_COLUMN_PX = 130
MOST_LINES = 3
GAP_PX = 2  # between two rows; that between two columns is the figure's


def draw_matrix(panel: Panel, box: Box, palette: Palette) -> tuple[list[Mark], Place]:
    """Return the marks of the matrix in its box, and the place of its plot."""
    rows, columns = row_names(panel), list(panel.x["ticktext"])
    left = box.left + name_room(panel, box.right - box.left)
    across, lines = _bands(columns, left, box.right)
    plot = Box(left, box.top + LINE_PX, across.end, box.bottom - (lines + 1) * LINE_PX - 6)
    down = Bands(rows, plot.top, plot.bottom)
    drawn = [label(title(panel.y), box.left, box.top + 4, palette.text)]
    drawn += _cells(panel, Linear(-0.5, len(columns) - 0.5, plot.left, plot.right), down)
    below = plot.bottom + (lines + 1) * LINE_PX + 2
    drawn.append(label(title(panel.x), (plot.left + plot.right) / 2, below, palette.text, "middle"))
    drawn += draw_rows(panel, down, plot, palette, box) + _names_below(across, plot.bottom, lines, palette)
    return drawn, Place(plot, (-0.5, len(columns) - 0.5), (len(rows) - 0.5, -0.5), GAP_PX / down.width)


def _cells(panel: Panel, across: Linear, down: Bands) -> list[Mark]:
    drawn = []
    for trace in panel.traces:
        ink = f'fill="{trace["textfont"]["color"]}"'
        colours, begin = trace["marker"]["color"], across.at(trace["base"])
        for row, length, colour, text in zip(trace["y"], trace["x"], colours, trace["text"], strict=True):
            if length is None:
                continue
            y, width = down.middle(row), across.at(trace["base"] + length) - begin
            drawn.append(bar(begin, y, width, down.width - GAP_PX, colour))
            drawn.append(label(text, begin + width / 2, y + SIZE_PX / 3, ink, "middle"))
    return drawn


def _bands(names: Sequence[str], left: float, right: float) -> tuple[Bands, int]:
    """Return the columns and the number of lines for their names: more than one, used in turn, if it would cut a name.

    With two lines a name is up to two columns wide; half a column stays free for that of the last one.
    """
    for lines in range(1, MOST_LINES + 1):
        width = min(WIDEST_COLUMN_PX, (right - left) / (len(names) + (lines - 1) / 2))
        bands = Bands(names, left, left + width * len(names))
        if all(text_width(name) <= _room(bands, lines) for name in names):
            break
    return bands, lines


def _room(bands: Bands, lines: int) -> float:
    """Return the width of a name that leaves a gap to the next one on its line."""
    return bands.width * lines - 6


def _names_below(bands: Bands, bottom: float, lines: int, palette: Palette) -> list[Mark]:
    """Return the names of the columns, in turn on each line, cut if they do not fit even so."""
    return [
        label(
            fitted(name, _room(bands, lines)),
            bands.middle(name),
            bottom + (i % lines + 1) * LINE_PX,
            palette.text,
            "middle",
            full=name,
        )
        for i, name in enumerate(bands.names)
    ]
