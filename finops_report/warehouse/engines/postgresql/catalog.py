"""Find the tables of a PostgreSQL database and the kinds of their columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from finops_report.errors import DatabaseError
from finops_report.warehouse.tables import EXTRA_TABLES, Table, telemetry_table

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


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it is recorded: its name there, its type ('int4'), and the family of types that are read alike."""

    name: str
    type: str
    family: str


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table or view that may be read, and its columns by their names in lower case."""

    table: Table
    columns: Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class Catalog:
    """The telemetry of a database, and every table that may be read."""

    telemetry: FoundTable
    tables: tuple[FoundTable, ...]

    def beside(self) -> Mapping[str, FoundTable]:
        """Return the tables in the schema of the telemetry that are called as further tables of the contract."""
        return {
            one.table.name: one
            for one in self.tables
            if one.table.name in EXTRA_TABLES
            and one.table.schema == self.telemetry.table.schema
            and one != self.telemetry
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
    usual = [one for one in found if one.table.schema == server.usual_schema and not one.table.missing]
    choice = usual if wanted is None and len(usual) == 1 else found
    chosen = telemetry_table([one.table for one in choice], wanted)
    return Catalog(next(one for one in found if one.table == chosen), found)


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
