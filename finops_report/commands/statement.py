"""`finops-report statement`: what each team or cost centre owes for a period, a document each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from finops_report.commands.option_groups import OrderedCommand
from finops_report.commands.options import CONFIG, KEPT, PeriodOptions, Source, period_options, source_options
from finops_report.commands.reading import read_request

if TYPE_CHECKING:
    from finops_report.commands.settings import CommandSettings
    from finops_report.statement.allocation import By
    from finops_report.statement.writing import Ask


@click.command(cls=OrderedCommand)
@click.option(
    "--by", type=click.Choice(["team", "cost-centre"]), default="team", show_default=True, help="Who gets a statement."
)
@click.option(
    "--out",
    type=KEPT,
    default=Path("statements"),
    show_default=True,
    help="The folder they are written to.",
)
@source_options
@period_options
@CONFIG
def statement(by: By, out: Path, source: Source, period: PeriodOptions, config: Path | None) -> None:
    """Write a statement for each team or cost centre: HTML, CSV, and one XLSX of all."""
    from finops_report.commands.settings import read_settings
    from finops_report.statement.writing import write_statements
    from finops_report.wording.plain import printable

    settings = read_settings(config)
    request = read_request(source, period.ask(settings.report))
    with settings.written():
        written = write_statements(_ask(settings, by, out), request)
        for one in written.statements:
            click.echo(printable(f"{one.number}: {one.name}: {settings.currency.billed(one.total.own)}"))
    click.echo(f"total: {printable(written.total)}")
    click.echo(f"workbook: {written.workbook}")


def _ask(settings: CommandSettings, by: By, out: Path) -> Ask:
    from finops_report.statement.allocation import SharingRule
    from finops_report.statement.writing import Ask

    stated = settings.statement
    return Ask(
        by=by,
        out=out,
        currency=settings.currency,
        title=settings.report.title,
        rule=SharingRule(stated.shared_rule, stated.shared_teams, stated.fixed_shares),
        number_prefix=stated.number_prefix,
        owners={team: payer.owner for team, payer in stated.teams.items()},
        cost_centres={team: payer.cost_centre for team, payer in stated.teams.items()},
        paper=settings.report.paper,
    )
