"""Lay the base views over the telemetry, whatever shape it came in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce

import duckdb

from finops_report.warehouse.create_table import create_table
from finops_report.warehouse.names import ALL_NAMES, BoundNames
from finops_report.warehouse.readings import read_as
from finops_report.warehouse.recorded import LeftOut, Recorded
from finops_report.warehouse.sql_files import schema, statement
from finops_report.warehouse.tables import EXTRA_TABLES

BASE_VIEWS = (
    "requests",
    "attempts_clean",
    "collector_health_clean",
    "units_clean",
    "guardrail_events_clean",
    "billed_clean",
    "values_set_aside",
)
MOST_HELD_ROWS = 100_000  # of all tables; to read so many anew for each cube costs more than to hold them once


@dataclass(frozen=True, slots=True)
class Source:
    """Where the numbers came from, which optional parts were recorded at all, and what beside them was not read.

    `billed_days` are the first and the last day of its bills (None: it has none). `server` is what sums it, in
    words, if that is not this program.
    """

    name: str
    table: str
    columns: frozenset[str]
    has_attempts: bool
    has_health: bool
    billed_days: tuple[date, date] | None = None
    left_out: tuple[LeftOut, ...] = ()
    names: BoundNames = ALL_NAMES
    server: str | None = None

    def has(self, column: str) -> bool:
        """Return whether the telemetry table has this column; values may still be missing."""
        return column in self.columns


def create_contract(con: duckdb.DuckDBPyConnection) -> None:
    """Make the empty tables of sql/schema, which lend missing columns their names and types, and the readings."""
    con.execute(statement("source", "contract_begin"))
    for text in schema():
        con.execute(text)
    con.execute(statement("source", "contract_end"))
    con.execute(statement("source", "readings"))
    con.execute(statement("source", "short_name"))


def show(
    con: duckdb.DuckDBPyConnection, rows: Mapping[str, Sequence[duckdb.DuckDBPyRelation]], *, are_read: bool = False
) -> None:
    """Have the base views read these rows of each table, instead of others if they did; none of a table not named.

    Rows that `are_read` are as `read_as` returns them.
    """
    for table in ("telemetry", *EXTRA_TABLES):
        contract = con.table(f"contract.{table}")
        found = rows.get(table)
        read = list(found) if are_read and found else [read_as(contract, part) for part in found or (contract,)]
        reduce(duckdb.DuckDBPyRelation.union, read).create_view(table, replace=True)


def is_small(recorded: Recorded) -> bool:
    """Return whether there are so few rows that the base views had better be held than worked out for each cube.

    Half of what a cube of a small source takes is to bind its base view, which is bound anew for each.
    A recorded view is never small: how many rows it has, and which of them can be read, nobody knows before.
    """
    return recorded.rows is not None and recorded.rows <= MOST_HELD_ROWS


def create_base_views(
    con: duckdb.DuckDBPyConnection, name: str, recorded: Recorded, *, held: bool = False, is_all: bool = True
) -> Source:
    """Make the base views over what was recorded in the place called `name`, and return what that is.

    If they are `held` they are tables: what is recorded later, or shown instead by `show`, is not in them. Unless these
    rows are all, and no others are shown later, each name is looked at for its length.
    """
    are_views = any(one.table.is_view for one in recorded.tables.values())
    parts = {table: one.parts for table, one in recorded.tables.items()}
    lay_base_views(con, parts, held=held, are_read_once=held or are_views or not is_all)
    return source_of(con, name, recorded, has_attempts=bool(con.table("attempts").limit(1).fetchall()))


def lay_base_views(
    con: duckdb.DuckDBPyConnection,
    rows: Mapping[str, Sequence[duckdb.DuckDBPyRelation]],
    *,
    held: bool = False,
    are_read_once: bool = True,
) -> None:
    """Make the base views over these rows of each table; over none of a table that is not named.

    Unless they are to be read once alone, their names are looked through before: most sources have none to cut.
    """
    create_contract(con)
    show(con, rows)
    if not are_read_once:
        _take_short_names_as_they_are(con)
    for view in BASE_VIEWS:
        text = statement("cubes/base", f"duckdb.{view}")
        if held:
            create_table(con, view, text)
        else:
            con.sql(text).create_view(view)


def source_of(con: duckdb.DuckDBPyConnection, name: str, recorded: Recorded, *, has_attempts: bool) -> Source:
    """Return what was recorded in the place called `name`; its bills are those in the base view of `con`."""
    telemetry = recorded.tables["telemetry"].table
    return Source(
        name=name,
        table=telemetry.label,
        columns=telemetry.columns,
        has_attempts=has_attempts,
        has_health="collector_health" in recorded.tables,
        billed_days=_billed_days(con, recorded),
        left_out=recorded.left_out,
    )


def _take_short_names_as_they_are(con: duckdb.DuckDBPyConnection) -> None:
    """Have no name looked at for its length if none is to be cut: half of what reading all names takes."""
    if not con.execute(statement("source", "long_names")).fetchall():
        con.execute(statement("source", "names_as_they_stand"))


def _billed_days(con: duckdb.DuckDBPyConnection, recorded: Recorded) -> tuple[date, date] | None:
    if "billed_costs" not in recorded.tables:
        return None
    first, last = con.sql(statement("source", "billed_days")).fetchall()[0]
    return None if first is None else (first, last)
