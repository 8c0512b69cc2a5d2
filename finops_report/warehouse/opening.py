"""Open the telemetry, sum what can be kept of it, and choose the days that are read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from finops_report.calendar.history import history
from finops_report.calendar.period import Period, PeriodAsk, choose_period
from finops_report.calendar.recorded import Extent, day_of
from finops_report.calendar.spans import Stretch
from finops_report.calendar.zones import zone
from finops_report.database_address import SourcePlace
from finops_report.errors import DatabaseError
from finops_report.warehouse.base_views import Source, is_small
from finops_report.warehouse.budgets import Budget
from finops_report.warehouse.connection import BOUNDS, DEFAULT_LIMITS, Limits, connected
from finops_report.warehouse.cubes import (
    Asked,
    Bounds,
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
    opened_cache,
    reach_of_cache,
    remember,
    show_all,
    sum_extent,
    sum_parts,
)
from finops_report.warehouse.kept.footers import recalled, save_footers
from finops_report.warehouse.later_tiers import ALL_IS_URGENT, NotUrgent
from finops_report.warehouse.policies import Policy
from finops_report.warehouse.recorded import Recorded, failed_rows
from finops_report.warehouse.refusals import unreadable
from finops_report.warehouse.settling import settled, settled_s_of
from finops_report.warehouse.steps import OVER, Step, Told, nobody
from finops_report.warehouse.units import NO_COUNTS, UnitCounts
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
    bounds = _extent_bounds(request)
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
        sums = cubes(asked_of(request, source))
        bounds_of_cubes = bounds_of(request, period, past)
        if isinstance(engine, DatabaseServer):
            engine.hold_still(bounds_of_cubes)
        kept = sum_parts(con, kept, recorded, sums, bounds_of_cubes, period.timezone, request.told)
        remember(con, kept, request.now_us)
    create_calendar(con, period, past)
    if kept is not None:
        find_whole_months(con)
    return OpenSource(con, engine, recorded, source, extent, period, past, int(bounds["now_us"]), kept)


def _extent_bounds(request: ReadRequest) -> Bounds:
    return settled(extent_bounds(request.now_us), settled_s_of(request.db))


def bounds_of(request: ReadRequest, period: Period, past: Stretch) -> Bounds:
    """Return what bounds the cubes of a report, without the newest rows if the address says so."""
    return settled(cube_bounds(period, past, request.now_us), settled_s_of(request.db))


def asked_of(request: ReadRequest, source: Source) -> Asked:
    """Return what is recorded and asked for by settings, without which some cubes are empty."""
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
    parted = None if request.cache is None else engine.parted(con, recorded, _extent_bounds(request))
    if request.cache is None or parted is None:
        yield None
        return
    with opened_cache(con, parted, request.cache, waiting, request.now_us) as kept:
        forget_lost(con, kept)
        if isinstance(engine, ParquetFiles | StoredParquet) and engine.footers is not None:
            save_footers(con, engine.footers)
        yield kept
