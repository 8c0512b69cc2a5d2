"""Find which Parquet files of a folder belong to which table, and what is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from finops_report.errors import DatabaseError
from finops_report.warehouse.engines.stored_entries import StoredEntry
from finops_report.warehouse.recorded import LeftOut
from finops_report.warehouse.tables import EXTRA_TABLES
from finops_report.wording import formats

SUFFIXES = (".parquet", ".pq")
WRITTEN = re.compile(r"load-(\d+)-(\d+)(?:\.\d+)?\.parquet")  # by the collector: the first and the last write it holds
BOOKS = "_finops"  # of the collector, which no reader has to know of
Entry = Path | StoredEntry  # a file or a folder, of this machine or of an object store


@dataclass(frozen=True, slots=True)
class ParquetFile:
    """A file with the folders between it and the folder of its table: some may be partitions, as in team=search/."""

    path: Entry
    folders: tuple[str, ...]

    @property
    def partitions(self) -> tuple[str, ...]:
        """The names of the columns that the file's place gives."""
        return tuple(folder.partition("=")[0].lower() for folder in self.folders if "=" in folder)

    @property
    def aside(self) -> str | None:
        """The outermost folder if it is no partition: it may hold something else."""
        return self.folders[0] if self.folders and "=" not in self.folders[0] else None


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """The files of each table by its name, the name of the telemetry's folder, and what is not read."""

    telemetry: str
    files: Mapping[str, tuple[ParquetFile, ...]]
    left_out: tuple[LeftOut, ...]

    @property
    def all_files(self) -> Iterator[ParquetFile]:
        """The files of all tables."""
        return (file for files in self.files.values() for file in files)


def is_parquet(path: Entry) -> bool:
    """Return whether a file is called as Parquet files are, in upper or lower case."""
    return path.suffix.lower() in SUFFIXES


def find_files(folder: Entry, table: str | None) -> FoundFiles:
    """Return the files of the telemetry and of the tables beside it.

    The telemetry is in the sub-folder `table`, or else in one called telemetry, or else all that is in `folder` itself
    but the other tables. Raises DatabaseError if no sub-folder `table` holds Parquet.
    """
    names = {entry.name.lower(): entry for entry in _entries(folder) if entry.is_dir()}
    files = {name: tuple(_walk(names[name])) for name in EXTRA_TABLES if name in names}
    chosen = names.get((table or "telemetry").lower())
    inside = () if chosen is None else tuple(_walk(chosen))
    if table is not None and table.lower() != "telemetry" and not inside:
        known = ", ".join(sorted(entry.name for entry in names.values())) or "no folders"
        raise DatabaseError(f"No folder of Parquet files for the table: {table}", f"{folder} has: {known}")
    below = tuple(_walk(folder, without=tuple(EXTRA_TABLES)))  # these are never part of the telemetry
    if inside and chosen is not None:
        beside = [file for file in below if not file.path.is_relative_to(str(chosen))]
        return FoundFiles(chosen.name, {"telemetry": inside, **files}, (*_beside(beside), *_skipped(folder)))
    return FoundFiles("telemetry", {"telemetry": below, **files}, _skipped(folder))


def _beside(files: list[ParquetFile]) -> Iterator[LeftOut]:
    if files:
        yield LeftOut(formats.plural(len(files), "Parquet file"), "beside the folder of the telemetry")


def _skipped(folder: Entry) -> tuple[LeftOut, ...]:
    entries = list(_all_below(folder))
    hidden = sum(1 for entry in entries if _is_hidden(entry) and entry.name != BOOKS)
    seen = [entry for entry in entries if not _is_hidden(entry)]
    links = sum(1 for entry in seen if entry.is_symlink())
    others = sum(1 for entry in seen if not entry.is_symlink() and entry.is_file() and not is_parquet(entry))
    found = []
    if hidden:
        found.append(LeftOut(formats.plural(hidden, "file or folder", "files and folders"), "hidden, or called _..."))
    if links:
        found.append(
            LeftOut(formats.plural(links, "link"), "not followed: they lead elsewhere, or to what is read anyway")
        )
    if others:
        found.append(LeftOut(formats.plural(others, "file"), "no Parquet, by the name"))
    return tuple(found)


def _walk(folder: Entry, without: tuple[str, ...] = (), folders: tuple[str, ...] = ()) -> Iterator[ParquetFile]:
    for entry in _entries(folder):
        if entry.is_dir() and entry.name.lower() not in without:
            yield from _walk(entry, (), (*folders, entry.name))
        elif is_parquet(entry):
            yield ParquetFile(entry, folders)


def _all_below(folder: Entry) -> Iterator[Entry]:
    """Return what is in a folder and in those within it; hidden ones are named and not entered."""
    for entry in sorted(folder.iterdir(), key=_by_name):
        yield entry
        if entry.is_dir() and not _is_hidden(entry) and not entry.is_symlink():
            yield from _all_below(entry)


def _entries(folder: Entry) -> list[Entry]:
    """Return what of a folder is looked at: no links, which lead out of it, in circles, or to what is read anyway.

    Nor files of our collector whose rows are in another by now: they are removed as soon as that one is there.
    """
    found = sorted(folder.iterdir(), key=_by_name)
    entries = [entry for entry in found if not _is_hidden(entry) and not entry.is_symlink()]
    written = {entry: (int(match[1]), int(match[2])) for entry in entries if (match := WRITTEN.fullmatch(entry.name))}
    merged = [span for span in written.values() if span[1] > span[0]]
    return [entry for entry in entries if entry not in written or not _is_within_any(written[entry], merged)]


def _is_within_any(span: tuple[int, int], merged: list[tuple[int, int]]) -> bool:
    """Return whether what a file holds, by the numbers of its writes, is a part of what another does."""
    return any(span != other and other[0] <= span[0] and span[1] <= other[1] for other in merged)


def _by_name(entry: Entry) -> str:
    return entry.name


def _is_hidden(entry: Entry) -> bool:
    return entry.name.startswith((".", "_"))
