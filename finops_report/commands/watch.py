"""Do something again whenever telemetry arrives."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from finops_report.commands.ending import explained, until_stopped
from finops_report.commands.failure import Failure

LOOK_EVERY_S = 2.0


def when_data_arrive(db: Path, again: Callable[[], None]) -> None:
    """Call `again` whenever the database or its journal changed, until Ctrl-C or SIGTERM.

    A failure is shown, and tried again when more arrives.
    """
    with until_stopped():
        click.echo("watching; stop with Ctrl-C", err=True)
        seen = _state(db)
        while True:
            time.sleep(LOOK_EVERY_S)
            now = _state(db)
            if now == seen:
                continue
            _once(again)
            seen = _state(db)


def _once(again: Callable[[], None]) -> None:
    try:
        again()
    except Exception as err:
        known = explained(err)
        if known is None:
            raise
        Failure(known).show()


def _state(db: Path) -> list[tuple[str, int, int]]:
    """Return what changes when data arrive: the database file and the sealed segments beside it."""
    found = []
    for file in sorted(_files(db)):
        try:
            stat = file.stat()
        except OSError:  # loaded and gone in the meantime, or not there yet
            continue
        found.append((str(file), stat.st_mtime_ns, stat.st_size))
    return found


def _files(db: Path) -> Iterable[Path]:
    from finops_report.warehouse import is_parquet

    if db.is_dir():
        return [file for file in db.rglob("*") if is_parquet(file)]
    return [db, *Path(f"{db}.journal").glob("*.sealed")]
