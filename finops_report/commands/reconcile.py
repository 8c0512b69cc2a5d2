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
    """How it is printed, which accounts are recorded (none named: all), and how much may stay unexplained."""

    form: str
    accounts: tuple[str, ...]
    max_rest: float


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
        "--account", "accounts", multiple=True, metavar="ID", help="A billed account that is recorded.  [default: all]"
    ),
    click.option(
        "--max-rest",
        type=FiniteRange(0, 1),
        default=0.01,
        show_default=True,
        help="The share of a provider's bill that may stay unexplained.",
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
    from decimal import Decimal

    from finops_report.commands.meter_prices import metered_pricing
    from finops_report.commands.settings import read_settings
    from finops_report.reconcile.names import same_names
    from finops_report.reconcile.outcome import outcome
    from finops_report.reconcile.printed import FORMATS
    from finops_report.warehouse.reconciled import Rate, reconciled
    from finops_report.wording.plain import printable

    settings = read_settings(config)
    days = period._replace(timezone="UTC").ask(settings.report)
    found = reconciled(
        read_request(source, days),
        metered_pricing(settings.whole),
        same_names,
        Rate(settings.currency.code, settings.currency.rate),
        asked.accounts or None,
    )
    done = outcome(found, Decimal(repr(asked.max_rest)))
    with settings.written():
        printed = FORMATS[asked.form](done)
    if asked.form == "text":
        printed = "".join(f"{printable(line)}\n" for line in printed.splitlines())
    click.echo(printed, nl=False)
    if done.to_explain:
        ctx.exit(BREACHED)
