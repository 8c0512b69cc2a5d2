"""Bring files, and rows at addresses, into the telemetry: read all, then take in what is new at once, or nothing."""

from __future__ import annotations

import glob
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from finops_router.telemetry.places import Address, Folder, Place, journal_folder
from finops_router.telemetry.sinks import sink_at
from finops_router.telemetry.sinks.contract import SetAside, SinkError, TakenIn
from finops_router.telemetry.sinks.quarantine import FOLDER
from finops_router.telemetry.waiting import Waiting

from finops_report.errors import ConfigError, DatabaseError
from finops_report.files import write_whole
from finops_report.ingest.sources import RowSource
from finops_report.ingest.staging import Progress, Reading, Staged, staged
from finops_report.ingest.tally import Tally
from finops_report.wording import formats

MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Ingested:
    """What was read of each file, what of it is new, and where rows that could not be read are kept (None: none)."""

    tallies: Sequence[Tally]
    taken: TakenIn | None
    aside: Path | None = None


def look(sources: Sequence[RowSource], reading: Reading, progress: Progress) -> Ingested:
    """Return what would be read; nothing is written. Raises ConfigError as `ingest` does."""
    with tempfile.TemporaryDirectory(prefix="finops-ingest-") as folder:
        return Ingested(_read(sources, reading, Path(folder), progress).tallies, None)


def ingest(sources: Sequence[RowSource], reading: Reading, db: Place, waiting: Waiting, progress: Progress) -> Ingested:
    """Bring the requests of all `sources` into the database at `db` that it does not have yet.

    Raises ConfigError if a source cannot be read at all, DatabaseError if the database cannot be written; nothing is
    changed then.
    """
    with _beside(db) as folder:
        made = _read(sources, reading, Path(folder), progress)
        place = _keep_aside(made, db) if made.aside else None
        try:
            aside = SetAside(made.aside_name, len(made.aside), "rows of ingested files") if made.aside else None
            taken = sink_at(db, has_machine=True).take_in(made.files, aside, waiting)
        except SinkError as error:
            if place is not None:
                place.unlink(missing_ok=True)
            raise DatabaseError(f"The database cannot be written: {error.message}", error.hint) from error
    return Ingested(made.tallies, taken, place)


def _read(sources: Sequence[RowSource], reading: Reading, folder: Path, progress: Progress) -> Staged:
    made = staged(sources, reading, folder, progress)
    if not any(tally.requests for tally in made.tallies):
        names = [tally.shown for tally in made.tallies[:MOST_NAMED]]
        more = [formats.plural(left, "more file")] if (left := len(made.tallies) - MOST_NAMED) > 0 else []
        strange = next((tally.passed_over for tally in made.tallies if tally.passed_over), None)
        hint = "look whether the export is of the right days and of requests"
        raise ConfigError(
            f"No requests in: {formats.listed(names + more)}", hint if strange is None else f"{hint}; {strange}"
        )
    return made


def _beside(db: Place) -> tempfile.TemporaryDirectory[str]:
    """Give a folder for the time of reading: beside the database, where there is to be room for its content anyway.

    What killed runs left there is removed. For the database of a server it is where this machine has temporary files.
    """
    if isinstance(db, Address):
        return tempfile.TemporaryDirectory(prefix="finops-ingest-")
    path = (db.path if isinstance(db, Folder) else db).absolute()
    place = path.parent
    place.mkdir(parents=True, exist_ok=True)
    prefix = f".{path.name}.ingest-"
    for left in place.glob(f"{glob.escape(prefix)}*"):
        pid = left.name.removeprefix(prefix).partition("-")[0]
        if pid.isdecimal() and not _is_alive(int(pid)):
            shutil.rmtree(left, ignore_errors=True)
    return tempfile.TemporaryDirectory(prefix=f"{prefix}{os.getpid()}-", dir=place)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _keep_aside(made: Staged, db: Place) -> Path:
    """Write rows that could not be read where the collector keeps its own: in the quarantine of the journal."""
    place = journal_folder(db) / FOLDER / f"{made.aside_name}.ndjson"
    write_whole({place: b"".join(line + b"\n" for line in made.aside)})
    return place
