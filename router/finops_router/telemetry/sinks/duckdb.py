"""Load journal segments into DuckDB exactly once; the file is open only for the moment of a load.

Rows and their segment's name are committed together, and the file is checkpointed before the caller deletes a
segment: whatever dies in between, the next loader sees from `loaded_segments` what is in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import duckdb

from finops_router.telemetry.sinks import duckdb_books as books
from finops_router.telemetry.sinks.contract import (
    BillsTakenIn,
    CollectorReport,
    Loaded,
    SetAside,
    SinkError,
    TakenIn,
)
from finops_router.telemetry.sinks.duckdb_file import Settings, beside_application, connect
from finops_router.telemetry.sinks.keeping import BATCH_BYTES, BATCH_BYTES_ALONE, NO_RECORDS, loads
from finops_router.telemetry.sinks.segment_rows import (
    SHORTEST_ROOM,
    insert_records,
    insert_requests,
    leave_out_known,
    leave_out_known_spans,
    leave_out_repeated,
    longest_line,
    read_bills,
    reads,
    span_bounds,
)
from finops_router.telemetry.sinks.sql_files import schema
from finops_router.telemetry.unread import Passed, Unread
from finops_router.telemetry.waiting import Waiting


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
            settings = {} if self._has_machine else beside_application(longest_line(segments))
            with self._opened(waiting, settings) as con:
                for loaded in loads(DuckDBKeeper(con), segments, reports, passed, asked, self._batch_bytes):
                    done += loaded
                return done
        except duckdb.Error as err:
            hint = f"check {self.db}, its permissions and the space on its disk; records wait until then"
            raise SinkError(str(err).splitlines()[0], hint, done) from err

    def take_in(self, files: Sequence[Path], aside: SetAside | None, waiting: Waiting) -> TakenIn:
        """Take in others' requests in one transaction, then checkpoint (see `Sink.take_in`)."""
        with self._unchanged(), self._opened(waiting, {}) as con:
            if files and not reads(con, files, SHORTEST_ROOM):
                raise SinkError(*NO_RECORDS)
            with books.transaction(con):
                taken = TakenIn(0, 0, 0)
                if files:
                    repeated, known = leave_out_repeated(con), leave_out_known(con)
                    taken = TakenIn(insert_requests(con), repeated, known)
                if aside is not None:
                    books.keep_aside(con, aside)
            con.execute("checkpoint")
            return taken

    def take_in_bills(self, files: Sequence[Path], waiting: Waiting) -> BillsTakenIn:
        """Put lines of bills in the place of those of the same days, in one transaction (see `Sink.take_in_bills`)."""
        with self._unchanged(), self._opened(waiting, {}) as con:
            read_bills(con, files)
            taken = books.count_bills(con)
            with books.transaction(con):
                books.replace_bills(con)
            con.execute("checkpoint")
            return taken

    @contextmanager
    def _opened(self, waiting: Waiting, settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
        with connect(self.db, waiting, settings) as con:
            books.make_tables(con, schema())
            yield con

    @contextmanager
    def _unchanged(self) -> Iterator[None]:
        """Say what DuckDB says as one error, after which nothing is changed."""
        try:
            yield
        except (duckdb.Error, OSError) as err:
            hint = f"check {self.db}, its permissions and the space on its disk; nothing was changed"
            raise SinkError(str(err).splitlines()[0], hint) from err


@dataclass(frozen=True, slots=True)
class DuckDBKeeper:
    """A DuckDB file that is open: nobody else can have it, so each of its turns is anybody's."""

    con: duckdb.DuckDBPyConnection

    def turn(self) -> AbstractContextManager[None]:
        return nullcontext()

    def lines_loaded(self, names: Iterable[str]) -> dict[str, int]:
        return books.lines_loaded(self.con, names)

    def keep(self, records: Mapping[str, int], quarantined: int) -> None:
        with books.transaction(self.con):
            if (bounds := span_bounds(self.con)) is not None:
                leave_out_known_spans(self.con, bounds)
            insert_records(self.con)
            books.remember(self.con, records, quarantined)

    def keep_report(self, report: CollectorReport) -> None:
        books.keep_report(self.con, report)

    def keep_unread(self, journal: str, found: Sequence[Unread]) -> None:
        books.keep_unread(self.con, journal, found)

    def make_safe(self) -> None:
        self.con.execute("checkpoint")
