"""`finops-report query`: the rows of one view, without the page."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from finops_report.commands.journal import load_journal
from finops_report.commands.option_groups import OrderedCommand
from finops_report.commands.options import CONFIG, FILE, PeriodOptions, Source, period_options, source_options


@click.command(cls=OrderedCommand)
@click.argument("view")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json", "parquet"]),
    default="table",
    show_default=True,
    help="How the rows are printed.",
)
@click.option("--out", type=FILE, help="Write to this file.  [default: standard output]")
@source_options
@period_options
@CONFIG
def query(view: str, source: Source, form: str, out: Path | None, period: PeriodOptions, config: Path | None) -> None:
    """Print the rows of one view, as total_spend or spend_by_model, without the page."""
    from finops_report.clock import build_moment_us
    from finops_report.commands.settings import read_settings
    from finops_report.files import write_whole
    from finops_report.query import export
    from finops_report.warehouse import ReadRequest, Waiting

    if form == "parquet" and out is None and sys.stdout.isatty():
        raise click.UsageError("Parquet is not for a terminal: give --out FILE, or pipe it.")
    ask = period.ask(read_settings(config).report)
    load_journal(source.path, source.patience_s)
    waiting = Waiting(source.patience_s, time.monotonic, time.sleep)
    request = ReadRequest(source.path, source.table, ask, build_moment_us(), waiting, source.limits)
    rows = export(request, view, form)
    if out is None:
        sys.stdout.buffer.write(rows)
    else:
        write_whole({out: rows})
