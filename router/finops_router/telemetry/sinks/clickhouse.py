"""Load journal segments into ClickHouse exactly once: rows are staged, and counted by one row that says they are whole.

It has no transactions. So rows and the names of their segments go to tables beside those that readers know; one row in
`finops_publishing` is the commit; then they are moved to their places, by the next loader if this one dies. What was
staged without that row is thrown away. Loaders take turns by a statement that only one of them can run at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from finops_router.records import RequestRecord
from finops_router.telemetry.places import Address
from finops_router.telemetry.sinks import duckdb_books as books
from finops_router.telemetry.sinks.clickhouse_server import Server, connected
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
from finops_router.telemetry.sinks.sql_files import clickhouse_schema, clickhouse_statement, statement
from finops_router.telemetry.sinks.workbench import Workbench, bring, schema_columns, workbench
from finops_router.telemetry.unread import Passed, Unread
from finops_router.telemetry.waiting import Waiting

LINES_AT_A_TIME = 1000
RECORDED = ("request_id", "provider", "response_id", "input_tokens", "output_tokens", "timestamp")
OUR_ENGINE = "MergeTree"
STAGED = tuple(table for table in schema_columns() if table != "schema_version")
FIRST, LAST = "1900-01-01", "2299-12-31"


class ClickhouseSink:
    """The database at `address`; the tables of sql/dialects/clickhouse/schema are made by the first load.

    With `has_machine` it may take what memory and processors there are here.
    """

    def __init__(self, address: Address, *, has_machine: bool = False) -> None:
        self.address = address
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
    def _opened(self, waiting: Waiting, settings: Settings, afterwards: str) -> Iterator[ClickhouseKeeper]:
        try:
            with connected(self.address, waiting) as server, workbench(settings) as bench:
                keeper = ClickhouseKeeper(server, bench, self.address)
                keeper.make_tables()
                yield keeper
        except duckdb.Error as err:
            hint = f"check the space and the permissions of this machine's folder for temporary files; {afterwards}"
            raise SinkError(str(err).splitlines()[0], hint) from err


@dataclass(slots=True)
class ClickhouseKeeper:
    """A ClickHouse that is open, and the DuckDB in memory that reads lines for it.

    `staged` counts the rows of this turn that are to be seen when it is over.
    """

    server: Server
    bench: Workbench
    address: Address
    staged: Counter[str] = field(default_factory=Counter)

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        return self.bench.con

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Keep other loaders out, and have all that is staged in the block seen once it is over, unless it raises."""
        with self.server.turn():
            self._finish_others()
            self.staged.clear()
            yield
            if self.staged:
                self._check_staged()
                self.server.run("begin_publishing")
                self._publish()

    def make_tables(self) -> None:
        """Make the tables, and the columns that they lack. Raises SinkError if they are of another engine."""
        self.con.execute(clickhouse_statement("duckdb.macros"))
        found = self.server.run("columns", {"tables": list(STAGED)})
        if others := sorted({f"{table} ({engine})" for table, _, _, engine in found if engine != OUR_ENGINE}):
            raise SinkError(
                f"{self.address} has tables that are not written to: {', '.join(others)}",
                f"give a database whose tables are of the engine {OUR_ENGINE}; one of each shard, if there are several",
            )
        wanted = {(table, name) for table in STAGED for name in schema_columns()[table]}
        if wanted - {(table, name) for table, name, _, _ in found}:
            with self.server.turn():
                for text in clickhouse_schema():
                    self.server.run_text(text)
                for name in ("make_publishing", "make_asked"):
                    self.server.run(name)
                self._finish_others()
                for table in STAGED:
                    self.server.run("drop_staged", table=table)
                    self.server.run("make_staged", table=table)

    def lines_loaded(self, names: Iterable[str]) -> dict[str, int]:
        asked = list(names)
        return dict(self.server.run("lines_loaded", {"segments": asked})) if asked else {}

    def keep(self, records: Mapping[str, int], quarantined: int) -> None:
        if (bounds := span_bounds(self.con)) is not None:
            self._lend_recorded(bounds.since, bounds.until)
            leave_out_known_spans(self.con, bounds)
            self.con.execute(statement("clear_telemetry"))
        for table, rows in insert_records(self.con).items():
            if rows:
                self.stage(table, table)
                self.con.execute(statement(f"clear_{table}"))
        self._remember(records, quarantined)
        if quarantined:
            self._keep_health(books.health_row(quarantined=quarantined))

    def keep_report(self, report: CollectorReport) -> None:
        if not self.lines_loaded([report.name]):
            self._keep_health(books.health_row(report))
            self._remember({report.name: 0}, 0)

    def keep_unread(self, journal: str, found: Sequence[Unread]) -> None:
        """Remember what cannot be read at once: it is no record, and whoever comes next sees the same."""
        before = set(self.server.run("unread_entries", {"journal": journal}))
        now = {(one.entry, one.reason) for one in found}
        if before - now:
            self.server.run("forget_unread_entries", books.unread_rows(journal, found)[0])
        if new := [one for one in found if (one.entry, one.reason) not in before]:
            self.server.run("insert_unread_entries", books.unread_rows(journal, new)[1])

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
            self.stage(RequestRecord.table, RequestRecord.table)
        return TakenIn(new, repeated, known)

    def take_in_bills(self) -> BillsTakenIn:
        """Put the lines in `bills` in the place of those recorded for the same days of the same account."""
        self.bring("billed_costs", "copy_all", {})
        self.con.execute(clickhouse_statement("duckdb.lend_billed"))
        taken = books.count_bills(self.con)
        if taken.lines:
            self.stage("billed_costs", "bills")
        return taken

    def make_safe(self) -> None:
        """Do nothing: what is inserted is on the disk (sql/dialects/clickhouse/schema)."""

    def stage(self, table: str, rows: str) -> None:
        """Append to the staged rows of a table those of a table of the DuckDB."""
        relation = self.con.table(rows)
        lines = self.con.execute(clickhouse_statement("duckdb.lines"), {"table": rows})
        self.server.copy_in(f"finops_staged_{table}", relation.columns, _parts(lines))
        self.staged[table] += int(relation.count("*").fetchall()[0][0])

    def bring(self, table: str, name: str, values: Mapping[str, object]) -> None:
        """Make the temporary table `brought` of the DuckDB of rows of a table, by the statement called `name`."""
        columns, path = schema_columns()[table], self.bench.folder / "there.csv"
        self.server.copy_out(name, path, values, table=table, columns=", ".join(columns))
        bring(self.con, path, columns)
        path.unlink()

    def _lend_recorded(self, since: datetime | None, until: datetime | None) -> None:
        """Let `telemetry` of the DuckDB hold those recorded requests that can be the same as some of the segment."""
        self.server.run("clear_asked")
        texts = self.con.execute(clickhouse_statement("duckdb.asked"))
        self.server.copy_in("finops_asked", ("request_id", "response_id"), _parts(texts))
        path = self.bench.folder / "recorded.csv"
        self.server.copy_out("copy_recorded", path, {"since": str(since or FIRST), "until": str(until or LAST)})
        bring(self.con, path, {name: schema_columns()[RequestRecord.table][name] for name in RECORDED})
        path.unlink()
        self.con.execute(statement("lend_recorded"))

    def _remember(self, records: Mapping[str, int], quarantined: int) -> None:
        self.server.run("insert_loaded_segments", books.segment_rows(records, quarantined))
        self.staged["loaded_segments"] += len(records)

    def _keep_health(self, row: Mapping[str, object]) -> None:
        self.server.run("insert_collector_health", row)
        self.staged["collector_health"] += 1

    def _check_staged(self) -> None:
        """Raise SinkError unless exactly what was handed over is staged, and it is still our turn."""
        there: Counter[str] = Counter()
        for table, _, rows in self.server.run("staged"):
            there[table] += rows
        if there != +self.staged or not self.server.has_turn():
            raise SinkError(
                f"Another process came in between while rows were loaded into {self.address}",
                "try again: nothing of this load counts; records wait in the journal until then",
            )

    def _finish_others(self) -> None:
        """Publish what a loader that died had staged whole; throw away what it had not."""
        if self.server.run("is_publishing") != [(0,)]:
            self._publish()
        for table in {table for table, _, _ in self.server.run("staged")}:
            self.server.run("clear_staged", table=table)

    def _publish(self) -> None:
        """Move what is staged to where it is seen; again, it goes on where it was stopped."""
        parts = self.server.run("staged")
        if any(table == "billed_costs" for table, _, _ in parts):
            self.server.run("delete_billed")
        for table, partition, _ in parts:
            self.server.run("publish", table=table, partition=partition)
        self.server.run("end_publishing")


def _parts(found: duckdb.DuckDBPyConnection) -> Iterator[str]:
    while some := found.fetchmany(LINES_AT_A_TIME):
        yield "".join(line for (line,) in some)
