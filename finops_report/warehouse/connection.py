"""Open the in-memory DuckDB that a report is made in. What it reads may be a stranger's: it can reach nothing else.

Before anything of the source is looked at, files, network, extensions and Python's variables are out of reach for good:
a view in a stranger's file is executed when it is read. Its tables, and views on them, work as ever.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from finops_report.warehouse.interruption import interruptible
from finops_report.warehouse.sql_files import statement
from finops_report.warehouse.waiting import Waited

# What a source meets that goes beyond what it is given.
BOUNDS = (duckdb.InterruptException, duckdb.OutOfMemoryException, duckdb.PermissionException)
# DuckDB shares work among threads by the 122,880 rows of a row group. A file with one or two of these is read faster by
# one thread than by many, which wait for each other at every statement.
ONE_THREAD_BYTES = 16_000_000
CLOSED = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    "secret_directory": "none",  # or else the home folder stands in the settings, which a view can read
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading a source may use up: memory, as '4GB' (None: 80 % of the machine's), and seconds.

    `spill` is the folder in which what does not fit into memory is put for the moment; None is TMPDIR.
    """

    memory: str | None = None
    time_s: float = 600.0
    spill: Path | None = None


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Reach:
    """What can be opened at all: single files, and all that is in the folders."""

    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()

    def and_files(self, files: tuple[str, ...]) -> Reach:
        """Return this and single files."""
        return Reach((*self.files, *files), self.folders)

    def and_folder(self, folder: str) -> Reach:
        """Return this and all that is in `folder`."""
        return Reach(self.files, (*self.folders, folder))


@contextmanager
def connected(reach: Reach, limits: Limits, waited: Waited | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a database in memory from which nothing can be opened but what is in `reach`.

    Statements that still run after `limits.time_s`, and what was `waited` for a file that was busy, raise
    duckdb.InterruptException. What does not fit into memory goes
    to a folder of its own in `limits.spill`, or in TMPDIR; without one, nothing is put there.
    A small file is read by one thread.
    """
    with _scratch(limits.spill) as scratch:
        config: dict[str, str | bool | int | float | list[str]] = {**CLOSED, "temp_directory": scratch}
        if limits.memory is not None:
            config["memory_limit"] = limits.memory
        if _is_small(reach):
            config["threads"] = 1
        with duckdb.connect(config=config) as con:
            con.execute(statement("source", "allow_files"), {"files": list(reach.files)})
            con.execute(statement("source", "allow_folders"), {"folders": list(reach.folders)})
            con.execute(statement("source", "lock"))
            with interruptible(con, limits.time_s, waited or Waited()):
                yield con


def _is_small(reach: Reach) -> bool:
    """Return whether what can be opened are files that are small together; how much is in folders is not known."""
    sizes = [file.stat().st_size for file in map(Path, reach.files) if file.is_file()]
    return bool(sizes) and not reach.folders and sum(sizes) <= ONE_THREAD_BYTES


@contextmanager
def _scratch(place: Path | None) -> Iterator[str]:
    """Yield a folder in `place` or else in TMPDIR that is gone afterwards; '' if none can be made."""
    folder = _made(place, ".finops-report-") if place is not None and place.is_dir() else None
    folder = folder or _made(None, "finops-report-")
    if folder is None:
        yield ""
        return
    with folder as name:
        yield name


def _made(place: Path | None, prefix: str) -> tempfile.TemporaryDirectory[str] | None:
    try:
        return tempfile.TemporaryDirectory(prefix=prefix, dir=place, ignore_cleanup_errors=True)
    except OSError:
        return None
