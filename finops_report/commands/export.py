"""`finops-report export`: what was spent as FOCUS cost data, or the requests as spans or a table."""

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
    from finops_router.settings.reader import Settings

    from finops_report.exports.focus import FocusExport
    from finops_report.warehouse import ReadRequest

MOST_NAMED = 10
BINARY = ("parquet", "xlsx")


class ExportOutput(NamedTuple):
    """What is written, in which version, with which tags apart (none named: all), and where."""

    form: str
    focus_version: str
    tags: tuple[str, ...]
    out: Path

    @property
    def file_form(self) -> str:
        """Return what the name of a FOCUS file says: 'parquet' or 'csv'."""
        return "parquet" if self.out.suffix.lower() in (".parquet", ".pq") else "csv"

    @property
    def to_terminal(self) -> bool:
        return self.out == STANDARD_OUTPUT and sys.stdout is not None and sys.stdout.isatty()


export_options = as_one_value(
    "output",
    ExportOutput,
    click.option(
        "--format",
        "form",
        type=click.Choice(["focus", "otel", "csv", "parquet", "xlsx"]),
        default="focus",
        show_default=True,
        help="FOCUS cost data; or requests: spans of OTLP, a table.",
    ),
    click.option(
        "--focus-version", type=click.Choice(["1.4", "1.2"]), default="1.4", show_default=True, help="Of FOCUS."
    ),
    click.option("--tag", "tags", multiple=True, metavar="KEY", help="Keep this recorded tag alone.  [default: all]"),
    click.option("--out", type=OUTPUT, default="-", help="CSV, or Parquet by its ending.  [default: standard output]"),
)


@click.command(cls=OrderedCommand)
@export_options
@source_options
@period_options
@CONFIG
def export(output: ExportOutput, source: Source, period: PeriodOptions, config: Path | None) -> None:
    """Write what was spent as FOCUS cost data, adding up to the report; or requests as spans or a table."""
    from finops_report.commands.settings import read_settings

    if output.form in BINARY and output.to_terminal:
        raise click.UsageError(f"{output.form} is not for a terminal: give --out FILE, or pipe it.")
    settings = read_settings(config)
    request = read_request(source, period.ask(settings.report))
    with settings.written():
        if output.form == "focus":
            _focus(request, output, settings.whole)
        else:
            _requests(request, output)


def _focus(request: ReadRequest, output: ExportOutput, settings: Settings | None) -> None:
    from finops_report.commands.meter_prices import metered_pricing
    from finops_report.exports.focus import focus
    from finops_report.files import write_whole
    from finops_report.replaceable import check_replaceable, is_rows

    pricing = metered_pricing(settings)
    found = focus(request, pricing, output.focus_version, output.file_form, output.tags or None)
    check_replaceable(output.out, is_rows(output.file_form, found.columns), request.db)
    write_whole({output.out: found.content})
    _say(found, output)


def _requests(request: ReadRequest, output: ExportOutput) -> None:
    from finops_report.exports.requests import requests
    from finops_report.exports.spans import is_spans
    from finops_report.exports.workbook import is_workbook
    from finops_report.files import write_whole
    from finops_report.replaceable import check_replaceable, is_rows
    from finops_report.wording import formats
    from finops_report.wording.plain import printable

    made = requests(request, output.form)
    known = {"otel": is_spans, "xlsx": is_workbook}
    is_ours = known[output.form] if output.form in known else is_rows(output.form, made.columns)
    check_replaceable(output.out, is_ours, request.db)
    write_whole({output.out: made.content})
    unpriced = f", {formats.count(made.unpriced)} of them without a known price" if made.unpriced else ""
    line = (
        f"{formats.plural(made.requests, 'request')}{_place(output)}: ${formats.exact(made.cost_usd)}{unpriced}, "
        f"{formats.span(made.period.start, made.period.end)}"
    )
    click.echo(printable(line), err=True)


def _place(output: ExportOutput) -> str:
    return "" if output.out == STANDARD_OUTPUT else f" in {output.out}"


def _say(found: FocusExport, output: ExportOutput) -> None:
    """Say what was written, and what is in no row, where it is not mixed with the rows."""
    from finops_report.wording import formats
    from finops_report.wording.plain import printable

    spent = f"${formats.exact(found.cost_usd)} of {formats.plural(found.requests, 'request')}"
    days = formats.span(found.period.start, found.period.end)
    lines = [
        f"FOCUS {output.focus_version}: {formats.plural(found.rows, 'row')}{_place(output)}: {spent}, {days}",
    ]
    if found.unpriced:
        requests = formats.plural(sum(one.requests for one in found.unpriced), "request")
        tokens = sum(one.input_tokens + one.output_tokens for one in found.unpriced)
        lines.append(f"in no row, for no price is known: {requests}, {formats.count(tokens)} tokens")
        lines += [
            f"  {one.provider}/{one.model}: {formats.plural(one.requests, 'request')} ({one.reason})"
            for one in found.unpriced[:MOST_NAMED]
        ]
        if (more := len(found.unpriced) - MOST_NAMED) > 0:
            lines.append(f"  and {formats.plural(more, 'more line')}")
    for line in lines:
        click.echo(printable(line), err=True)
