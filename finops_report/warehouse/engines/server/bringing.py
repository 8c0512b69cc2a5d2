"""Bring rows over, not sums: for exports and bills, which hold every request against its price in DuckDB."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
from duckdb import ColumnExpression, Expression, FunctionExpression

from finops_report.warehouse.base_views import show
from finops_report.warehouse.engines.bringing import bring_rows
from finops_report.warehouse.engines.server.readings import SPACES, TableReading
from finops_report.warehouse.engines.server.statements import rows_of
from finops_report.warehouse.engines.server.words import Session, T
from finops_report.warehouse.readings import UNREADABLE
from finops_report.warehouse.sql_files import statement

TYPES = {"time": "bigint", "text": "varchar", "number": "double", "truth": "boolean", "json": "varchar"}


def bring_tables(
    con: duckdb.DuckDBPyConnection,
    session: Session[T],
    readings: Mapping[str, TableReading[T]],
    between_us: tuple[int, int] | None,
) -> None:
    """Have the base views of `con` read the rows of these tables, of a time in microseconds since 1970 (None: all)."""
    con.execute(statement("source", "brought_unreadable"))
    there = {table for (table,) in con.execute(statement("source", "brought_tables")).fetchall()}
    views = {}
    for name, reading in readings.items():
        if reading.found is None:
            continue
        table = f"brought_{name}"
        if table not in there:
            _bring(con, session, table, reading, between_us)
        views[name] = con.table(table).select(*_values(reading))
    show(con, {name: (rows,) for name, rows in views.items()}, are_read=True)


def _bring(
    con: duckdb.DuckDBPyConnection,
    session: Session[T],
    table: str,
    reading: TableReading[T],
    between_us: tuple[int, int] | None,
) -> None:
    con.sql(statement("source", "brought_columns")).select(*_columns(reading)).create(table)
    words = reading.words
    columns = [*(reading.brought(column) for column in reading.needed), words.identifier(UNREADABLE)]
    rows = reading.text(rows_of(reading, between_us))
    text = words.piece("frame/brought", columns=words.listed(columns), text=rows)
    bring_rows(con, table, session.rows(text, {"spaces": SPACES}))


def _columns(reading: TableReading[T]) -> list[Expression]:
    """Return columns without a value, of the types in which they are brought."""
    nothing = ColumnExpression("nothing")
    columns = [
        nothing.cast(reading.number_type(name) or TYPES[needed]).alias(name) for name, needed in reading.needed.items()
    ]
    return [*columns, nothing.cast("varchar[]").alias(UNREADABLE)]


def _values(reading: TableReading[T]) -> list[Expression]:
    """Return the columns as the readings of DuckDB would have them."""
    values = [_value(name, needed).alias(name) for name, needed in reading.needed.items()]
    return [*values, FunctionExpression("brought_unreadable", ColumnExpression(UNREADABLE)).alias(UNREADABLE)]


def _value(name: str, needed: str) -> Expression:
    column = ColumnExpression(name)
    if needed == "time":
        return FunctionExpression("make_timestamp", column)
    return column.cast("json") if needed == "json" else column
