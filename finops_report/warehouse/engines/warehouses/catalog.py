"""Make tables of the rows that a warehouse's own catalog has of their columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from finops_report.warehouse.engines.server.catalog import Column, FoundTable
from finops_report.warehouse.tables import Table


def tables_of_schema(
    rows: Iterable[tuple[Any, ...]], schema: str, type_name: Callable[[str], str], families: Mapping[str, str]
) -> tuple[FoundTable, ...]:
    """Return every table and view of one schema: `rows` are their columns, each (table, column, type as it is written).

    A type that is of none of the `families` is its own, and read by nobody.
    """
    columns: dict[str, dict[str, Column]] = {}
    for table, column, written in rows:
        kind = type_name(written)
        columns.setdefault(table, {})[column.lower()] = Column(column, kind, families.get(kind, kind))
    return tuple(
        FoundTable(Table(schema, name, frozenset(of_table), usual_schema=schema), of_table)
        for name, of_table in columns.items()
    )
