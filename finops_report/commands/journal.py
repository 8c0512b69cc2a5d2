"""Load the collector's journal before a command reads the database, so that a report is never behind."""

from __future__ import annotations

import time
from pathlib import Path

import click


def load_journal(db: Path, patience_s: float) -> int:
    """Load what is in the journal of `db` and return the number of records; what cannot be loaded yet is noted."""
    if not journal_folder(db).is_dir():
        return 0
    from finops_router.telemetry import drain

    result = drain(db, patience_s=patience_s, clock=time.monotonic, sleep=time.sleep)
    if result.pending_segments:
        waiting = (
            f"{result.pending_segments} journal segments ({result.pending_bytes:,} bytes) are not in the report yet"
        )
        click.echo(f"note: {waiting}: {result.error or 'their writers are busy'}", err=True)
    if result.quarantined:
        click.echo(
            f"note: {result.quarantined} unreadable lines were set aside in {journal_folder(db)}/quarantine", err=True
        )
    return result.records


def journal_folder(db: Path) -> Path:
    """Return where the collector keeps the journal of `db`: asked here without loading the router for it."""
    return Path(f"{db}.journal")
