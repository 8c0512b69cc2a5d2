"""Load journal segments into DuckDB exactly once; the file is open only for the moment of a load.

Rows and their segment's name are committed together, and the file is checkpointed before the caller deletes a
segment: whatever dies in between, the next loader sees from `loaded_segments` what is in.
"""

from __future__ import annotations

import glob
import os
import socket
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import duckdb

from finops_router.records import KINDS, RequestRecord
from finops_router.telemetry.segments import file_bytes, segment_id
from finops_router.telemetry.sinks.contract import (
    MADE_ID,
    BillsTakenIn,
    CollectorReport,
    Loaded,
    SetAside,
    SinkError,
    TakenIn,
)
from finops_router.telemetry.sinks.duckdb_columns import inserting, reading
from finops_router.telemetry.sinks.duckdb_file import beside_application, connect
from finops_router.telemetry.sinks.quarantine import clean_copy, lines_of, set_aside, sift
from finops_router.telemetry.sinks.sql_files import schema, statement
from finops_router.telemetry.unread import Passed, Unread, unread
from finops_router.telemetry.waiting import Waiting

# A transaction: DuckDB writes those of more than 122,880 rows past its log, which saves writing them twice.
BATCH_BYTES, BATCH_BYTES_ALONE = 64 * 2**20, 128 * 2**20
BATCH_SEGMENTS = 256
SHORTEST_ROOM = 2**20
SOON_S = 900  # within which an answer of the same provider, id and tokens is the same one
# How DuckDB says that it is the data that it cannot read; all else (disk, memory, locks) is no fault of a line.
DATA_ERRORS = (duckdb.InvalidInputException, duckdb.DataError)
# One file of many may have gone or be too much at once: then each is read on its own, and the others are loaded.
APART = (duckdb.IOException, duckdb.OutOfMemoryException)


class DuckDBSink:
    """The DuckDB file at `db`, made with its folder and the tables of sql/schema by the first load.

    With `has_machine` it may take what memory and processors there are.
    """

    def __init__(self, db: Path, *, has_machine: bool = False) -> None:
        self.db = db
        self._has_machine = has_machine
        self._batch_bytes = BATCH_BYTES_ALONE if has_machine else BATCH_BYTES

    def load(
        self,
        segments: Sequence[Path],
        reports: Sequence[CollectorReport],
        waiting: Waiting,
        passed: Passed | None = None,
        asked: Collection[str] = (),
    ) -> Loaded:
        """Load some segments at a time in one transaction with their names, then checkpoint (see `Sink.load`)."""
        done = Loaded()
        try:
            settings = {} if self._has_machine else beside_application(_longest_line(segments))
            with connect(self.db, waiting, settings) as con:
                for text in schema():
                    con.execute(text)
                for report in reports:
                    _keep_report(con, report)
                for batch in _batches(segments, self._batch_bytes):
                    done += _load_batch(con, batch)
                if passed is not None:
                    _keep_unread(con, passed.journal, (*passed.entries, *done.left_out))
                con.execute("checkpoint")
                return done + Loaded(known=_lines_loaded(con, asked))
        except duckdb.Error as err:
            hint = f"check {self.db}, its permissions and the space on its disk; records wait until then"
            raise SinkError(str(err).splitlines()[0], hint, done) from err

    def take_in(self, files: Sequence[Path], aside: SetAside | None, waiting: Waiting) -> TakenIn:
        """Take in others' requests in one transaction, then checkpoint (see `Sink.take_in`)."""
        try:
            with connect(self.db, waiting, {}) as con:
                for text in schema():
                    con.execute(text)
                if files and not _reads(con, files, SHORTEST_ROOM):
                    raise SinkError("Rows were made that are no records", "report it as a bug, with the kind of file")
                taken = _insert_new(con, aside, has_rows=bool(files))
                con.execute("checkpoint")
                return taken
        except (duckdb.Error, OSError) as err:
            hint = f"check {self.db}, its permissions and the space on its disk; nothing was changed"
            raise SinkError(str(err).splitlines()[0], hint) from err

    def take_in_bills(self, files: Sequence[Path], waiting: Waiting) -> BillsTakenIn:
        """Put lines of bills in the place of those of the same days, in one transaction (see `Sink.take_in_bills`)."""
        try:
            with connect(self.db, waiting, {}) as con:
                for text in schema():
                    con.execute(text)
                patterns = [glob.escape(str(path.absolute())) for path in files]
                con.execute(statement("read_bills"), {"paths": patterns, "longest": SHORTEST_ROOM})
                taken = _replace_bills(con)
                con.execute("checkpoint")
                return taken
        except (duckdb.Error, OSError) as err:
            hint = f"check {self.db}, its permissions and the space on its disk; nothing was changed"
            raise SinkError(str(err).splitlines()[0], hint) from err


def _replace_bills(con: duckdb.DuckDBPyConnection) -> BillsTakenIn:
    ((lines, known, before),) = con.execute(statement("count_bills")).fetchall()
    con.execute("begin")
    try:
        con.execute(statement("delete_billed"))
        con.execute(statement("insert_billed"))
        con.execute("commit")
    except BaseException:
        _roll_back(con)
        raise
    return BillsTakenIn(lines, known, before - known)


def _insert_new(con: duckdb.DuckDBPyConnection, aside: SetAside | None, *, has_rows: bool) -> TakenIn:
    """Insert the requests that were read and are not known, and what was set aside, in one transaction."""
    con.execute("begin")
    try:
        taken = _insert_unknown(con) if has_rows else TakenIn(0, 0, 0)
        if aside is not None and not _lines_loaded(con, [aside.name]):
            row = {"segments": [aside.name], "records": [0], "quarantined": aside.rows}
            con.execute(statement("insert_loaded_segment"), row)
            _insert_health(con, None, socket.gethostname(), os.getpid(), quarantined=aside.rows, note=aside.note)
        con.execute("commit")
    except BaseException:
        _roll_back(con)
        raise
    return taken


def _insert_unknown(con: duckdb.DuckDBPyConnection) -> TakenIn:
    con.execute(statement("number_equal_rows"), {"made_id": MADE_ID})
    repeated = _changed(con, "leave_out_repeated")
    known = _changed(con, "leave_out_known")
    ((new,),) = con.execute(statement(f"insert_{RequestRecord.table}"), inserting(RequestRecord)).fetchall()
    return TakenIn(new, repeated, known)


def _changed(con: duckdb.DuckDBPyConnection, name: str) -> int:
    """Run a statement of sql/store about rows that are soon after others, and return how many it changed."""
    ((rows,),) = con.execute(statement(name), {"soon_s": SOON_S}).fetchall()
    return int(rows)


def _batches(segments: Sequence[Path], most_bytes: int) -> Iterator[list[Path]]:
    batch: list[Path] = []
    size = 0
    for segment in segments:
        size += file_bytes(segment)
        batch.append(segment)
        if size >= most_bytes or len(batch) >= BATCH_SEGMENTS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _load_batch(con: duckdb.DuckDBPyConnection, segments: Sequence[Path]) -> Loaded:
    """Load several segments in one transaction; what is odd about one, each in its own."""
    names: dict[Path, str] = {}
    done = Loaded()
    for segment in segments:
        try:
            names[segment] = segment_id(segment)
        except OSError as error:
            done += Loaded(left_out=(unread(segment, error),))
    taken = set(_lines_loaded(con, names.values()))
    fresh: dict[Path, str] = {}
    for segment, name in names.items():
        if name not in taken:
            fresh[segment] = name
            taken.add(name)
    if fresh and _reads_together(con, list(fresh)):
        done += _keep_rows(con, fresh)
        names = {segment: name for segment, name in names.items() if segment not in fresh}
    return sum((_load_alone(con, segment, name) for segment, name in names.items()), done)


def _lines_loaded(con: duckdb.DuckDBPyConnection, names: Iterable[str]) -> dict[str, int]:
    """Return how many lines of segments are in the tables, or were set aside: of those that were ever loaded."""
    return dict(con.execute(statement("lines_loaded"), {"segments": list(names)}).fetchall())


def _reads_together(con: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> bool:
    try:
        return _reads(con, paths)
    except APART:
        return False


def _reads(con: duckdb.DuckDBPyConnection, paths: Sequence[Path], longest: int | None = None) -> bool:
    """Read the lines of files into a temporary table; return False if a line is no JSON or no record.

    A line has at most `longest` bytes, if that is known: DuckDB makes room for two of them.

    Raises duckdb.Error when it is not the data that is at fault.
    """
    patterns = [glob.escape(str(path.absolute())) for path in paths]  # DuckDB takes a path for a pattern
    try:
        row = {"paths": patterns, "longest": longest or _longest_line(paths), **reading()}
        con.execute(statement("read_segments"), row)
    except DATA_ERRORS:
        return False
    return con.execute(statement("has_strangers")).fetchall() == [(False,)]


def _longest_line(paths: Sequence[Path]) -> int:
    """Return how long a line of the files can be at most: DuckDB makes room for two of that length."""
    return max([SHORTEST_ROOM, *map(file_bytes, paths)])


def _load_alone(con: duckdb.DuckDBPyConnection, segment: Path, name: str) -> Loaded:
    """Load what is not in the tables yet of one segment, and set aside the lines that are no records.

    There is more than before if a copy was loaded while the segment was still written to.
    """
    try:
        lines = lines_of(segment)[_lines_loaded(con, [name]).get(name, 0) :]
        if not lines:
            return Loaded(finished=(segment,))
        records = sift(lines, segment, lambda path: _reads(con, [path]))
        strangers = _without(lines, records)
        with clean_copy(segment, records) as path:
            if not _reads(con, [path]):
                return Loaded(left_out=(unread(segment, "it cannot be read"),))
        if strangers:
            set_aside(segment, strangers)
    except OSError as error:
        return Loaded(left_out=(unread(segment, error),))
    return _keep_rows(con, {segment: name}, len(strangers))


def _without(lines: Sequence[bytes], records: Sequence[bytes]) -> list[bytes]:
    kept = set(records)
    return [line for line in lines if line not in kept]


def _keep_rows(con: duckdb.DuckDBPyConnection, names: Mapping[Path, str], quarantined: int = 0) -> Loaded:
    """Insert what was read, with the names of its segments and what was set aside of them, in one transaction."""
    counts = dict(con.execute(statement("count_segments")).fetchall())
    con.execute("begin")
    try:
        _leave_out_known_spans(con)
        for kind in KINDS:
            con.execute(statement(f"insert_{kind.table}"), inserting(kind))
        _remember(con, names.values(), [counts.get(segment.stem, 0) for segment in names], quarantined)
        if quarantined:
            _insert_health(con, None, socket.gethostname(), os.getpid(), quarantined=quarantined)
        con.execute("commit")
    except BaseException:
        _roll_back(con)
        raise
    aside = tuple((name, quarantined) for name in names.values() if quarantined)
    return Loaded(len(names), sum(counts.values()), quarantined, tuple(names), aside)


def _leave_out_known_spans(con: duckdb.DuckDBPyConnection) -> None:
    """Leave out calls that applications sent as spans, and that the router or another span has recorded.

    They are known by their ids, which most segments have none of; of the table only the time around them is read.
    """
    ((first, last),) = con.execute(statement("span_times")).fetchall()
    if first is not None:
        around = timedelta(seconds=SOON_S)
        bounds = {"since": first - around, "until": last + around, "soon_s": SOON_S}
        con.execute(statement("leave_out_known_spans"), bounds)


def _remember(con: duckdb.DuckDBPyConnection, names: Iterable[str], records: Sequence[int], quarantined: int) -> None:
    row = {"segments": list(names), "records": list(records), "quarantined": quarantined}
    con.execute(statement("insert_loaded_segment"), row)


def _roll_back(con: duckdb.DuckDBPyConnection) -> None:
    with suppress(duckdb.Error):  # a failed commit has rolled back already: the first error is the one to be heard
        con.execute("rollback")


def _keep_report(con: duckdb.DuckDBPyConnection, report: CollectorReport) -> None:
    """Insert a collector's report together with its name, unless it is there already."""
    con.execute("begin")
    try:
        if not _lines_loaded(con, [report.name]):
            _insert_health(con, report, report.host, report.pid)
            _remember(con, [report.name], [0], 0)
        con.execute("commit")
    except BaseException:
        _roll_back(con)
        raise


def _keep_unread(con: duckdb.DuckDBPyConnection, journal: str, found: Sequence[Unread]) -> None:
    """Have the table hold what of this journal cannot be read now, each entry with the moment it was first seen."""
    entries, reasons = [one.entry for one in found], [one.reason for one in found]
    known = [f"{entry}/{reason}" for entry, reason in zip(entries, reasons, strict=True)]
    con.execute("begin")
    try:
        con.execute(statement("forget_unread_entries"), {"journal": journal, "entries": known})
        if entries:
            row = {"journal": journal, "entries": entries, "reasons": reasons}
            con.execute(statement("insert_unread_entries"), row)
        con.execute("commit")
    except BaseException:
        _roll_back(con)
        raise


def _insert_health(
    con: duckdb.DuckDBPyConnection,
    report: CollectorReport | None,
    host: str,
    pid: int,
    *,
    quarantined: int = 0,
    note: str = "",
) -> None:
    row = {
        "at_us": report.at_us if report else None,
        "host": host,
        "pid": pid,
        "recorded": report.recorded if report else None,
        "dropped": report.dropped if report else 0,
        "quarantined": quarantined,
        "note": (report.note if report else note) or None,
    }
    con.execute(statement("insert_collector_health"), row)
