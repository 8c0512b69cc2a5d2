"""Render a Report as one HTML file that requests nothing from the network."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from finops_report import __version__
from finops_report.analysis.amounts import with_both_amounts
from finops_report.model import BudgetBar, Report, Section
from finops_report.page.assets import REPORT_STYLE, printed_on, script, style_sheet
from finops_report.page.csp import csp_hash, policy
from finops_report.page.csv import Download, download
from finops_report.page.drawn import drawn, live_figures
from finops_report.page.letters import packed
from finops_report.page.plotly_js import Library, plotly_js
from finops_report.page.templating import render_template
from finops_report.pictures.budget_bar import budget_bar
from finops_report.pictures.sparkline import sparkline
from finops_report.sections.order import LAST_GROUP
from finops_report.wording.glossary import GLOSSARY


def page(report: Report, logo: str | None = None, paper: str | None = None) -> str:
    """Return the report as one HTML document, the same bytes for the same report.

    `logo` is a data: URI, `paper` the sheet to print on ('A4'; None: the printer's).
    """
    css, paint, live = style_sheet(*REPORT_STYLE) + printed_on(paper), script("paint"), script("report")
    library = plotly_js()
    charts = [drawn(chart, section.finding) for section in report.sections for chart in section.charts]
    figures = packed(live_figures(charts, report.period.bucket_unit))
    rendered = render_template(
        "report.html",
        {
            "report": report,
            "charts": {chart.name: chart for chart in charts},
            "figures": figures,
            "contents": _contents(report),
            "sql": {section.view: _code(_sql(report, section)) for section in report.sections},
            "csv": {section.view: _csv(report, section) for section in report.sections},
            "css": Markup(css),
            "paint": Markup(paint),
            "script": Markup(live),
            "sparkline": Markup(sparkline(report.headline.spark, "Spend over the period")),
            "budget_bar": Markup(_budget_bar(report.headline.budget)),
            "glossary": GLOSSARY,
            "library": library,
            "packed": Markup(library.packed),
            "figures_packed": Markup(figures.letters),
            "policy": _policy(css, (paint, live), library),
            "logo": logo,
            "version": __version__,
        },
    )
    # A browser keeps a page of Latin-1 letters, plotly.js included, at one byte a letter, and parses it faster.
    return rendered.encode("latin-1", "xmlcharrefreplace").decode("latin-1")


def _sql(report: Report, section: Section) -> str:
    return report.sql[section.view] if section.reckoned is None else section.reckoned.sql


def _csv(report: Report, section: Section) -> Download:
    rows = report.views[section.view] if section.reckoned is None else section.reckoned.rows
    return download(section.view, with_both_amounts(rows, report.currency))


def _code(text: str) -> Markup:
    """Return SQL as the text of an element, where only two signs mean something."""
    return Markup(text.replace("&", "&amp;").replace("<", "&lt;"))


def _contents(report: Report) -> list[tuple[str, list[Section]]]:
    """Return the groups of sections; the last one, which has the confidence, is there without any, too."""
    found: dict[str, list[Section]] = {}
    for section in report.sections:
        found.setdefault(section.group, []).append(section)
    found.setdefault(LAST_GROUP, [])
    return list(found.items())


def _budget_bar(budget: BudgetBar | None) -> str:
    return "" if budget is None else budget_bar(budget.used_share or 0.0, budget.passed_share)


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
