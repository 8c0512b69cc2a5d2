"""Records to keep, and what of them arrived in the database."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from finops_router.telemetry import DrainResult, RequestRecord, drain


def request(number: int | str, **changes: object) -> RequestRecord:
    fields: dict[str, object] = {
        "timestamp_us": 1_790_000_000_000_000,
        "request_id": str(number),
        "model": "gpt-4o-mini",
    }
    return RequestRecord(**(fields | changes))  # type: ignore[arg-type] # a test names fields freely


def arrived(db: Path, table: str = "telemetry") -> list[str]:
    """The request ids in the database, sorted; each as often as it is there."""
    with duckdb.connect(str(db), read_only=True) as con:
        return [str(row[0]) for row in con.execute(f"select request_id from {table} order by request_id").fetchall()]


def drained(db: Path, patience_s: float = 10.0) -> DrainResult:
    return drain(db, patience_s=patience_s, clock=time.monotonic, sleep=time.sleep)


def until(condition: Callable[[], bool], patience_s: float = 20.0) -> None:
    """Wait for a condition under a deadline."""
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "telemetry.duckdb"
