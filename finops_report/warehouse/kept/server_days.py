"""Keep sums of a database of a server: what is asked of it, in place of looking into a file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
from duckdb import ColumnExpression

from finops_report.warehouse.create_table import create_table, drop_table
from finops_report.warehouse.cubes import FUTURE_SLACK_US, Bounds, Cube
from finops_report.warehouse.engines.server.engine import DatabaseServer
from finops_report.warehouse.engines.server.parts import ServerPart
from finops_report.warehouse.engines.server.readings import Within
from finops_report.warehouse.engines.server.settling import settled
from finops_report.warehouse.kept.days import (
    FOREVER_US,
    TIMELESS,
    Hours,
    day_of_us,
    hours_of,
    new_runs,
    still_true,
)
from finops_report.warehouse.kept.kept_cubes import FORMAT, Kept, Part, attached
from finops_report.warehouse.kept.row_groups import Run
from finops_report.warehouse.sql_files import every_statement, statement
from finops_report.warehouse.waiting import Waiting

SPANS = ("spans", "history_spans")
SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class ServerDays:
    """Days of the tables of a server as parts; `bounds` are those of the extent."""

    engine: DatabaseServer[Any]
    bounds: Bounds

    @property
    def open_us(self) -> int:
        """The beginning of the first day that is not over, or of which rows may still be left out."""
        return day_of_us(int(self.bounds["moment_us"]))

    def hours(self, con: duckdb.DuckDBPyConnection, name: str, within: Within | None = None) -> Hours:
        """Ask what rows a table has (of a time; None: of all), and leave the answer in `prints_<name>`."""
        table = f"prints_{name}"
        drop_table(con, table)
        create_table(con, table, statement("kept/server", "prints"))
        self.engine.bring_prints(con, name, table, self.bounds, within)
        columns = [ColumnExpression(column) for column in ("hour_us", "requests", "print")]
        return hours_of(con.table(table).select(*columns).fetchall())

    def sums(
        self, con: duckdb.DuckDBPyConnection, cubes: Sequence[Cube], part: Part | None, bounds: Bounds
    ) -> Iterator[tuple[Cube, duckdb.DuckDBPyRelation]]:
        """Yield the sums of each cube over a part; None: over what stands beside requests and attempts."""
        run = Run(*TIMELESS, "") if part is None else part.run
        for spans in SPANS:
            create_table(
                con,
                spans,
                statement("kept/server", spans),
                {**bounds, "from_us": run.first_row, "until_us": run.until_row},
            )
        for cube in cubes:
            self.engine.sum_part(con, cube, bounds, None if part is None else ServerPart(part.table, _within(run)))
            yield cube, con.table(cube.table)
            drop_table(con, cube.table)
        for spans in SPANS:
            drop_table(con, spans)

    def checked(self, con: duckdb.DuckDBPyConnection, kept: Kept) -> Kept:
        """Return what is kept; parts whose rows were others after summing than before it are not settled."""
        if self.engine.sees_one_moment:
            return kept
        others: set[int] = set()
        for name in self.engine.parted_tables:
            new = [
                part
                for part in kept.parts
                if part.table == name and not part.is_kept and part.run.until_row <= self.open_us
            ]
            if new:
                now = self.hours(con, name, _around([part.run for part in new]))
                others |= {part.number for part in new if now.run(part.run.first_row, part.run.until_row) != part.run}
        parts = (replace(part, latest_us=FOREVER_US) if part.number in others else part for part in kept.parts)
        return replace(kept, parts=tuple(parts))


def _within(run: Run) -> Within:
    if (run.first_row, run.until_row) == TIMELESS:
        return Within(None, run.until_row)
    return Within(run.first_row, None if run.until_row == FOREVER_US else run.until_row)


def _around(runs: Sequence[Run]) -> Within | None:
    """Return the time that has all runs; None, which is any time, if rows without one are among them."""
    first = min(run.first_row for run in runs)
    return None if first < TIMELESS[1] else Within(first, max(run.until_row for run in runs))


@contextmanager
def opened_server_cache(
    con: duckdb.DuckDBPyConnection, engine: DatabaseServer[Any], cache: Path, waiting: Waiting, bounds: Bounds
) -> Iterator[Kept]:
    """Attach the file `cache` for as long as it is needed, and yield what of it still holds of the server.

    Raises DatabaseError for a file that is none of ours.
    """
    days = ServerDays(engine, settled(bounds, engine.settled_s))
    with attached(con, cache, waiting, _version(engine)):
        yield _compared(con, days)


def _version(engine: DatabaseServer[Any]) -> str:
    """Return what tells kept cubes of other statements, versions, servers, tables or columns apart."""
    found = hashlib.sha256(f"{FORMAT} {duckdb.__version__} {FUTURE_SLACK_US} {engine.said()}".encode())
    for text in every_statement(("cubes", "kept", "source", "schema", f"dialects/{engine.words.dialect.name}")):
        found.update(text.encode())
    return found.hexdigest()


def _compared(con: duckdb.DuckDBPyConnection, days: ServerDays) -> Kept:
    """Return the parts of all rows as they are now; what is kept of others is thrown away."""
    known = con.execute(statement("kept", "parts")).fetchall()
    parts: list[Part] = []
    number = max((0, *(row[0] for row in known)))
    for name in days.engine.parted_tables:
        hours = days.hours(con, name)
        numbers = {
            Run(first, until, print_): number for number, table, first, until, print_, _ in known if table == name
        }
        kept = list(still_true(hours, numbers, days.open_us))
        parts.extend(Part(numbers[run], name, run, is_kept=True, latest_us=run.until_row - 1) for run in kept)
        for run in new_runs(hours, kept, days.open_us):
            number += 1
            parts.append(Part(number, name, run, is_kept=False, latest_us=run.until_row - 1))
    true = {part.number for part in parts if part.is_kept}
    con.execute(statement("kept", "forget_parts"), {"parts": [row[0] for row in known if row[0] not in true]})
    return Kept(tuple(parts), {}, days)
