"""Load journal segments into a folder of Parquet exactly once: a file a load, a table and a day.

The names of segments are kept in a small DuckDB file within the folder, whose lock keeps other loaders out. Its commit
is the moment from which the rows count: files are made before, where no reader looks, and moved to their places after
it, by the next loader if this one dies.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import duckdb

from finops_router.object_stores.errors import StoreError
from finops_router.records import RequestRecord
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
from finops_router.telemetry.sinks.parquet_folder import (
    BOOKS,
    LEAST_SMALL,
    NEW,
    OURS,
    LakeFiles,
    LocalFiles,
    Written,
    file_name,
    places_of,
    runs,
)
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
from finops_router.telemetry.sinks.sql_files import schema, statement
from finops_router.telemetry.unread import Passed, Unread
from finops_router.telemetry.waiting import Waiting

BY_DATE = ("telemetry", "attempts", "guardrail_events")
WHOLE = ("collector_health", "unread_journal_entries", "billed_costs", "units")  # kept in the books, a file each
NO_DAY = "date=__HIVE_DEFAULT_PARTITION__"  # as readers of Parquet call the day of rows that have none
STORE_ERRORS = (duckdb.Error, OSError, StoreError)
MOST_DAYS = 400  # that are looked at one by one: more are all of them


class ParquetSink:
    """The folder at `folder`, made by the first load; with `has_machine` it may take what memory there is."""

    def __init__(self, folder: Path, *, has_machine: bool = False) -> None:
        self.folder = folder
        self._has_machine = has_machine
        self._batch_bytes = BATCH_BYTES_ALONE if has_machine else BATCH_BYTES

    @property
    def place(self) -> str:
        """What the folder is called in --db."""
        return f"{self.folder}/"

    @property
    def exists(self) -> bool:
        """Whether a collector has written to the folder."""
        return (self.folder / OURS / BOOKS).exists()

    def load(
        self,
        segments: Sequence[Path],
        reports: Sequence[CollectorReport],
        waiting: Waiting,
        passed: Passed | None = None,
        asked: Collection[str] = (),
    ) -> Loaded:
        """Load some segments at a time, a file a table and day (see `Sink.load`)."""
        done = Loaded()
        settings = {} if self._has_machine else beside_application(longest_line(segments))
        try:
            with self.opened(waiting, settings) as keeper:
                for loaded in loads(keeper, segments, reports, passed, asked, self._batch_bytes):
                    done += loaded
                keeper.compact(LEAST_SMALL, keeper.touched)
            return done
        except SinkError as err:
            err.loaded = done
            raise
        except STORE_ERRORS as err:
            raise self._error(err, "records wait until then", done) from err

    def take_in(self, files: Sequence[Path], aside: SetAside | None, waiting: Waiting) -> TakenIn:
        """Take in others' requests together (see `Sink.take_in`)."""
        with self._unchanged(), self.opened(waiting, {}) as keeper:
            if files and not reads(keeper.con, files, SHORTEST_ROOM):
                raise SinkError(*NO_RECORDS)
            return keeper.take_in(aside, has_rows=bool(files))

    def take_in_bills(self, files: Sequence[Path], waiting: Waiting) -> BillsTakenIn:
        """Put lines of bills in the place of those of the same days (see `Sink.take_in_bills`)."""
        with self._unchanged(), self.opened(waiting, {}) as keeper:
            read_bills(keeper.con, files)
            taken = books.count_bills(keeper.con)
            with keeper.publishing():
                books.replace_bills(keeper.con)
                keeper.write_whole("billed_costs")
            return taken

    def compact(self, waiting: Waiting) -> int:
        """Merge small files of each day, and return how many there are fewer. Raises SinkError."""
        with self._unchanged(), self.opened(waiting, {}) as keeper:
            return keeper.compact(2, None)

    @contextmanager
    def opened(self, waiting: Waiting, settings: Settings) -> Iterator[ParquetKeeper]:
        """Open the books, and finish what a process that died had begun. Raises SinkError, duckdb.Error and OSError."""
        with self.files() as files, connect(files.scratch / OURS / BOOKS, waiting, settings) as con:
            files.attach(con)
            books.make_tables(con, (*schema(), statement("parquet/books")))
            keeper = ParquetKeeper(con, files)
            keeper.publish()
            files.clear()  # of loaders that died before what they made counted
            keeper.make_tables()
            yield keeper

    @contextmanager
    def files(self) -> Iterator[LakeFiles]:
        """Have the files at hand, and the books among them."""
        yield LocalFiles(self.folder)

    @contextmanager
    def _unchanged(self) -> Iterator[None]:
        try:
            yield
        except STORE_ERRORS as err:
            raise self._error(err, "nothing was changed", Loaded()) from err

    def _error(self, err: Exception, afterwards: str, done: Loaded) -> SinkError:
        if isinstance(err, StoreError):
            return SinkError(err.message, f"{err.hint}; {afterwards}", done)
        hint = f"check {self.place}, its permissions and the space on its disk; {afterwards}"
        return SinkError(str(err).splitlines()[0], hint, done)


@dataclass(slots=True)
class ParquetKeeper:
    """A folder of Parquet whose books are open: nobody else can write to it meanwhile.

    `touched` are the folders of days that were written to.
    """

    con: duckdb.DuckDBPyConnection
    files: LakeFiles
    touched: set[str] = field(default_factory=set)

    def turn(self) -> AbstractContextManager[None]:
        return nullcontext()

    def make_tables(self) -> None:
        """Make a file without rows for each table that has none: what is empty is told from what is not there."""
        if missing := [table for table in (*BY_DATE, *WHOLE) if not self.files.has(table)]:
            with self.publishing():
                for table in missing:
                    self._write(table, f"{table}/{NO_DAY}" if table in BY_DATE else table, 0)

    def lines_loaded(self, names: Iterable[str]) -> dict[str, int]:
        return books.lines_loaded(self.con, names)

    def keep(self, records: Mapping[str, int], quarantined: int) -> None:
        with self.publishing():
            if (bounds := span_bounds(self.con)) is not None:
                self._lend_recorded(folder_days(bounds.since.date(), bounds.until.date()))
                leave_out_known_spans(self.con, bounds)
                self.con.execute(statement("clear_telemetry"))
            for table, rows in insert_records(self.con).items():
                if rows:
                    self.write_by_date(table)
            books.remember(self.con, records, quarantined)
            if quarantined:
                self.write_whole("collector_health")

    def keep_report(self, report: CollectorReport) -> None:
        if not self.lines_loaded([report.name]):
            with self.publishing():
                books.insert_report(self.con, report)
                self.write_whole("collector_health")

    def keep_unread(self, journal: str, found: Sequence[Unread]) -> None:
        with self.publishing():
            if books.replace_unread(self.con, journal, found):
                self.write_whole("unread_journal_entries")

    def make_safe(self) -> None:
        """Do nothing: what is published is on the disk."""

    def take_in(self, aside: SetAside | None, *, has_rows: bool) -> TakenIn:
        """Keep those of the requests in `segment` that are not recorded, and what was set aside."""
        taken = TakenIn(0, 0, 0)
        with self.publishing():
            if has_rows:
                repeated = leave_out_repeated(self.con)
                self._lend_recorded(None)
                known = leave_out_known(self.con)
                self.con.execute(statement("clear_telemetry"))
                taken = TakenIn(insert_requests(self.con), repeated, known)
                if taken.new:
                    self.write_by_date(RequestRecord.table)
            if aside is not None and books.keep_aside(self.con, aside):
                self.write_whole("collector_health")
        return taken

    @contextmanager
    def publishing(self) -> Iterator[None]:
        """Commit what is written in the block, then move its files to their places."""
        with books.transaction(self.con):
            yield
        self.files.commit(self.con)
        self.publish()

    def publish(self) -> None:
        """Move files that count to their places, and remove those whose place they take."""
        moves = self.con.execute(statement("parquet/unpublished")).fetchall()
        superseded = self.con.execute(statement("parquet/superseded")).fetchall()
        if not (moves or superseded):
            return
        self.con.execute("checkpoint")  # on the disk before any file is seen
        for made, place in moves:
            self.files.publish(made, place)
        self.files.remove([place for (place,) in superseded])
        self.con.execute(statement("parquet/done"))
        self.files.clear()

    def write_by_date(self, table: str) -> None:
        """Make files of the rows in a temporary table, one a day, and let go of the rows."""
        number = self._next_number()
        made = self._new(table, number)
        self.con.execute(statement("parquet/write_by_date"), {"table": table, "folder": str(made)})
        for day in sorted(made.iterdir()):
            for part, path in enumerate(sorted(day.iterdir())):
                self._add(path, f"{table}/{day.name}", file_name(number, number, part))
        self.con.execute(statement(f"clear_{table}"))

    def write_whole(self, table: str) -> None:
        """Make a file of a table of the books, which takes the place of the one before."""
        before = [one.place for one in self.files.written(table)]
        self._write(table, table, self._next_number())
        self._supersede(before)

    def _write(self, table: str, folder: str, number: int) -> None:
        """Make a file of all rows of a table, that belongs into a folder."""
        made = self._new(table, number) / "whole.parquet"
        made.parent.mkdir(parents=True)
        self.con.execute(statement("parquet/write_whole"), {"table": table, "path": str(made)})
        self._add(made, folder, file_name(0, number))

    def compact(self, least: int, days: Collection[str] | None) -> int:
        """Merge runs of at least so many small files of `days`, else of all, and return how many there are fewer."""
        if days is None:
            days = [day for table in BY_DATE for day in self.files.days(table)]
        return sum(self._merged(day, run) for day in sorted(days) for run in runs(self.files.written(day), least))

    def _merged(self, day: str, run: Sequence[Written]) -> int:
        paths = [self.files.readable(one.place) for one in run]
        table = day.partition("/")[0]
        made = self._new(table, self._next_number()) / "merged.parquet"
        made.parent.mkdir(parents=True)
        row = {"table": table, "paths": paths, "path": str(made)}
        with self.publishing():
            self.con.execute(statement("parquet/write_merged"), row)
            if self._rows([str(made)]) != self._rows(paths):
                raise OSError(f"Merging the files in {day} would lose rows")
            self._add(made, day, file_name(min(one.first for one in run), max(one.last for one in run)))
            self._supersede(one.place for one in run)
        return len(run) - 1

    def _rows(self, paths: list[str]) -> int:
        ((rows,),) = self.con.execute(statement("parquet/count_rows"), {"paths": paths}).fetchall()
        return int(rows)

    def _lend_recorded(self, days: Sequence[str] | None) -> None:
        """Let the temporary table hold those requests of these days that can be the same as some of the segment."""
        if places := places_of(self.files, RequestRecord.table, days):
            paths = [self.files.readable(place) for place in places]
            self.con.execute(statement("parquet/lend_recorded"), {"paths": paths})

    def _next_number(self) -> int:
        ((number,),) = self.con.execute(statement("parquet/next_number")).fetchall()
        return int(number)

    def _new(self, table: str, number: int) -> Path:
        return self.files.scratch / OURS / NEW / f"{number}-{table}"

    def _add(self, made: Path, folder: str, name: str) -> None:
        row = {"made": self.files.keep(made), "place": f"{folder}/{name}"}
        self.con.execute(statement("parquet/add_unpublished"), row)
        if "/date=" in folder:
            self.touched.add(folder)

    def _supersede(self, places: Iterable[str]) -> None:
        self.con.execute(statement("parquet/add_superseded"), {"places": list(places)})


def folder_days(first: date, last: date) -> list[str] | None:
    """Return the days from one to another as folders are named after them; None if they are too many to look at."""
    count = (last - first).days + 1
    return None if count > MOST_DAYS else [f"{first + timedelta(days=day)}" for day in range(count)]
