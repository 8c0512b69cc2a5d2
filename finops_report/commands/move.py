"""`finops-report move`: all telemetry from one store to another."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import click

from finops_report.commands.option_groups import OrderedCommand
from finops_report.commands.options import PATIENCE, Source
from finops_report.commands.values import Address

PROGRESS_EVERY_S = 0.5


@click.command(cls=OrderedCommand)
@click.option("--from", "source", type=Address(), required=True, help="Where it is: as --to.")
@click.option(
    "--to",
    "target",
    type=Address(),
    required=True,
    help="DuckDB file; a folder for Parquet, as lake/; s3://, gs:// or az://BUCKET/PREFIX; postgresql:// or "
    "clickhouse://HOST/DATABASE.",
)
@PATIENCE
def move(source: str, target: str, patience_s: float) -> None:
    """Copy all telemetry to another store; again, it goes on where it was stopped, and adds what is new."""
    from finops_router.telemetry.sinks.moves.moving import move as moved
    from finops_router.telemetry.waiting import Waiting

    from finops_report.commands.journal import journal_folder
    from finops_report.wording import formats

    origin, goal = Source(source).store, Source(target).store
    if any(journal_folder(origin).glob("*.sealed")):
        click.echo(f"note: the journal of {origin} holds more: finops-report drain --db {origin}", err=True)
    show = _progress()
    done = []
    for one in moved(origin, goal, Waiting(patience_s, time.monotonic, time.sleep), show):
        show("", 0)
        done.append(one)
        there = f", {formats.count(one.there)} there already" if one.there else ""
        rows = formats.plural(one.read, "row")
        click.echo(f"{one.table}: {rows} read, {formats.count(one.written)} written{there}")
    click.echo(f"{origin} is unchanged; all of it is in {goal}" if done else f"{origin} has no telemetry")


def _progress() -> Callable[[str, int], None]:
    """Return what shows how many rows were read, on a terminal alone; a table '' takes that away."""
    if sys.stderr is None or not sys.stderr.isatty():
        return lambda table, read: None
    last_s = [time.monotonic()]

    def show(table: str, read: int) -> None:
        if not table or time.monotonic() - last_s[0] >= PROGRESS_EVERY_S:
            last_s[0] = time.monotonic()
            click.echo(f"\r\033[K{f'{table}: {read:,} rows read' if table else ''}", err=True, nl=False)

    return show
