"""Have groups of whole Parquet files be parts, told by the files' names, sizes and what changes when one is written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import duckdb
from duckdb import ColumnExpression, ConstantExpression, FunctionExpression

from finops_report.warehouse.base_views import Source, create_base_views
from finops_report.warehouse.engines.parquet_ends import FileEnds, Print, as_pattern
from finops_report.warehouse.engines.parquet_files import ParquetFile
from finops_report.warehouse.engines.parquet_tables import FoundTables, Group
from finops_report.warehouse.kept.parts import PARTED, TIMES, KnownPart, PartRows, PartsNow
from finops_report.warehouse.recorded import Recorded
from finops_report.warehouse.sql_files import statement

MOST_ROWS = 4_000_000  # of a part: they are summed anew if one of its files changed
MOST_FILES = 1024  # of a part: their ends are read by each statement over it
MANY_PARTS = 16  # in place of one
NUMBERS = ("file_index", "file_row_number")  # as DuckDB calls them, unless columns of the files are called so
FILE_BITS = 32  # of a row's place; below it is its number in the file


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
    """The files of each table in their groups, with what is known of each file."""

    groups: Mapping[str, tuple[Group, ...]]
    ends: FileEnds
    _of_table: dict[str, dict[str, _File]] = field(default_factory=dict, init=False)

    @property
    def can_be_kept(self) -> bool:
        """Whether each row is read for itself, and can be told by its number in the file."""
        kinds = [group.kinds for name in self.tables for group in self.groups[name]]
        return all(of.get("timestamp", TIMES[0]) in TIMES and not of.keys() & set(NUMBERS) for of in kinds)

    @property
    def tables(self) -> tuple[str, ...]:
        """Those of 'telemetry' and 'attempts' that are there."""
        return tuple(name for name in PARTED if name in self.groups)

    def has_rows(self, table: str) -> bool:
        """Return whether a table is there and has a row."""
        return any(self.ends.rows(file) for group in self.groups.get(table, ()) for file in group.files)

    def kind(self, con: duckdb.DuckDBPyConnection) -> str:
        """Return where objects are, and the types of each column of the contract that files of a table have several of.

        One type alone, or none, is the same to a file whether others have the column or not.
        """
        found = []
        for name in self.tables:
            for column in con.table(f"contract.{name}").columns:
                kinds = {group.kinds.get(column) for group in self.groups[name]}
                if len(kinds - {None}) > 1:
                    found.append((name, column, sorted(map(str, kinds))))
        return repr((self.ends.root if "://" in self.ends.root else "", found))

    def parts(self, con: duckdb.DuckDBPyConnection, table: str, known: Sequence[KnownPart]) -> PartsNow:
        """Hold the files of known parts against those that are there; others are put into new parts."""
        files = self._files(table)
        kept = {part.number: now for part in known if (now := _still(part, files)) is not None}
        for number in _to_put_together(kept, files):
            del kept[number]
        covered = {name for part in kept.values() for name in _names(part)}
        new = [file for name, file in files.items() if name not in covered]
        return PartsNow(kept, tuple(_part(some) for some in _divided(new)))

    def rows(self, con: duckdb.DuckDBPyConnection, table: str, part: PartRows) -> tuple[duckdb.DuckDBPyRelation, ...]:
        """Return the rows of the files of a part, beside none of each other group: so types are those of all files."""
        group, files = self._group(table, part)
        return self._beside(con, table, group, self._read(con, group, files))

    def placed(self, con: duckdb.DuckDBPyConnection, table: str, part: PartRows) -> duckdb.DuckDBPyRelation:
        """Return the rows of the files of a part, with the number of the file in the part and of the row in it."""
        rows = self._read(con, *self._group(table, part))
        file, row = (ColumnExpression(number).cast("BIGINT") for number in NUMBERS)
        return rows.select("*", FunctionExpression("+", file * ConstantExpression(1 << FILE_BITS), row).alias("at_row"))

    def chosen(self, con: duckdb.DuckDBPyConnection, table: str, part: PartRows) -> tuple[duckdb.DuckDBPyRelation, ...]:
        """Return rows of a part by their places: only the files that have some are read."""
        group, files = self._group(table, part)
        hit = [number for (number,) in con.execute(statement("kept/files", "hit")).fetchall()]
        rows = self._read(con, group, [files[number] for number in hit]).set_alias("recorded_rows")
        con.sql(statement("kept/files", "wanted"), params={"numbers": hit}).create_view("wanted_of_files", replace=True)
        wanted = con.table("wanted_of_files").set_alias("wanted")
        is_wanted = ConstantExpression(True)
        for number in NUMBERS:
            is_wanted &= ColumnExpression("recorded_rows", number) == ColumnExpression("wanted", number)
        return self._beside(con, table, group, rows.join(wanted, is_wanted, how="semi"))

    def _files(self, table: str) -> dict[str, _File]:
        """Return the files of a table by their names, in the order of these."""
        if table not in self._of_table:
            ends = self.ends
            found = [
                _File(ends.name(file), file, number, ends.print(file), ends.rows(file))
                for number, group in enumerate(self.groups[table])
                for file in group.files
            ]
            self._of_table[table] = {file.name: file for file in sorted(found, key=lambda file: file.name)}
        return self._of_table[table]

    def _group(self, table: str, part: PartRows) -> tuple[Group, list[ParquetFile]]:
        files = [self._files(table)[name] for name in _names(part)]
        return self.groups[table][files[0].group], [file.file for file in files]

    def _read(
        self, con: duckdb.DuckDBPyConnection, group: Group, files: Sequence[ParquetFile]
    ) -> duckdb.DuckDBPyRelation:
        """Return the rows of files of a group. If all have the same columns, the end of one says what all have."""
        known = {
            "files": [as_pattern(file.path) for file in files],
            "partitioned": bool(group.partitions),
            "by_name": len({self.ends.columns(file) for file in files}) > 1,
        }
        con.sql(statement("kept/files", "part"), params=known).create_view("rows_of_files", replace=True)
        return con.table("rows_of_files")

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


def parts_of(tables: FoundTables, ends: FileEnds) -> FilesInParts | None:
    """Return the files of tables as parts; None if nothing is to be kept, or cannot be."""
    parts = FilesInParts(tables.groups, ends)
    return parts if ends.footers is not None and parts.can_be_kept else None


def create_views_of_files(
    con: duckdb.DuckDBPyConnection, name: str, recorded: Recorded, parts: FilesInParts | None, *, held: bool
) -> Source:
    """Make the base views over files; if there are parts, over no request and no attempt until some are shown."""
    if parts is None:
        return create_base_views(con, name, recorded, held=held)
    beside = {table: replace(one, parts=()) if table in PARTED else one for table, one in recorded.tables.items()}
    source = create_base_views(con, name, replace(recorded, tables=beside), is_all=False)
    return replace(source, has_attempts=parts.has_rows("attempts"))


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
