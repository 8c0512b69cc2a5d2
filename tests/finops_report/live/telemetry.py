"""A small day of traffic, as workers record it and the loader loads it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from finops_report.live.plan import Plan
from finops_report.warehouse import Budget
from finops_report.warehouse.live import LiveReader, LiveRows
from finops_report.warehouse.sql_files import schema
from finops_report.wording.conventions import Conventions
from finops_report.wording.currency import US_DOLLARS

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
NOON_US = int(NOON.timestamp()) * 1_000_000
MINUTE_US = 60_000_000
REQUEST: dict[str, Any] = {"provider": "openai", "model": "gpt-5", "input_tokens": 100, "output_tokens": 10}


def plan(**changes: Any) -> Plan:
    values: dict[str, Any] = {"title": "Live", "timezone": "UTC", "fiscal_year_start": 1, "currency": US_DOLLARS}
    values["conventions"] = Conventions()
    return Plan(**(values | changes))


def budget(name: str = "all", amount: str = "10", **changes: Any) -> Budget:
    values: dict[str, Any] = {"budget": name, "amount": Decimal(amount), "period": "month"}
    return Budget(**(values | changes))


class Telemetry:
    """A database at `db`; times are minutes before noon of 28 November 2026 UTC."""

    def __init__(self, db: Path) -> None:
        self.db = db
        with duckdb.connect(str(db)) as con:
            for text in schema():
                con.execute(text)

    def request(self, minutes: float, cost: float | None = 1.0, **changes: Any) -> None:
        tags = json.dumps(changes.pop("tags", None) or {})
        row = REQUEST | {"cost_estimated": cost, "status": "ok", "tags": tags, "request_id": "r"} | changes
        self._insert("telemetry", minutes, row)

    def tries(self, minutes: float, request_id: str, *tries: tuple[str, str, str | None]) -> None:
        """Record tries of a request: the provider, how each ended, and its error."""
        for number, (provider, outcome, error) in enumerate(tries, 1):
            row = {"request_id": request_id, "attempt": number, "provider": provider, "model": "m"}
            row |= {"outcome": outcome, "error_type": error, "latency_ms": 100.0 * number}
            self._insert("attempts", minutes, row)

    def _insert(self, table: str, minutes: float, row: dict[str, Any]) -> None:
        names = ", ".join(("timestamp", *row))
        places = ", ".join("?" for _ in row)
        with duckdb.connect(str(self.db)) as con:
            values = [NOON_US - round(minutes * MINUTE_US), *row.values()]
            con.execute(f"insert into {table} ({names}) values (make_timestamp(?), {places})", values)

    def read(self, shown: Plan | None = None, now_us: int = NOON_US) -> LiveRows:
        return read(self.db, shown, now_us)


def read(db: Path, shown: Plan | None = None, now_us: int = NOON_US) -> LiveRows:
    shown = shown or plan()
    return LiveReader(db).read(shown.moments(now_us), shown.budgets, shown.spans(now_us), 10, shown.team)
