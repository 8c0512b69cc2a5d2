"""`finops-report reprice`: what is recorded, at other prices; and back again."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import click

from finops_report.commands.journal import load_journal
from finops_report.commands.option_groups import OrderedCommand, as_one_value
from finops_report.commands.options import CONFIG, DB, PATIENCE, PeriodOptions, Source, period_options


class Which(NamedTuple):
    """Whose requests, and which amounts beside our own estimates."""

    provider: str | None
    model: str | None
    also: tuple[str, ...]


class Instead(NamedTuple):
    """What to do instead of pricing anew."""

    undo: bool
    listed: bool
    dry_run: bool


which_options = as_one_value(
    "which",
    Which,
    click.option("--provider", help="Requests of this provider alone, as openai."),
    click.option("--model", help="Requests of this model alone, as gpt-4o-mini."),
    click.option(
        "--also",
        metavar="SOURCE",
        multiple=True,
        help="Amounts that are left alone otherwise: provider (it charged them), reported (by another tool), unknown.",
    ),
)
instead_options = as_one_value(
    "instead",
    Instead,
    click.option("--undo", is_flag=True, help="Undo the newest repricing that stands."),
    click.option("--list", "listed", is_flag=True, help="List all repricings."),
    click.option("--dry-run", is_flag=True, help="Show what would change; write nothing."),
)


@click.command(cls=OrderedCommand)
@DB
@CONFIG
@PATIENCE
@period_options
@which_options
@instead_options
def reprice(
    db: str,
    config: Path | None,
    patience_s: float,
    period: PeriodOptions,
    which: Which,
    instead: Instead,
) -> None:
    """Work out anew what recorded requests cost, by finops.toml and the list of today; --undo takes it back."""
    from finops_router.settings.reader import read
    from finops_router.telemetry.sinks.repricing import RepriceAsk
    from finops_router.telemetry.waiting import Waiting

    from finops_report.clock import build_moment_us
    from finops_report.commands.settings import settings_file
    from finops_report.prices import repricing
    from finops_report.prices.days import priced_days

    path, now_us = Source(db).path, build_moment_us()
    waiting = Waiting(patience_s, time.monotonic, time.sleep)
    if instead.undo and (instead.listed or instead.dry_run):
        raise click.UsageError("--undo excludes --list and --dry-run.")
    if instead.listed:
        _print(repricing.listing(repricing.past(path, waiting)))
        return
    if instead.undo:
        _print(repricing.undone(repricing.undo(path, now_us, waiting)))
        return
    file = settings_file(config)
    settings = read(file)
    days = priced_days(period.ask(settings.report), now_us)
    load_journal(path, patience_s)
    ask = RepriceAsk(
        from_us=days.from_us,
        until_us=days.until_us,
        prices=repricing.prices_in_words(settings, file),
        at_us=now_us,
        provider=which.provider,
        model=which.model,
        sources=repricing.sources(which.also),
        is_dry=instead.dry_run,
    )
    _print(repricing.summary(repricing.reprice(path, ask, settings, waiting), ask, path))


def _print(lines: Iterable[str]) -> None:
    from finops_report.wording.plain import printable

    for line in lines:
        click.echo(printable(line))
