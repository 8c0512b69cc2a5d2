"""Find the tables of a PostgreSQL database and the kinds of their columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finops_report.errors import DatabaseError
from finops_report.warehouse.engines.server.catalog import Catalog, Column, FoundTable, chosen
from finops_report.warehouse.tables import Table

if TYPE_CHECKING:
    from finops_report.warehouse.engines.postgresql.session import Server, Session

OLDEST = 140_000  # before it, a moment's microseconds are worked out in floating point
FAMILIES = {  # types that are read alike; one that is not here is read by nobody
    **dict.fromkeys(("int2", "int4", "int8", "float4", "float8", "numeric"), "number"),
    **dict.fromkeys(("timestamp", "timestamptz", "date"), "moment"),
    **dict.fromkeys(("text", "varchar", "bpchar", "name", "citext"), "text"),
    **dict.fromkeys(("json", "jsonb"), "json"),
    "bool": "boolean",
    "bytea": "blob",
    "uuid": "uuid",
}


def catalog(session: Session, server: Server, wanted: str | None) -> Catalog:
    """Return what may be read, and which of it is the telemetry (`wanted`, or else the one that can be it).

    Tables that are found without their schema are preferred to others. Raises DatabaseError.
    """
    if server.version_number < OLDEST:
        raise DatabaseError(
            f"{session.shown} is PostgreSQL {server.version}: 14 or newer is needed", "move to a supported version"
        )
    if server.encoding != "UTF8":
        raise DatabaseError(
            f"{session.shown} keeps its texts as {server.encoding}: only UTF8 is read",
            "copy the tables into a database that was made with encoding 'UTF8'",
        )
    found = tuple(
        one
        for one in tables_of(session, server.usual_schema)
        if one.table.schema == server.usual_schema or not session.has_one_schema
    )
    return chosen(found, server.usual_schema, wanted)


def tables_of(session: Session, usual_schema: str) -> list[FoundTable]:
    """Return every table and view that may be read."""
    columns: dict[tuple[str, str, bool, int | None], dict[str, Column]] = {}
    for schema, table, column, is_view, rows, type_name, kind, category in session.answers("session/columns"):
        of_table = columns.setdefault((schema, table, is_view, rows), {})
        if column == column.lower() or column.lower() not in of_table:
            of_table[column.lower()] = Column(column, type_name, _family(type_name, kind, category))
    return [
        FoundTable(Table(schema, name, frozenset(found), is_view, rows, usual_schema), found)
        for (schema, name, is_view, rows), found in columns.items()
    ]


def _family(type_name: str, kind: str, category: str) -> str:
    if kind == "e":
        return "text"
    if category in ("A", "C"):
        return "nested"
    return FAMILIES.get(type_name, type_name)
