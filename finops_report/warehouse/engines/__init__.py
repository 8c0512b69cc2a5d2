"""The engines: each knows one kind of place where telemetry is kept, and sums it there."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import duckdb

from finops_report.database_address import CLICKHOUSE, OBJECT_STORES, POSTGRESQL, SPARK, DatabaseAddress, SourcePlace
from finops_report.errors import DatabaseError
from finops_report.warehouse.base_views import Source
from finops_report.warehouse.connection import DEFAULT_LIMITS, Limits, Reach
from finops_report.warehouse.cubes import Bounds, Cube
from finops_report.warehouse.engines.clickhouse import clickhouse
from finops_report.warehouse.engines.duckdb import DuckDBFile
from finops_report.warehouse.engines.object_store import StoredParquet
from finops_report.warehouse.engines.parquet import ParquetFiles
from finops_report.warehouse.engines.parquet_files import is_parquet
from finops_report.warehouse.engines.postgresql import postgresql
from finops_report.warehouse.engines.server.engine import DatabaseServer
from finops_report.warehouse.engines.spark import spark
from finops_report.warehouse.engines.warehouses import bigquery, databricks, redshift, snowflake, trino
from finops_report.warehouse.kept.parts import PartedRows
from finops_report.warehouse.kept.server_days import ServerDays
from finops_report.warehouse.recorded import Recorded
from finops_report.warehouse.settling import without_settled
from finops_report.warehouse.waiting import Waiting

LINES = frozenset((".csv", ".tsv", ".json", ".jsonl", ".ndjson"))  # also with .gz after it

SERVERS: Mapping[str, Callable[[DatabaseAddress, Waiting, float, Mapping[str, str]], DatabaseServer[Any]]] = {
    **dict.fromkeys(POSTGRESQL, postgresql),
    **dict.fromkeys(CLICKHOUSE, clickhouse),
    **dict.fromkeys(SPARK, spark),
    "databricks": databricks,
    "trino": trino,
    "bigquery": bigquery,
    "redshift": redshift,
    "snowflake": snowflake,
}


class Engine(Protocol):
    """What the report asks of a place of telemetry, in this order; `con` is the in-memory DuckDB of the views.

    `con` is `connected` within the engine's reach. Every engine passes
    tests/finops_report/warehouse/engines/test_contract.py.
    """

    @property
    def reach(self) -> Reach:
        """The files and folders that it has to open."""
        ...

    def open(self, con: duckdb.DuckDBPyConnection, table: str | None) -> Recorded:
        """Open for reading and return the tables of the contract and what beside them is not read.

        `table` names the telemetry if several tables could be it. Raises DatabaseError.
        """
        ...

    def parted(
        self, con: duckdb.DuckDBPyConnection, recorded: Recorded, bounds: Bounds
    ) -> PartedRows | ServerDays | None:
        """Return what tells parts of the rows apart, for sums of them to be kept; None if nothing does.

        `bounds` are those of the extent.
        """
        ...

    def create_base_views(self, con: duckdb.DuckDBPyConnection, recorded: Recorded, *, held: bool = False) -> Source:
        """Make the views that cubes read, in the dialect of the engine (sql/cubes/base/<dialect>.*.sql).

        If they are to be `held`, tables of their rows as they are now: read once, whatever is summed.
        """
        ...

    def sum_cube(self, con: duckdb.DuckDBPyConnection, cube: Cube, bounds: Bounds) -> None:
        """Sum every row once and put what comes of it into the table `cube.table` of `con`.

        The days of the report are in the table `slots` of `con`.
        """
        ...

    def bring_rows(self, con: duckdb.DuckDBPyConnection, between_us: tuple[int, int] | None = None) -> None:
        """Have the base views of `con` show rows, those of a time at least (microseconds since 1970; None: all).

        Only cubes can be asked for before, for rows may be far away.
        """
        ...

    def let_go(self, con: duckdb.DuckDBPyConnection) -> None:
        """Close what was opened: from here on nothing is read but cubes."""
        ...

    def close(self) -> None:
        """Close what is still open, however reading ended; again and again if need be."""
        ...


def engine_for(db: SourcePlace, waiting: Waiting, limits: Limits = DEFAULT_LIMITS) -> Engine:
    """Return the engine that reads `db`: a server; Parquet, here or in an object store; all else as a DuckDB file.

    Raises DatabaseError for files of lines or fields, which are no tables with types.
    """
    if isinstance(db, DatabaseAddress) and db.scheme in OBJECT_STORES:
        return StoredParquet(db)
    if isinstance(db, DatabaseAddress):
        return SERVERS[db.scheme](without_settled(db), waiting, limits.time_s, os.environ)
    try:
        is_folder, is_file = db.is_dir(), db.is_file()
    except OSError as err:  # a name that is too long, a folder that may not be searched
        raise DatabaseError(f"It cannot be opened: {db}: {err.strerror}", "check the path and its permissions") from err
    if is_folder or (is_file and is_parquet(db)):
        return ParquetFiles(db)
    if is_file and LINES.intersection(suffix.lower() for suffix in db.suffixes):
        raise DatabaseError(
            f"Neither DuckDB nor Parquet: {db}",
            f"bring it in first: finops-report ingest {shlex.quote(str(db))} --db telemetry.duckdb",
        )
    return DuckDBFile(db, waiting)
