"""`finops-report build`: the page and report.json, once or whenever data arrive."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from finops_report.commands.journal import load_journal
from finops_report.commands.option_groups import OrderedCommand, as_one_value
from finops_report.commands.options import (
    CONFIG,
    KEPT,
    Output,
    PeriodOptions,
    Source,
    output_options,
    period_options,
    source_options,
)
from finops_report.commands.progress_line import progress_line
from finops_report.commands.values import STANDARD_OUTPUT
from finops_report.errors import ConfigError

if TYPE_CHECKING:
    from finops_report.build import Build
    from finops_report.database_address import SourcePlace


BESIDE = "beside the telemetry"  # where cubes are kept if --cache names no file


class Again(NamedTuple):
    """What is done for later builds: where cubes are kept (None or `full`: nowhere); whether they follow at once."""

    cache: Path | None
    full: bool
    watch: bool

    def used_for(self, db: SourcePlace) -> Path | None:
        """Return the file to keep cubes of `db` in. Raises ConfigError if it is to lie beside what is no file."""
        if self.full or self.cache != Path(BESIDE):
            return None if self.full else self.cache
        if not isinstance(db, Path):
            raise ConfigError(f"There is no place beside {db} for a file", "name one: --cache cubes.duckdb")
        name = db.name if db.is_dir() else db.stem
        return db.absolute().with_name(f"{name}.cubes.duckdb")


class Content(NamedTuple):
    """What is on the page: these views alone (empty: all), and whether a page of nothing will do."""

    only: tuple[str, ...]
    allow_empty: bool


content_options = as_one_value(
    "content",
    Content,
    click.option("--only", multiple=True, metavar="VIEW", help="Show this view alone; may be given again."),
    click.option("--allow-empty", is_flag=True, help="Build a report of nothing, too: no data, or none in these days."),
)

again_options = as_one_value(
    "again",
    Again,
    click.option(
        "--cache",
        type=KEPT,
        is_flag=False,
        flag_value=BESIDE,
        help="Keep sums in this file, or beside the telemetry; later builds read only what is new or changed since.",
    ),
    click.option("--full", is_flag=True, help="Read everything, whatever is kept with --cache."),
    click.option("--watch", is_flag=True, help="Build again whenever data arrive, until interrupted."),
)


@click.command(cls=OrderedCommand)
@source_options
@output_options
@period_options
@CONFIG
@content_options
@again_options
def build(
    source: Source,
    output: Output,
    period: PeriodOptions,
    config: Path | None,
    content: Content,
    again: Again,
) -> None:
    """Build the report: one HTML file, and its figures as JSON."""
    from dataclasses import replace

    from finops_report.build import Build
    from finops_report.commands.reconciling import reconciling
    from finops_report.commands.settings import read_settings
    from finops_report.commands.watch import when_data_arrive

    if again.watch:
        source.path  # noqa: B018 -- only of files it can be seen that something has arrived
    settings = read_settings(config)
    wanted = Build(
        db=source.place,
        table=source.table,
        patience_s=source.patience_s,
        limits=replace(source.limits, spill=_beside(output.out)),
        ask=period.ask(settings.report),
        title=settings.report.title,
        out=output.out,
        json_out=output.figures,
        only=content.only,
        allow_empty=content.allow_empty,
        logo=settings.logo,
        currency=settings.currency,
        rules=settings.rules,
        budgets=settings.budgets,
        locale=settings.report.locale,
        paper=settings.report.paper,
        units=settings.counts,
        not_urgent=settings.not_urgent,
        policies=settings.policies,
        cache=again.used_for(source.place),
        reconciling=reconciling(settings),
    )
    build_and_print(wanted)
    if again.watch:
        when_data_arrive(source.path, lambda: build_and_print(wanted))


def _beside(out: Path) -> Path | None:
    """Return the folder of the page, in which there is room for what is not in memory; None for a printed page."""
    return None if out == STANDARD_OUTPUT else out.absolute().parent


def build_and_print(wanted: Build) -> None:
    """Load what the journal still has, build, and print the answers an executive would want to read first."""
    from dataclasses import replace

    from finops_report.build import build_report
    from finops_report.wording.plain import printable

    load_journal(wanted.db, wanted.patience_s)
    printed = STANDARD_OUTPUT in (wanted.out, wanted.json_out)
    built = build_report(replace(wanted, told=progress_line()), clock=time.monotonic, sleep=time.sleep)
    for line in built.summary:
        click.echo(printable(line), err=printed)
