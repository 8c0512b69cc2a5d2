"""Do something again whenever telemetry arrives."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import click

from finops_report.commands.failure import Failure
from finops_report.errors import FinopsError

LOOK_EVERY_S = 2.0


def when_data_arrive(db: Path, again: Callable[[], None]) -> None:
    """Call `again` whenever the database or its journal changed; a failure is shown, and tried again later."""
    click.echo("watching; stop with Ctrl-C", err=True)
    seen = _state(db)
    while True:
        time.sleep(LOOK_EVERY_S)
        now = _state(db)
        if now == seen:
            continue
        try:
            again()
        except FinopsError as error:
            Failure(error).show()
        seen = _state(db)


def _state(db: Path) -> list[tuple[str, int, int]]:
    """Return what changes when data arrive: the database file and the sealed segments beside it."""
    files = [db, *sorted(Path(f"{db}.journal").glob("*.sealed"))] if not db.is_dir() else sorted(db.rglob("*.parquet"))
    found = [(file, file.stat()) for file in files if file.exists()]
    return [(str(file), stat.st_mtime_ns, stat.st_size) for file, stat in found]
