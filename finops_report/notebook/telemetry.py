"""Answer what a notebook asks of one source: a view as a DataFrame, a chart as a Plotly figure, the report."""

from __future__ import annotations

from functools import cached_property
from html import escape
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from finops_report.analysis.reconciliation import bills
from finops_report.commands.options import Source
from finops_report.commands.reading import read_request
from finops_report.commands.reconciling import reconciling
from finops_report.commands.settings import CommandSettings, read_settings
from finops_report.errors import ConfigError, OutputError
from finops_report.model import Report
from finops_report.nearest import did_you_mean
from finops_report.notebook.days import Days
from finops_report.notebook.shown_report import ShownReport, answers_html
from finops_report.report import report
from finops_report.warehouse import ReadRequest, TypedRows, meaning, read, typed_rows_of, view_names

if TYPE_CHECKING:
    import pandas as pd


def opened(
    db: str | PathLike[str], days: Days | None, table: str | None, config: str | PathLike[str] | None
) -> Telemetry:
    """Return what `finops_report.open` does."""
    settings = read_settings(None if config is None else Path(config))
    return Telemetry(Source(str(db), table), days or Days(), settings)


class Telemetry:
    """The telemetry of one source over some days. It is read at the first question, and once more by `again`.

    Every question raises a FinopsError, with `message` and `hint`, if the source cannot be read.
    """

    def __init__(self, source: Source, days: Days, settings: CommandSettings) -> None:
        self._source = source
        self._days = days
        self._settings = settings
        days.ask(settings.report.timezone, settings.report.fiscal_year_start)  # a day that is none is said at once

    def again(self) -> Telemetry:
        """Return the same telemetry as it is now."""
        return Telemetry(self._source, self._days, self._settings)

    @property
    def views(self) -> tuple[str, ...]:
        """The names of all views, in the order of the report."""
        return view_names()

    def meaning(self, view: str) -> str:
        """Return what `view` answers, with its columns and their units. Raises ConfigError if there is none."""
        return meaning(_known(view, self.views, "views"))

    def view(self, view: str) -> pd.DataFrame:
        """Return the rows of `view`; units are in the names of its columns (cost_usd, latency_ms).

        Counts are int64, or Int64 if some are not known, amounts and shares float64, days and moments datetime64.
        Raises ConfigError without pandas, which comes with `finops-report[notebook]`.
        """
        name = _known(view, self.views, "views")
        try:
            from finops_report.notebook.frames import frame  # noqa: PLC0415 -- pandas is an extra
        except ModuleNotFoundError as err:
            raise ConfigError("pandas is not installed", "pip install 'finops-report[notebook]'") from err
        return frame(self._rows[name])

    def figure(self, view: str, chart: str | None = None) -> go.Figure:
        """Return the chart of `view` as the page draws it; `chart` names one of several (None: the first).

        Raises OutputError if the page draws none of it, or has nothing to draw.
        """
        sections = {section.view: section for section in self._report.sections}
        section = sections[_known(view, tuple(sections), "sections of this report")]
        if not section.charts:
            raise OutputError(f"Nothing is drawn of {view}: {section.empty or section.finding}", "look at its view")
        charts = {one.name: one for one in section.charts}
        drawn = charts[next(iter(charts)) if chart is None else _known(chart, tuple(charts), "charts")]
        return go.Figure(drawn.figure).update_layout(title_text=drawn.title)

    def report(self) -> ShownReport:
        """Return the whole report."""
        return ShownReport(self._report, self._settings, self._source.place)

    def _repr_html_(self) -> str:
        """Return the headline and the five answers, for Jupyter and marimo."""
        return f"<p><code>{escape(self._source.shown)}</code></p>{answers_html(self._report)}"

    @cached_property
    def _request(self) -> ReadRequest:
        ask = self._days.ask(self._settings.report.timezone, self._settings.report.fiscal_year_start)
        own = self._settings
        return read_request(self._source, ask, own.budgets, own.counts, own.not_urgent, own.policies)

    @cached_property
    def _rows(self) -> dict[str, TypedRows]:
        return typed_rows_of(self._request)

    @cached_property
    def _report(self) -> Report:
        settings, answers = self._settings, read(self._request)
        billed = bills(answers, self._request, reconciling(settings))
        with settings.written():
            return report(answers, settings.report.title, settings.currency, settings.rules, billed)


def _known(name: str, names: tuple[str, ...], kind: str) -> str:
    if name not in names:
        raise ConfigError(f"There is no {name!r} among the {kind}", did_you_mean(name, names, kind))
    return name
