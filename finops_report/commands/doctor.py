"""`finops-report doctor`: what is installed and in force, what a source holds, and what it lacks."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from finops_report.commands.option_groups import OrderedCommand
from finops_report.commands.options import CONFIG, Source, source_options
from finops_report.commands.reading import read_request

if TYPE_CHECKING:
    from finops_report.commands.settings import CommandSettings


@click.command(cls=OrderedCommand)
@source_options
@CONFIG
def doctor(source: Source, config: Path | None) -> None:
    """Say what is installed and in force, what the source holds, and what the report would gain by what it lacks."""
    from finops_report import doctor as check
    from finops_report.calendar.period import PeriodAsk
    from finops_report.commands.settings import read_settings
    from finops_report.report import report
    from finops_report.warehouse import read

    _print("versions", check.versions())
    settings = read_settings(config)
    _print("settings", _in_force(settings))
    ask = PeriodAsk(timezone=settings.report.timezone, fiscal_year_start=settings.report.fiscal_year_start)
    answers = read(read_request(source, ask, settings.budgets))
    with settings.written():
        made = report(answers, settings.report.title, settings.currency, settings.rules)
        _print(f"source {source.shown}", [*check.reached(answers), check.columns(answers), *check.holdings(made)])
    _print("missing, and what the report would gain by it", list(check.missing(answers)) or ["nothing"])


def _in_force(settings: CommandSettings) -> Iterable[str]:
    """Yield where settings are from, and those of the report with what is not the default marked."""
    from dataclasses import MISSING, fields

    yield f"from {settings.file}" if settings.file else "no finops.toml here: all are defaults"
    for field in fields(settings.report):
        if field.name == "verdicts":
            continue
        value = getattr(settings.report, field.name)
        usual = field.default if field.default_factory is MISSING else field.default_factory()
        yield f"{field.name} = {value}{'' if value != usual else ' (default)'}"
    yield f"budgets: {', '.join(budget.budget for budget in settings.budgets) or 'none'}"
    limits, off = settings.report.verdicts.limits, settings.report.verdicts.off
    yield f"verdicts: {len(limits)} of your own limits; off: {', '.join(sorted(off)) or 'none'}"


def _print(heading: str, lines: Iterable[str]) -> None:
    from finops_report.wording.plain import printable

    click.echo(printable(heading))
    for line in lines:
        click.echo(f"  {printable(line)}")
