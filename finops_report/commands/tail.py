"""`finops-report tail`: records of every process on this host, as they happen."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from finops_report.commands.ending import until_stopped
from finops_report.commands.journal import journal_folder
from finops_report.commands.option_groups import OrderedCommand
from finops_report.commands.options import CONFIG, DB, Source
from finops_report.errors import DatabaseError

if TYPE_CHECKING:
    from finops_report.commands.live_budgets import LiveBudgets

LOOK_EVERY_S = 0.5


@click.command(cls=OrderedCommand)
@DB
@CONFIG
def tail(db: str, config: Path | None) -> None:
    """Follow requests, spend, failovers and budgets as they happen: tables on a terminal, NDJSON in a pipe."""
    from finops_report.commands.live_budgets import LiveBudgets
    from finops_report.commands.settings import read_settings

    source = Source(db)
    folder, settings = journal_folder(source.store), read_settings(config)
    if not folder.is_dir():
        raise DatabaseError(f"No journal: {folder}", "start an application that records with TelemetryCollector first")
    with until_stopped():
        if sys.stdout is not None and sys.stdout.isatty():
            _show_table(folder, LiveBudgets(source, settings))
        else:
            _print_lines(folder)


def _print_lines(folder: Path) -> None:
    from finops_router.telemetry.follow import follow

    for record in follow(folder, wait=_pause):
        fields = {name: getattr(record, name) for name in record.__struct_fields__}
        click.echo(json.dumps({name: value for name, value in fields.items() if value is not None}))


def _show_table(folder: Path, budgets: LiveBudgets) -> None:
    from finops_router.records import Record
    from finops_router.telemetry.follow import follow
    from finops_router.telemetry.pulse import Pulse

    from finops_report.commands.live_table import live_table

    pulse, news = Pulse(), list[Record]()

    def draw() -> bool:
        pulse.add(news, time.monotonic())
        news.clear()
        click.clear()
        click.echo(live_table(pulse.beats()) + budgets.table(), nl=False)
        return _pause()

    for record in follow(folder, wait=draw):
        news.append(record)


def _pause() -> bool:
    if sys.stdout is not None:
        sys.stdout.flush()
    time.sleep(LOOK_EVERY_S)
    return True
