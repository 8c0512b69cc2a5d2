"""Move rows out of a folder of Parquet that our collector wrote, and into one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from finops_router.telemetry.sinks.contract import SinkError
from finops_router.telemetry.sinks.moves.duckdb import attached, bring_table, tables_of_source
from finops_router.telemetry.sinks.moves.tables import Hours, Stretch, Table
from finops_router.telemetry.sinks.parquet import BY_DATE, WHOLE, ParquetKeeper, ParquetSink, folder_days
from finops_router.telemetry.sinks.parquet_folder import BOOKS, OURS, files_of
from finops_router.telemetry.sinks.sql_files import statement
from finops_router.telemetry.waiting import Waiting

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ParquetOrigin:
    """The folder at `folder`; nobody merges files of it while a stretch is read."""

    folder: Path
    waiting: Waiting

    def tables(self, con: duckdb.DuckDBPyConnection) -> Collection[str]:
        if not self._books.exists():
            hint = "bring in what is there with: finops-report ingest"
            raise SinkError(f"It is no folder that our collector wrote: {self.folder}", hint)
        with attached(con, self._books, self.waiting):
            ((waiting,),) = con.execute(statement("move/unpublished_of_source")).fetchall()
            if waiting:
                hint = f"finish it first with: finops-report compact --db {self.folder}/"
                raise SinkError(f"A process died while it wrote to {self.folder}", hint)
            return tables_of_source(con)

    def hours(self, con: duckdb.DuckDBPyConnection, table: Table) -> Hours:
        with attached(con, self._books, self.waiting):
            paths = [str(path) for path in files_of(self.folder / table.name)]
            return con.execute(statement("move/hours_of_files"), {"paths": paths}).fetchall() if paths else []

    def bring(self, con: duckdb.DuckDBPyConnection, table: Table, stretch: Stretch | None) -> None:
        with attached(con, self._books, self.waiting):
            if stretch is None:
                bring_table(con, f"source.{table.name}", None)
            else:
                bring_files(con, self.folder, table, stretch)

    @property
    def _books(self) -> Path:
        return self.folder / OURS / BOOKS


def bring_files(con: duckdb.DuckDBPyConnection, folder: Path, table: Table, stretch: Stretch) -> None:
    """Make `brought` of the rows in the files of a table."""
    paths = [str(path) for path in files_of(folder / table.name, _days(stretch))]
    if not paths:
        con.execute(statement("move/nothing"), {"own": table.name})
    elif stretch.is_timeless:
        con.execute(statement("move/timeless_of_files"), {"paths": paths})
    else:
        bounds = {"since_us": stretch.since_us, "until_us": stretch.until_us}
        con.execute(statement("move/some_of_files"), {"paths": paths, **bounds})


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
def parquet_target(folder: Path, waiting: Waiting) -> Iterator[ParquetTarget]:
    """Open the folder, made if it is not there. Raises SinkBusyError, SinkError, duckdb.Error and OSError."""
    with ParquetSink(folder, has_machine=True).opened(waiting, {}) as keeper:
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
            bring_files(self.con, self.keeper.folder, table, stretch)

    def hold(self) -> None:
        """Do nothing: it holds whatever others do."""

    def append(self, table: Table) -> None:
        self.con.table("missing").insert_into(table.name)
        if table.name in BY_DATE:
            self.keeper.write_by_date(table.name)
        elif table.name in WHOLE:
            self.keeper.write_whole(table.name)
