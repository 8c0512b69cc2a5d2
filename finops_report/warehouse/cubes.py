"""Name the cubes and what bounds them: the only statements that read every row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

import duckdb

from finops_report.calendar.coverage import MOST_MISSING_SHARE
from finops_report.calendar.period import Period
from finops_report.calendar.spans import Span, Stretch, spans, stretch_spans
from finops_report.calendar.zones import zone
from finops_report.warehouse.create_table import create_table
from finops_report.warehouse.recurring import create_recurring_ids
from finops_report.warehouse.sql_files import statement

BUCKET_RATIO = 1.01 / 0.99  # the upper bound of a histogram's bucket over its lower one: 1 % to either side
FUTURE_SLACK_US = 24 * 3_600_000_000  # clocks differ: up to a day ahead is still taken for now
SHARED = ("recurring_ids", "troubled_ids", "troubled_attempts")  # what several cubes look for; no report shows it
RECURRING = SHARED[0]  # DuckDB has a way of its own to find them, with the same outcome
NAMES = (
    "spend",
    "latency",
    "ttft",
    "workload",
    "attribution",
    "attempts",
    "troubled_requests",
    "fallbacks",
    "unusable_values",
    "repeated_request_ids",
    "price_sources_used",
    "collector_losses",
    "unread_in_journal",
    "history",
    "rhythm",
    "units",
    "guardrail_decisions",
)
COARSE = ("spend",)  # views ask for its whole days, in the schema `coarse`
Bounds = Mapping[str, int | float]


@dataclass(frozen=True, slots=True)
class Cube:
    """A table to be summed from the base views: its name, and the portable statement that makes it.

    `source` is the statement's place in sql/ ('cubes/spend'), by which other dialects have theirs; '' if it is in none.
    """

    table: str
    text: str
    source: str = ""


def _cube(table: str, folder: str, name: str) -> Cube:
    return Cube(table, statement(folder, name), f"{folder}/{name}")


def extent_cube() -> Cube:
    """Return the cube of one row that says what the telemetry spans; it is summed first, to choose the period."""
    return _cube("cubes.extent", "cubes", "extent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is recorded, or asked for by settings, without which nothing is read for some of the cubes.

    Without attempts, failovers are inferred. `budgets_need_rows` that the other cubes do not have; `tags` say which
    work is not urgent; `policies` what telemetry is held against; requests record how many `guardrails` looked at them.
    """

    attempts: bool = False
    budgets_need_rows: bool = False
    tags: bool = False
    policies: bool = False
    guardrails: bool = False


def cubes(asked: Asked) -> tuple[Cube, ...]:
    """Return all cubes but the extent, in the order to sum them; those that are not `asked` for are empty."""
    failovers = _cube("cubes.failovers", "cubes" if asked.attempts else "cubes/inferred", "failovers")
    return (
        *(_cube(name, "cubes/base", name) for name in SHARED),
        *(_cube(f"cubes.{name}", "cubes", name) for name in NAMES),
        failovers,
        _asked("budget_matches", asked.budgets_need_rows),
        _asked("not_urgent", asked.tags),
        _asked("outside_policy", asked.policies),
        _cube("cubes.guarded", "cubes" if asked.guardrails else "cubes/unasked", "guarded"),
    )


def _asked(name: str, is_asked: bool) -> Cube:
    """Return a cube that settings ask for; an empty one, for which nothing is read, if they do not."""
    folder, file = ("cubes/base", f"duckdb.{name}") if is_asked else ("cubes/unasked", name)
    return _cube(f"cubes.{name}", folder, file)


def extent_bounds(now_us: int) -> Bounds:
    """Return what bounds the extent: rows after this moment lengthen nothing, a day after it they are in the future."""
    return {"moment_us": now_us, "now_us": now_us + FUTURE_SLACK_US}


def cube_bounds(period: Period, past: Stretch, now_us: int) -> Bounds:
    """Return what bounds the cubes: the time to read, the slots to cut it into, and the buckets of histograms.

    `past` is the history, which has a time and slots of its own.
    """
    future_us = now_us + FUTURE_SLACK_US
    return {
        "from_us": period.from_us,
        "until_us": max(min(period.until_us, future_us), period.from_us),
        "slot_us": period.slot_us,
        "history_from_us": past.from_us,
        "history_until_us": max(min(past.until_us, future_us), past.from_us),
        "history_slot_us": past.slot_us,
        "now_us": future_us,
        "bucket_ratio": BUCKET_RATIO,
    }


def sum_cube(con: duckdb.DuckDBPyConnection, cube: Cube, bounds: Bounds) -> None:
    """Make the table of a cube from the base views of `con`."""
    if cube.table == RECURRING:
        create_recurring_ids(con, bounds)
    else:
        create_table(con, cube.table, cube.text, bounds)


def create_calendar(con: duckdb.DuckDBPyConnection, period: Period, past: Stretch) -> None:
    """Make the small tables that say what time is: the period, its local days and those of the history, their slots."""
    known = asdict(period) | {
        "bucket_ratio": BUCKET_RATIO,
        "history_slot_us": past.slot_us,
        "history_whole_first": past.whole.first,
        "history_whole_last": past.whole.last,
        "most_missing_share": MOST_MISSING_SHARE,
    }
    create_table(con, "period", statement("calendar", "period"), known)
    _create_days(con, "spans", spans(period))
    _create_days(con, "history_spans", stretch_spans(past, zone(period.timezone)))
    for slots in ("slots", "history_slots"):
        create_table(con, slots, statement("calendar", slots))


def _create_days(con: duckdb.DuckDBPyConnection, table: str, days: tuple[Span, ...]) -> None:
    columns = {field.name: [getattr(day, field.name) for day in days] for field in fields(Span)}
    create_table(con, table, statement("calendar", table), columns)
