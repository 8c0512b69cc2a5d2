"""`finops-report query`: the rows of one view, without the page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from finops_report.commands.option_groups import OrderedCommand, as_one_value
from finops_report.commands.options import CONFIG, OUTPUT, PeriodOptions, Source, period_options, source_options
from finops_report.commands.reading import read_request
from finops_report.commands.values import STANDARD_OUTPUT

if TYPE_CHECKING:
    from finops_report.warehouse import ReadRequest


class RowsOutput(NamedTuple):
    """How the rows are written, and where."""

    form: str
    out: Path

    @property
    def to_terminal(self) -> bool:
        return self.out == STANDARD_OUTPUT and sys.stdout is not None and sys.stdout.isatty()


rows_options = as_one_value(
    "output",
    RowsOutput,
    click.option(
        "--format",
        "form",
        type=click.Choice(["table", "csv", "json", "parquet"]),
        default="table",
        show_default=True,
        help="How the rows are printed.",
    ),
    click.option("--out", type=OUTPUT, default="-", help="Write to this file.  [default: standard output]"),
)


@click.command(cls=OrderedCommand)
@click.argument("view", required=False)
@click.option("--list", "listed", is_flag=True, help="List the views and what each answers.")
@rows_options
@source_options
@period_options
@CONFIG
def query(
    view: str | None, listed: bool, output: RowsOutput, source: Source, period: PeriodOptions, config: Path | None
) -> None:
    """Print the rows of one view, as total_spend or spend_by_model, without the page."""
    from finops_report.commands.settings import read_settings
    from finops_report.query import listing

    if listed:
        click.echo(listing(), nl=False)
        return
    if view is None:
        raise click.UsageError("Name a view, as total_spend: finops-report query --list lists them.")
    if output.form == "parquet" and output.to_terminal:
        raise click.UsageError("Parquet is not for a terminal: give --out FILE, or pipe it.")
    settings = read_settings(config)
    asked = period.ask(settings.report)
    _write(
        read_request(source, asked, settings.budgets, settings.counts, settings.not_urgent, settings.policies),
        view,
        output,
    )


def _write(request: ReadRequest, view: str, output: RowsOutput) -> None:
    from finops_report.files import write_whole
    from finops_report.query import export, for_terminal
    from finops_report.replaceable import check_replaceable, is_rows

    found = export(request, view, output.form)
    check_replaceable(output.out, is_rows(output.form, found.columns), request.db)
    write_whole({output.out: for_terminal(found.content) if output.to_terminal else found.content})
