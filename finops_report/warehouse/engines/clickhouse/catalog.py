"""Find the tables of a ClickHouse and the kinds of their columns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from finops_report.warehouse.engines.server.catalog import Column, FoundTable, Shards
from finops_report.warehouse.tables import Table

WRAPPED = re.compile(r"(?:Nullable|LowCardinality)\((.*)\)")
NAMED = r"('[^'\\]+'|`[^`\\]+`|\w+)"
DISTRIBUTED = re.compile(rf"Distributed\({NAMED}, {NAMED}, {NAMED}[,)]")
NAME = re.compile(r"\w+")
NUMBERS = (*(f"{sign}Int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64, 128, 256)), "Float32", "Float64")
FAMILIES = {  # types that are read alike; one that is not here is read by nobody
    **dict.fromkeys((*NUMBERS, "Decimal"), "number"),
    **dict.fromkeys(("Date", "Date32", "DateTime", "DateTime64"), "moment"),
    **dict.fromkeys(("String", "FixedString", "Enum8", "Enum16"), "text"),
    **dict.fromkeys(("Array", "Map", "Tuple", "Nested"), "nested"),
    "Bool": "boolean",
    "JSON": "json",
    "UUID": "uuid",
}


def tables_of(rows: Iterable[tuple[Any, ...]], usual_database: str) -> tuple[FoundTable, ...]:
    """Return every table and view of which these are the columns; not those that only hold rows of another."""
    columns: dict[tuple[str, str, bool, int | None, str], dict[str, Column]] = {}
    for database, table, column, is_view, count, kind, engine in rows:
        of_table = columns.setdefault((database, table, bool(is_view), count, engine), {})
        if column == column.lower() or column.lower() not in of_table:
            name = type_name(kind)
            of_table[column.lower()] = Column(column, name, FAMILIES.get(name, name))
    found = [
        FoundTable(Table(database, name, frozenset(names), is_view, count, usual_database), names, shards_of(engine))
        for (database, name, is_view, count, engine), names in columns.items()
    ]
    parts = {(one.shards.schema, one.shards.name) for one in found if one.shards is not None}
    return tuple(one for one in found if (one.table.schema, one.table.name) not in parts)


def shards_of(engine: str) -> Shards | None:
    """Return where the rows of a table are by the words of its engine: Distributed('cluster', 'database', 'table')."""
    told = DISTRIBUTED.match(engine)
    return None if told is None else Shards(*(part.strip("`'") for part in told.groups()))


def type_name(kind: str) -> str:
    """Return the name of a type without what is around and within it: 'DateTime64' of 'Nullable(DateTime64(6))'."""
    while found := WRAPPED.fullmatch(kind):
        kind = found[1]
    name = NAME.match(kind)
    return name[0] if name else kind
