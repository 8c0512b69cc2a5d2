"""Sum the telemetry of a database where it is, and bring the sums over: one way for servers of all dialects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from tempfile import TemporaryDirectory
from typing import Generic

import duckdb

from finops_report.database_address import DatabaseAddress
from finops_report.errors import DatabaseError
from finops_report.warehouse.base_views import Source, lay_base_views, source_of
from finops_report.warehouse.connection import Reach
from finops_report.warehouse.cubes import Bounds, Cube, sum_cube
from finops_report.warehouse.engines.bringing import create_empty
from finops_report.warehouse.engines.dialect import UNASKED
from finops_report.warehouse.engines.server.bringing import bring_tables
from finops_report.warehouse.engines.server.catalog import Catalog, FoundTable
from finops_report.warehouse.engines.server.given import given_tables
from finops_report.warehouse.engines.server.parts import prints_of, readings_of_part, said_of
from finops_report.warehouse.engines.server.readings import SPACES, TableReading, needed_of, table_reading
from finops_report.warehouse.engines.server.statements import composed
from finops_report.warehouse.engines.server.words import Session, T, Words
from finops_report.warehouse.kept.days import ServerPart, Within
from finops_report.warehouse.kept.parts import PARTED
from finops_report.warehouse.kept.server_days import ServerDays
from finops_report.warehouse.recorded import Recorded, RecordedTable, foreign
from finops_report.warehouse.sql_files import every_statement, has_statement
from finops_report.warehouse.tables import EXTRA_TABLES

BROUGHT = ("billed_costs",)  # whose rows are few, and wanted as they are
SHARED = "cubes/base/"  # cubes that only others read: worked out within the statements that do


@dataclass(slots=True)
class DatabaseServer(Generic[T]):
    """The engine for a database of a server: one session that only reads, from opening to letting go.

    `connect` opens it, and may raise DatabaseError; `wanted` is the table that the address names, if it does. `passage`
    is a folder for what comes over, which is gone when the engine is closed.
    """

    address: DatabaseAddress
    words: Words[T]
    connect: Callable[[], Session[T]]
    wanted: str | None = None
    passage: TemporaryDirectory[str] | None = None
    _session: Session[T] | None = field(default=None, repr=False)
    _found: Mapping[str, FoundTable] = field(default_factory=dict, repr=False)
    _readings: Mapping[str, TableReading[T]] = field(default_factory=dict, repr=False)

    @property
    def reach(self) -> Reach:
        """Nothing but the folder in which what comes over is put for the moment, if there is one."""
        return Reach() if self.passage is None else Reach().and_folder(self.passage.name)

    def open(self, con: duckdb.DuckDBPyConnection, table: str | None) -> Recorded:
        """Connect and find the tables; raises DatabaseError."""
        self._session = self.connect()
        found = self._session.found(table or self.wanted)
        self._found = _read_tables(found)
        others = found.beside()
        return Recorded(
            {name: RecordedTable(one.table, ()) for name, one in self._found.items()},
            tuple(foreign(one.table, name) for name, one in others.items() if name not in self._found),
        )

    def parted(self, con: duckdb.DuckDBPyConnection, recorded: Recorded, bounds: Bounds) -> ServerDays | None:
        """Return the days of the tables; None if the dialect has no words to ask which rows there are."""
        if not has_statement(f"dialects/{self.words.dialect.name}/prints", "by_hour"):
            return None
        return ServerDays(self, bounds)

    def create_base_views(self, con: duckdb.DuckDBPyConnection, recorded: Recorded, *, held: bool = False) -> Source:
        """Put together how the tables are read; in `con` the base views are of no rows, and lend cubes their types."""
        lay_base_views(con, {})
        self._readings = {
            table: table_reading(
                self.words, self.session, needed_of(con.table(f"contract.{table}")), self._found.get(table)
            )
            for table in ("telemetry", *EXTRA_TABLES)
        }
        bring_tables(con, self.session, {name: self._readings[name] for name in BROUGHT}, None)
        source = source_of(con, str(self.address), recorded, has_attempts=self._has_attempts())
        return replace(source, server=self.session.about)

    def sum_cube(self, con: duckdb.DuckDBPyConnection, cube: Cube, bounds: Bounds) -> None:
        """Sum a cube in the database, and put what comes of it into `con`."""
        if cube.source.startswith(UNASKED):
            sum_cube(con, cube, bounds)
            return
        create_empty(con, cube, bounds)
        if cube.source.startswith(SHARED) and not cube.table.startswith("cubes."):
            return
        self.session.hold_still(self._found.values(), bounds)
        self._bring(con, cube, self._readings, bounds)

    @property
    def sees_one_moment(self) -> bool:
        """Whether all statements of the session see the same rows."""
        return self.session.sees_one_moment

    @property
    def parted_tables(self) -> tuple[str, ...]:
        """Those of the tables whose rows have parts that are there."""
        return tuple(name for name in PARTED if name in self._found)

    def said(self) -> str:
        """Return what its sums depend on beside the rows, as text: server, statements, tables, how they are read."""
        tables = [(name, said_of(self._readings[name])) for name in PARTED]
        texts = every_statement((f"dialects/{self.words.dialect.name}",))
        return repr((self.session.about, str(self.address), tables, texts))

    def hold_still(self, bounds: Bounds) -> None:
        """Note what there is of the time of a report, if statements see different moments: before parts are summed."""
        self.session.hold_still(self._found.values(), bounds)

    def bring_prints(
        self, con: duckdb.DuckDBPyConnection, name: str, into: str, bounds: Bounds, within: Within | None = None
    ) -> None:
        """Append what rows the table `name` has to the table `into` of `con`, by hour (prints/by_hour)."""
        values = {**bounds, "spaces": SPACES}
        self.session.bring(con, into, prints_of(self._readings[name], self._found[name], within), values)

    def sum_part(self, con: duckdb.DuckDBPyConnection, cube: Cube, bounds: Bounds, part: ServerPart | None) -> None:
        """Sum a cube as `sum_cube` does, over a part alone; None: over what stands beside requests and attempts."""
        create_empty(con, cube, bounds)
        self._bring(con, cube, readings_of_part(self._readings, part), bounds)

    def _bring(
        self, con: duckdb.DuckDBPyConnection, cube: Cube, readings: Mapping[str, TableReading[T]], bounds: Bounds
    ) -> None:
        values = {**bounds, "spaces": SPACES}
        statement, given = composed(self.words, cube, readings, bounds)
        self.session.bring(con, cube.table, statement, {**values, **given_tables(con, given)})

    def bring_rows(self, con: duckdb.DuckDBPyConnection, between_us: tuple[int, int] | None = None) -> None:
        """Bring the rows of a time over, for the base views of `con`."""
        bring_tables(con, self.session, self._readings, between_us)

    def let_go(self, con: duckdb.DuckDBPyConnection) -> None:
        """End the session. Raises DatabaseError if what was summed was not of one moment."""
        self.session.check_still()
        self.close()

    def close(self) -> None:
        """End what runs, and the connection."""
        if self._session is not None:
            self._session.close()
        if self.passage is not None:
            self.passage.cleanup()

    @property
    def session(self) -> Session[T]:
        """What was opened. Raises DatabaseError if nothing is."""
        if self._session is None:
            raise DatabaseError(f"{self.address} is not open", "open it first")
        return self._session

    def _has_attempts(self) -> bool:
        found = self._found.get("attempts")
        if found is None:
            return False
        ((is_there,),) = self.session.rows(self.words.piece("frame/any", table=self.words.table(found)))
        return bool(is_there)


def _read_tables(found: Catalog) -> Mapping[str, FoundTable]:
    beside = {name: one for name, one in found.beside().items() if not one.table.lacks_as(name)}
    return {"telemetry": found.telemetry, **beside}
