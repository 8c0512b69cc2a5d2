"""Bring rows from a server into a table in memory, with the types that DuckDB gives it: as values, or as lines of text.

Text is a fifth of the processor time of values, which are made into Python's one by one.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from finops_report.warehouse.create_table import create_table
from finops_report.warehouse.cubes import Bounds, Cube
from finops_report.warehouse.sql_files import statement

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


def bring_lines(con: duckdb.DuckDBPyConnection, table: str, path: Path) -> None:
    """Append the lines of a file to a table, and remove the file, which is in a folder that `con` may read."""
    into = con.table(table)
    columns = dict(zip(into.columns, map(str, into.types), strict=True))
    con.sql(statement("source", "brought_lines"), params={"path": str(path), "columns": columns}).insert_into(table)
    path.unlink()
