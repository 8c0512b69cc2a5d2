"""Draw Plotly figures of a small vocabulary as static, deterministic, accessible SVG.

The vocabulary: bars (vertical and stacked, or horizontal with a text each, markers over them), horizontal bars as the
cells of a matrix (a trace a column, its name on a linear axis), scatter lines and markers on a category axis (dates
across, too), scatter lines, filled areas and diamonds over dates, from 0 up; linear, log, category and date axes; two
panels side by side. plotly.js's basic bundle draws all of it. Anything else raises ValueError, so that a picture never
differs from its live chart.
"""

from finops_report.pictures.drawing import Picture, draw
from finops_report.pictures.svg import LIGHT, PAGE, Palette

WIDTHS_PX = {"wide": 960, "middle": 700, "narrow": 340}  # a desk; a tablet or paper; a telephone (style/widths.css)

__all__ = ["LIGHT", "PAGE", "WIDTHS_PX", "Palette", "Picture", "draw"]
