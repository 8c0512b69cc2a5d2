"""Have groups of whole Parquet files be parts, told by the files' names, sizes and what changes when one is written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
from duckdb import ColumnExpression, ConstantExpression, FunctionExpression

from finops_report.warehouse.engines.parquet_files import ParquetFile
from finops_report.warehouse.engines.parquet_tables import Group, as_pattern
from finops_report.warehouse.kept.parts import TIMES, KnownPart, PartRows, PartsNow
from finops_report.warehouse.sql_files import statement

MOST_ROWS = 4_000_000  # of a part: they are summed anew if one of its files changed
MOST_FILES = 1024  # of a part: their ends are read by each statement over it
MANY_PARTS = 16  # in place of one
NUMBERS = ("file_index", "file_row_number")  # as DuckDB calls them, unless columns of the files are called so
SETTLED_S = 3.0  # no file system tells writes apart that are closer than two seconds
TABLES = ("telemetry", "attempts")
FILE_BITS = 32  # of a row's place; below it is its number in the file


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
class _File:
    """A file with its name below the root, its group, its print, and how many rows it has."""

    name: str
    file: ParquetFile
    group: int
    print: Print
    rows: int


@dataclass(frozen=True, slots=True)
class FilesInParts:
    """The files below `root` in their groups, by table, with the print of each path."""

    root: str
    groups: Mapping[str, tuple[Group, ...]]
    prints: Mapping[str, Print]

    @property
    def can_be_kept(self) -> bool:
        """Whether each row is read for itself, and can be told by its number in the file."""
        kinds = [group.kinds for name in self.tables for group in self.groups[name]]
        return all(of.get("timestamp", TIMES[0]) in TIMES and not of.keys() & set(NUMBERS) for of in kinds)

    @property
    def tables(self) -> tuple[str, ...]:
        """Those of 'telemetry' and 'attempts' that are there."""
        return tuple(name for name in TABLES if name in self.groups)

    def kind(self, con: duckdb.DuckDBPyConnection) -> str:
        """Return the types that the columns of the contract have in the files of each table; None: some lack it."""
        found = []
        for name in self.tables:
            for column in con.table(f"contract.{name}").columns:
                kinds = {str(group.kinds.get(column)) for group in self.groups[name]}
                found.append((name, column, sorted(kinds)))
        return repr((self.root if "://" in self.root else "", found))

    def parts(self, con: duckdb.DuckDBPyConnection, table: str, known: Sequence[KnownPart]) -> PartsNow:
        """Hold the files of known parts against those that are there; others are put into new parts."""
        files = self._files(con, table)
        kept = {part.number: now for part in known if (now := _still(part, files)) is not None}
        for number in _to_put_together(kept, files):
            del kept[number]
        covered = {name for part in kept.values() for name in _names(part)}
        new = [file for name, file in files.items() if name not in covered]
        return PartsNow(kept, tuple(_part(some) for some in _divided(new)))

    def rows(self, con: duckdb.DuckDBPyConnection, table: str, part: PartRows) -> tuple[duckdb.DuckDBPyRelation, ...]:
        """Return the rows of the files of a part, beside none of each other group: so types are those of all files."""
        group, files = self._group(table, part)
        return self._beside(con, table, group, _read(con, group, files))

    def placed(self, con: duckdb.DuckDBPyConnection, table: str, part: PartRows) -> duckdb.DuckDBPyRelation:
        """Return the rows of the files of a part, with the number of the file in the part and of the row in it."""
        rows = _read(con, *self._group(table, part))
        file, row = (ColumnExpression(number).cast("BIGINT") for number in NUMBERS)
        return rows.select("*", FunctionExpression("+", file * ConstantExpression(1 << FILE_BITS), row).alias("at_row"))

    def chosen(self, con: duckdb.DuckDBPyConnection, table: str, part: PartRows) -> tuple[duckdb.DuckDBPyRelation, ...]:
        """Return rows of a part by their places: only the files that have some are read."""
        group, files = self._group(table, part)
        hit = [number for (number,) in con.execute(statement("kept/files", "hit")).fetchall()]
        rows = _read(con, group, [files[number] for number in hit]).set_alias("recorded_rows")
        con.sql(statement("kept/files", "wanted"), params={"numbers": hit}).create_view("wanted_of_files", replace=True)
        wanted = con.table("wanted_of_files").set_alias("wanted")
        is_wanted = ConstantExpression(True)
        for number in NUMBERS:
            is_wanted &= ColumnExpression("recorded_rows", number) == ColumnExpression("wanted", number)
        return self._beside(con, table, group, rows.join(wanted, is_wanted, how="semi"))

    def _files(self, con: duckdb.DuckDBPyConnection, table: str) -> dict[str, _File]:
        """Return the files of a table by their names, in the order of these."""
        files = [(number, file) for number, group in enumerate(self.groups[table]) for file in group.files]
        paths = [as_pattern(file.path) for _, file in files]
        counts = dict(con.execute(statement("kept/files", "counts"), {"files": paths}).fetchall())
        found = [
            _File(self._name(file), file, number, self.prints[str(file.path)], counts[str(file.path)])
            for number, file in files
        ]
        return {file.name: file for file in sorted(found, key=lambda file: file.name)}

    def _name(self, file: ParquetFile) -> str:
        return str(file.path).removeprefix(f"{self.root}/")

    def _group(self, table: str, part: PartRows) -> tuple[Group, list[ParquetFile]]:
        names = _names(part)
        for group in self.groups[table]:
            of_name = {self._name(file): file for file in group.files}
            if names[0] in of_name:
                return group, [of_name[name] for name in names]
        raise KeyError(names[0])

    def _beside(
        self, con: duckdb.DuckDBPyConnection, table: str, group: Group, rows: duckdb.DuckDBPyRelation
    ) -> tuple[duckdb.DuckDBPyRelation, ...]:
        """Return rows of a group with all columns of its files, at its place among no rows of the other groups."""
        contract = con.table(f"contract.{table}")
        found, done = [], set()
        for one in self.groups[table]:
            kinds = {column: one.kinds[column] for column in contract.columns if column in one.columns}
            if one is group:
                found.append(_filled(rows, kinds))
            elif repr(kinds) not in done:
                done.add(repr(kinds))
                found.append(_none(contract, kinds))
        return tuple(found)


def _filled(rows: duckdb.DuckDBPyRelation, kinds: Mapping[str, str]) -> duckdb.DuckDBPyRelation:
    """Return these columns of rows, NULL of the types given for those that the rows lack."""
    found = {column.lower() for column in rows.columns}
    return rows.select(
        *(
            (ColumnExpression(column) if column in found else ConstantExpression(None).cast(kind)).alias(column)
            for column, kind in kinds.items()
        )
    )


def _none(rows: duckdb.DuckDBPyRelation, kinds: Mapping[str, str]) -> duckdb.DuckDBPyRelation:
    """Return no rows, with columns of these types."""
    columns = (ConstantExpression(None).cast(kind).alias(column) for column, kind in kinds.items())
    return rows.select(*columns).filter(ConstantExpression(False))


def _read(con: duckdb.DuckDBPyConnection, group: Group, files: Sequence[ParquetFile]) -> duckdb.DuckDBPyRelation:
    paths = [as_pattern(file.path) for file in files]
    known = {"files": paths, "partitioned": bool(group.partitions)}
    con.sql(statement("kept/files", "part"), params=known).create_view("rows_of_files", replace=True)
    return con.table("rows_of_files")


def _names(part: PartRows | KnownPart) -> list[str]:
    found: list[str] = json.loads(part.rows)
    return found


def _part(files: Sequence[_File]) -> PartRows:
    told = hashlib.sha256(repr([(file.name, file.print.text) for file in files]).encode(errors="surrogateescape"))
    return PartRows(
        json.dumps([file.name for file in files]),
        told.hexdigest(),
        sum(file.rows for file in files),
        is_lasting=all(file.print.is_lasting for file in files),
    )


def _still(part: KnownPart, files: Mapping[str, _File]) -> PartRows | None:
    """Return a part if all its files are there and those they were, in one group; else None."""
    names = _names(part)
    if any(name not in files for name in names) or len({files[name].group for name in names}) != 1:
        return None
    now = _part([files[name] for name in names])
    return now if now.print == part.print else None


def _divided(files: Sequence[_File]) -> Iterator[list[_File]]:
    """Yield files that make a part: of one group, not too many, those written just now by themselves."""
    part: list[_File] = []
    rows = 0
    for file in sorted(files, key=lambda file: (file.group, not file.print.is_lasting, file.name)):
        alike = not part or (file.group, file.print.is_lasting) == (part[0].group, part[0].print.is_lasting)
        if part and (not alike or rows + file.rows > MOST_ROWS or len(part) >= MOST_FILES):
            yield part
            part, rows = [], 0
        part.append(file)
        rows += file.rows
    if part:
        yield part


def _to_put_together(kept: Mapping[int, PartRows], files: Mapping[str, _File]) -> set[int]:
    """Return parts that had better be one: many of few rows, which follow each other in the order of their files."""
    found: set[int] = set()
    together: list[int] = []
    group, rows, count = -1, 0, 0
    for number, part in sorted(kept.items(), key=lambda one: (files[_names(one[1])[0]].group, _names(one[1])[0])):
        names = _names(part)
        now = files[names[0]].group
        if together and (now != group or rows + part.count > MOST_ROWS or count + len(names) > MOST_FILES):
            found.update(together if len(together) >= MANY_PARTS else ())
            together, rows, count = [], 0, 0
        group, rows, count = now, rows + part.count, count + len(names)
        together.append(number)
    return found | set(together if len(together) >= MANY_PARTS else ())
