"""Render a Report as one HTML file that requests nothing from the network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from finops_report import __version__
from finops_report.analysis.amounts import with_both_amounts
from finops_report.charts import Chart, height_px
from finops_report.model import BudgetBar, Report
from finops_report.page.assets import REPORT_STYLE, printed_on, script, style_sheet
from finops_report.page.csp import csp_hash, policy
from finops_report.page.csv import download
from finops_report.page.plotly_js import Library, plotly_js
from finops_report.page.templating import render_template
from finops_report.pictures import PAGE, WIDTHS_PX, draw
from finops_report.pictures.budget_bar import budget_bar
from finops_report.pictures.sparkline import sparkline
from finops_report.wording.formats import bucket
from finops_report.wording.glossary import GLOSSARY


@dataclass(frozen=True, slots=True)
class DrawnChart:
    """One chart of the page: its name, title and finding for screen readers, and the same picture in three widths."""

    name: str
    title: str
    finding: str
    wide: Markup
    middle: Markup
    narrow: Markup


def page(report: Report, logo: str | None = None, paper: str | None = None) -> str:
    """Return the report as one HTML document, the same bytes for the same report.

    `logo` is a data: URI, `paper` the sheet to print on ('A4'; None: the printer's).
    """
    css, paint, live = style_sheet(*REPORT_STYLE) + printed_on(paper), script("paint"), script("report")
    library = plotly_js()
    drawn = [(chart, section.finding) for section in report.sections for chart in section.charts]
    rendered = render_template(
        "report.html",
        {
            "report": report,
            "charts": {chart.name: _pictures(chart, finding) for chart, finding in drawn},
            "figures": {chart.name: _live(chart.figure, report.period.bucket_unit) for chart, _ in drawn},
            "csv": {
                section.view: download(section.view, with_both_amounts(report.views[section.view], report.currency))
                for section in report.sections
            },
            "css": Markup(css),
            "paint": Markup(paint),
            "script": Markup(live),
            "sparkline": Markup(sparkline(report.headline.spark, "Spend over the period")),
            "budget_bar": Markup(_budget_bar(report.headline.budget)),
            "glossary": GLOSSARY,
            "library": library,
            "packed": Markup(library.packed),
            "policy": _policy(css, (paint, live), library),
            "logo": logo,
            "version": __version__,
        },
    )
    # A browser keeps a page of Latin-1 letters, plotly.js included, at one byte a letter, and parses it faster.
    return rendered.encode("latin-1", "xmlcharrefreplace").decode("latin-1")


def _budget_bar(budget: BudgetBar | None) -> str:
    return "" if budget is None else budget_bar(budget.used_share or 0.0, budget.passed_share)


def _live(figure: Mapping[str, Any], unit: str) -> dict[str, Any]:
    """Return a figure as report.js takes it.

    The days, weeks or months (`unit`) of its columns are in words, and no series has x values equal to the first one's:
    report.js restores them.
    """
    data = figure["data"]
    if figure["layout"]["xaxis"].get("type") == "date" and data and data[0]["type"] == "bar":
        data = [{**series, "x": [bucket(date.fromisoformat(day), unit) for day in series["x"]]} for series in data]
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
    """Return a policy that forbids everything outside this file; plotly.js places elements by their style attribute."""
    return policy(
        {
            "default-src": "'none'",
            "script-src": " ".join([*map(csp_hash, scripts), library.sha256]),
            "style-src": " ".join([csp_hash(css), *library.styles]),
            "style-src-attr": "'unsafe-inline'",
            "img-src": "data: blob:",
            "base-uri": "'none'",
            "form-action": "'none'",
        }
    )
