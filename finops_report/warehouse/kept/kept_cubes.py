"""Open the file of kept cubes, throw away what is not true any more, sum what is missing, and lend the rest.

A part is a run of rows of one table. The cubes of the parts are summed by the statements that sum all rows, over views
that show these rows alone; sums of parts add up to the sum of the whole. Whatever a kill leaves half done is not
believed: a part is entered when all its cubes are there, and taken out before any of them goes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from finops_report.errors import DatabaseError
from finops_report.warehouse.connection import Reach
from finops_report.warehouse.cubes import FUTURE_SLACK_US
from finops_report.warehouse.kept.row_groups import Groups, Run, row_groups, run, runs_between, to_put_together
from finops_report.warehouse.recorded import Recorded, RecordedTable
from finops_report.warehouse.sql_files import every_statement, statement
from finops_report.warehouse.waiting import Waiting

FORMAT = 1  # of what Python has to say in these files
TABLES = ("telemetry", "attempts")
MADE_BY = "kept_cubes_made_by"
LONGEST_RUN = 32  # row groups: four million rows are summed anew if one of them changed
TIMES = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE")
BUSY = "Could not set lock"


@dataclass(frozen=True, slots=True)
class Part:
    """A run of rows of `table`, 'telemetry' or 'attempts'; `is_kept` if its cubes are in the file already.

    `latest_us` is the latest moment of its rows, None if no row has one.
    """

    number: int
    table: str
    run: Run
    is_kept: bool
    latest_us: int | None = None

    def is_settled(self, moment_us: int) -> bool:
        """Return whether no row is after the moment of the build: what is in the future now will not be."""
        return self.latest_us is None or self.latest_us <= moment_us


@dataclass(frozen=True, slots=True)
class Kept:
    """The parts of all rows, and the places of their tables in the source."""

    parts: tuple[Part, ...]
    places: dict[str, str]

    def prints(self, moment_us: int) -> dict[int, str]:
        """Return what tells each part that has no row after this moment from any other, by its number."""
        return {
            part.number: f"{part.run.first_row} {part.run.print}" for part in self.parts if part.is_settled(moment_us)
        }


def reach_of_cache(cache: Path) -> Reach:
    """Return what has to be opened for the file of kept cubes."""
    place = str(cache.absolute())
    return Reach(files=(place, f"{place}.wal", f"{place}.wal.checkpoint", f"{place}.wal.recovery"))


@contextmanager
def opened_cache(
    con: duckdb.DuckDBPyConnection, recorded: Recorded, db: Path, cache: Path, waiting: Waiting, moment_us: int
) -> Iterator[Kept | None]:
    """Attach the file `cache` for as long as it is needed, and yield what of it still holds of the source at `db`.

    Yields None if no cubes of this source can be kept: it has views, or times that are no timestamps, or writes that
    are in its log alone. Raises DatabaseError for a file that is none of ours.
    """
    places = _places(con, recorded, db)
    groups = {} if places is None else {name: row_groups(con, place, db) for name, place in places.items()}
    if places is None or None in groups.values():
        yield None
        return
    _attach(con, cache, waiting)
    con.execute(statement("kept/ids", "id_hash"))
    try:
        _sign(con, cache, _version(con, places))
        yield _compared(con, places, {name: one for name, one in groups.items() if one is not None}, moment_us)
    finally:
        con.execute(statement("kept", "detach"))


def _places(con: duckdb.DuckDBPyConnection, recorded: Recorded, db: Path) -> dict[str, str] | None:
    """Return where the tables lie in the attached file; None if how they lie says nothing of what they hold."""
    log = Path(f"{db.resolve()}.wal")
    if log.exists() and log.stat().st_size:
        return None
    found = {}
    for name in TABLES:
        if name in recorded.tables:
            if not _is_plain(recorded.tables[name]):
                return None
            table = recorded.tables[name].table
            found[name] = ".".join(
                '"' + part.replace('"', '""') + '"' for part in ("recorded", table.schema, table.name)
            )
    return found


def _is_plain(recorded: RecordedTable) -> bool:
    """Whether each row is read for itself: the unit of times that are numbers is found from all of them."""
    kinds = {
        column.lower(): str(kind)
        for part in recorded.parts
        for column, kind in zip(part.columns, part.types, strict=True)
    }
    return not recorded.table.is_view and kinds.get("timestamp") in TIMES


def _version(con: duckdb.DuckDBPyConnection, places: dict[str, str]) -> str:
    """Return what tells kept cubes of other statements, versions, tables or columns apart."""
    found = hashlib.sha256(f"{FORMAT} {duckdb.__version__} {FUTURE_SLACK_US}".encode())
    for text in every_statement(("cubes", "kept", "source", "schema")):
        found.update(text.encode())
    for name, place in places.items():
        table = con.table(place)
        found.update(repr((name, place, table.columns, [str(kind) for kind in table.types])).encode())
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


def _sign(con: duckdb.DuckDBPyConnection, cache: Path, version: str) -> None:
    """Begin anew in a file of another version; raises DatabaseError if the file is not ours."""
    names = [name for (name,) in con.execute(statement("kept", "tables")).fetchall()]
    if names and MADE_BY not in names:
        raise _refused(cache, "it has tables that are none of ours")
    if names and con.execute(statement("kept", "made_by")).fetchall() == [(version,)]:
        return
    con.execute(statement("kept", "reset"))
    con.execute(statement("kept", "create"))
    con.execute(statement("kept", "sign"), {"version": version})


def _compared(
    con: duckdb.DuckDBPyConnection, places: dict[str, str], groups: dict[str, Groups], moment_us: int
) -> Kept:
    """Return the parts of all rows as they are now; what is kept of others is thrown away."""
    known = con.execute(statement("kept", "parts")).fetchall()
    parts: list[Part] = []
    for name, place in places.items():
        of_table = groups[name]
        covered = {}
        for number, table, first_row, until_row, print_, latest_us in known:
            first, until = of_table.place(first_row), of_table.place(until_row)
            if table != name or first is None or until is None or first >= until or (latest_us or 0) > moment_us:
                continue
            now = run(con, place, of_table, first, until)
            if now.print == print_:
                covered[first, until] = Part(number, name, now, is_kept=True, latest_us=latest_us)
        for small in to_put_together(list(covered), of_table, LONGEST_RUN):
            del covered[small]
        parts.extend(covered.values())
        number = max((0, *(row[0] for row in known), *(part.number for part in parts)))
        for first, until in runs_between(list(covered), of_table, LONGEST_RUN):
            number += 1
            parts.append(Part(number, name, run(con, place, of_table, first, until), is_kept=False))
    kept = {part.number for part in parts if part.is_kept}
    con.execute(statement("kept", "forget_parts"), {"parts": [row[0] for row in known if row[0] not in kept]})
    return Kept(tuple(parts), places)


def kept_tables(con: duckdb.DuckDBPyConnection, schema: str) -> set[str]:
    """Return the names of the cubes that have a table in a schema of the file, 'cubes' or 'coarse'."""
    return {name for (name,) in con.execute(statement("kept", "cube_tables"), {"schema": schema}).fetchall()}


def put(con: duckdb.DuckDBPyConnection, schema: str, name: str, rows: duckdb.DuckDBPyRelation) -> None:
    """Add rows to the table of a cube, which is made if it is not there."""
    if name in kept_tables(con, schema):
        rows.insert_into(f"kept.{schema}.{name}")
    else:
        rows.create(f"kept.{schema}.{name}")
