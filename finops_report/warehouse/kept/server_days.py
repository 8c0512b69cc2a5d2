"""Sum days of the tables of a server as parts: it tells by prints which rows there are, and sums them itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import duckdb
from duckdb import ColumnExpression

from finops_report.warehouse.create_table import create_table, drop_table
from finops_report.warehouse.cubes import Bounds, Cube
from finops_report.warehouse.kept.days import (
    TIMELESS,
    Hours,
    ServerPart,
    Within,
    day_of_us,
    days_now,
    hours_of,
    time_of,
    within,
)
from finops_report.warehouse.kept.parts import KnownPart, PartRows, PartsNow
from finops_report.warehouse.sql_files import statement

SPANS = ("spans", "history_spans")
FEW_ROWS = 1_000_000  # whose ids a server may hold in memory, to look for them in all others
HOURS = ("hour_us", "first_us", "last_us", "latest_us", "requests")


class Server(Protocol):
    """What is asked of the engine of a server whose sums are kept."""

    @property
    def sees_one_moment(self) -> bool:
        """Whether all statements of the session see the same rows."""
        ...

    @property
    def parted_tables(self) -> tuple[str, ...]:
        """Those of 'telemetry' and 'attempts' that are there."""
        ...

    def said(self) -> str:
        """Return what its sums depend on beside the rows, as text."""
        ...

    def bring_prints(
        self, con: duckdb.DuckDBPyConnection, name: str, into: str, bounds: Bounds, within: Within | None
    ) -> None:
        """Append what rows the table `name` has to the table `into` of `con`, by hour. Raises DatabaseError."""
        ...

    def sum_cube(self, con: duckdb.DuckDBPyConnection, cube: Cube, bounds: Bounds) -> None:
        """Sum a cube over all rows. Raises DatabaseError."""
        ...

    def sum_part(self, con: duckdb.DuckDBPyConnection, cube: Cube, bounds: Bounds, part: ServerPart | None) -> None:
        """Sum a cube over a part; None: over what stands beside requests and attempts. Raises DatabaseError."""
        ...


@dataclass(frozen=True, slots=True)
class ServerDays:
    """Days of the tables of a server as parts; `bounds` are those of the extent."""

    server: Server
    bounds: Bounds

    @property
    def tables(self) -> tuple[str, ...]:
        """Those of 'telemetry' and 'attempts' that are there."""
        return self.server.parted_tables

    def kind(self, con: duckdb.DuckDBPyConnection) -> str:
        """Return what all sums depend on beside the rows: the server, its statements, the tables and their columns."""
        return self.server.said()

    def parts(self, con: duckdb.DuckDBPyConnection, table: str, known: Sequence[KnownPart]) -> PartsNow:
        """Hold what is known of a table against its rows as they are."""
        return days_now(self._hours(con, table, f"prints_{table}"), known, self._open_us)

    def hours(self, con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        """Return what the requests span by UTC hour (kept/hours), as it was when their parts were asked for."""
        return con.table("prints_telemetry").select(*map(ColumnExpression, HOURS))

    def sums(
        self,
        con: duckdb.DuckDBPyConnection,
        cubes: Sequence[Cube],
        part: tuple[str, PartRows] | None,
        bounds: Bounds,
    ) -> Iterator[tuple[Cube, duckdb.DuckDBPyRelation]]:
        """Yield the sums of each cube over a part of a table; None: over what stands beside requests and attempts."""
        first_us, until_us = TIMELESS if part is None else time_of(part[1].rows)
        for spans in SPANS:
            create_table(
                con, spans, statement("kept/server", spans), {**bounds, "from_us": first_us, "until_us": until_us}
            )
        asked = None if part is None else ServerPart(part[0], within((first_us, until_us)))
        for cube in cubes:
            self.server.sum_part(con, cube, self._settled(bounds), asked)
            yield cube, con.table(cube.table)
            drop_table(con, cube.table)
        for spans in SPANS:
            drop_table(con, spans)

    def follow(
        self,
        con: duckdb.DuckDBPyConnection,
        table: str,
        parts: Mapping[int, PartRows],
        new: Sequence[PartRows],
        bounds: Bounds,
    ) -> None:
        """Keep the rows of a table that have to be followed by their ids since some of its parts, by number, are new.

        Those of ids that stand in rows from the first new part on are asked for, in all parts, or those of all ids if
        these rows are many; which are kept already is told by part and id.
        """
        firsts = [time_of(part.rows)[0] for part in new if time_of(part.rows) != TIMELESS]
        if not firsts:
            return
        from_us, times = min(firsts), [time_of(part.rows) for part in parts.values()]
        rows = sum(part.count for part, (_, until_us) in zip(parts.values(), times, strict=True) if until_us > from_us)
        asked = table if rows <= FEW_ROWS else f"every_{table}"
        cube = Cube(f"cubes.followed_{table}", statement("kept/server", asked), f"kept/server/{asked}")
        self.server.sum_cube(con, cube, {**self._settled(bounds), "new_from_us": from_us})
        ends = {"first_us": [first for first, _ in times], "until_us": [until for _, until in times]}
        con.execute(statement("kept/server", f"follow_{table}"), {"parts": list(parts), **ends})
        drop_table(con, cube.table)

    def changed(self, con: duckdb.DuckDBPyConnection, table: str, summed: Sequence[PartRows]) -> set[str]:
        """Return which of the parts that were summed are of other rows by now, by how they are said.

        What was summed of them is of no moment that is known: not what their prints say.
        """
        lasting = [part for part in summed if part.is_lasting]
        if self.server.sees_one_moment or not lasting:
            return set()
        now = self._hours(con, table, "prints_again", _around([time_of(part.rows) for part in lasting]))
        return {part.rows for part in lasting if now.part(time_of(part.rows), self._open_us).print != part.print}

    def _settled(self, bounds: Bounds) -> Bounds:
        """Return bounds that end where the extent does, if the newest rows are left out."""
        ends = {end: min(bounds[end], self.bounds["now_us"]) for end in ("until_us", "history_until_us")}
        return {**bounds, **ends}

    @property
    def _open_us(self) -> int:
        """The beginning of the first day that is not over, or of which rows are still left out."""
        return day_of_us(int(self.bounds["moment_us"]))

    def _hours(self, con: duckdb.DuckDBPyConnection, name: str, into: str, time: Within | None = None) -> Hours:
        """Ask what rows a table has (of a time; None: of all), and leave the answer in the table `into` of `con`."""
        drop_table(con, into)
        create_table(con, into, statement("kept/server", "prints"))
        self.server.bring_prints(con, name, into, self.bounds, time)
        columns = [ColumnExpression(column) for column in ("hour_us", "requests", "print")]
        return hours_of(con.table(into).select(*columns).fetchall())


def _around(times: Sequence[tuple[int, int]]) -> Within | None:
    """Return the time that has all times; None, which is any time, if rows without one are among them."""
    first_us = min(first for first, _ in times)
    return None if first_us < TIMELESS[1] else Within(first_us, max(until for _, until in times))
