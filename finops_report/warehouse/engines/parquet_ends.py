"""Look at the ends of Parquet files, which say what columns they have, unless they are known from an earlier build."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import duckdb

from finops_report.errors import DatabaseError
from finops_report.warehouse.engines.parquet_files import Entry, ParquetFile
from finops_report.warehouse.kept.footers import Footer, Footers
from finops_report.warehouse.sql_files import statement

SETTLED_S = 3.0  # no file system tells writes apart that are closer than two seconds


@dataclass(frozen=True, slots=True)
class Print:
    """What changes whenever a file is written; not `is_lasting` if it was written just now, for it may be once more."""

    text: str
    is_lasting: bool = True


def print_on_disk(file: Path, now_s: float) -> Print:
    """Return what tells a file from what stood or will stand there.

    The time of its last change can be set by nobody, but is no finer than a tick of a clock.
    """
    found = file.stat()
    text = f"{found.st_size} {found.st_ino} {found.st_mtime_ns} {found.st_ctime_ns}"
    return Print(text, is_lasting=max(found.st_mtime, found.st_ctime) < now_s - SETTLED_S)


@dataclass(frozen=True, slots=True)
class FileEnds:
    """The ends of files below `root`, whose prints are known by their paths; `footers` are those known (None: none)."""

    root: str
    prints: Mapping[str, Print]
    footers: Footers | None = None

    def name(self, file: ParquetFile) -> str:
        """Return the name of a file below the root."""
        return str(file.path).removeprefix(f"{self.root}/")

    def print(self, file: ParquetFile) -> Print:
        """Return what tells a file from others of its name."""
        return self.prints[str(file.path)]

    def rows(self, file: ParquetFile) -> int:
        """Return how many rows a file has; 0 if its end was not looked at for cubes to be kept."""
        found = self._known(file)
        return 0 if found is None else found.rows

    def columns(self, file: ParquetFile) -> tuple[tuple[str, str], ...]:
        """Return the columns of a file with their types, in its order; none if its end was not looked at for that."""
        found = self._known(file)
        return () if found is None else tuple(found.types.items())

    def typed(self, con: duckdb.DuckDBPyConnection, files: Sequence[ParquetFile]) -> list[Mapping[str, str]]:
        """Return the types of the columns of each file by their names in lower case. Raises DatabaseError."""
        known = [self._known(file) for file in files]
        unknown = [file for file, footer in zip(files, known, strict=True) if footer is None]
        try:
            looked_up = iter(self._remembered(con, unknown, _types(con, unknown)) if unknown else ())
        except duckdb.Error as err:
            raise DatabaseError(
                f"The Parquet files cannot be read: {str(err).splitlines()[0]}",
                "take away files that are not whole, or give them another suffix",
            ) from err
        return [next(looked_up) if footer is None else footer.types for footer in known]

    def _known(self, file: ParquetFile) -> Footer | None:
        return None if self.footers is None else self.footers.of(self.name(file), self.print(file).text)

    def _remembered(
        self, con: duckdb.DuckDBPyConnection, files: Sequence[ParquetFile], types: list[Mapping[str, str]]
    ) -> list[Mapping[str, str]]:
        if self.footers is not None:
            paths = [as_pattern(file.path) for file in files]
            counts = dict(con.execute(statement("kept/files", "counts"), {"files": paths}).fetchall())
            for file, of_file in zip(files, types, strict=True):
                self.footers.add(self.name(file), self.print(file).text, Footer(of_file, counts[str(file.path)]))
        return types


def _types(con: duckdb.DuckDBPyConnection, files: Sequence[ParquetFile]) -> list[Mapping[str, str]]:
    """Return the types of the columns of each file; those of equal schemas are looked at once."""
    paths = [as_pattern(file.path) for file in files]
    of_path = dict(con.execute(statement("source", "parquet_schemas"), {"files": paths}).fetchall())
    known: dict[str, Mapping[str, str]] = {}
    found = []
    for file in files:
        signature = of_path.get(str(file.path), str(file.path))
        if signature not in known:
            rows = con.read_parquet(as_pattern(file.path), hive_partitioning=False)
            known[signature] = MappingProxyType(
                {column.lower(): str(kind) for column, kind in zip(rows.columns, rows.types, strict=True)}
            )
        found.append(known[signature])
    return found


def as_pattern(path: Entry) -> str:
    """Return a pattern that matches this path alone: DuckDB takes every path for one."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))
