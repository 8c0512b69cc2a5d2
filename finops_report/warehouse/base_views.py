"""Lay the base views over the telemetry, whatever shape it came in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from finops_report.warehouse.sql_files import schema, statement
from finops_report.warehouse.tables import EXTRA_TABLES, Table

BASE_VIEWS = ("requests", "attempts_clean", "collector_health_clean")


@dataclass(frozen=True, slots=True)
class Source:
    """Where the numbers came from and which optional parts were recorded at all."""

    name: str
    table: str
    columns: frozenset[str]
    has_attempts: bool
    has_health: bool

    def has(self, column: str) -> bool:
        """Return whether the telemetry table has this column; values may still be missing."""
        return column in self.columns


def create_contract(con: duckdb.DuckDBPyConnection) -> None:
    """Make the empty tables of sql/schema, which lend missing columns their names and types."""
    con.execute(statement("source", "contract_begin"))
    for text in schema():
        con.execute(text)
    con.execute(statement("source", "contract_end"))


def create_base_views(con: duckdb.DuckDBPyConnection, name: str, recorded: Mapping[str, Table]) -> Source:
    """Make the base views over the views `recorded_<table>` and return what is recorded in the place called `name`."""
    create_contract(con)
    for table in ("telemetry", *EXTRA_TABLES):
        if table in recorded:
            con.sql(statement("source", table)).create_view(table)
        else:
            con.table(f"contract.{table}").create_view(table)
    for view in BASE_VIEWS:
        con.sql(statement("cubes/base", f"duckdb.{view}")).create_view(view)
    return Source(
        name=name,
        table=recorded["telemetry"].label,
        columns=recorded["telemetry"].columns,
        has_attempts=bool(con.table("attempts").limit(1).fetchall()),
        has_health="collector_health" in recorded,
    )
