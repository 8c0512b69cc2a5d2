"""What a report takes of a DuckDB file and of the same rows in Debian's PostgreSQL, with its parallel workers.

FINOPS_BENCH_ROWS names another number of requests. Both make the same report.json, or this ends with an error. The
server is that of the tests: 16 MB of shared buffers and nothing flushed; all else is as PostgreSQL has it.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from finops_router.telemetry.places import place_of
from finops_router.telemetry.sinks.moves.moving import move
from finops_router.telemetry.waiting import Waiting

from benchmarks.scale import write
from benchmarks.served import HEADING, WIDTH, built, family_s, measured
from tests.finops_router.gateway.postgresql_server import cluster

ROWS = 450_000
WAITING = Waiting(30.0, time.monotonic, time.sleep)
LONG = ("--time-limit", "7200")


def run() -> None:
    """Build the report of a year from both."""
    rows = int(os.environ.get("FINOPS_BENCH_ROWS", str(ROWS)))
    with tempfile.TemporaryDirectory() as name, cluster() as server:
        folder = Path(name)
        servers_s = partial(family_s, int((server.folder / "data/postmaster.pid").read_text().split()[0]))
        write(folder / "t.duckdb", 0, rows, rows)
        print(f"{f'{rows:,} requests':{WIDTH}}{HEADING}")
        made = [built("DuckDB file", str(folder / "t.duckdb"), folder / "file")]
        measured("move to PostgreSQL", lambda: _move(folder / "t.duckdb", server.address), servers_s)
        made.append(built("PostgreSQL", server.address, folder / "server", servers_s, *LONG))
        if len(set(made)) > 1:
            sys.exit("error: The reports differ\nhint: compare the figures of both")


def _move(source: Path, target: str) -> None:
    list(move(source, place_of(target), WAITING, lambda table, read: None))


if __name__ == "__main__":
    run()
