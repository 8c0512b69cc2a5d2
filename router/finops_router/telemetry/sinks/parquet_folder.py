"""Put Parquet files into a folder: whole or not at all, and in place of others without a row being there twice.

A file is made where no reader looks, flushed to disk, and only then moved to its place by one rename. Its name says
which numbers of writes it holds: `load-00000003-00000009.parquet` holds what the files of 3 to 9 beside it held, which
readers pass over from then on, and which are removed. So readers need no list and no lock.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import duckdb

OURS = "_finops"  # readers of Parquet pass over what is called _...
BOOKS, NEW = "books.duckdb", "new"
NAME = re.compile(r"load-(\d+)-(\d+)(?:\.\d+)?\.parquet")
SMALL_BYTES = 32 * 2**20
LEAST_SMALL = 64  # files of a day that are merged without being asked for


@dataclass(frozen=True, slots=True, order=True)
class Written:
    """A file of ours, with the first and the last number of the writes it holds, and its size in bytes."""

    first: int
    last: int
    place: str
    size: int = 0

    def is_within(self, other: Written) -> bool:
        """Return whether another file holds what this one does, and more."""
        return (
            other.first <= self.first and self.last <= other.last and other.last - other.first > self.last - self.first
        )


def file_name(first: int, last: int, part: int = 0) -> str:
    """Return the name of a file; `part` tells those of one write apart."""
    return f"load-{first:08d}-{last:08d}{f'.{part}' if part else ''}.parquet"


def in_force(folder: str, found: Iterable[tuple[str, int]]) -> list[Written]:
    """Return the files of ours among names with sizes that no other has taken the place of, the oldest first."""
    ours = sorted(
        Written(int(match[1]), int(match[2]), f"{folder}/{name}", size)
        for name, size in found
        if (match := NAME.fullmatch(name))
    )
    merged = [one for one in ours if one.last > one.first]
    return [one for one in ours if not any(one.is_within(other) for other in merged)]


def places_of(files: LakeFiles, table: str, days: Iterable[str] | None = None) -> list[str]:
    """Return the places of the files of a table that are in force: those of all days, or of some."""
    folders = files.days(table) if days is None else [f"{table}/date={day}" for day in days]
    return [one.place for folder in folders for one in files.written(folder)]


def runs(found: Iterable[Written], least: int) -> Iterator[list[Written]]:
    """Yield small files of a day that follow each other and can be merged, at least so many together.

    The parts of one write stay together: a merged file takes the place of all that its numbers say.
    """
    run: list[Written] = []
    for _, one in groupby(found, lambda written: (written.first, written.last)):
        parts = list(one)
        if sum(part.size for part in parts) < SMALL_BYTES:
            run += parts
            continue
        if len(run) >= least:
            yield run
        run = []
    if len(run) >= least:
        yield run


class LakeFiles(Protocol):
    """The files of a folder of Parquet, on a disk or in an object store; places in it have slashes."""

    @property
    def scratch(self) -> Path:
        """The folder of this machine in which files are made, and in which the books are."""
        ...

    def attach(self, con: duckdb.DuckDBPyConnection) -> None:
        """Let the DuckDB of the books read files by what `readable` says."""
        ...

    def has(self, table: str) -> bool:
        """Return whether there is a folder of a table."""
        ...

    def days(self, table: str) -> list[str]:
        """Return the folders of a table's days, as telemetry/date=2026-10-01."""
        ...

    def written(self, folder: str) -> list[Written]:
        """Return the files of ours in a folder that are in force."""
        ...

    def readable(self, place: str) -> str:
        """Return what DuckDB reads the file at a place by."""
        ...

    def keep(self, made: Path) -> str:
        """Make a file safe from a power cut where no reader looks, and return the name to publish it by."""
        ...

    def commit(self, con: duckdb.DuckDBPyConnection) -> None:
        """Have the books count that were just committed. Raises SinkBusyError if others wrote to them meanwhile."""
        ...

    def publish(self, made: str, place: str) -> None:
        """Move a file that was kept to its place; it may be there already."""
        ...

    def remove(self, places: Sequence[str]) -> None:
        """Remove files, which may be gone already."""
        ...

    def clear(self) -> None:
        """Remove what was made and does not count."""
        ...


@dataclass(frozen=True, slots=True)
class LocalFiles:
    """The files of a folder on a disk (see `LakeFiles`)."""

    folder: Path

    @property
    def scratch(self) -> Path:
        return self.folder

    def attach(self, con: duckdb.DuckDBPyConnection) -> None:
        """Do nothing: it reads this disk."""

    def has(self, table: str) -> bool:
        return (self.folder / table).is_dir()

    def days(self, table: str) -> list[str]:
        return [f"{table}/{day.name}" for day in sorted((self.folder / table).glob("date=*"))]

    def written(self, folder: str) -> list[Written]:
        with suppress(FileNotFoundError), os.scandir(self.folder / folder) as entries:
            return in_force(folder, [(entry.name, entry.stat().st_size) for entry in entries])
        return []

    def readable(self, place: str) -> str:
        return str(self.folder / place)

    def keep(self, made: Path) -> str:
        flush(made)
        return str(made.relative_to(self.folder))

    def commit(self, con: duckdb.DuckDBPyConnection) -> None:
        """Do nothing: the commit was one of this file system."""

    def publish(self, made: str, place: str) -> None:
        move(self.folder / made, self.folder / place)

    def remove(self, places: Sequence[str]) -> None:
        for place in places:
            (self.folder / place).unlink(missing_ok=True)

    def clear(self) -> None:
        clear(self.folder / OURS / NEW)


def move(made: Path, place: Path) -> None:
    """Move a file to its place and have the folder know it after a power cut; it may be there already."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):  # it was moved by a process that died before it could say so
        made.rename(place)
    for folder in (place.parent, place.parent.parent):
        flush(folder)


def flush(path: Path) -> None:
    """Write a file, or the names in a folder, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def clear(folder: Path) -> None:
    """Make a folder anew, with nothing in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
