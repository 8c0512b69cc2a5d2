"""How fast each kind of store takes in the journal, and how fast telemetry moves from one to another."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from finops_router.telemetry.codec import encode
from finops_router.telemetry.places import Place, place_of
from finops_router.telemetry.sinks import sink_at
from finops_router.telemetry.sinks.moves.moving import move
from finops_router.telemetry.waiting import Waiting

from benchmarks.loading import _record
from tests.finops_router.gateway.postgresql_server import cluster

ROWS = 200_000
WAITING = Waiting(30.0, time.monotonic, time.sleep)


def run(rows: int = ROWS) -> None:
    """Load one journal into each store, then move it from each to each other kind."""
    with tempfile.TemporaryDirectory() as name, cluster() as server:
        folder = Path(name)
        segment = folder / "1.sealed"
        with segment.open("wb") as file:
            for number in range(rows):
                file.write(encode(_record(number)) + b"\n")
        stores = {
            "DuckDB": place_of(str(folder / "ours.duckdb")),
            "Parquet": place_of(f"{folder}/lake/"),
            "PostgreSQL": place_of(server.address),
        }
        print(f"{f'{rows:,} requests':40}{'rows/s':>12}{'own processor time':>22}")
        for kind, place in stores.items():
            with _measured(f"load into {kind}", rows):
                sink_at(place, has_machine=True).load([segment], (), WAITING)
        for source, target, place in _ways(folder):
            with _measured(f"move from {source} to {target}", rows):
                list(move(stores[source], place, WAITING, lambda table, read: None))


def _ways(folder: Path) -> Iterator[tuple[str, str, Place]]:
    yield "DuckDB", "Parquet", place_of(f"{folder}/moved/")
    yield "PostgreSQL", "DuckDB", place_of(str(folder / "moved.duckdb"))
    yield "Parquet", "DuckDB", place_of(str(folder / "again.duckdb"))


@contextmanager
def _measured(what: str, rows: int) -> Iterator[None]:
    begin_s, begin_processor_s = time.perf_counter(), _processor_s()
    yield
    seconds, own_s = time.perf_counter() - begin_s, _processor_s() - begin_processor_s
    print(f"{what:40}{rows / seconds:12,.0f}{own_s:20.1f} s")


def _processor_s() -> float:
    """The seconds of this process, its threads included."""
    return sum(os.times()[:2])
