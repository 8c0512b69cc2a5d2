"""`finops-report reconcile`: the estimate against what was billed; exit code 3 if too much of it is not explained."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import click

from finops_report.commands.option_groups import OrderedCommand, as_one_value
from finops_report.commands.options import CONFIG, PeriodOptions, Source, period_options, source_options
from finops_report.commands.reading import read_request
from finops_report.commands.summary import BREACHED
from finops_report.commands.values import FiniteRange


class Asked(NamedTuple):
    """How it is printed; which accounts are recorded and how much may stay unexplained, if not as in the settings."""

    form: str
    accounts: tuple[str, ...]
    max_rest: float | None


asked_options = as_one_value(
    "asked",
    Asked,
    click.option(
        "--format",
        "form",
        type=click.Choice(["text", "csv", "classes", "json"]),
        default="text",
        show_default=True,
        help="How it is printed; csv: by day and cause, classes: CSV by kind of tokens.",
    ),
    click.option(
        "--account",
        "accounts",
        multiple=True,
        metavar="ID",
        help="A billed account that is recorded.  [default: those of finops.toml, or all]",
    ),
    click.option(
        "--max-rest",
        type=FiniteRange(0, 1),
        help="The share of a provider's bill that may stay unexplained.  [default: that of finops.toml, or 0.01]",
    ),
)


@click.command(cls=OrderedCommand)
@asked_options
@source_options
@period_options
@CONFIG
@click.pass_context
def reconcile(ctx: click.Context, asked: Asked, source: Source, period: PeriodOptions, config: Path | None) -> None:
    """Hold the estimate against the bills: causes that add up; exit code 3 if too much is not explained."""
    from finops_report.analysis.reconciliation import outcome
    from finops_report.commands.reconciling import reconciling
    from finops_report.commands.settings import read_settings
    from finops_report.reconcile.printed import FORMATS
    from finops_report.warehouse.reconciled import check_billed, reconciled
    from finops_report.wording.plain import printable

    settings = read_settings(config)
    days = period._replace(timezone="UTC").ask(settings.report)
    by = reconciling(settings, asked.accounts, asked.max_rest)
    found = reconciled(read_request(source, days), by)
    check_billed(found)
    done = outcome(found, by.most_rest)
    with settings.written():
        printed = FORMATS[asked.form](done)
    if asked.form == "text":
        printed = "".join(f"{printable(line)}\n" for line in printed.splitlines())
    click.echo(printed, nl=False)
    if done.to_explain:
        ctx.exit(BREACHED)
