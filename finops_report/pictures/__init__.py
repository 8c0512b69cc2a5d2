"""Draw Plotly figures of a small vocabulary as static, deterministic, accessible SVG.

The vocabulary: bars (vertical and stacked, or horizontal with a text each), scatter lines and
markers on a category axis (dates across, too), heatmaps of categories; linear, log, category and date
axes; two panels side by side. Anything else raises ValueError, so that a picture never differs from its live chart.
"""

from finops_report.pictures.drawing import draw
from finops_report.pictures.svg import LIGHT, PAGE, Palette

WIDTHS_PX = {"wide": 960, "middle": 700, "narrow": 340}  # a desk; a tablet or paper; a telephone (style/widths.css)

__all__ = ["LIGHT", "PAGE", "WIDTHS_PX", "Palette", "draw"]
