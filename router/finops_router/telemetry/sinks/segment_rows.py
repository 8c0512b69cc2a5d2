"""Read lines of the journal into DuckDB's table `segment`: whatever the store, it alone judges what is a record."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import duckdb

from finops_router.records import KINDS, Record, RequestRecord
from finops_router.telemetry.segments import file_bytes
from finops_router.telemetry.sinks.contract import MADE_ID
from finops_router.telemetry.sinks.duckdb_columns import inserting, reading
from finops_router.telemetry.sinks.sql_files import statement

SHORTEST_ROOM = 2**20
SOON_S = 900  # within which an answer of the same provider, id and tokens is the same one
# How DuckDB says that it is the data that it cannot read; all else (disk, memory, locks) is no fault of a line.
DATA_ERRORS = (duckdb.InvalidInputException, duckdb.DataError)
# One file of many may have gone or be too much at once: then each is read on its own, and the others are loaded.
APART = (duckdb.IOException, duckdb.OutOfMemoryException)


class Bounds(NamedTuple):
    """The time within which rows of the table can be the same calls as those of the segment."""

    since: datetime
    until: datetime


def reads_together(con: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> bool:
    """Return whether all lines of these files are records, which are then in `segment`; False also if one is gone."""
    try:
        return reads(con, paths)
    except APART:
        return False


def reads(con: duckdb.DuckDBPyConnection, paths: Sequence[Path], longest: int | None = None) -> bool:
    """Read the lines of files into a temporary table; return False if a line is no JSON or no record.

    A line has at most `longest` bytes, if that is known: DuckDB makes room for two of them.

    Raises duckdb.Error when it is not the data that is at fault.
    """
    try:
        row = {"paths": _patterns(paths), "longest": longest or longest_line(paths), **reading()}
        con.execute(statement("read_segments"), row)
    except DATA_ERRORS:
        return False
    return con.execute(statement("has_strangers")).fetchall() == [(False,)]


def longest_line(paths: Sequence[Path]) -> int:
    """Return how long a line of the files can be at most: DuckDB makes room for two of that length."""
    return max([SHORTEST_ROOM, *map(file_bytes, paths)])


def records_by_segment(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return how many records each file brought, by its name without its suffix."""
    return dict(con.execute(statement("count_segments")).fetchall())


def span_bounds(con: duckdb.DuckDBPyConnection) -> Bounds | None:
    """Return the time around the calls that came as spans; None if there are none, as in most segments."""
    ((first, last),) = con.execute(statement("span_times")).fetchall()
    around = timedelta(seconds=SOON_S)
    return None if first is None else Bounds(first - around, last + around)


def leave_out_known_spans(con: duckdb.DuckDBPyConnection, bounds: Bounds) -> None:
    """Leave out calls that applications sent as spans, and that the router or another span has recorded.

    They are known by their ids; of the table `telemetry` only the time around them is read.
    """
    con.execute(statement("leave_out_known_spans"), {**bounds._asdict(), "soon_s": SOON_S})


def leave_out_repeated(con: duckdb.DuckDBPyConnection) -> int:
    """Tell equal rows of a file apart, leave out those that repeat another, and return how many that were."""
    con.execute(statement("number_equal_rows"), {"made_id": MADE_ID})
    return _changed(con, "leave_out_repeated")


def leave_out_known(con: duckdb.DuckDBPyConnection) -> int:
    """Leave out others' requests that are in the table `telemetry`, and return how many that were."""
    return _changed(con, "leave_out_known")


def insert_records(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Insert the rows of `segment` into the tables of their kinds, and return how many are new in each."""
    return {kind.table: _inserted(con, kind) for kind in KINDS}


def insert_requests(con: duckdb.DuckDBPyConnection) -> int:
    """Insert the rows of `segment`, all of them requests, and return how many there are."""
    return _inserted(con, RequestRecord)


def _inserted(con: duckdb.DuckDBPyConnection, kind: type[Record]) -> int:
    ((new,),) = con.execute(statement(f"insert_{kind.table}"), inserting(kind)).fetchall()
    return int(new)


def read_bills(con: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> None:
    """Read lines of bills into the temporary table `bills`. Raises duckdb.Error."""
    con.execute(statement("read_bills"), {"paths": _patterns(paths), "longest": SHORTEST_ROOM})


def _patterns(paths: Sequence[Path]) -> list[str]:
    return [glob.escape(str(path.absolute())) for path in paths]  # DuckDB takes a path for a pattern


def _changed(con: duckdb.DuckDBPyConnection, name: str) -> int:
    """Run a statement of sql/store about rows that are soon after others, and return how many it changed."""
    ((rows,),) = con.execute(statement(name), {"soon_s": SOON_S}).fetchall()
    return int(rows)
