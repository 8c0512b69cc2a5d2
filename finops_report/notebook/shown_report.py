"""Show a report in a notebook, and write it as `build` does."""

from __future__ import annotations

from html import escape
from os import PathLike
from pathlib import Path

from finops_report.commands.settings import CommandSettings
from finops_report.database_address import SourcePlace
from finops_report.document.writing import report_json
from finops_report.files import write_whole
from finops_report.model import Report
from finops_report.page.logo import logo_uri
from finops_report.page.page import page
from finops_report.replaceable import check_replaceable, is_figures, is_page

FRAME_PX = 900


class ShownReport:
    """A report that shows itself in Jupyter and marimo."""

    def __init__(self, report: Report, settings: CommandSettings, db: SourcePlace) -> None:
        self._report = report
        self._settings = settings
        self._db = db

    def html(self) -> str:
        """Return the page: one HTML document that requests nothing from the network."""
        logo = self._settings.logo
        with self._settings.written():
            return page(self._report, None if logo is None else logo_uri(logo), self._settings.report.paper)

    def json(self) -> str:
        """Return report.json: every figure of the page."""
        with self._settings.written():
            return report_json(self._report)

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the page to `path` and its figures beside it, whole or not at all; return `path`.

        Raises OutputError if it cannot be written, or if something that is no report of ours stands there, as the
        database itself.
        """
        out = Path(path)
        figures = out.with_suffix(".json")
        check_replaceable(out, is_page, self._db)
        check_replaceable(figures, is_figures, self._db)
        write_whole({out: self.html(), figures: self.json()})
        return out

    def _repr_html_(self) -> str:
        """Return the page in a frame of its own: its styles and scripts touch nothing of the notebook."""
        frame = f'sandbox="allow-scripts allow-downloads" width="100%" height="{FRAME_PX}" style="border:0"'
        return f'<iframe title="{escape(self._report.headline.title)}" srcdoc="{escape(self.html())}" {frame}></iframe>'


def answers_html(report: Report) -> str:
    """Return the total of a report and its five answers as a small table."""
    head = report.headline
    rows = "".join(
        f"<tr><th scope='row' style='text-align:left'>{escape(one.question)}</th>"
        f"<td style='text-align:left'>{escape(one.answer)}</td></tr>"
        for one in report.answers
    )
    lines = " · ".join(filter(None, (head.period, head.change)))
    return f"<p><strong>{escape(head.total)}</strong> · {escape(lines)}</p><table>{rows}</table>"
