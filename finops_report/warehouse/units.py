"""Hand a company's counts of business outcomes to the views: those of files, and the names to take from the table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb

from finops_report.warehouse.create_table import create_table
from finops_report.warehouse.sql_files import statement


@dataclass(frozen=True, slots=True)
class UnitCount:
    """How many of the outcome `name` there were on a day; `team` is None if all teams served it."""

    day: date
    name: str
    quantity: Decimal
    team: str | None


@dataclass(frozen=True, slots=True)
class UnitCounts:
    """The counts that files hold, and the names of the outcomes that are counted in the table `units` of the source."""

    given: tuple[UnitCount, ...] = ()
    in_table: tuple[str, ...] = ()


NO_COUNTS = UnitCounts()


def create_unit_tables(con: duckdb.DuckDBPyConnection, counts: UnitCounts) -> None:
    """Make the tables `named_units` and `given_units`, which may be empty."""
    create_table(con, "named_units", statement("calendar", "named_units"), {"names": list(counts.in_table)})
    columns = {
        "day": [count.day for count in counts.given],
        "name": [count.name for count in counts.given],
        "team": [count.team for count in counts.given],
        "quantity": [f"{count.quantity:f}" for count in counts.given],
    }
    create_table(con, "given_units", statement("calendar", "given_units"), columns)
