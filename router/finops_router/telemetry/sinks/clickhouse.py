"""Load journal segments into ClickHouse exactly once: rows are staged, and counted by one row that says they are whole.

It has no transactions. So rows and the names of their segments go to tables beside those that readers know; one row in
`finops_publishing` is the commit; then they are moved to their places, by the next loader if this one dies. What was
staged without that row is thrown away. Loaders take turns by a statement that only one of them can run at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from finops_router.telemetry.places import Address
from finops_router.telemetry.sinks import duckdb_books as books
from finops_router.telemetry.sinks.clickhouse_server import Server, connected
from finops_router.telemetry.sinks.contract import BillsTakenIn, SinkError
from finops_router.telemetry.sinks.duckdb_file import Settings
from finops_router.telemetry.sinks.server_sink import ServerKeeper, ServerSink
from finops_router.telemetry.sinks.sql_files import clickhouse_schema, clickhouse_statement
from finops_router.telemetry.sinks.workbench import bring, schema_columns, workbench
from finops_router.telemetry.unread import Unread
from finops_router.telemetry.waiting import Waiting

OUR_ENGINE = "MergeTree"
STAGED = tuple(table for table in schema_columns() if table != "schema_version")
FIRST, LAST = "1900-01-01", "2299-12-31"


class ClickhouseSink(ServerSink):
    """A database of a ClickHouse, with the tables of sql/dialects/clickhouse/schema (see `ServerSink`)."""

    def _keeping(self, waiting: Waiting, settings: Settings) -> AbstractContextManager[ClickhouseKeeper]:
        return clickhouse_keeper(self.address, waiting, settings)


@contextmanager
def clickhouse_keeper(address: Address, waiting: Waiting, settings: Settings) -> Iterator[ClickhouseKeeper]:
    """Connect to a database, and make the tables that are not there. Raises SinkError, duckdb.Error and OSError."""
    with connected(address, waiting) as server, workbench(settings) as bench:
        keeper = ClickhouseKeeper(bench, server, address)
        keeper.make_tables()
        yield keeper


@dataclass(frozen=True, slots=True)
class ClickhouseKeeper(ServerKeeper):
    """A ClickHouse that is open.

    `staged` counts the rows of this turn that are to be seen when it is over.
    """

    server: Server
    address: Address
    staged: Counter[str] = field(default_factory=Counter)

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

    def keep_unread(self, journal: str, found: Sequence[Unread]) -> None:
        """Remember what cannot be read at once: it is no record, and whoever comes next sees the same."""
        before = set(self.server.run("unread_entries", {"journal": journal}))
        now = {(one.entry, one.reason) for one in found}
        if before - now:
            self.server.run("forget_unread_entries", books.unread_rows(journal, found)[0])
        if new := [one for one in found if (one.entry, one.reason) not in before]:
            self.server.run("insert_unread_entries", books.unread_rows(journal, new)[1])

    def take_in_bills(self) -> BillsTakenIn:
        self.bring("billed_costs", "copy_all", {})
        self.con.execute(clickhouse_statement("duckdb.lend_billed"))
        taken = books.count_bills(self.con)
        if taken.lines:
            self.append("billed_costs", "bills")
        return taken

    def make_safe(self) -> None:
        """Do nothing: what is inserted is on the disk (sql/dialects/clickhouse/schema)."""

    def append(self, table: str, rows: str) -> None:
        relation = self.con.table(rows)
        self.server.copy_in(f"finops_staged_{table}", relation.columns, self._lines(rows))
        self.staged[table] += int(relation.count("*").fetchall()[0][0])

    def bring(self, table: str, name: str, values: Mapping[str, object]) -> None:
        """Make the temporary table `brought` of the DuckDB of rows of a table, by the statement called `name`."""
        columns, path = schema_columns()[table], self.bench.folder / "there.csv"
        self.server.copy_out(name, path, values, table=table, columns=", ".join(columns))
        bring(self.con, path, columns)
        path.unlink()

    def _copy_recorded(self, path: Path, since: datetime | None, until: datetime | None) -> None:
        self.server.run("clear_asked")
        self.server.copy_in("finops_asked", ("request_id", "response_id"), self._asked())
        self.server.copy_out("copy_recorded", path, {"since": str(since or FIRST), "until": str(until or LAST)})

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
