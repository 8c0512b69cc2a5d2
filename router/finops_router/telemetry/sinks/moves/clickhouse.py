"""Move rows out of a ClickHouse, and into one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from finops_router.telemetry.places import Address
from finops_router.telemetry.sinks.clickhouse import ClickhouseKeeper, clickhouse_keeper
from finops_router.telemetry.sinks.clickhouse_server import Server, connected
from finops_router.telemetry.sinks.moves.tables import TABLES, Hours, Stretch, Table, check_columns
from finops_router.telemetry.sinks.sql_files import statement
from finops_router.telemetry.sinks.workbench import bring, schema_columns
from finops_router.telemetry.waiting import Waiting

TYPES = {  # what ClickHouse calls types of DuckDB
    "VARCHAR": "String",
    "JSON": "String",
    "INTEGER": "Int32",
    "BIGINT": "Int64",
    "DOUBLE": "Float64",
    "BOOLEAN": "Bool",
    "DATE": "Date32",
    "TIMESTAMP": "DateTime64(6, 'UTC')",
    **{f"DECIMAL(28,{scale})": f"Decimal(28, {scale})" for scale in (6, 12)},
}
WRAPPED = re.compile(r"(?:Nullable|LowCardinality)\((.*)\)")
# What comes before and after is held as these moments (sql/.../duckdb.macros.sql).
FIRST_US, LAST_US = -2_208_988_800_000_000, 10_413_791_999_000_000


@contextmanager
def clickhouse_origin(address: Address, waiting: Waiting, scratch: Path) -> Iterator[ClickhouseOrigin]:
    """Connect to the database that rows come from. Raises SinkError."""
    with connected(address, waiting) as server:
        yield ClickhouseOrigin(server, address, scratch / "brought.csv")


@dataclass(frozen=True, slots=True)
class ClickhouseOrigin:
    """A database that rows come from, by way of the file at `path`."""

    server: Server
    address: Address
    path: Path

    def tables(self, con: duckdb.DuckDBPyConnection) -> Collection[str]:
        found: dict[str, dict[str, str]] = {}
        for table, column, kept, _ in self.server.run("columns", {"tables": [table.name for table in TABLES]}):
            found.setdefault(table, {})[column] = _bare(kept)
        check_columns(self.address, found, TYPES)
        return found

    def hours(self, con: duckdb.DuckDBPyConnection, table: Table) -> Hours:
        return [(hour, rows) for hour, rows in self.server.run("hours", table=table.name)]

    def bring(self, con: duckdb.DuckDBPyConnection, table: Table, stretch: Stretch | None) -> None:
        there = [name for _, name, _, _ in self.server.run("columns", {"tables": [table.name]})]
        copy_rows(self.server, self.path, table, stretch, there)
        ours = schema_columns()[table.name]
        bring(con, self.path, {name: ours[name] for name in there})


def copy_rows(server: Server, path: Path, table: Table, stretch: Stretch | None, columns: list[str]) -> None:
    """Copy the rows of a table into a file, as lines of text."""
    names = {"table": table.name, "columns": ", ".join(columns)}
    if table.is_once:
        server.copy_out("copy_segments", path, {})
    elif stretch is None:
        server.copy_out("copy_all", path, {}, **names)
    elif stretch.since_us is None or stretch.until_us is None:
        server.copy_out("copy_timeless", path, {}, **names)
    else:
        since_us = min(max(stretch.since_us, FIRST_US), LAST_US)
        until_us = min(max(stretch.until_us, FIRST_US + 1), LAST_US + 1)
        server.copy_out("copy_some", path, {"since_us": since_us, "until_us": until_us}, **names)


def _bare(kind: str) -> str:
    """Return a type without what says that it can be NULL, or how it is packed."""
    while found := WRAPPED.fullmatch(kind):
        kind = found[1]
    return kind


@contextmanager
def clickhouse_target(address: Address, waiting: Waiting) -> Iterator[ClickhouseTarget]:
    """Connect to the database that rows go to; its tables are made if they are not there. Raises SinkError."""
    with clickhouse_keeper(address, waiting, {}) as keeper:
        yield ClickhouseTarget(keeper)


@dataclass(frozen=True, slots=True)
class ClickhouseTarget:
    """A database that rows go to, and the DuckDB in memory in which they are compared."""

    keeper: ClickhouseKeeper

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        return self.keeper.con

    def turn(self) -> AbstractContextManager[None]:
        return self.keeper.turn()

    def bring(self, table: Table, stretch: Stretch | None) -> None:
        path, ours = self.keeper.bench.folder / "there.csv", schema_columns()[table.name]
        copy_rows(self.keeper.server, path, table, stretch, list(ours))
        bring(self.con, path, ours)

    def hold(self) -> None:
        self.con.execute(statement("server/hold"))

    def append(self, table: Table) -> None:
        self.keeper.append(table.name, "missing")
