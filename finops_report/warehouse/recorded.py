"""What an engine found: the tables of the contract with their rows, and what it does not read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from finops_report.warehouse.tables import Table


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that stands beside the telemetry and is not read, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class RecordedTable:
    """A table of the contract: its place and columns, and its rows in parts of equal columns, to be read one by one."""

    table: Table
    parts: tuple[duckdb.DuckDBPyRelation, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """The tables of the contract by name, 'telemetry' always among them, and what is not read."""

    tables: Mapping[str, RecordedTable]
    left_out: tuple[LeftOut, ...] = ()


def foreign(table: Table, extra: str) -> LeftOut:
    """Return the note on a table that is called as one of ours and has other columns."""
    return LeftOut(f"table {table.label}", f"called as one of ours, but it has no {', '.join(table.lacks_as(extra))}")
