"""Move rows out of a DuckDB file, which is opened for a moment at a time, and into one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from finops_router.telemetry.sinks import duckdb_books as books
from finops_router.telemetry.sinks.contract import SinkBusyError
from finops_router.telemetry.sinks.duckdb_file import BUSY, FIRST_WAIT_S, LONGEST_WAIT_S, connect
from finops_router.telemetry.sinks.moves.tables import TABLES, Hours, Stretch, Table, check_columns
from finops_router.telemetry.sinks.sql_files import schema, statement
from finops_router.telemetry.waiting import Waiting


@dataclass(frozen=True, slots=True)
class DuckDBOrigin:
    """The DuckDB file at `path`: whoever writes to it waits for no longer than a stretch takes to be read."""

    path: Path
    waiting: Waiting

    def tables(self, con: duckdb.DuckDBPyConnection) -> Collection[str]:
        with attached(con, self.path, self.waiting):
            found = tables_of_source(con)
        check_columns(self.path, found)
        return found

    def hours(self, con: duckdb.DuckDBPyConnection, table: Table) -> Hours:
        with attached(con, self.path, self.waiting):
            return con.execute(statement("move/hours_of_table"), {"place": f"source.{table.name}"}).fetchall()

    def bring(self, con: duckdb.DuckDBPyConnection, table: Table, stretch: Stretch | None) -> None:
        with attached(con, self.path, self.waiting):
            bring_table(con, f"source.{table.name}", stretch)


def tables_of_source(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """Return those of our tables that are in the file that is attached, with their columns and types."""
    names = {table.name for table in TABLES}
    found: dict[str, dict[str, str]] = {}
    for table, column, kept in con.execute(statement("move/source_columns")).fetchall():
        if table in names:
            found.setdefault(table, {})[column] = kept
    return found


def bring_table(con: duckdb.DuckDBPyConnection, place: str, stretch: Stretch | None) -> None:
    """Make `brought` of the rows of a table."""
    if stretch is None:
        con.execute(statement("move/all_of_table"), {"place": place})
    elif stretch.is_timeless:
        con.execute(statement("move/timeless_of_table"), {"place": place})
    else:
        bounds = {"since_us": stretch.since_us, "until_us": stretch.until_us}
        con.execute(statement("move/some_of_table"), {"place": place, **bounds})


@contextmanager
def attached(con: duckdb.DuckDBPyConnection, path: Path, waiting: Waiting) -> Iterator[None]:
    """Have the file at `path` open as `source`, for reading. Raises SinkBusyError and duckdb.Error."""
    for _ in waiting.looks(FIRST_WAIT_S, LONGEST_WAIT_S):
        try:
            con.execute(statement("move/attach"), {"path": str(path.absolute())})
            break
        except duckdb.Error as err:
            if not any(sign in str(err) for sign in BUSY):
                raise
    else:
        raise SinkBusyError(f"Another process has {path} open", "close the program that holds it open, and try again")
    try:
        yield
    finally:
        con.execute(statement("move/detach"))


@contextmanager
def duckdb_target(path: Path, waiting: Waiting) -> Iterator[DuckDBTarget]:
    """Open the file at `path`, made if it is not there. Raises SinkBusyError, SinkError, duckdb.Error and OSError."""
    with connect(path, waiting, {}) as con:
        books.make_tables(con, schema())
        yield DuckDBTarget(con)
        con.execute("checkpoint")


@dataclass(frozen=True, slots=True)
class DuckDBTarget:
    """A DuckDB file that is open: nobody else can have it."""

    con: duckdb.DuckDBPyConnection

    def turn(self) -> AbstractContextManager[None]:
        return books.transaction(self.con)

    def bring(self, table: Table, stretch: Stretch | None) -> None:
        bring_table(self.con, table.name, stretch)

    def hold(self) -> None:
        """Do nothing: it holds whatever others do."""

    def append(self, table: Table) -> None:
        self.con.table("missing").insert_into(table.name)
