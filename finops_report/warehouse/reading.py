"""Read a report's numbers: sum the telemetry into cubes, let go of it, answer the views."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb

from finops_report.calendar.budget_periods import BudgetPeriod, budget_periods
from finops_report.calendar.history import history
from finops_report.calendar.period import Period, PeriodAsk, choose_period
from finops_report.calendar.recorded import Extent, day_of, recorded_days
from finops_report.calendar.spans import Stretch
from finops_report.calendar.zones import zone
from finops_report.database_address import SourcePlace
from finops_report.errors import DatabaseError
from finops_report.nearest import did_you_mean
from finops_report.warehouse.base_views import Source, is_small
from finops_report.warehouse.budgets import Budget, create_budgets
from finops_report.warehouse.connection import BOUNDS, DEFAULT_LIMITS, Limits, connected
from finops_report.warehouse.create_table import create_table, create_view
from finops_report.warehouse.cubes import (
    COARSE,
    Asked,
    Bounds,
    Cube,
    create_calendar,
    cube_bounds,
    cubes,
    extent_bounds,
    extent_cube,
)
from finops_report.warehouse.engines import Engine, engine_for
from finops_report.warehouse.engines.object_store import StoredParquet
from finops_report.warehouse.engines.parquet import ParquetFiles
from finops_report.warehouse.engines.server.engine import DatabaseServer
from finops_report.warehouse.kept import (
    Kept,
    find_whole_months,
    forget_all,
    forget_lost,
    lend,
    lend_coarse,
    opened_cache,
    reach_of_cache,
    remember,
    show_all,
    show_rows_of,
    sum_extent,
    sum_parts,
)
from finops_report.warehouse.kept.footers import recalled, save_footers
from finops_report.warehouse.later_tiers import ALL_IS_URGENT, NotUrgent, create_tags, create_tier_rates
from finops_report.warehouse.names import bind_names
from finops_report.warehouse.parts import Parts, everything, parts_of
from finops_report.warehouse.policies import Policy, create_policies
from finops_report.warehouse.recorded import Recorded, failed_rows
from finops_report.warehouse.refusals import unreadable
from finops_report.warehouse.settling import settled, settled_s_of
from finops_report.warehouse.sql_files import foundations, statement, views
from finops_report.warehouse.steps import OVER, Step, Told, nobody
from finops_report.warehouse.units import NO_COUNTS, UnitCounts, create_unit_tables
from finops_report.warehouse.views import Row
from finops_report.warehouse.waiting import Waited, Waiting


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """What to read: the telemetry, the table in it (None: find it), the days asked for.

    `now_us` is the moment of the build in microseconds since 1970-01-01 UTC: rows more than a day
    after it are set aside as being in the future. `limits` are what reading may use up, `budgets`
    those in force, `units` the company's own counts, `not_urgent` the work that may be answered later, `policies` what
    guardrails allow. `cache` is the file in which cubes are kept from build to build (None: nowhere). `told` hears of
    each step that begins.
    """

    db: SourcePlace
    table: str | None
    ask: PeriodAsk
    now_us: int
    waiting: Waiting
    limits: Limits = DEFAULT_LIMITS
    budgets: tuple[Budget, ...] = ()
    units: UnitCounts = NO_COUNTS
    not_urgent: NotUrgent = ALL_IS_URGENT
    policies: tuple[Policy, ...] = ()
    cache: Path | None = None
    told: Told = nobody


@dataclass(frozen=True, slots=True)
class ViewRows:
    """Every view's rows and SQL text, for one period of one source."""

    source: Source
    extent: Extent
    period: Period
    views: Mapping[str, list[Row]]
    sql: Mapping[str, str]


BUDGET_VIEWS = ("budgets", "budget_history")


@dataclass(frozen=True, slots=True)
class NamedRows:
    """The rows of a view, perhaps none, and the names of its columns."""

    columns: tuple[str, ...]
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class TypedRows:
    """The rows of a view as the database gives them, the names of its columns, and their types in DuckDB's words."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class OpenCubes:
    """The in-memory database with all cubes and views in it, and what they are of."""

    con: duckdb.DuckDBPyConnection
    source: Source
    extent: Extent
    period: Period

    def columns(self, view: str) -> tuple[str, ...]:
        """Return the names of a view's columns."""
        return tuple(self.con.table(view).columns)

    def typed_rows(self, view: str) -> TypedRows:
        """Return the rows of a view with the types of its columns."""
        table = self.con.table(view)
        return TypedRows(tuple(table.columns), tuple(str(kind) for kind in table.types), table.fetchall())

    def rows(self, view: str) -> list[Row]:
        """Return the rows of a view."""
        table = self.con.table(view)
        columns = table.columns
        return [dict(zip(columns, row, strict=True)) for row in table.fetchall()]


def read(request: ReadRequest, wanted: tuple[str, ...] = (), exports: tuple[str, ...] = ()) -> ViewRows:
    """Return the rows of the views `wanted` (none named: of all), and of `exports` (sql/exports), which no page shows.

    The telemetry is open only while the cubes are summed, and no cube is summed that nothing wanted stands on.

    Raises DatabaseError when the telemetry cannot be opened, found or read.
    """
    texts = {name: statement("exports", name) for name in exports}
    shown = wanted or view_names()
    with open_cubes(request, parts=parts_of(shown, tuple(texts.values()))) as opened:
        for name, text in texts.items():
            create_table(opened.con, name, text)
        rows = {name: opened.rows(name) for name in (*shown, *exports)}
    return ViewRows(opened.source, opened.extent, opened.period, MappingProxyType(rows), MappingProxyType(views()))


def read_budgets(request: ReadRequest) -> Mapping[str, list[Row]]:
    """Return the rows of the views of budgets alone; no cube is summed that they do not stand on.

    A budget has no more names than its settings: none are put together. Raises DatabaseError as `read` does.
    """
    with open_cubes(request, parts=parts_of(BUDGET_VIEWS, binds_names=False)) as opened:
        return MappingProxyType({name: opened.rows(name) for name in BUDGET_VIEWS})


def view_names() -> tuple[str, ...]:
    """Return the names of all views that answer something, in the order of the report."""
    return tuple(name for name in views() if name not in foundations())


def rows_of(request: ReadRequest, view: str) -> NamedRows:
    """Return the rows of one view and the names of its columns.

    Raises DatabaseError as `read` does, and when there is no such view.
    """
    _check_name(view)
    with open_cubes(request, parts=parts_of((view,))) as opened:
        return NamedRows(opened.columns(view), opened.rows(view))


def typed_rows_of(request: ReadRequest) -> dict[str, TypedRows]:
    """Return the rows of every view that answers something, with its columns and their types. Raises as `read`."""
    with open_cubes(request) as opened:
        return {name: opened.typed_rows(name) for name in view_names()}


def parquet_of(request: ReadRequest, view: str) -> tuple[bytes, tuple[str, ...]]:
    """Return one view's rows as Parquet, typed as SQL has them, and its columns; raises as `rows_of`, and OSError."""
    _check_name(view)
    with (
        tempfile.TemporaryDirectory(prefix="finops-report-") as folder,
        open_cubes(request, folder, parts_of((view,))) as opened,
    ):
        path = Path(folder).resolve() / "rows.parquet"
        opened.con.table(view).write_parquet(str(path))
        return path.read_bytes(), opened.columns(view)


def _check_name(view: str) -> None:
    if view not in view_names():
        raise DatabaseError(f"No such view: {view}", did_you_mean(view, view_names(), "known views"))


@contextmanager
def open_cubes(request: ReadRequest, scratch: str | None = None, parts: Parts | None = None) -> Iterator[OpenCubes]:
    """Sum the cubes, let go of the telemetry, and lay the views over the cubes; raises DatabaseError.

    `scratch` is a folder that statements may write to; without one they can write nowhere. `parts` are what is needed
    (None: all). Raises KeyboardInterrupt if a signal stops a statement.
    """
    wanted = parts or everything()
    with opened_source(request, scratch) as source:
        opened = _summed(source, request, wanted)
        source.con.execute(statement("views", "macros"))
        for number, name in enumerate(wanted.views, 1):
            request.told(Step("views", number, len(wanted.views), opened.extent.rows_read))
            create_table(source.con, name, views()[name])
        request.told(OVER)
        yield opened


@dataclass(slots=True)
class OpenSource:
    """The in-memory database with the base views over a source, what that is and has, and the days that are read.

    `future_us` is the moment from which on rows are set aside as being in the future, `kept` what is kept of the cubes.
    """

    con: duckdb.DuckDBPyConnection
    engine: Engine
    recorded: Recorded
    source: Source
    extent: Extent
    period: Period
    past: Stretch
    future_us: int
    kept: Kept | None = None
    is_open: bool = True

    def bring_rows(self) -> None:
        """Have the base views show the rows of the days that are read: an engine may have summed them elsewhere."""
        if self.kept is not None:
            show_all(self.con, self.recorded)
        until_us = min(self.period.until_us, self.future_us)
        self.engine.bring_rows(self.con, (self.period.from_us, max(until_us, self.period.from_us)))

    def let_go(self) -> None:
        """Close the source: from here on nothing of it can be read.

        Raises DatabaseError if it was written anew meanwhile: what was kept of it is forgotten then.
        """
        try:
            self.engine.let_go(self.con)
        except DatabaseError:
            if self.kept is not None:
                forget_all(self.con)
            raise
        self.is_open = False


@contextmanager
def opened_source(request: ReadRequest, scratch: str | None = None) -> Iterator[OpenSource]:
    """Open the telemetry, choose the period and lay out its calendar; raises as `open_cubes` does.

    `scratch` is a folder that statements may write to; without one they can write nowhere.
    """
    waited = Waited()
    waiting = waited.counting(request.waiting)
    engine = engine_for(request.db, waiting, request.limits)
    reach = engine.reach if scratch is None else engine.reach.and_folder(str(Path(scratch).resolve()))
    if request.cache is not None:
        reach = reach.and_files(reach_of_cache(request.cache).files)
    try:
        with connected(reach, request.limits, waited) as con:
            if request.cache is not None and isinstance(engine, ParquetFiles | StoredParquet):
                engine.footers = recalled(con, request.cache, waiting)
            recorded, opened = engine.open(con, request.table), None
            try:
                held = request.cache is None and is_small(recorded)  # what is kept is summed of parts, view by view
                source = engine.create_base_views(con, recorded, held=held)
                with _kept(con, request, engine, recorded, waiting) as found:
                    opened = _begun(con, request, engine, recorded, source, found)
                    yield opened
            except BOUNDS:
                raise
            except duckdb.Error as err:
                is_reading = opened is None or opened.is_open
                if is_reading and (failed := failed_rows(recorded, err)) is not None:
                    raise failed from err
                raise
    except duckdb.Error as err:
        raise unreadable(request.db, request.limits, err) from err
    finally:
        request.told(OVER)
        engine.close()


def _begun(
    con: duckdb.DuckDBPyConnection,
    request: ReadRequest,
    engine: Engine,
    recorded: Recorded,
    source: Source,
    found: Kept | None,
) -> OpenSource:
    bounds = settled(extent_bounds(request.now_us), settled_s_of(request.db))
    request.told(Step("looking", 1, 1))
    kept = None if found is None else sum_extent(con, found, bounds)
    if kept is None:
        engine.sum_cube(con, extent_cube(), bounds)
    (row,) = con.table(extent_cube().table).fetchall()
    first_us, last_us, rows_read, hours_with_data = row
    extent = Extent(first_us, last_us, int(rows_read), int(hours_with_data))
    period = choose_period(request.ask, extent, day_of(request.now_us, zone(request.ask.timezone)))
    past = history(period, extent)
    if kept is not None:
        sums = cubes(_asked(request, source))
        bounds_of_cubes = settled(cube_bounds(period, past, request.now_us), settled_s_of(request.db))
        if isinstance(engine, DatabaseServer):
            engine.hold_still(bounds_of_cubes)
        kept = sum_parts(con, kept, recorded, sums, bounds_of_cubes, period.timezone, request.told)
        remember(con, kept, request.now_us)
    create_calendar(con, period, past)
    if kept is not None:
        find_whole_months(con)
    return OpenSource(con, engine, recorded, source, extent, period, past, int(bounds["now_us"]), kept)


def _summed(opened: OpenSource, request: ReadRequest, wanted: Parts) -> OpenCubes:
    """Go through the telemetry, to letting go of it."""
    con, engine, source, period, past = opened.con, opened.engine, opened.source, opened.period, opened.past
    create_unit_tables(con, request.units)
    create_tags(con, request.not_urgent)
    create_policies(con, request.policies)
    create_budgets(con, request.budgets, _budget_periods(request, period, past, opened.extent))
    bounds = settled(cube_bounds(period, past, request.now_us), settled_s_of(request.db))
    summed = wanted.needed(cubes(_asked(request, source)))
    for number, cube in enumerate(summed, 1):
        request.told(Step("sums", number, len(summed), opened.extent.rows_read))
        if opened.kept is None:
            engine.sum_cube(con, cube, bounds)
        elif not lend(con, cube, bounds):
            show_rows_of(con, cube, opened.recorded)
            engine.sum_cube(con, cube, bounds)
    _lay_coarse(opened, summed, bounds)
    opened.let_go()
    if wanted.binds_names:
        source = replace(source, names=bind_names(con, [cube.table.removeprefix("cubes.") for cube in summed]))
    if any(cube.table == "cubes.not_urgent" for cube in summed):
        create_tier_rates(con, request.not_urgent, min(opened.extent.last_us or 0, period.until_us - 1))
    return OpenCubes(con, source, opened.extent, period)


def _lay_coarse(opened: OpenSource, summed: Sequence[Cube], bounds: Bounds) -> None:
    """Make the sums that views ask for by day and by stretch: of what is kept, else the cubes themselves."""
    for cube in summed:
        name = cube.table.removeprefix("cubes.")
        if name in COARSE and opened.kept is not None:
            lend_coarse(opened.con, name, bounds)
        elif name in COARSE:
            create_view(opened.con, f"coarse.{name}", opened.con.table(cube.table))


def _asked(request: ReadRequest, source: Source) -> Asked:
    return Asked(
        attempts=source.has_attempts,
        budgets_need_rows=any(budget.needs_rows for budget in request.budgets),
        tags=bool(request.not_urgent.tags),
        policies=bool(request.policies),
        guardrails=source.has("guardrails"),
    )


@contextmanager
def _kept(
    con: duckdb.DuckDBPyConnection, request: ReadRequest, engine: Engine, recorded: Recorded, waiting: Waiting
) -> Iterator[Kept | None]:
    """Yield what is kept of the source; None if nothing is asked to be kept, or nothing of it can be."""
    bounds = settled(extent_bounds(request.now_us), settled_s_of(request.db))
    parted = None if request.cache is None else engine.parted(con, recorded, bounds)
    if request.cache is None or parted is None:
        yield None
        return
    with opened_cache(con, parted, request.cache, waiting, request.now_us) as kept:
        forget_lost(con, kept)
        if isinstance(engine, ParquetFiles | StoredParquet) and engine.footers is not None:
            save_footers(con, engine.footers)
        yield kept


def _budget_periods(request: ReadRequest, period: Period, past: Stretch, extent: Extent) -> tuple[BudgetPeriod, ...]:
    clock = zone(period.timezone)
    first_month = request.ask.fiscal_year_start
    return budget_periods(past, recorded_days(extent, clock), period.known_end, first_month, clock)
