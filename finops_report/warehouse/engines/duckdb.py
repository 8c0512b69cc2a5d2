"""Read a DuckDB file: attach it read-only for the moment of the sums, then let writers have it again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from finops_report.errors import DatabaseError
from finops_report.warehouse.base_views import Source, create_base_views
from finops_report.warehouse.connection import BOUNDS, DEFAULT_LIMITS, Reach, connected
from finops_report.warehouse.cubes import Bounds, Cube, sum_cube
from finops_report.warehouse.kept.row_runs import RowRuns, row_runs
from finops_report.warehouse.recorded import (
    LeftOut,
    Recorded,
    RecordedTable,
    failed_query,
    foreign,
    place_in_file,
    reason,
)
from finops_report.warehouse.sql_files import statement
from finops_report.warehouse.tables import EXTRA_TABLES, Table, telemetry_table
from finops_report.warehouse.waiting import Waiting

BUSY = ("Could not set lock", "already attached")  # how DuckDB says that another process, or this one, has the file


@dataclass(frozen=True, slots=True)
class DuckDBFile:
    """The engine for one file, as the collector or anybody else wrote it."""

    path: Path
    waiting: Waiting

    @property
    def reach(self) -> Reach:
        """The file, and the log of its last writes beside it."""
        return reach_of(self.path)

    def open(self, con: duckdb.DuckDBPyConnection, table: str | None) -> Recorded:
        """Attach the file and find its tables; raises DatabaseError."""
        attach(con, self.path, self.waiting)
        found = _tables(con)
        telemetry = telemetry_table(found, table)
        try:
            tables, left_out = {"telemetry": _recorded(con, telemetry)}, []
        except BOUNDS:
            raise
        except duckdb.Error as err:
            raise failed_query(telemetry, err) from err
        for place in found:
            name = place.name.lower()
            if name not in EXTRA_TABLES or place.schema != telemetry.schema or place == telemetry:
                continue
            if place.lacks_as(name):
                left_out.append(foreign(place, name))
                continue
            try:
                tables[name] = _recorded(con, place)
            except BOUNDS:
                raise
            except duckdb.Error as err:
                left_out.append(LeftOut(f"view {place.label}", f"its query fails: {reason(err)}"))
        return Recorded(tables, tuple(left_out))

    def parted(self, con: duckdb.DuckDBPyConnection, recorded: Recorded, bounds: Bounds) -> RowRuns | None:
        """Return the runs of rows of the attached file; None if how they lie says nothing of what they hold."""
        return row_runs(con, recorded, self.path)

    def create_base_views(self, con: duckdb.DuckDBPyConnection, recorded: Recorded, *, held: bool = False) -> Source:
        """Make the base views over the attached tables."""
        return create_base_views(con, self.path.name, recorded, held=held)

    def sum_cube(self, con: duckdb.DuckDBPyConnection, cube: Cube, bounds: Bounds) -> None:
        """Sum a cube over the base views."""
        sum_cube(con, cube, bounds)

    def bring_rows(self, con: duckdb.DuckDBPyConnection, between_us: tuple[int, int] | None = None) -> None:
        """Do nothing: the base views show them already."""

    def let_go(self, con: duckdb.DuckDBPyConnection) -> None:
        """Detach the file, so that writers can open it."""
        con.execute(statement("source", "detach"))

    def close(self) -> None:
        """Do nothing: what is open goes with the database in memory."""


def reach_of(path: Path) -> Reach:
    """Return what has to be opened to attach the DuckDB file at `path`, which may be a link."""
    places = dict.fromkeys((str(path.absolute()), str(path.resolve())))
    return Reach(files=(*places, *(f"{place}.wal" for place in places)))


def attach(con: duckdb.DuckDBPyConnection, path: Path, waiting: Waiting) -> None:
    """Attach the file at `path` as `recorded`; wait out writers for at most `patience_s` seconds.

    Raises DatabaseError when there is no such file, when it is no DuckDB file of a version this
    DuckDB reads, or when it stays locked.
    """
    if not path.exists():
        raise DatabaseError(f"No such file: {path}", "point --db at the telemetry, or run finops-report demo first")
    try:
        waiting.until_free(lambda: con.execute(statement("source", "attach"), {"path": str(path.absolute())}), _is_busy)
    except duckdb.Error as err:
        raise explained(path, err, waiting.patience_s) from err


def holds_only_demo(db: Path, waiting: Waiting) -> bool:
    """Return whether `db` is a database that the demo wrote and nobody else has written to since.

    Raises DatabaseError when it cannot be opened.
    """
    with connected(reach_of(db), DEFAULT_LIMITS) as con:
        attach(con, db, waiting)
        try:
            return con.execute(statement("source", "only_demo")).fetchall() == [(True,)]
        except (duckdb.CatalogException, duckdb.BinderException):  # no such table or no tags: somebody else's
            return False


def explained(path: Path, err: duckdb.Error, patience_s: float) -> DatabaseError:
    """Turn DuckDB's refusal to open a file into what the reader can do about it."""
    text = str(err)
    if _is_busy(err):
        return DatabaseError(
            f"Another process kept the database open for {patience_s:.0f} s: {path}",
            "close the program that holds it, or try again: our own writers hold it only for moments",
        )
    if "not a valid DuckDB" in text:
        return DatabaseError(f"Not a DuckDB file: {path}", "give --db the file that the collector writes")
    if "version number" in text:
        return DatabaseError(
            f"The file was written by another version of DuckDB than {duckdb.__version__}: {path}",
            "install the newest duckdb: pip install --upgrade duckdb",
        )
    return DatabaseError(
        f"The database cannot be opened: {path}: {text.splitlines()[0]}",
        "check the file and its permissions",
    )


def _is_busy(err: Exception) -> bool:
    return isinstance(err, duckdb.Error) and any(sign in str(err) for sign in BUSY)


def _tables(con: duckdb.DuckDBPyConnection) -> list[Table]:
    """Return every table and view of the attached file."""
    columns: dict[tuple[str, str, bool, int | None], set[str]] = {}
    for schema, name, column, is_view, rows in con.execute(statement("source", "columns")).fetchall():
        columns.setdefault((schema, name, is_view, rows), set()).add(column.lower())
    return [
        Table(schema, name, frozenset(found), is_view, rows) for (schema, name, is_view, rows), found in columns.items()
    ]


def _recorded(con: duckdb.DuckDBPyConnection, table: Table) -> RecordedTable:
    """Return a table or view with its rows; raises duckdb.Error if the query of a view cannot be run any more."""
    return RecordedTable(table, (con.table(place_in_file(table)),))
