"""Say what a database holds: its tables, and the kinds of their columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from finops_report.warehouse.tables import EXTRA_TABLES, Table, telemetry_table


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it is recorded: its name there, its type ('int4'), and the family of types that are read alike."""

    name: str
    type: str
    family: str


@dataclass(frozen=True, slots=True)
class Shards:
    """The servers whose rows a table shows, by the name of their cluster, and the table that each of them has."""

    cluster: str
    schema: str
    name: str


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table or view that may be read, and its columns by their names in lower case.

    `shards` have its rows, if they are not in this server and may be read there (None: they are here, or may not).
    """

    table: Table
    columns: Mapping[str, Column]
    shards: Shards | None = None


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


def chosen(found: tuple[FoundTable, ...], usual_schema: str, wanted: str | None) -> Catalog:
    """Return the catalog of what was found: the telemetry is `wanted`, or else the one table that can be it.

    Tables of the usual schema are preferred to others. Raises DatabaseError.
    """
    usual = [one for one in found if one.table.schema == usual_schema and not one.table.missing]
    choice = usual if wanted is None and len(usual) == 1 else found
    telemetry = telemetry_table([one.table for one in choice], wanted)
    return Catalog(next(one for one in found if one.table == telemetry), found)
