"""Lend a DuckDB in memory, with the tables of sql/schema: where lines are read for stores that are no DuckDB."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

import duckdb

from finops_router.telemetry.sinks.duckdb_books import make_tables
from finops_router.telemetry.sinks.duckdb_file import NO_DOWNLOADS, Settings
from finops_router.telemetry.sinks.sql_files import schema, statement

LONGEST_VALUES = 2**28  # bytes of a row that another store sends: no row that was ever loaded is as long


class Workbench(NamedTuple):
    """A DuckDB in memory, and a folder for files that are needed for a moment."""

    con: duckdb.DuckDBPyConnection
    folder: Path


@contextmanager
def workbench(settings: Settings) -> Iterator[Workbench]:
    """Give a DuckDB whose tables are empty; what it cannot hold in memory goes to a folder that is removed afterwards.

    Raises duckdb.Error and OSError.
    """
    with (
        tempfile.TemporaryDirectory(prefix="finops-load-") as folder,
        duckdb.connect(config={**NO_DOWNLOADS, "temp_directory": folder, **settings}) as con,
    ):
        con.execute(statement("quiet"))
        make_tables(con, schema())
        yield Workbench(con, Path(folder))


@cache
def schema_columns() -> Mapping[str, Mapping[str, str]]:
    """Return the tables of sql/schema, each with its columns in order, and their types as DuckDB names them."""
    with duckdb.connect() as con:
        make_tables(con, schema())
        found: dict[str, dict[str, str]] = {}
        for table, column, kept in con.execute(statement("columns")).fetchall():
            found.setdefault(table, {})[column] = kept
        return found


def bring(con: duckdb.DuckDBPyConnection, path: Path, columns: Mapping[str, str]) -> None:
    """Read rows that another store wrote as text into the temporary table `brought`. Raises duckdb.Error."""
    con.execute(statement("bring"), {"path": str(path), "columns": dict(columns), "longest": LONGEST_VALUES})
