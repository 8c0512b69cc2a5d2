"""Load into a database of a server: a DuckDB in memory reads lines, and the server keeps their rows.

What differs between servers is how rows get there, how loaders take turns, and when what was handed over is seen.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from finops_router.records import RequestRecord
from finops_router.telemetry.places import Address
from finops_router.telemetry.sinks import duckdb_books as books
from finops_router.telemetry.sinks.contract import (
    BillsTakenIn,
    CollectorReport,
    Loaded,
    SetAside,
    SinkError,
    TakenIn,
)
from finops_router.telemetry.sinks.duckdb_file import Settings, beside_application
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
from finops_router.telemetry.sinks.sql_files import statement
from finops_router.telemetry.sinks.workbench import Workbench, bring, schema_columns
from finops_router.telemetry.unread import Passed, Unread
from finops_router.telemetry.waiting import Waiting

LINES_AT_A_TIME = 1000
RECORDED = ("request_id", "provider", "response_id", "input_tokens", "output_tokens", "timestamp")


@dataclass(frozen=True, slots=True)
class ServerKeeper(ABC):
    """A database of a server that is open, and the DuckDB in memory that reads lines for it (see `Keeper`)."""

    bench: Workbench

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        return self.bench.con

    @abstractmethod
    def turn(self) -> AbstractContextManager[None]: ...

    @abstractmethod
    def lines_loaded(self, names: Iterable[str]) -> dict[str, int]: ...

    @abstractmethod
    def keep_unread(self, journal: str, found: Sequence[Unread]) -> None: ...

    @abstractmethod
    def take_in_bills(self) -> BillsTakenIn:
        """Put the lines in `bills` in the place of those recorded for the same days of the same account."""

    @abstractmethod
    def make_safe(self) -> None: ...

    @abstractmethod
    def append(self, table: str, rows: str) -> None:
        """Append to a table the rows of one of the DuckDB."""

    @abstractmethod
    def _remember(self, records: Mapping[str, int], quarantined: int) -> None:
        """Keep the names of what is loaded."""

    @abstractmethod
    def _keep_health(self, row: Mapping[str, object]) -> None: ...

    @abstractmethod
    def _copy_recorded(self, path: Path, since: datetime | None, until: datetime | None) -> None:
        """Write the recorded requests that may be the same as some of the segment to a file: `RECORDED` of each."""

    def keep(self, records: Mapping[str, int], quarantined: int) -> None:
        if (bounds := span_bounds(self.con)) is not None:
            self._lend_recorded(bounds.since, bounds.until)
            leave_out_known_spans(self.con, bounds)
            self.con.execute(statement("clear_telemetry"))
        for table, rows in insert_records(self.con).items():
            if rows:
                self.append(table, table)
                self.con.execute(statement(f"clear_{table}"))
        self._remember(records, quarantined)
        if quarantined:
            self._keep_health(books.health_row(quarantined=quarantined))

    def keep_report(self, report: CollectorReport) -> None:
        if not self.lines_loaded([report.name]):
            self._keep_health(books.health_row(report))
            self._remember({report.name: 0}, 0)

    def keep_aside(self, aside: SetAside) -> None:
        """Keep what was set aside of others' files together with its name, unless it is there already."""
        if not self.lines_loaded([aside.name]):
            self._remember({aside.name: 0}, aside.rows)
            self._keep_health(books.health_row(quarantined=aside.rows, note=aside.note))

    def take_in(self) -> TakenIn:
        """Keep those of the requests in `segment` that are not recorded."""
        repeated = leave_out_repeated(self.con)
        self._lend_recorded(None, None)
        known = leave_out_known(self.con)
        self.con.execute(statement("clear_telemetry"))
        new = insert_requests(self.con)
        if new:
            self.append(RequestRecord.table, RequestRecord.table)
        return TakenIn(new, repeated, known)

    def _lend_recorded(self, since: datetime | None, until: datetime | None) -> None:
        """Let `telemetry` of the DuckDB hold those recorded requests that can be the same as some of the segment."""
        path = self.bench.folder / "recorded.csv"
        self._copy_recorded(path, since, until)
        bring(self.con, path, {name: schema_columns()[RequestRecord.table][name] for name in RECORDED})
        path.unlink()
        self.con.execute(statement("lend_recorded"))

    def _asked(self) -> Iterator[str]:
        """Yield the ids of the segment's requests, as lines of text."""
        return _parts(self.con.execute(statement("server/asked")))

    def _lines(self, rows: str) -> Iterator[str]:
        """Yield the rows of a table of the DuckDB, as lines of text."""
        return _parts(self.con.execute(statement("server/lines"), {"table": rows}))


class ServerSink(ABC):
    """The database at `address`, whose tables are made by the first load.

    With `has_machine` it may take what memory and processors there are here.
    """

    def __init__(self, address: Address, *, has_machine: bool = False) -> None:
        self.address = address
        self._has_machine = has_machine
        self._batch_bytes = BATCH_BYTES_ALONE if has_machine else BATCH_BYTES

    @abstractmethod
    def _keeping(self, waiting: Waiting, settings: Settings) -> AbstractContextManager[ServerKeeper]:
        """Connect, and make the tables that are not there. Raises SinkError, duckdb.Error and OSError."""

    def load(
        self,
        segments: Sequence[Path],
        reports: Sequence[CollectorReport],
        waiting: Waiting,
        passed: Passed | None = None,
        asked: Collection[str] = (),
    ) -> Loaded:
        """Load some segments at a time together with their names (see `Sink.load`)."""
        done = Loaded()
        settings = {} if self._has_machine else beside_application(longest_line(segments))
        try:
            with self._opened(waiting, settings, "records wait until then") as keeper:
                for loaded in loads(keeper, segments, reports, passed, asked, self._batch_bytes):
                    done += loaded
            return done
        except SinkError as err:
            err.loaded = done
            raise

    def take_in(self, files: Sequence[Path], aside: SetAside | None, waiting: Waiting) -> TakenIn:
        """Take in others' requests together (see `Sink.take_in`)."""
        with self._opened(waiting, {}, "nothing was changed") as keeper:
            if files and not reads(keeper.con, files, SHORTEST_ROOM):
                raise SinkError(*NO_RECORDS)
            with keeper.turn():
                taken = keeper.take_in() if files else TakenIn(0, 0, 0)
                if aside is not None:
                    keeper.keep_aside(aside)
            return taken

    def take_in_bills(self, files: Sequence[Path], waiting: Waiting) -> BillsTakenIn:
        """Put lines of bills in the place of those of the same days (see `Sink.take_in_bills`)."""
        with self._opened(waiting, {}, "nothing was changed") as keeper:
            read_bills(keeper.con, files)
            with keeper.turn():
                return keeper.take_in_bills()

    @contextmanager
    def _opened(self, waiting: Waiting, settings: Settings, afterwards: str) -> Iterator[ServerKeeper]:
        try:
            with self._keeping(waiting, settings) as keeper:
                yield keeper
        except (duckdb.Error, OSError) as err:
            hint = f"check the space and the permissions of this machine's folder for temporary files; {afterwards}"
            raise SinkError(str(err).splitlines()[0], hint) from err


def _parts(found: duckdb.DuckDBPyConnection) -> Iterator[str]:
    while some := found.fetchmany(LINES_AT_A_TIME):
        yield "".join(line for (line,) in some)
