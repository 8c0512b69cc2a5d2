"""Print a Report as one HTML file that asks the network for nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from finops_report import __version__
from finops_report.charts import Chart, height_px
from finops_report.model import Report
from finops_report.page.csv import download
from finops_report.page.plotly_js import Library, csp_hash, plotly_js
from finops_report.page.templating import asset, printed
from finops_report.pictures import PAGE, WIDTHS_PX, draw
from finops_report.pictures.sparkline import sparkline


@dataclass(frozen=True, slots=True)
class DrawnChart:
    """One chart of the page: its name, its spoken title and finding, and the same picture for three widths."""

    name: str
    title: str
    finding: str
    wide: Markup
    middle: Markup
    narrow: Markup


def page(report: Report, logo: str | None = None) -> str:
    """Return the report as one HTML document, the same bytes for the same report; `logo` is a data: URI."""
    css, paint, script = (asset(name) for name in ("report.css", "paint.js", "report.js"))
    library = plotly_js()
    drawn = [(chart, section.finding) for section in report.sections for chart in section.charts]
    printed_page = printed(
        "report.html",
        {
            "report": report,
            "charts": {chart.name: _pictures(chart, finding) for chart, finding in drawn},
            "figures": {chart.name: _days_once(chart.figure) for chart, _ in drawn},
            "csv": {section.view: download(section.view, report.views[section.view]) for section in report.sections},
            "css": Markup(css),
            "paint": Markup(paint),
            "script": Markup(script),
            "sparkline": Markup(sparkline(report.headline.spark, "Spend over the period")),
            "library": library,
            "packed": Markup(library.packed),
            "policy": _policy(css, (paint, script), library),
            "logo": logo,
            "version": __version__,
        },
    )
    # A browser keeps a page of Latin-1 letters, plotly.js with it, at one byte a letter, and reads it sooner.
    return printed_page.encode("latin-1", "xmlcharrefreplace").decode("latin-1")


def _days_once(figure: Mapping[str, Any]) -> dict[str, Any]:
    """The figure with the days of its first series alone: report.js gives them to those that have the same."""
    data = figure["data"]
    rest = [{key: value for key, value in series.items() if (key, value) != ("x", data[0]["x"])} for series in data[1:]]
    return {**figure, "data": [*data[:1], *rest]}


def _pictures(chart: Chart, finding: str) -> DrawnChart:
    wide, middle, narrow = (
        Markup(
            draw(chart.figure, width=width, height=height_px(chart.figure), named_by=f"{chart.name}-c", palette=PAGE)
        )
        for width in WIDTHS_PX.values()
    )
    return DrawnChart(chart.name, chart.title, finding, wide, middle, narrow)


def _policy(css: str, scripts: Sequence[str], library: Library) -> str:
    """Forbid everything that is not in this file; styles on elements are plotly's way to place things."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(csp_hash(script.encode()) for script in scripts)} {library.sha256}",
            f"style-src {csp_hash(css.encode())} {' '.join(library.styles)}",
            "style-src-attr 'unsafe-inline'",
            "img-src data: blob:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
