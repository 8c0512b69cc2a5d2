"""What an engine found: the tables of the contract with their rows, and what it does not read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from finops_report.errors import DatabaseError
from finops_report.warehouse.tables import Table

MEND = "mend or drop the view in the database, or name the table to read with --table"


def place_in_file(table: Table) -> str:
    """Return what DuckDB calls a table of the file that is attached as `recorded`."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in ("recorded", table.schema, table.name))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that stands beside the telemetry and is not read, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class RecordedTable:
    """A table of the contract: its place and columns, and its rows in parts of equal columns, to be read one by one."""

    table: Table
    parts: Sequence[duckdb.DuckDBPyRelation]


@dataclass(frozen=True, slots=True)
class Recorded:
    """The tables of the contract by name, 'telemetry' always among them, and what is not read."""

    tables: Mapping[str, RecordedTable]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def rows(self) -> int | None:
        """How many rows all tables have; None if that is not known of one of them without reading it."""
        counts = [one.table.rows for one in self.tables.values()]
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None


def foreign(table: Table, extra: str) -> LeftOut:
    """Return the note on a table that is called as one of ours and has other columns."""
    return LeftOut(f"table {table.label}", f"called as one of ours, but it has no {', '.join(table.lacks_as(extra))}")


def failed_query(view: Table, err: duckdb.Error) -> DatabaseError:
    """Return the error that the query of a recorded view cannot be run, for instance because its table is gone."""
    return DatabaseError(f"The query of view {view.label} fails: {reason(err)}", MEND)


def failed_rows(recorded: Recorded, err: duckdb.Error) -> DatabaseError | None:
    """Return the error that a row of a recorded view cannot be worked out; None if no view was read."""
    views = [one.table.label for one in recorded.tables.values() if one.table.is_view]
    if not views:
        return None
    which = f"view {views[0]}" if len(views) == 1 else f"one of the views {', '.join(views)}"
    return DatabaseError(f"The query of {which} fails on its rows: {reason(err)}", MEND)


def reason(err: duckdb.Error) -> str:
    """Return what DuckDB says of an error, in one line and without the name it has for its kind."""
    said = str(err).splitlines()[0]
    return said.partition(" Error: ")[2] or said
