"""Records to keep, and what of them arrived in the database."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from finops_router.records import Record, fields
from finops_router.telemetry import DrainResult, RequestRecord, drain

NOW_US = 1_790_000_000_000_000
VALUES: dict[type, Callable[[int], object]] = {  # a value of each type, another one for every column
    int: lambda place: 1_000 + place,
    float: lambda place: place + 0.1,
    str: lambda place: f"text ü {place}",
    bool: lambda place: True,
    dict: lambda place: {"key": f"value {place}"},
}


def request(number: int | str, **changes: Any) -> RequestRecord:
    values: dict[str, Any] = {"timestamp_us": NOW_US, "request_id": str(number), "model": "gpt-4o-mini"}
    return RequestRecord(**(values | changes))


def full_record(kind: type[Record]) -> Record:
    """A record of that kind with a value of its own in every field."""
    values: dict[str, Any] = {name: VALUES[kept](place) for place, (name, kept) in enumerate(fields(kind).items())}
    return kind(**(values | {"timestamp_us": NOW_US}))


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
