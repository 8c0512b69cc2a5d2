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
from finops_report.calendar.period import Period
from finops_report.calendar.recorded import Extent, recorded_days
from finops_report.calendar.spans import Stretch
from finops_report.calendar.zones import zone
from finops_report.errors import DatabaseError
from finops_report.nearest import did_you_mean
from finops_report.warehouse.base_views import Source
from finops_report.warehouse.budgets import create_budgets
from finops_report.warehouse.create_table import create_table, create_view
from finops_report.warehouse.cubes import (
    COARSE,
    Bounds,
    Cube,
    cubes,
)
from finops_report.warehouse.kept import (
    lend,
    lend_coarse,
    show_rows_of,
)
from finops_report.warehouse.later_tiers import create_tags, create_tier_rates
from finops_report.warehouse.names import bind_names
from finops_report.warehouse.opening import OpenSource, ReadRequest, asked_of, bounds_of, opened_source
from finops_report.warehouse.parts import Parts, everything, parts_of
from finops_report.warehouse.policies import create_policies
from finops_report.warehouse.sql_files import foundations, statement, views
from finops_report.warehouse.steps import OVER, Step
from finops_report.warehouse.units import create_unit_tables
from finops_report.warehouse.views import Row


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


def _summed(opened: OpenSource, request: ReadRequest, wanted: Parts) -> OpenCubes:
    """Go through the telemetry, to letting go of it."""
    con, engine, source, period, past = opened.con, opened.engine, opened.source, opened.period, opened.past
    create_unit_tables(con, request.units)
    create_tags(con, request.not_urgent)
    create_policies(con, request.policies)
    create_budgets(con, request.budgets, _budget_periods(request, period, past, opened.extent))
    bounds = bounds_of(request, period, past)
    summed = wanted.needed(cubes(asked_of(request, source)))
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
    """Make the sums that views ask for by day: of what is kept, else the cubes themselves."""
    for cube in summed:
        name = cube.table.removeprefix("cubes.")
        if name in COARSE and opened.kept is not None:
            lend_coarse(opened.con, name, bounds)
        elif name in COARSE:
            create_view(opened.con, f"coarse.{name}", opened.con.table(cube.table))


def _budget_periods(request: ReadRequest, period: Period, past: Stretch, extent: Extent) -> tuple[BudgetPeriod, ...]:
    clock = zone(period.timezone)
    first_month = request.ask.fiscal_year_start
    return budget_periods(past, recorded_days(extent, clock), period.known_end, first_month, clock)
