"""Read a report's numbers: sum the telemetry into cubes, let go of it, answer the views."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType

import duckdb

from finops_report.calendar.period import Extent, Period, PeriodAsk, choose_period
from finops_report.errors import DatabaseError
from finops_report.warehouse.laying import Source, lay
from finops_report.warehouse.source import Waiting
from finops_report.warehouse.statements import foundations, statement, views
from finops_report.warehouse.views import Row

CUBES = (
    "spend",
    "latency",
    "ttft",
    "workload",
    "teams",
    "tries_by_target",
    "troubled",
    "fallbacks",
    "set_aside",
    "repeated_ids",
    "price_sources",
    "losses",
)
FUTURE_SLACK_US = 24 * 3_600_000_000  # clocks differ: up to a day ahead is still taken for now


@dataclass(frozen=True, slots=True)
class Question:
    """What to read: the telemetry, the table in it (None: find it), the days asked for.

    `now_us` is the moment of the build in microseconds since 1970-01-01 UTC: rows more than a day
    after it are set aside as being in the future.
    """

    db: Path
    table: str | None
    ask: PeriodAsk
    now_us: int
    waiting: Waiting


@dataclass(frozen=True, slots=True)
class Answers:
    """Every view's rows and SQL text, for one period of one source."""

    source: Source
    extent: Extent
    period: Period
    views: Mapping[str, list[Row]]
    sql: Mapping[str, str]


def read(question: Question) -> Answers:
    """Answer every view; the telemetry file is open only while the cubes are summed.

    Raises DatabaseError when the telemetry cannot be opened, found or read.
    """
    with open_cubes(question) as (con, found, extent, period):
        answers = {name: _rows(con, name) for name in answered()}
    return Answers(found, extent, period, MappingProxyType(answers), MappingProxyType(views()))


def answered() -> tuple[str, ...]:
    """The names of all views that answer something, in the order of the report."""
    return tuple(name for name in views() if name not in foundations())


def rows_of(question: Question, view: str) -> list[Row]:
    """Answer one view. Raises DatabaseError as `read` does, and when there is no such view."""
    _known(view)
    with open_cubes(question) as (con, *_):
        return _rows(con, view)


def write_parquet(question: Question, view: str, out: Path) -> None:
    """Write one view's rows, typed as SQL has them, to the Parquet file `out`; raises as `rows_of`."""
    _known(view)
    with open_cubes(question) as (con, *_):
        con.table(view).write_parquet(str(out))


def _known(view: str) -> None:
    if view not in answered():
        near = difflib.get_close_matches(view, answered(), n=1)
        hint = f"did you mean {near[0]}?" if near else f"known views: {', '.join(answered())}"
        raise DatabaseError(f"No such view: {view}", hint)


@contextmanager
def open_cubes(question: Question) -> Iterator[tuple[duckdb.DuckDBPyConnection, Source, Extent, Period]]:
    """Sum the cubes, let go of the telemetry, and lay the views over the cubes."""
    with duckdb.connect() as con:
        try:
            found = lay(con, question.db, question.table, question.waiting)
            extent = _extent(con, question)
            period = choose_period(question.ask, extent, _day(question.now_us))
            _sum_up(con, period, found, question.now_us)
            if not question.db.is_dir():
                con.execute(statement("source", "detach"))
            for name, text in views().items():
                con.sql(text).create(name)
            yield con, found, extent, period
        except duckdb.Error as err:
            raise DatabaseError(
                f"The telemetry cannot be read: {str(err).splitlines()[0]}",
                f"open it in duckdb to see what is wrong: {question.db}",
            ) from err


def _day(us: int) -> date:
    return datetime.fromtimestamp(us // 1_000_000, UTC).date()


def _extent(con: duckdb.DuckDBPyConnection, question: Question) -> Extent:
    future_us = question.now_us + FUTURE_SLACK_US
    (row,) = con.sql(statement("cubes", "extent"), params={"now_us": future_us}).fetchall()
    return Extent(*row)


def _sum_up(con: duckdb.DuckDBPyConnection, period: Period, found: Source, now_us: int) -> None:
    """Make a small in-memory table of each cube: the only statements that read every row."""
    future_us = now_us + FUTURE_SLACK_US
    bounds = {name: value for name, value in asdict(period).items() if name.endswith("_us")}
    bounds["until_us"] = max(min(period.until_us, future_us), period.from_us)
    bounds["now_us"] = future_us
    failovers = "failovers" if found.has_attempts else "failovers_inferred"
    for name in (*CUBES, failovers):
        text = statement("cubes", name)
        used = {key: value for key, value in bounds.items() if f"${key}" in text}
        con.sql(text, params=used).create(name.removesuffix("_inferred"))
    con.sql(statement("cubes", "period"), params=_period_row(period)).create("period")


def _period_row(period: Period) -> dict[str, object]:
    row = {name: value for name, value in asdict(period).items() if name.endswith("_us")}
    return row | {"time_zone": period.timezone, "bucket_unit": period.bucket_unit}


def _rows(con: duckdb.DuckDBPyConnection, name: str) -> list[Row]:
    view = con.table(name)
    columns = view.columns
    return [dict(zip(columns, row, strict=True)) for row in view.fetchall()]
