"""Find the tables of a schema of Spark's catalog and the kinds of their columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from finops_report.warehouse.engines.server.catalog import Catalog, Column, FoundTable, chosen
from finops_report.warehouse.engines.spark.filling import WORDS
from finops_report.warehouse.tables import EXTRA_TABLES, Table

Answers = Callable[[str], Iterable[tuple[Any, ...]]]  # what is answered to a statement

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


def catalog(answers: Answers, usual_schema: str, wanted: str | None) -> Catalog:
    """Return what may be read of a schema, and of that of `wanted`, and which of it is the telemetry.

    If a table is wanted, only those that are called so, or as further tables of the contract, are looked at: of others
    a lake may have thousands. Raises DatabaseError.
    """
    schema, _, name = (wanted or "").rpartition(".")
    schemas = dict.fromkeys((usual_schema, schema or usual_schema))
    asked = {name.lower(), *EXTRA_TABLES} if wanted else None
    found = (one for schema in schemas for one in _tables(answers, schema, usual_schema, asked))
    return chosen(tuple(found), usual_schema, wanted)


def _tables(answers: Answers, schema: str, usual_schema: str, asked: set[str] | None) -> Iterator[FoundTable]:
    place = schema.split(".")
    for _, name, is_temporary in list(answers(WORDS.piece("session/tables", schema=WORDS.identifier(*place)))):
        if not is_temporary and (asked is None or name.lower() in asked):
            described = answers(WORDS.piece("session/columns", table=WORDS.identifier(*place, name)))
            yield table_of(schema, name, list(described), usual_schema)


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
