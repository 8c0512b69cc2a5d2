"""Make a table of the rows of a statement in sql/, which takes what it names of all that is known; a view of rows."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import duckdb

from finops_report.warehouse.sql_files import arguments, statement

Known = Mapping[str, object]
NOTHING: Known = MappingProxyType({})


def create_table(con: duckdb.DuckDBPyConnection, name: str, text: str, known: Known = NOTHING) -> None:
    """Make the table `name` ('cubes.spend') of the rows of `text`, with those of the `known` values that it names.

    As one statement: a relation that is then created is bound twice, which took a quarter of a small build.
    """
    con.execute(f"create table {name} as\n{text}", arguments(text, known))


def drop_table(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Drop the table `name` if it is there."""
    con.execute(f"drop table if exists {name}")


def create_view(
    con: duckdb.DuckDBPyConnection, name: str, rows: duckdb.DuckDBPyRelation, *, replace: bool = False
) -> None:
    """Make the view `name` ('cubes.latency') of `rows`, instead of another: a relation's own views are in no schema."""
    con.execute(f"create {'or replace ' if replace else ''}view {name} as {rows.sql_query()}")


def hold(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Make a table of `name` ('cubes.latency') if it is a view, so that its rows can be changed."""
    schema, _, table = name.partition(".")
    if con.execute(statement("names", "is_view"), {"schema": schema, "view": table}).fetchall():
        con.execute(
            f"create table {schema}.held as from {name}; drop view {name}; alter table {schema}.held rename to {table}"
        )
