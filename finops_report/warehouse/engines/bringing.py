"""Bring the rows of a cube from a server into a table in memory, with the types that DuckDB gives them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

import duckdb

from finops_report.warehouse.create_table import create_table
from finops_report.warehouse.cubes import Bounds, Cube

ROWS = 10_000  # in memory at a time


def create_empty(con: duckdb.DuckDBPyConnection, cube: Cube, bounds: Bounds) -> None:
    """Make the table of a cube without rows: DuckDB's own statement says which types its columns have."""
    create_table(con, cube.table, f"{cube.text}\nlimit 0", bounds)


def bring_rows(con: duckdb.DuckDBPyConnection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Append rows to a table, some at a time."""
    found = iter(rows)
    some = list(islice(found, ROWS))
    if not some:
        return
    with con.appender(table) as appender:
        while some:
            appender.append_rows(some)
            some = list(islice(found, ROWS))
