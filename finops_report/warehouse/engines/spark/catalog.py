"""Find the tables of a schema of Spark's catalog and the kinds of their columns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from finops_report.warehouse.engines.server.catalog import Column, FoundTable
from finops_report.warehouse.tables import Table

NAME = re.compile(r"\w+")
FAMILIES = {  # types that are read alike; one that is not here is read by nobody
    **dict.fromkeys(("tinyint", "smallint", "int", "bigint", "float", "double", "decimal"), "number"),
    **dict.fromkeys(("timestamp", "timestamp_ntz", "date"), "moment"),
    **dict.fromkeys(("string", "varchar", "char"), "text"),
    **dict.fromkeys(("array", "map", "struct"), "nested"),
    "boolean": "boolean",
    "binary": "blob",
    "variant": "json",
}


def table_of(schema: str, name: str, described: Iterable[tuple[Any, ...]], usual_schema: str) -> FoundTable:
    """Return a table by what DESCRIBE says of it: a row a column, then an empty one, then what is of no column.

    Two columns whose names differ in the case of letters alone are one to Spark.
    """
    columns: dict[str, Column] = {}
    for column, kind, *_ in described:
        if not column or column.startswith("#"):
            break
        columns.setdefault(column.lower(), Column(column, type_name(kind), family(kind)))
    return FoundTable(Table(schema, name, frozenset(columns), usual_schema=usual_schema), columns)


def type_name(kind: str) -> str:
    """Return the name of a type without what is within it: 'decimal' of 'decimal(28,12)'."""
    found = NAME.match(kind)
    return found[0] if found else kind


def family(kind: str) -> str:
    """Return the family of a type; its name if it is of none."""
    name = type_name(kind)
    return FAMILIES.get(name, name)
