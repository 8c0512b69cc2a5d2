"""Find which Parquet files can be read together, and make the tables of the contract of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import overload

import duckdb

from finops_report.errors import DatabaseError
from finops_report.warehouse.engines.parquet_ends import FileEnds, as_pattern
from finops_report.warehouse.engines.parquet_files import FoundFiles, ParquetFile
from finops_report.warehouse.recorded import LeftOut, Recorded, RecordedTable, foreign
from finops_report.warehouse.sql_files import statement
from finops_report.warehouse.tables import CONTRACT, EXTRA_TABLES, Table, telemetry_table
from finops_report.wording import formats

TEXT = "VARCHAR"
TIME = "TIMESTAMP"  # in UTC: what other types mean is for readings.sql to say


@dataclass(slots=True)
class Group:
    """Files that can be read together: their common columns have the same types, and so have their places."""

    partitions: tuple[str, ...]
    types: dict[str, str]
    files: list[ParquetFile] = field(default_factory=list)

    def takes(self, file: ParquetFile, types: Mapping[str, str]) -> bool:
        return self.partitions == file.partitions and all(
            self.types.get(column, kind) == kind for column, kind in types.items()
        )

    @property
    def columns(self) -> frozenset[str]:
        return frozenset(self.types) | frozenset(self.partitions)

    @property
    def kinds(self) -> dict[str, str]:
        """The types of all columns: what a place gives is text, and stands for what the file has so called."""
        return self.types | dict.fromkeys(self.partitions, TEXT)


@dataclass(frozen=True, slots=True)
class FoundTables:
    """What was found in files, and the files of each table in groups that can be read together."""

    recorded: Recorded
    groups: Mapping[str, tuple[Group, ...]]


def tables_in(
    con: duckdb.DuckDBPyConnection, found: FoundFiles, place: str, ends: FileEnds, *, is_far: bool = False
) -> FoundTables:
    """Return the tables in the files that were found in `place`; raises DatabaseError.

    Only ends of files are read before anybody asks for rows. If `place` is far away, only rows of the time are read
    that the variable `read_between` says (sql/source/parquet_far).
    """
    if not found.files["telemetry"]:
        raise DatabaseError(
            f"No Parquet files in: {place}",
            "put them there or in a folder named telemetry within it",
        )
    groups = {name: _groups(con, files, ends) for name, files in found.files.items() if files}
    groups["telemetry"], others = _without_other_tables(groups["telemetry"])
    left_out = [*found.left_out, *others]
    tables: dict[str, RecordedTable] = {}
    for name, of_name in groups.items():
        recorded = _recorded(con, name, of_name, is_far=is_far)
        if name in EXTRA_TABLES and recorded.table.lacks_as(name):
            left_out.append(foreign(recorded.table, name))
        else:
            tables[name] = recorded
    telemetry = replace(tables["telemetry"].table, name=found.telemetry)
    tables["telemetry"] = replace(tables["telemetry"], table=telemetry_table([telemetry], None))
    return FoundTables(Recorded(tables, tuple(left_out)), {name: tuple(groups[name]) for name in tables})


def _groups(con: duckdb.DuckDBPyConnection, files: Sequence[ParquetFile], ends: FileEnds) -> list[Group]:
    """Divide files into groups that can be read together; columns may be missing here and there.

    Files that set something aside keep to themselves: `_without_other_tables` may leave them out.
    """
    groups: list[tuple[str | None, Group]] = []
    for file, types in zip(files, ends.typed(con, files), strict=True):
        for aside, group in groups:
            if aside == file.aside and group.takes(file, types):
                group.types |= types
                group.files.append(file)
                break
        else:
            groups.append((file.aside, Group(file.partitions, dict(types), [file])))
    return [group for _, group in groups]


def _without_other_tables(groups: list[Group]) -> tuple[list[Group], list[LeftOut]]:
    """Leave out sub-folders that hold something else, if there is telemetry beside them."""
    others = [group for group in groups if group.files[0].aside and not set(CONTRACT) <= group.columns]
    if len(others) == len(groups):
        return groups, []
    return (
        [group for group in groups if group not in others],
        [
            LeftOut(
                f"folder {group.files[0].aside} ({formats.plural(len(group.files), 'file')})",
                f"no telemetry: it has no {', '.join(column for column in CONTRACT if column not in group.columns)}",
            )
            for group in others
        ],
    )


def _recorded(con: duckdb.DuckDBPyConnection, name: str, groups: list[Group], *, is_far: bool) -> RecordedTable:
    columns = frozenset[str]().union(*(group.columns for group in groups))
    rows = LaterRows(lambda: _rows(con, name, groups, is_far=is_far))
    return RecordedTable(Table("main", name, columns), rows)


class LaterRows(Sequence[duckdb.DuckDBPyRelation]):
    """Rows of files, made when they are first asked for: to name them already reads the end of each file."""

    def __init__(self, make: Callable[[], list[duckdb.DuckDBPyRelation]]) -> None:
        self._make = make
        self._made: list[duckdb.DuckDBPyRelation] | None = None

    @overload
    def __getitem__(self, index: int) -> duckdb.DuckDBPyRelation: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[duckdb.DuckDBPyRelation]: ...

    def __getitem__(self, index: int | slice) -> duckdb.DuckDBPyRelation | Sequence[duckdb.DuckDBPyRelation]:
        if self._made is None:
            self._made = self._make()
        return self._made[index]

    def __len__(self) -> int:
        return len(self[:])


def _rows(
    con: duckdb.DuckDBPyConnection, name: str, groups: list[Group], *, is_far: bool
) -> list[duckdb.DuckDBPyRelation]:
    """Make a view over each group of files of a table; a view, since two relations cannot share a parameter's name."""
    parts = []
    for number, group in enumerate(groups):
        paths = [as_pattern(file.path) for file in group.files]
        text = statement("source", "parquet_far" if is_far and group.types.get("timestamp") == TIME else "parquet")
        files = con.sql(text, params={"files": paths, "partitioned": bool(group.partitions)})
        files.create_view(f"parquet_{name}_{number}")
        parts.append(con.table(f"parquet_{name}_{number}"))
    return parts
