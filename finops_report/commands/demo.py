"""`finops-report demo`: a real trace through the real router, and the report of it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import rmtree

import click

from finops_report.commands.build import build_and_print
from finops_report.commands.journal import journal_folder
from finops_report.commands.option_groups import OrderedCommand
from finops_report.commands.options import DB, Output, Source, output_options, until_option
from finops_report.errors import DatabaseError

TITLE = "LLM spend report (demo)"
JOURNAL = ".demo-journal"  # beside the database, and not where a report looks for journals: it is the demo's alone
LOOK_S = 5.0  # to see whose database it is


@click.command(cls=OrderedCommand)
@DB
@output_options
@click.option("--days", type=click.IntRange(1, 800), help="Stretch the trace over so many days.  [default: one hour]")
@until_option("yesterday")
@click.option(
    "--seed", type=int, default=7, show_default=True, help="The same seed gives the same report of the same days."
)
def demo(db: str, output: Output, days: int | None, until: datetime | None, seed: int) -> None:
    """Replay a real trace through the router with simulated providers, then build the report."""
    from dataclasses import replace

    from finops_report.build import Build, check_outputs
    from finops_report.calendar.period import PeriodAsk
    from finops_report.commands.demo_settings import write_settings
    from finops_report.commands.settings import read_settings

    source = Source(db)
    wanted = Build(
        db=source.path,
        table=None,
        patience_s=source.patience_s,
        ask=PeriodAsk(),
        title=TITLE,
        out=output.out,
        json_out=output.figures,
    )
    check_outputs(wanted)
    last = _last_day(until)
    replayed = _replay(source.path, days, last, seed)
    click.echo(f"replayed {replayed} into {db}", err=output.is_printed)
    if days is not None:
        config = write_settings(source.path, days, last - timedelta(days=days - 1), seed)
        settings = read_settings(config)
        wanted = replace(wanted, units=settings.counts, budgets=settings.budgets)
    build_and_print(wanted)
    if not output.is_printed:
        click.echo(f"next: open {output.out}; finops-report query --list names what else can be asked of {db}")


def _last_day(until: datetime | None) -> date:
    """Return the last day of the demo: yesterday if none is asked for. Raises ConfigError for a day to come."""
    from finops_report.clock import build_moment_us
    from finops_report.errors import ConfigError

    today = datetime.fromtimestamp(build_moment_us() / 1e6, UTC).date()
    if until is None:
        return today - timedelta(days=1)
    if not date(2000, 1, 1) <= until.date() <= today:
        raise ConfigError(f"The demo cannot end on {until.date()}", "give --until a day that has begun, from 2000 on")
    return until.date()


def _replay(db: Path, days: int | None, last: date, seed: int) -> str:
    """Write the demo's telemetry to `db` and return what was written.

    Raises DatabaseError if the file is somebody's, or cannot be written.
    """
    from finops_router.demo import run_demo
    from finops_router.telemetry import CollectorConfig, TelemetryCollector

    _make_room(db)
    first = last - timedelta(days=(days or 1) - 1)
    config = CollectorConfig(db, journal=db.with_name(db.name + JOURNAL), load_s=3600)
    rmtree(config.folder, ignore_errors=True)  # of a demo that was killed: nobody wants its records any more
    with TelemetryCollector(config) as telemetry, _progress() as progress:
        played = run_demo(telemetry, days=days, seed=seed, progress=progress, first=first)
    kept = telemetry.stats()
    if kept.pending or kept.dropped:
        raise DatabaseError(
            f"The demo's records cannot be stored: {kept.last_error}", "check free space and permissions"
        )
    rmtree(config.folder, ignore_errors=True)
    return f"{played.requests:,} requests with {played.attempts:,} attempts"


def _make_room(db: Path) -> None:
    """Remove an earlier demo's database; refuse to touch anybody else's, and to mix an application's records in."""
    from finops_report.warehouse import Waiting, holds_only_demo

    waiting = journal_folder(db)
    if any(waiting.glob("*.sealed")) or any(waiting.glob("*.open")):
        raise DatabaseError(
            f"Records of an application wait to be loaded into it: {waiting}",
            "give the demo a file of its own: --db demo.duckdb",
        )
    if not db.exists():
        return
    if not db.is_file() or not holds_only_demo(db, Waiting(LOOK_S, time.monotonic, time.sleep)):
        raise DatabaseError(
            f"It holds more than a demo and is left alone: {db}", "give the demo a file of its own: --db demo.duckdb"
        )
    for path in (db, db.with_name(db.name + ".wal")):
        path.unlink(missing_ok=True)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal, silence elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    with click.progressbar(length=1000, label="replaying", file=sys.stderr) as bar:
        yield lambda done, total: bar.update(done * 1000 // max(total, 1) - bar.pos)
