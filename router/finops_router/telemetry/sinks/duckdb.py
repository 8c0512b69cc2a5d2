"""Load journal segments into DuckDB exactly once; the file is open only for the moment of a load.

Rows and their segment's name are committed together, and the file is checkpointed before the caller deletes a
segment: whatever dies in between, the next loader sees from `loaded_segments` what is in.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from pathlib import Path

import duckdb

from finops_router.records import KINDS
from finops_router.telemetry.sinks.contract import CollectorReport, Loaded, SinkBusyError, SinkError
from finops_router.telemetry.sinks.duckdb_columns import inserting, reading
from finops_router.telemetry.sinks.quarantine import clean_copy, lines_of, set_aside, sift
from finops_router.telemetry.sinks.sql_files import schema, statement
from finops_router.telemetry.waiting import Waiting

BUSY = ("Could not set lock", "already attached")  # how DuckDB says that another process, or this one, has the file
FIRST_WAIT_S, LONGEST_WAIT_S = 0.01, 0.25
BATCH = 16  # segments a transaction: DuckDB writes large ones past its log, a third faster than one by one


class DuckDBSink:
    """The DuckDB file at `db`, made with its folder and the tables of sql/schema by the first load."""

    def __init__(self, db: Path) -> None:
        self.db = db

    def load(self, segments: Sequence[Path], report: CollectorReport, waiting: Waiting) -> Loaded:
        """Load some segments at a time in one transaction with their names, then checkpoint (see `Sink.load`)."""
        try:
            with _connect(self.db, waiting) as con:
                return _load(con, segments, report)
        except duckdb.Error as err:
            raise SinkError(
                _first_line(err), f"check {self.db}, its permissions and the space on its disk; records wait until then"
            ) from err


def _connect(db: Path, waiting: Waiting) -> duckdb.DuckDBPyConnection:
    """Open the file, waiting for others to let go of it. Raises SinkBusyError, duckdb.Error and OSError."""
    db.parent.mkdir(parents=True, exist_ok=True)
    refusal = ""
    for _ in waiting.looks(FIRST_WAIT_S, LONGEST_WAIT_S):
        try:
            return duckdb.connect(str(db))
        except duckdb.Error as err:
            refusal = _first_line(err)
            if not any(sign in refusal for sign in BUSY):
                raise
    raise SinkBusyError(refusal, f"close the program that holds {db} open; records wait in the journal until then")


def _load(con: duckdb.DuckDBPyConnection, segments: Sequence[Path], report: CollectorReport) -> Loaded:
    for text in schema():
        con.execute(text)
    total = Loaded()
    for start in range(0, len(segments), BATCH):
        total += _load_batch(con, segments[start : start + BATCH])
    if report.dropped or report.note or total.quarantined:
        _keep_report(con, report, total.quarantined)
    con.execute("checkpoint")
    return total


def _load_batch(con: duckdb.DuckDBPyConnection, segments: Sequence[Path]) -> Loaded:
    """Load several segments in one transaction; if one has unreadable lines, each in its own."""
    fresh = [segment for segment in segments if not _is_loaded(con, segment)]
    if not fresh:
        return Loaded()
    if _reads_clean(con, fresh):
        return _keep_rows(con, fresh, 0)
    return sum((_keep_rows(con, [segment], _read_sifted(con, segment)) for segment in fresh), Loaded())


def _is_loaded(con: duckdb.DuckDBPyConnection, segment: Path) -> bool:
    return con.execute(statement("is_loaded"), {"segment": segment.stem}).fetchall() == [(True,)]


def _read(con: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> None:
    con.execute(statement("read_segments"), {"paths": [str(path) for path in paths], **reading()})


def _reads_clean(con: duckdb.DuckDBPyConnection, segments: Sequence[Path]) -> bool:
    """Read the segments; return False if a line is no JSON or no record."""
    try:
        _read(con, segments)
    except duckdb.Error:
        return False
    return con.execute(statement("has_strangers")).fetchall() == [(False,)]


def _read_sifted(con: duckdb.DuckDBPyConnection, segment: Path) -> int:
    """Read the lines of a segment that are records, set the others aside and return their number."""
    sifted = sift(segment)
    strangers: Sequence[bytes] = sifted.strangers
    try:
        with clean_copy(segment, sifted.records) as path:
            _read(con, [path])
    except duckdb.Error:  # what DuckDB cannot read although we can: set the whole segment aside
        strangers = lines_of(segment)
        with clean_copy(segment, ()) as path:
            _read(con, [path])
    set_aside(segment, strangers)
    return len(strangers)


def _keep_rows(con: duckdb.DuckDBPyConnection, segments: Sequence[Path], quarantined: int) -> Loaded:
    """Insert what was read, with the names of its segments, in one transaction."""
    counts = dict(con.execute(statement("count_segments")).fetchall())
    con.execute("begin")
    try:
        for kind in KINDS:
            con.execute(statement(f"insert_{kind.table}"), inserting(kind))
        for segment in segments:
            name = {"segment": segment.stem, "records": counts.get(segment.stem, 0), "quarantined": quarantined}
            con.execute(statement("insert_loaded_segment"), name)
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise
    return Loaded(len(segments), sum(counts.values()), quarantined)


def _keep_report(con: duckdb.DuckDBPyConnection, report: CollectorReport, quarantined: int) -> None:
    row = {
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "recorded": report.recorded,
        "dropped": report.dropped,
        "quarantined": quarantined,
        "note": report.note or None,
    }
    con.execute(statement("insert_collector_health"), row)


def _first_line(err: duckdb.Error) -> str:
    return str(err).splitlines()[0]
