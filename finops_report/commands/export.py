"""`finops-report export`: the telemetry in others' forms, FOCUS cost data for FinOps tools among them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from finops_report.commands.option_groups import OrderedCommand, as_one_value
from finops_report.commands.options import CONFIG, OUTPUT, PeriodOptions, Source, period_options, source_options
from finops_report.commands.reading import read_request
from finops_report.commands.values import STANDARD_OUTPUT

if TYPE_CHECKING:
    from finops_report.exports.focus import FocusExport

MOST_NAMED = 10


class ExportOutput(NamedTuple):
    """What is written, in which version, with which tags apart (none named: all), and where."""

    form: str
    focus_version: str
    tags: tuple[str, ...]
    out: Path

    @property
    def file_form(self) -> str:
        """Return what the name of the file says: 'parquet' or 'csv'."""
        return "parquet" if self.out.suffix.lower() in (".parquet", ".pq") else "csv"


export_options = as_one_value(
    "output",
    ExportOutput,
    click.option(
        "--format", "form", type=click.Choice(["focus"]), default="focus", show_default=True, help="The form."
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
    """Write what was spent as FOCUS cost data: a row a meter, adding up to the report's spend to the last digit."""
    from finops_report.commands.meter_prices import metered_pricing
    from finops_report.commands.settings import read_settings
    from finops_report.exports.focus import focus
    from finops_report.files import write_whole
    from finops_report.replaceable import check_replaceable, is_rows

    settings = read_settings(config)
    request = read_request(source, period.ask(settings.report))
    pricing = metered_pricing(settings.whole)
    found = focus(request, pricing, output.focus_version, output.file_form, output.tags or None)
    check_replaceable(output.out, is_rows(output.file_form, found.columns), request.db)
    write_whole({output.out: found.content})
    with settings.written():
        _say(found, output)


def _say(found: FocusExport, output: ExportOutput) -> None:
    """Say what was written, and what is in no row, where it is not mixed with the rows."""
    from finops_report.wording import formats
    from finops_report.wording.plain import printable

    to = "" if output.out == STANDARD_OUTPUT else f" in {output.out}"
    lines = [
        f"FOCUS {output.focus_version}: {formats.plural(found.rows, 'row')}{to}: ${formats.exact(found.cost_usd)} of "
        f"{formats.plural(found.requests, 'request')}, {formats.span(found.period.start, found.period.end)}"
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
