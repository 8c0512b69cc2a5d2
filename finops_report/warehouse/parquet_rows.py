"""Read a stranger's Parquet file row by row, whatever its columns are, without holding it in memory."""

from __future__ import annotations

import glob
from collections.abc import Iterator
from pathlib import Path

import duckdb

from finops_report.errors import DatabaseError
from finops_report.warehouse.connection import Limits, Reach, connected
from finops_report.warehouse.recorded import reason
from finops_report.warehouse.sql_files import statement

ROWS = 2048  # at a time
NO_END_S = 10 * 365 * 86_400.0  # it goes on for as long as its rows are wanted


def parquet_rows(path: Path) -> Iterator[str]:
    """Yield the rows of a Parquet file, each as an object of JSON. Raises DatabaseError if it cannot be read."""
    place = str(path.resolve())
    pattern = glob.escape(place)
    try:
        with connected(Reach(files=(place, pattern)), Limits(time_s=NO_END_S)) as con:
            found = con.execute(statement("ingest", "parquet_rows"), {"path": pattern})
            while rows := found.fetchmany(ROWS):
                yield from (row for (row,) in rows)
    except duckdb.Error as err:
        raise DatabaseError(f"Not a readable Parquet file: {path}: {reason(err)}", "export it again") from err
