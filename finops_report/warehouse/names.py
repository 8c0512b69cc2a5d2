"""Bound how many names a report has, and how long they are: a stranger's file may hold millions, of a megabyte each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from finops_report.warehouse.create_table import create_view, hold
from finops_report.warehouse.cubes import COARSE
from finops_report.warehouse.sql_files import has_statement, statement


@dataclass(frozen=True, slots=True)
class LeftNames:
    """A kind of names, how many there are, and how many of them, the least used, are one: 'other names'."""

    what: str
    names: int
    put_together: int


@dataclass(frozen=True, slots=True)
class BoundNames:
    """What of the names is not told apart, and how many were cut because they are long."""

    left: tuple[LeftNames, ...] = ()
    cut: int = 0


ALL_NAMES = BoundNames()
NAMING_CUBES = (
    "spend",
    "attempts",
    "attribution",
    "failovers",
    "fallbacks",
    "price_sources_used",
    "guardrail_decisions",
)  # all names are here


def bind_names(con: duckdb.DuckDBPyConnection, cubes: Iterable[str]) -> BoundNames:
    """Put names of `cubes` together if there are too many (sql/names), and return what that was."""
    con.execute(statement("names", "used"))
    con.execute(statement("names", "kept"))
    left = tuple(LeftNames(*row) for row in con.execute(statement("names", "left_out")).fetchall())
    ((cut,),) = con.execute(statement("names", "cut")).fetchall()
    if left:
        for cube in cubes:
            if has_statement("names/put_together", cube):
                hold(con, f"cubes.{cube}")
                con.execute(statement("names/put_together", cube))
            if cube in COARSE:  # sums of whole days that are kept know nothing of it
                create_view(con, f"coarse.{cube}", con.table(f"cubes.{cube}"), replace=True)
    return BoundNames(left, cut)
