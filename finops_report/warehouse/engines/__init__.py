"""The engines: each knows one kind of place where telemetry is kept, and sums it there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import duckdb

from finops_report.warehouse.base_views import Source
from finops_report.warehouse.cubes import Bounds, Cube
from finops_report.warehouse.engines.duckdb import DuckDBFile
from finops_report.warehouse.engines.parquet import ParquetFolder
from finops_report.warehouse.tables import Table
from finops_report.warehouse.waiting import Waiting


class Engine(Protocol):
    """What the report asks of a place of telemetry, in this order; `con` is the in-memory DuckDB of the views.

    Every engine passes tests/finops_report/warehouse/engines/test_contract.py.
    """

    def open(self, con: duckdb.DuckDBPyConnection, table: str | None) -> Mapping[str, Table]:
        """Open for reading and return the tables of the contract by name, 'telemetry' always among them.

        `table` names the telemetry if several tables could be it. Raises DatabaseError.
        """
        ...

    def create_base_views(self, con: duckdb.DuckDBPyConnection, recorded: Mapping[str, Table]) -> Source:
        """Make the views that cubes read, in the dialect of the engine (sql/cubes/base/<dialect>.*.sql)."""
        ...

    def sum_cube(self, con: duckdb.DuckDBPyConnection, cube: Cube, bounds: Bounds) -> None:
        """Sum every row once and put what comes of it into the table `cube.table` of `con`.

        The days of the report are in the table `slots` of `con`.
        """
        ...

    def let_go(self, con: duckdb.DuckDBPyConnection) -> None:
        """Close what was opened: from here on nothing is read but cubes."""
        ...


def engine_for(db: Path, waiting: Waiting) -> Engine:
    """Return the engine that reads `db`: a folder holds Parquet, everything else is taken for a DuckDB file."""
    return ParquetFolder(db) if db.is_dir() else DuckDBFile(db, waiting)
