"""Open the file of kept cubes, throw away what is not true any more, sum what is missing, and lend the rest.

A part is rows of one table, which its place tells from others (parts.py). The cubes of the parts are summed by the
statements that sum all rows, over these rows alone; sums of parts add up to the sum of the whole. Whatever a kill
leaves half done is not believed: a part is entered when all its cubes are there, and taken out before any of them goes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import duckdb

from finops_report.errors import DatabaseError
from finops_report.warehouse.connection import Reach
from finops_report.warehouse.cubes import FUTURE_SLACK_US
from finops_report.warehouse.kept.parts import KnownPart, PartedRows, PartRows
from finops_report.warehouse.kept.server_days import ServerDays
from finops_report.warehouse.sql_files import every_statement, statement
from finops_report.warehouse.waiting import Waiting

FORMAT = 2  # of what Python has to say in these files
MADE_BY = "kept_cubes_made_by"
BUSY = "Could not set lock"


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of `table`, 'telemetry' or 'attempts'; `is_kept` if their cubes are in the file already.

    `latest_us` is the latest moment of its rows, None if no row has one.
    """

    number: int
    table: str
    of: PartRows
    is_kept: bool
    latest_us: int | None = None

    def is_settled(self, moment_us: int) -> bool:
        """Return whether no row is after the moment of the build: what is in the future now will not be."""
        return self.of.is_lasting and (self.latest_us is None or self.latest_us <= moment_us)


@dataclass(frozen=True, slots=True)
class Kept:
    """The parts of all rows, and where these come from: what has rows to be shown, or sums them itself."""

    parts: tuple[Part, ...]
    source: PartedRows | ServerDays

    def prints(self, moment_us: int) -> dict[int, str]:
        """Return what tells each part that has no row after this moment from any other, by its number."""
        return {part.number: part.of.print for part in self.parts if part.is_settled(moment_us)}


def reach_of_cache(cache: Path) -> Reach:
    """Return what has to be opened for the file of kept cubes."""
    place = str(cache.absolute())
    return Reach(files=(place, f"{place}.wal", f"{place}.wal.checkpoint", f"{place}.wal.recovery"))


@contextmanager
def opened_cache(
    con: duckdb.DuckDBPyConnection, source: PartedRows | ServerDays, cache: Path, waiting: Waiting, moment_us: int
) -> Iterator[Kept]:
    """Attach the file `cache` for as long as it is needed, and yield what of it still holds of the source.

    Raises DatabaseError for a file that is none of ours.
    """
    with attached(con, cache, waiting) as names:
        con.execute(statement("kept/ids", "id_hash"))
        _sign(con, names, _version(con, source))
        yield _compared(con, source, moment_us)


@contextmanager
def attached(con: duckdb.DuckDBPyConnection, cache: Path, waiting: Waiting) -> Iterator[list[str]]:
    """Attach the file `cache`, which is made if it is not there, and yield the names of its tables.

    Raises DatabaseError for a file that is none of ours.
    """
    _attach(con, cache, waiting)
    try:
        names = [name for (name,) in con.execute(statement("kept", "tables")).fetchall()]
        if names and MADE_BY not in names:
            raise _refused(cache, "it has tables that are none of ours")
        yield names
    finally:
        con.execute(statement("kept", "detach"))


def _version(con: duckdb.DuckDBPyConnection, source: PartedRows | ServerDays) -> str:
    """Return what tells kept cubes of other statements, versions, tables or columns apart."""
    found = hashlib.sha256(f"{FORMAT} {duckdb.__version__} {FUTURE_SLACK_US}".encode())
    for text in every_statement(("cubes", "kept", "source", "schema")):
        found.update(text.encode())
    found.update(source.kind(con).encode())
    return found.hexdigest()


def _attach(con: duckdb.DuckDBPyConnection, cache: Path, waiting: Waiting) -> None:
    try:
        waiting.until_free(
            lambda: con.execute(statement("kept", "attach"), {"path": str(cache.absolute())}),
            lambda err: isinstance(err, duckdb.Error) and BUSY in str(err),
        )
    except duckdb.Error as err:
        raise _refused(cache, str(err).splitlines()[0]) from err


def _refused(cache: Path, why: str) -> DatabaseError:
    return DatabaseError(
        f"Cubes cannot be kept in {cache}: {why}", "name another file with --cache, or take this one away"
    )


def _sign(con: duckdb.DuckDBPyConnection, names: Sequence[str], version: str) -> None:
    """Begin anew in a file of another version, which has tables of these names."""
    if names and con.execute(statement("kept", "made_by")).fetchall() == [(version,)]:
        return
    con.execute(statement("kept", "reset"))
    con.execute(statement("kept", "create"))
    con.execute(statement("kept", "sign"), {"version": version})


def _compared(con: duckdb.DuckDBPyConnection, source: PartedRows | ServerDays, moment_us: int) -> Kept:
    """Return the parts of all rows as they are now; what is kept of others is thrown away."""
    known = con.execute(statement("kept", "parts")).fetchall()
    numbers = count(1 + max((0, *(row[0] for row in known))))
    parts: list[Part] = []
    for name in source.tables:
        latest = {row[0]: row[4] for row in known if row[1] == name and (row[4] or 0) <= moment_us}
        now = source.parts(con, name, [KnownPart(row[0], row[2], row[3]) for row in known if row[0] in latest])
        parts.extend(Part(one, name, rows, is_kept=True, latest_us=latest[one]) for one, rows in now.kept.items())
        parts.extend(Part(next(numbers), name, rows, is_kept=False) for rows in now.new)
    kept = {part.number for part in parts if part.is_kept}
    con.execute(statement("kept", "forget_parts"), {"parts": [row[0] for row in known if row[0] not in kept]})
    return Kept(tuple(parts), source)


def forget_all(con: duckdb.DuckDBPyConnection) -> None:
    """Have the next build begin anew, since nobody knows what this one has summed."""
    con.execute(statement("kept", "forget_all"))


def kept_tables(con: duckdb.DuckDBPyConnection, schema: str) -> set[str]:
    """Return the names of the cubes that have a table in a schema of the file: 'cubes', 'coarse' or 'by_day'."""
    return {name for (name,) in con.execute(statement("kept", "cube_tables"), {"schema": schema}).fetchall()}


def put(con: duckdb.DuckDBPyConnection, schema: str, name: str, rows: duckdb.DuckDBPyRelation) -> None:
    """Add rows to the table of a cube, which is made if it is not there."""
    if name in kept_tables(con, schema):
        rows.insert_into(f"kept.{schema}.{name}")
    else:
        rows.create(f"kept.{schema}.{name}")
