"""Print a statement as one HTML page that a browser shows and prints without a script."""

from __future__ import annotations

from markupsafe import Markup

from finops_report import __version__
from finops_report.analysis.totals import Facts
from finops_report.page.assets import printed_on, style_sheet
from finops_report.page.csp import csp_hash, policy
from finops_report.page.templating import render_template
from finops_report.statement.documents import Wording, printed
from finops_report.statement.statements import Statement
from finops_report.wording.currency import US_DOLLARS

STYLE = ("colours", "document", "views", "tables", "widths", "print", "statement")


def statement_page(found: Facts, statement: Statement, words: Wording, paper: str | None) -> str:
    """Return the statement as one HTML document for `paper`, the same bytes for the same statement."""
    css = style_sheet(*STYLE) + printed_on(paper)
    return render_template(
        "statement.html",
        {
            "statement": statement,
            "items": printed(found, statement.items, words.by_team),
            "total": found.currency.billed(statement.total.own),
            "total_usd": "" if found.currency.code == "USD" else US_DOLLARS.billed(statement.total.usd),
            "words": words,
            "css": Markup(css),
            "policy": policy(
                {
                    "default-src": "'none'",
                    "style-src": csp_hash(css),
                    "base-uri": "'none'",
                    "form-action": "'none'",
                }
            ),
            "version": __version__,
        },
    )
