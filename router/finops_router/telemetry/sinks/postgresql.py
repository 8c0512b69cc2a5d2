"""Load journal segments into PostgreSQL exactly once: rows and the names of their segments in one transaction.

Loaders take turns by an advisory lock that ends with the transaction. Whatever dies, also while a commit is under way:
the next turn begins once the server knows how it ended, and `loaded_segments` says what is in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
from psycopg import sql

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
from finops_router.telemetry.sinks.postgresql_server import Server, connected
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
from finops_router.telemetry.sinks.sql_files import postgres_schema, postgres_statement, statement
from finops_router.telemetry.sinks.workbench import Workbench, bring, schema_columns, workbench
from finops_router.telemetry.unread import Passed, Unread
from finops_router.telemetry.waiting import Waiting

LINES_AT_A_TIME = 1000
RECORDED = ("request_id", "provider", "response_id", "input_tokens", "output_tokens", "timestamp")
UTF8 = "make a database that can: create database telemetry encoding 'UTF8' template template0"


class PostgresqlSink:
    """The database at `address`; the tables of sql/dialects/postgres/schema are made by the first load.

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
        """Load some segments at a time in one transaction with their names (see `Sink.load`)."""
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
        """Take in others' requests in one transaction (see `Sink.take_in`)."""
        with self._opened(waiting, {}, "nothing was changed") as keeper:
            if files and not reads(keeper.con, files, SHORTEST_ROOM):
                raise SinkError(*NO_RECORDS)
            with keeper.turn():
                taken = keeper.take_in() if files else TakenIn(0, 0, 0)
                if aside is not None:
                    keeper.keep_aside(aside)
            return taken

    def take_in_bills(self, files: Sequence[Path], waiting: Waiting) -> BillsTakenIn:
        """Put lines of bills in the place of those of the same days, in one transaction (see `Sink.take_in_bills`)."""
        with self._opened(waiting, {}, "nothing was changed") as keeper:
            read_bills(keeper.con, files)
            with keeper.turn():
                return keeper.take_in_bills()

    @contextmanager
    def _opened(self, waiting: Waiting, settings: Settings, afterwards: str) -> Iterator[PostgresqlKeeper]:
        try:
            with connected(self.address, waiting) as server, workbench(settings) as bench:
                keeper = PostgresqlKeeper(server, bench)
                with keeper.turn():
                    keeper.make_tables(self.address)
                yield keeper
        except (duckdb.Error, OSError) as err:
            hint = f"check the space and the permissions of this machine's folder for temporary files; {afterwards}"
            raise SinkError(str(err).splitlines()[0], hint) from err


@dataclass(frozen=True, slots=True)
class PostgresqlKeeper:
    """A PostgreSQL that is open, and the DuckDB in memory that reads lines for it."""

    server: Server
    bench: Workbench

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        return self.bench.con

    def turn(self) -> AbstractContextManager[None]:
        return self.server.turn()

    def make_tables(self, address: Address) -> None:
        """Make the tables, and the columns that they lack; nothing is locked if there is nothing to make."""
        self.con.execute(postgres_statement("duckdb.macros"))
        if self.server.run("encoding") != [(True,)]:
            raise SinkError(f"{address} cannot hold every text: its encoding is not UTF8", UTF8)
        wanted = {(table, name) for table, names in schema_columns().items() for name in names}
        if wanted - set(self.server.run("columns", {"tables": list(schema_columns())})):
            for text in postgres_schema():
                self.server.run_text(text)

    def lines_loaded(self, names: Iterable[str]) -> dict[str, int]:
        return dict(self.server.run("lines_loaded", {"segments": list(names)}))

    def keep(self, records: Mapping[str, int], quarantined: int) -> None:
        if (bounds := span_bounds(self.con)) is not None:
            self._lend_recorded(bounds.since, bounds.until)
            leave_out_known_spans(self.con, bounds)
            self.con.execute(statement("clear_telemetry"))
        for table, rows in insert_records(self.con).items():
            if rows:
                self._hand_over(table)
        self.server.run("insert_loaded_segment", books.segment_rows(records, quarantined))
        if quarantined:
            self.server.run("insert_collector_health", books.health_row(quarantined=quarantined))

    def keep_report(self, report: CollectorReport) -> None:
        if not self.lines_loaded([report.name]):
            self.server.run("insert_collector_health", books.health_row(report))
            self.server.run("insert_loaded_segment", books.segment_rows({report.name: 0}, 0))

    def keep_unread(self, journal: str, found: Sequence[Unread]) -> None:
        forget, insert = books.unread_rows(journal, found)
        self.server.run("forget_unread_entries", forget)
        self.server.run("insert_unread_entries", insert)

    def keep_aside(self, aside: SetAside) -> None:
        """Keep what was set aside of others' files together with its name, unless it is there already."""
        if not self.lines_loaded([aside.name]):
            self.server.run("insert_loaded_segment", books.segment_rows({aside.name: 0}, aside.rows))
            health = books.health_row(quarantined=aside.rows, note=aside.note)
            self.server.run("insert_collector_health", health)

    def take_in(self) -> TakenIn:
        """Keep those of the requests in `segment` that are not recorded."""
        repeated = leave_out_repeated(self.con)
        self._lend_recorded(None, None)
        known = leave_out_known(self.con)
        self.con.execute(statement("clear_telemetry"))
        new = insert_requests(self.con)
        self._hand_over(RequestRecord.table)
        return TakenIn(new, repeated, known)

    def take_in_bills(self) -> BillsTakenIn:
        """Put the lines in `bills` in the place of those recorded for the same days of the same account."""
        self.server.run("make_bills")
        self.copy("bills", "bills")
        ((lines, known, before),) = self.server.run("count_bills")
        self.server.run("delete_billed")
        self.server.run("insert_billed")
        return BillsTakenIn(lines, known, before - known)

    def make_safe(self) -> None:
        """Do nothing: a commit is safe."""

    def _lend_recorded(self, since: datetime | None, until: datetime | None) -> None:
        """Let `telemetry` of the DuckDB hold those recorded requests that can be the same as some of the segment."""
        self.server.run("make_asked")
        texts = self.con.execute(postgres_statement("duckdb.asked"))
        self.server.copy_in("asked", ("request_id", "response_id"), _parts(texts))
        bounds = {"since": sql.Literal(since or "-infinity"), "until": sql.Literal(until or "infinity")}
        path = self.bench.folder / "recorded.csv"
        self.server.copy_out("copy_recorded", path, bounds)
        bring(self.con, path, {name: schema_columns()[RequestRecord.table][name] for name in RECORDED})
        path.unlink()
        self.con.execute(statement("lend_recorded"))

    def _hand_over(self, table: str) -> None:
        """Move the rows of a table of the DuckDB into the table of the same name."""
        self.copy(table, table)
        self.con.execute(statement(f"clear_{table}"))

    def copy(self, table: str, rows: str) -> None:
        """Append to a table the rows of one of the DuckDB."""
        lines = self.con.execute(postgres_statement("duckdb.lines"), {"table": rows})
        self.server.copy_in(table, self.con.table(rows).columns, _parts(lines))


def _parts(found: duckdb.DuckDBPyConnection) -> Iterator[str]:
    while some := found.fetchmany(LINES_AT_A_TIME):
        yield "".join(line for (line,) in some)
