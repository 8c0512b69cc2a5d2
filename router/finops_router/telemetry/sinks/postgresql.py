"""Load journal segments into PostgreSQL exactly once: rows and the names of their segments in one transaction.

Loaders take turns by an advisory lock that ends with the transaction. Whatever dies, also while a commit is under way:
the next turn begins once the server knows how it ended, and `loaded_segments` says what is in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from psycopg import sql

from finops_router.telemetry.places import Address
from finops_router.telemetry.sinks import duckdb_books as books
from finops_router.telemetry.sinks.contract import BillsTakenIn, SinkError
from finops_router.telemetry.sinks.duckdb_file import Settings
from finops_router.telemetry.sinks.postgresql_server import Server, connected
from finops_router.telemetry.sinks.server_sink import ServerKeeper, ServerSink
from finops_router.telemetry.sinks.sql_files import postgres_schema, postgres_statement
from finops_router.telemetry.sinks.workbench import schema_columns, workbench
from finops_router.telemetry.unread import Unread
from finops_router.telemetry.waiting import Waiting

UTF8 = "make a database that can: create database telemetry encoding 'UTF8' template template0"


class PostgresqlSink(ServerSink):
    """A database of a PostgreSQL, with the tables of sql/dialects/postgres/schema (see `ServerSink`)."""

    def _keeping(self, waiting: Waiting, settings: Settings) -> AbstractContextManager[PostgresqlKeeper]:
        return postgresql_keeper(self.address, waiting, settings)


@contextmanager
def postgresql_keeper(address: Address, waiting: Waiting, settings: Settings) -> Iterator[PostgresqlKeeper]:
    """Connect to a database, and make the tables that are not there. Raises SinkError, duckdb.Error and OSError."""
    with connected(address, waiting) as server, workbench(settings) as bench:
        keeper = PostgresqlKeeper(bench, server)
        with keeper.turn():
            keeper.make_tables(address)
        yield keeper


@dataclass(frozen=True, slots=True)
class PostgresqlKeeper(ServerKeeper):
    """A PostgreSQL that is open: each turn is a transaction."""

    server: Server

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

    def keep_unread(self, journal: str, found: Sequence[Unread]) -> None:
        forget, insert = books.unread_rows(journal, found)
        self.server.run("forget_unread_entries", forget)
        self.server.run("insert_unread_entries", insert)

    def take_in_bills(self) -> BillsTakenIn:
        self.server.run("make_bills")
        self.append("bills", "bills")
        ((lines, known, before),) = self.server.run("count_bills")
        self.server.run("delete_billed")
        self.server.run("insert_billed")
        return BillsTakenIn(lines, known, before - known)

    def make_safe(self) -> None:
        """Do nothing: a commit is safe."""

    def append(self, table: str, rows: str) -> None:
        self.server.copy_in(table, self.con.table(rows).columns, self._lines(rows))

    def _remember(self, records: Mapping[str, int], quarantined: int) -> None:
        self.server.run("insert_loaded_segment", books.segment_rows(records, quarantined))

    def _keep_health(self, row: Mapping[str, object]) -> None:
        self.server.run("insert_collector_health", row)

    def _copy_recorded(self, path: Path, since: datetime | None, until: datetime | None) -> None:
        self.server.run("make_asked")
        self.server.copy_in("asked", ("request_id", "response_id"), self._asked())
        bounds = {"since": sql.Literal(since or "-infinity"), "until": sql.Literal(until or "infinity")}
        self.server.copy_out("copy_recorded", path, bounds)
