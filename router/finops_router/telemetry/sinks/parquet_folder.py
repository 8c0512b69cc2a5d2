"""Put Parquet files into a folder: whole or not at all, and in place of others without a row being there twice.

A file is made where no reader looks, flushed to disk, and only then moved to its place by one rename. Its name says
which numbers of writes it holds: `load-00000003-00000009.parquet` holds what the files of 3 to 9 beside it held, which
readers pass over from then on, and which are removed. So readers need no list and no lock.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

OURS = "_finops"  # readers of Parquet pass over what is called _...
BOOKS, NEW = "books.duckdb", "new"
NAME = re.compile(r"load-(\d+)-(\d+)(?:\.\d+)?\.parquet")
SMALL_BYTES = 32 * 2**20
LEAST_SMALL = 64  # files of a day that are merged without being asked for


@dataclass(frozen=True, slots=True, order=True)
class Written:
    """A file of ours, with the first and the last number of the writes it holds."""

    first: int
    last: int
    path: Path

    def is_within(self, other: Written) -> bool:
        """Return whether another file holds what this one does, and more."""
        return (
            other.first <= self.first and self.last <= other.last and other.last - other.first > self.last - self.first
        )


def file_name(first: int, last: int, part: int = 0) -> str:
    """Return the name of a file; `part` tells those of one write apart."""
    return f"load-{first:08d}-{last:08d}{f'.{part}' if part else ''}.parquet"


def written(folder: Path) -> list[Written]:
    """Return the files of ours in a folder that no other has taken the place of, the oldest first."""
    found = []
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if match := NAME.fullmatch(entry.name):
                found.append(Written(int(match[1]), int(match[2]), folder / entry.name))
    found.sort()
    merged = [one for one in found if one.last > one.first]
    return [one for one in found if not any(one.is_within(other) for other in merged)]


def files_of(table: Path, days: Iterable[str] | None = None) -> list[Path]:
    """Return the files of a table that are in force: those of all days, or of some."""
    folders = sorted(table.glob("date=*")) if days is None else [table / f"date={day}" for day in days]
    return [one.path for folder in folders for one in written(folder)]


def runs(folder: Path, least: int) -> Iterator[list[Written]]:
    """Yield small files of a day that follow each other and can be merged, at least so many together.

    The parts of one write stay together: a merged file takes the place of all that its numbers say.
    """
    run: list[Written] = []
    for _, one in groupby(written(folder), lambda found: (found.first, found.last)):
        parts = list(one)
        if sum(part.path.stat().st_size for part in parts) < SMALL_BYTES:
            run += parts
            continue
        if len(run) >= least:
            yield run
        run = []
    if len(run) >= least:
        yield run


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
