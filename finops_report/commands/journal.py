"""Load the collector's journal before a command reads the database, so that a report is never behind."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from finops_router.telemetry import DrainResult
    from finops_router.telemetry.places import Place

    from finops_report.database_address import SourcePlace


def load_journal(db: SourcePlace, patience_s: float) -> int:
    """Load what is in the journal of `db` and return the number of records; what cannot be loaded yet is noted.

    A server's is the one that programs began in this folder have; into a copy that is only read nobody records.
    """
    return 0 if (result := drained(_store(db), patience_s)) is None else result.records


def _store(db: SourcePlace) -> Place:
    """Return where records go that are read at `db`."""
    if isinstance(db, Path):
        return db
    from finops_router.telemetry.places import place_of

    return place_of(db.written)


def drained(db: Place, patience_s: float) -> DrainResult | None:
    """Load what is in the journal of `db`, with a note of all that cannot be loaded; None if there is no journal.

    Raises OSError if it cannot be told whether there is one.
    """
    folder = journal_folder(db)
    try:
        folder.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    from finops_router.telemetry import drain

    result = drain(db, patience_s=patience_s, clock=time.monotonic, sleep=time.sleep)
    for note in _notes(result, folder):
        click.echo(f"note: {note}", err=True)
    return result


def _notes(result: DrainResult, folder: Path) -> list[str]:
    """Return what of the journal is not in the database, and why."""
    notes = []
    if result.pending_segments:
        waiting = (
            f"{result.pending_segments} journal segments ({result.pending_bytes:,} bytes) are not in the report yet"
        )
        why = result.error or (result.left_out and "they cannot be read") or "their writers are busy"
        notes.append(f"{waiting} are not in the report yet: {why}")
    elif result.error:
        notes.append(f"the journal is not in the report: {result.error}")
    notes += [f"passed over in {folder}: {entry}" for entry in result.left_out]
    if result.quarantined:
        notes.append(f"{result.quarantined} unreadable lines were set aside in {folder}/quarantine")
    return notes


def journal_folder(db: Place) -> Path:
    """Return where the collector keeps the journal of `db`; of a path it is known without loading the router."""
    if isinstance(db, Path):
        return Path(f"{db}.journal")
    from finops_router.telemetry.places import journal_folder as of_place

    return of_place(db)
