"""Build Plotly figures of a small vocabulary: bars, columns over time, dots, a matrix, a time line.

The same dictionaries become the static pictures of the page and the live Plotly charts, so both show the same marks
and colours. Charts take values that are already summed, sorted and cut: nothing is computed here but positions and
colours.
"""

from finops_report.charts.figure import Chart, Figure, height_px

__all__ = ["Chart", "Figure", "height_px"]
