"""Move rows out of a folder of Parquet that our collector wrote, and into one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb

from finops_router.telemetry.sinks.contract import SinkError
from finops_router.telemetry.sinks.moves.duckdb import attached, bring_table, tables_of_source
from finops_router.telemetry.sinks.moves.tables import Hours, Stretch, Table
from finops_router.telemetry.sinks.parquet import BY_DATE, WHOLE, ParquetKeeper, ParquetSink, folder_days
from finops_router.telemetry.sinks.parquet_folder import BOOKS, OURS, LakeFiles, places_of
from finops_router.telemetry.sinks.sql_files import statement
from finops_router.telemetry.waiting import Waiting

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ParquetOrigin:
    """The Parquet of a sink; nobody merges files of it while a stretch is read."""

    sink: ParquetSink
    waiting: Waiting

    def tables(self, con: duckdb.DuckDBPyConnection) -> Collection[str]:
        if not self.sink.exists:
            hint = "bring in what is there with: finops-report ingest"
            raise SinkError(f"It is no folder that our collector wrote: {self.sink.place}", hint)
        with self._attached(con):
            ((waiting,),) = con.execute(statement("move/unpublished_of_source")).fetchall()
            if waiting:
                hint = f"finish it first with: finops-report compact --db {self.sink.place}"
                raise SinkError(f"A process died while it wrote to {self.sink.place}", hint)
            return tables_of_source(con)

    def hours(self, con: duckdb.DuckDBPyConnection, table: Table) -> Hours:
        with self._attached(con) as files:
            paths = _paths(files, table, None)
            return con.execute(statement("move/hours_of_files"), {"paths": paths}).fetchall() if paths else []

    def bring(self, con: duckdb.DuckDBPyConnection, table: Table, stretch: Stretch | None) -> None:
        with self._attached(con) as files:
            if stretch is None:
                bring_table(con, f"source.{table.name}", None)
            else:
                bring_files(con, files, table, stretch)

    @contextmanager
    def _attached(self, con: duckdb.DuckDBPyConnection) -> Iterator[LakeFiles]:
        """Have the books attached, which keeps others from merging files of a folder."""
        with self.sink.files() as files, attached(con, files.scratch / OURS / BOOKS, self.waiting):
            files.attach(con)
            yield files


def bring_files(con: duckdb.DuckDBPyConnection, files: LakeFiles, table: Table, stretch: Stretch) -> None:
    """Make `brought` of the rows in the files of a table."""
    paths = _paths(files, table, _days(stretch))
    if not paths:
        con.execute(statement("move/nothing"), {"own": table.name})
    elif stretch.is_timeless:
        con.execute(statement("move/timeless_of_files"), {"paths": paths})
    else:
        bounds = {"since_us": stretch.since_us, "until_us": stretch.until_us}
        con.execute(statement("move/some_of_files"), {"paths": paths, **bounds})


def _paths(files: LakeFiles, table: Table, days: Sequence[str] | None) -> list[str]:
    return [files.readable(place) for place in places_of(files, table.name, days)]


def _days(stretch: Stretch) -> list[str] | None:
    """Return the days of a stretch as folders are named after them; None if they are not to be counted."""
    if stretch.since_us is None or stretch.until_us is None:
        return None
    try:
        first, last = (EPOCH + timedelta(microseconds=us) for us in (stretch.since_us, stretch.until_us - 1))
    except OverflowError:  # before the year 1, or after 9999
        return None
    return folder_days(first.date(), last.date())


@contextmanager
def parquet_target(sink: ParquetSink, waiting: Waiting) -> Iterator[ParquetTarget]:
    """Open the Parquet of a sink, made if it is not there. Raises SinkError, duckdb.Error, OSError and StoreError."""
    with sink.opened(waiting, {}) as keeper:
        yield ParquetTarget(keeper)


@dataclass(frozen=True, slots=True)
class ParquetTarget:
    """A folder of Parquet that is open: nobody else can write to it."""

    keeper: ParquetKeeper

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        return self.keeper.con

    def turn(self) -> AbstractContextManager[None]:
        return self.keeper.publishing()

    def bring(self, table: Table, stretch: Stretch | None) -> None:
        if stretch is None:
            bring_table(self.con, table.name, None)
        else:
            bring_files(self.con, self.keeper.files, table, stretch)

    def hold(self) -> None:
        """Do nothing: it holds whatever others do."""

    def append(self, table: Table) -> None:
        self.con.table("missing").insert_into(table.name)
        if table.name in BY_DATE:
            self.keeper.write_by_date(table.name)
        elif table.name in WHOLE:
            self.keeper.write_whole(table.name)
