"""Follow requests in a server that sums its days itself, and forget days whose rows changed while it did."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import duckdb

from finops_report.warehouse.cubes import Bounds
from finops_report.warehouse.kept.kept_cubes import Kept, Part
from finops_report.warehouse.kept.server_days import ServerDays
from finops_report.warehouse.sql_files import statement


def follow_in_server(con: duckdb.DuckDBPyConnection, source: ServerDays, parts: Sequence[Part], bounds: Bounds) -> None:
    """Have the rows kept that have to be followed since some parts are new; `bounds` leave out the future alone."""
    for table in source.tables:
        here = {part.number: part.of for part in parts if part.table == table}
        new = [part.of for part in parts if part.table == table and not part.is_kept]
        source.follow(con, table, here, new, bounds)


def without_changed(con: duckdb.DuckDBPyConnection, kept: Kept, source: ServerDays, summed: Collection[int]) -> Kept:
    """Return what is kept, where no part lasts whose rows were others after it was summed than before.

    `summed` are the numbers of the parts of which any cube was summed, new or not.
    """
    others = set()
    for table in source.tables:
        here = [part for part in kept.parts if part.table == table and part.number in summed]
        changed = source.changed(con, table, [part.of for part in here])
        others |= {part.number for part in here if part.of.rows in changed}
    con.execute(statement("kept", "forget_parts"), {"parts": list(others)})
    return replace(kept, parts=tuple(_passing(part) if part.number in others else part for part in kept.parts))


def _passing(part: Part) -> Part:
    return replace(part, of=replace(part.of, is_lasting=False))
