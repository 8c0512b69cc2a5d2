"""Move rows out of a PostgreSQL, and into one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
from psycopg import sql

from finops_router.telemetry.places import Address
from finops_router.telemetry.sinks.moves.tables import TABLES, Hours, Stretch, Table, check_columns
from finops_router.telemetry.sinks.postgresql import PostgresqlKeeper, postgresql_keeper
from finops_router.telemetry.sinks.postgresql_server import Server, connected
from finops_router.telemetry.sinks.sql_files import statement
from finops_router.telemetry.sinks.workbench import bring, schema_columns
from finops_router.telemetry.waiting import Waiting

TYPES = {  # what PostgreSQL calls types of DuckDB
    "VARCHAR": "text",
    "DOUBLE": "double precision",
    "TIMESTAMP": "timestamp without time zone",
    **{f"DECIMAL(28,{scale})": f"numeric(28,{scale})" for scale in (6, 12)},
}
YEAR_1_US = -62_135_596_800_000_000  # what comes before is held as this moment (sql/.../duckdb.macros.sql)
ROWS_OF_HOURS = {"hour": "bigint", "rows": "bigint"}


@contextmanager
def postgresql_origin(address: Address, waiting: Waiting, scratch: Path) -> Iterator[PostgresqlOrigin]:
    """Connect to the database that rows come from. Raises SinkError."""
    with connected(address, waiting) as server:
        yield PostgresqlOrigin(server, address, scratch / "brought.csv")


@dataclass(frozen=True, slots=True)
class PostgresqlOrigin:
    """A database that rows come from, by way of the file at `path`."""

    server: Server
    address: Address
    path: Path

    def tables(self, con: duckdb.DuckDBPyConnection) -> Collection[str]:
        found: dict[str, dict[str, str]] = {}
        with self.server.reading():
            rows = self.server.run("source_columns", {"tables": [table.name for table in TABLES]})
        for table, column, kept in rows:
            found.setdefault(table, {})[column] = kept
        check_columns(self.address, found, TYPES)
        return found

    def hours(self, con: duckdb.DuckDBPyConnection, table: Table) -> Hours:
        with self.server.reading():
            self.server.copy_out("copy_hours", self.path, {"table": sql.Identifier(table.name)})
        bring(con, self.path, ROWS_OF_HOURS)
        return con.table("brought").fetchall()

    def bring(self, con: duckdb.DuckDBPyConnection, table: Table, stretch: Stretch | None) -> None:
        with self.server.reading():
            there = self.server.run("columns", {"tables": [table.name]})
            copy_rows(self.server, self.path, table, stretch, [name for _, name in there])
        ours = schema_columns()[table.name]
        bring(con, self.path, {name: ours[name] for _, name in there})


def copy_rows(server: Server, path: Path, table: Table, stretch: Stretch | None, columns: list[str]) -> None:
    """Copy the rows of a table into a file, as lines of text."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    values: dict[str, sql.Composable] = {"table": sql.Identifier(table.name), "columns": names}
    if stretch is None:
        server.copy_out("copy_all", path, values)
    elif stretch.is_timeless:
        server.copy_out("copy_timeless", path, values)
    else:
        bounds = {"since_us": sql.Literal(stretch.since_us), "until_us": sql.Literal(stretch.until_us)}
        server.copy_out("copy_some", path, {**values, **bounds})


@contextmanager
def postgresql_target(address: Address, waiting: Waiting) -> Iterator[PostgresqlTarget]:
    """Connect to the database that rows go to; its tables are made if they are not there. Raises SinkError."""
    with postgresql_keeper(address, waiting, {}) as keeper:
        yield PostgresqlTarget(keeper)


@dataclass(frozen=True, slots=True)
class PostgresqlTarget:
    """A database that rows go to, and the DuckDB in memory in which they are compared."""

    keeper: PostgresqlKeeper

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        return self.keeper.con

    def turn(self) -> AbstractContextManager[None]:
        return self.keeper.turn()

    def bring(self, table: Table, stretch: Stretch | None) -> None:
        path, ours = self.keeper.bench.folder / "there.csv", schema_columns()[table.name]
        if stretch is not None and stretch.since_us is not None and stretch.until_us is not None:
            stretch = Stretch(max(stretch.since_us, YEAR_1_US), max(stretch.until_us, YEAR_1_US + 1))
        copy_rows(self.keeper.server, path, table, stretch, list(ours))
        bring(self.con, path, ours)

    def hold(self) -> None:
        self.con.execute(statement("server/hold"))

    def append(self, table: Table) -> None:
        self.keeper.append(table.name, "missing")
