"""Read a few figures of today from the file that this very process loads: small sums, in a moment, beside the loader.

The loader opens the file in this process for the moment of each load. DuckDB has one instance of a file in a process:
opened here as it is, without settings of ours, the loader finds it open and goes on beside this; opened with others, or
attached to a database in memory, it would be turned away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import duckdb

from finops_report.errors import DatabaseError
from finops_report.warehouse.budgets import Budget
from finops_report.warehouse.interruption import interruptible
from finops_report.warehouse.sql_files import arguments, schema, statement
from finops_report.warehouse.waiting import Waited

FOLDER = "live"
BUSY = ("different configuration", "Could not set lock", "already attached")  # the loader has it, or another process
LONGEST_S = 20.0  # other processes wait for the file meanwhile
REQUEST_US = 86_400_000_000  # no request takes as long from its beginning to its last try
MOST_REQUESTS = 1000  # that had a failure are followed over their tries
TABLES, VIEWS = ("telemetry", "attempts"), ("requests", "tries")
TRIES, TEAM_TRIES = "all_tries", "team_tries"
RowType = TypeVar("RowType")


class BusyError(Exception):
    """Somebody else has the file for the moment."""


@dataclass(frozen=True, slots=True)
class LiveMoments:
    """The moments that the figures are of, in microseconds since 1970-01-01 UTC.

    Today is from `today_us` to `tomorrow_us`, and the figures end at `until_us`; yesterday begins at `yesterday_us` and
    is compared up to `same_time_us`. Health is of the time from `health_us` on, failovers from `failovers_us` on.
    """

    yesterday_us: int
    same_time_us: int
    today_us: int
    tomorrow_us: int
    health_us: int
    failovers_us: int
    until_us: int


@dataclass(frozen=True, slots=True)
class BudgetSpan:
    """The period under way of budgets of a kind of `period`: its days, both inclusive, its bounds [start, end)."""

    period: str
    first_day: date
    last_day: date
    start_us: int
    end_us: int


@dataclass(frozen=True, slots=True)
class TodayRow:
    """Today so far, and yesterday up to the same time; costs are None if nothing has a known price.

    `change` is the relative change of spend; None if one of the two is not known, or yesterday's is nothing.
    """

    requests: int
    failed_requests: int
    tokens: int
    cost_usd: Decimal | None
    unpriced_requests: int
    yesterday_usd: Decimal | None
    yesterday_requests: int
    change: float | None


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """What a provider was paid today."""

    provider: str
    requests: int
    failed_requests: int
    cost_usd: Decimal | None
    unpriced_requests: int


@dataclass(frozen=True, slots=True)
class HourRow:
    """What a provider was paid in an hour of today, counted from midnight."""

    hour: int
    provider: str
    cost_usd: Decimal


@dataclass(frozen=True, slots=True)
class HealthRow:
    """How the tries at a provider went lately; `p50_ms` is of those that were answered, None without any."""

    provider: str
    tries: int
    failed_tries: int
    failed_share: float
    p50_ms: float | None


@dataclass(frozen=True, slots=True)
class FailoverRow:
    """How often, and when last, requests moved on from one target to another for one reason."""

    last_us: int
    provider: str
    model: str
    to_provider: str
    to_model: str
    reason: str
    times: int


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """How far budget `number` is used; None if nothing has a known price, `unpriced_share` if there are no requests."""

    number: int
    requests: int
    used_usd: Decimal | None
    unpriced_requests: int
    used_share: float | None
    passed_share: float
    pace: float | None
    unpriced_share: float | None


@dataclass(frozen=True, slots=True)
class LiveRows:
    """All figures of one moment."""

    today: TodayRow
    providers: tuple[ProviderRow, ...] = ()
    hours: tuple[HourRow, ...] = ()
    health: tuple[HealthRow, ...] = ()
    failovers: tuple[FailoverRow, ...] = ()
    budgets: tuple[BudgetRow, ...] = ()


class LiveReader:
    """Reads the file at `db`, which the loader of this process makes; `stop` ends a read that is under way."""

    def __init__(self, db: Path) -> None:
        self._db = db
        self._con: duckdb.DuckDBPyConnection | None = None

    def read(
        self,
        moments: LiveMoments,
        budgets: Sequence[Budget],
        spans: Sequence[BudgetSpan],
        most_failovers: int,
        team: str | None = None,
    ) -> LiveRows:
        """Return the figures, of `team` alone if one is named; as long as nothing is recorded, nothing is spent.

        Raises BusyError if somebody else has the file just now, DatabaseError if it cannot be read.
        """
        try:
            with self._opened() as con, interruptible(con, LONGEST_S, Waited()):
                _set_audience(con, moments, team)
                return _rows(con, moments, budgets, spans, most_failovers)
        except duckdb.Error as err:
            text = str(err).splitlines()[0]
            if any(sign in text for sign in BUSY):
                raise BusyError(text) from err
            raise DatabaseError(f"The database cannot be read: {text}", f"check {self._db}") from err

    def stop(self) -> None:
        """End the statement that runs, if one does."""
        con = self._con
        if con is not None:
            con.interrupt()

    @contextmanager
    def _opened(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Yield the file, or empty tables in memory if it is not there yet: DuckDB would make it."""
        with duckdb.connect(str(self._db) if self._db.exists() else ":memory:") as con:
            self._con = con
            try:
                con.execute(statement(FOLDER, "settings"))
                if len(con.execute(statement(FOLDER, "tables")).fetchall()) == len(TABLES):
                    yield con
                else:
                    with duckdb.connect(":memory:") as empty:
                        for text in schema():
                            empty.execute(text)
                        yield empty
            finally:
                self._con = None


def _set_audience(con: duckdb.DuckDBPyConnection, moments: LiveMoments, team: str | None) -> None:
    """Make the views that all figures read: of all requests and tries, or of a team's."""
    given = {"team": team, "requests_since_us": moments.failovers_us - REQUEST_US}
    for name in ("set_team", "set_requests_since"):
        con.execute(text := statement(FOLDER, name), arguments(text, given))
    for view in (*VIEWS, TRIES if team is None else TEAM_TRIES):
        con.execute(statement(FOLDER, view))


def _rows(
    con: duckdb.DuckDBPyConnection,
    moments: LiveMoments,
    budgets: Sequence[Budget],
    spans: Sequence[BudgetSpan],
    most_failovers: int,
) -> LiveRows:
    asked: dict[str, object] = asdict(moments)
    since = {"most_requests": MOST_REQUESTS, "most_rows": most_failovers, "since_us": moments.failovers_us}
    (today,) = _read(con, "today", asked, TodayRow)
    return LiveRows(
        today,
        _read(con, "providers", asked, ProviderRow),
        _read(con, "hours", asked, HourRow),
        _read(con, "health", asked | {"since_us": moments.health_us}, HealthRow),
        _read(con, "failovers", asked | since, FailoverRow),
        _read(con, "budgets", asked | _given(budgets, spans), BudgetRow) if budgets else (),
    )


def _read(
    con: duckdb.DuckDBPyConnection, name: str, asked: Mapping[str, object], row: Callable[..., RowType]
) -> tuple[RowType, ...]:
    text = statement(FOLDER, name)
    found = con.execute(text, arguments(text, asked))
    columns = [column[0] for column in found.description or ()]
    return tuple(row(**dict(zip(columns, values, strict=True))) for values in found.fetchall())


def _given(budgets: Sequence[Budget], spans: Sequence[BudgetSpan]) -> dict[str, object]:
    """Return budgets and the periods they are for as parameters."""
    scopes = ("period", "team", "project", "provider", "model", "environment", "end_user", "tag_key", "tag_value")
    found: dict[str, object] = {name: [getattr(budget, name) for budget in budgets] for name in scopes}
    return found | {
        "number": list(range(len(budgets))),
        "amount": [f"{budget.amount:f}" for budget in budgets],
        "rate": [f"{budget.rate:f}" for budget in budgets],
        "periods": [span.period for span in spans],
        "starts_us": [span.start_us for span in spans],
        "ends_us": [span.end_us for span in spans],
        "from_us": min(span.start_us for span in spans),
    }
