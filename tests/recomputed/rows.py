"""Make random telemetry: rows as anybody may record them, usable or not, and the database that holds them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

import duckdb

NULL = r"\N"


@dataclass(slots=True)
class Request:
    """One row of the table of requests, as recorded; `timestamp` is text in UTC."""

    timestamp: str | None
    request_id: str | None
    strategy: str | None
    provider: str | None
    model: str | None
    input_tokens: int | None
    output_tokens: int | None
    cost_estimated: float | None
    latency_ms: float | None
    team: str | None = None
    project: str | None = None
    environment: str | None = None
    end_user: str | None = None
    requested_model: str | None = None
    cache_read_input_tokens: int | None = None
    cache_write_input_tokens: int | None = None
    ttft_ms: float | None = None
    status: str | None = None
    price_source: str | None = None
    cache_savings_estimated: float | None = None
    cost_source: str | None = None
    usage_source: str | None = None
    unpriced_reason: str | None = None
    reasoning_output_tokens: int | None = None
    tags: str | None = None
    service_tier: str | None = None
    speed: str | None = None
    inference_region: str | None = None
    other_units: str | None = None
    guardrails: int | None = None


@dataclass(slots=True)
class Attempt:
    """One row of the table of attempts, as recorded."""

    timestamp: str | None
    request_id: str | None
    attempt: int
    provider: str | None
    model: str | None
    outcome: str | None
    error_type: str | None
    latency_ms: float | None
    input_tokens: int | None
    output_tokens: int | None
    cost_estimated: float | None
    usage_source: str | None


@dataclass(slots=True)
class Health:
    """One row of what the collector reports of itself."""

    timestamp: str | None
    recorded: int | None
    dropped: int | None
    quarantined: int | None


@dataclass(slots=True)
class Unread:
    """One row of what loaders find in a journal and cannot read."""

    journal: str
    entry: str
    reason: str


@dataclass(slots=True)
class Unit:
    """One row of what the company counts."""

    date: str | None
    name: str | None
    quantity: float | None
    team: str | None


@dataclass(slots=True)
class Event:
    """One row of what guardrails decided."""

    timestamp: str | None
    guardrail: str | None
    action: str | None
    team: str | None
    cost_estimated: float | None
    cost_avoided: float | None


@dataclass(frozen=True, slots=True)
class Telemetry:
    """What is recorded; only `nine` columns of the requests if so, and None for a table that is not there.

    `units` are counted in the table of that name, which is there if there are some; `events` likewise.
    """

    requests: tuple[Request, ...]
    attempts: tuple[Attempt, ...] | None
    health: tuple[Health, ...] | None
    unread: tuple[Unread, ...] | None
    nine: bool
    units: tuple[Unit, ...] = ()
    events: tuple[Event, ...] = ()


TYPES = {
    "timestamp": "timestamp",
    "attempt": "integer",
    "input_tokens": "integer",
    "output_tokens": "integer",
    "cache_read_input_tokens": "integer",
    "cache_write_input_tokens": "integer",
    "reasoning_output_tokens": "integer",
    "date": "date",
    "quantity": "double",
    "guardrails": "integer",
    "cost_estimated": "double",
    "cost_avoided": "double",
    "cache_savings_estimated": "double",
    "latency_ms": "double",
    "ttft_ms": "double",
    "recorded": "bigint",
    "dropped": "bigint",
    "quarantined": "bigint",
}
NINE = 9


def write(telemetry: Telemetry, path: Path) -> Path:
    """Write the telemetry as a DuckDB file and return its path."""
    with duckdb.connect(str(path)) as con:
        _write_table(con, path, "telemetry", Request, telemetry.requests, NINE if telemetry.nine else None)
        if telemetry.attempts is not None:
            _write_table(con, path, "attempts", Attempt, telemetry.attempts)
        if telemetry.health is not None:
            _write_table(con, path, "collector_health", Health, telemetry.health)
        if telemetry.unread is not None:
            _write_table(con, path, "unread_journal_entries", Unread, telemetry.unread)
        if telemetry.units:
            _write_table(con, path, "units", Unit, telemetry.units)
        if telemetry.events:
            _write_table(con, path, "guardrail_events", Event, telemetry.events)
    return path


def _write_table(
    con: duckdb.DuckDBPyConnection, path: Path, table: str, of: type[Any], rows: Sequence[Any], most: int | None = None
) -> None:
    names = [field.name for field in fields(of)][:most]
    text = path.with_suffix(f".{table}.csv")
    with text.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, quoting=csv.QUOTE_ALL)
        lines.writerow(names)
        lines.writerows([NULL if value is None else value for value in astuple(row)[:most]] for row in rows)
    columns = {name: TYPES.get(name, "varchar") for name in names}
    con.read_csv(str(text), columns=columns, na_values=NULL, header=True).create(table)
