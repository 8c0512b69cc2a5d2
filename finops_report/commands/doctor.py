"""`finops-report doctor`: what is installed and in force, what a source holds, and what it lacks."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from finops_report.commands.journal import load_journal
from finops_report.commands.option_groups import OrderedCommand
from finops_report.commands.options import CONFIG, Source, source_options

if TYPE_CHECKING:
    from finops_report.commands.settings import CommandSettings


@click.command(cls=OrderedCommand)
@source_options
@CONFIG
def doctor(source: Source, config: Path | None) -> None:
    """Say what is installed and in force, what the source holds, and what the report would gain by what it lacks."""
    from finops_report import doctor as check
    from finops_report.calendar.period import PeriodAsk
    from finops_report.clock import build_moment_us
    from finops_report.commands.settings import read_settings
    from finops_report.report import report
    from finops_report.warehouse import ReadRequest, Waiting, read
    from finops_report.wording.conventions import written_as
    from finops_report.wording.locales import conventions_of

    _print("versions", check.versions())
    settings = read_settings(config)
    _print("settings", _in_force(settings))
    load_journal(source.path, source.patience_s)
    ask = PeriodAsk(timezone=settings.report.timezone, fiscal_year_start=settings.report.fiscal_year_start)
    waiting = Waiting(source.patience_s, time.monotonic, time.sleep)
    answers = read(
        ReadRequest(source.path, source.table, ask, build_moment_us(), waiting, source.limits, settings.budgets)
    )
    with written_as(conventions_of(settings.report.locale)):
        made = report(answers, settings.report.title, settings.currency, settings.rules)
        _print(f"source {source.db}", [check.columns(answers), *check.holdings(made)])
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
