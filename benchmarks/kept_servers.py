"""What a report takes of a PostgreSQL and of a ClickHouse, in full and with `--cache`: `make clickhouse` first.

Processor time is that of the program and of the server; FINOPS_BENCH_ROWS names another number of requests,
FINOPS_BENCH_SERVERS one of the two. With a cache the report is that of a full build, or this ends with an error.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from finops_router.telemetry.places import place_of
from finops_router.telemetry.sinks.moves.moving import move
from finops_router.telemetry.waiting import Waiting

from benchmarks.scale import write
from benchmarks.served import HEADING, WIDTH, built, family_s
from tests.clickhouse.servers import Server, begin, free_ports
from tests.finops_router.gateway.postgresql_server import cluster

ROWS = 450_000
WAITING = Waiting(30.0, time.monotonic, time.sleep)


class Measured(NamedTuple):
    """An address, and the process whose time is that of its server, with the processes that it has started."""

    address: str
    pid: int


def run() -> None:
    """Build the report of a year in full, with a cache for the first time, again, with a day more, with a late row."""
    rows = int(os.environ.get("FINOPS_BENCH_ROWS", str(ROWS)))
    wanted = os.environ.get("FINOPS_BENCH_SERVERS", "").split()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "year.duckdb", 0, rows, rows)
        write(folder / "day.duckdb", rows, rows + rows // 365, rows)
        write(folder / "late.duckdb", 2 * rows, 2 * rows + 1, 4 * rows)
        for kind, started in (("PostgreSQL", _postgresql), ("ClickHouse", _clickhouse)):
            if not wanted or kind in wanted:
                with started() as server:
                    print(f"{f'{rows:,} requests, {kind}':{WIDTH}}{HEADING}")
                    _compare(server, folder, folder / kind)


def _compare(server: Measured, folder: Path, out: Path) -> None:
    cache = ("--cache", str(out / "kept.duckdb"))
    out.mkdir()
    servers_s = partial(family_s, server.pid)

    def made(what: str, *options: str) -> bytes:
        return built(what, server.address, out, servers_s, "--time-limit", "7200", *options)

    _move(folder / "year.duckdb", server)
    _check(made("in full"), *(made(what, *cache) for what in ("with a cache, first", "the same again")))
    for name, what in (("day", "a day more"), ("late", "a row of half a year ago more")):
        _move(folder / f"{name}.duckdb", server)
        kept = made(what, *cache)
    _check(made("in full, at the end"), kept)
    print(f"kept: {(out / 'kept.duckdb').stat().st_size / 1e6:.0f} MB")


def _move(source: Path, server: Measured) -> None:
    list(move(source, place_of(server.address), WAITING, lambda table, read: None))


def _check(*reports: bytes) -> None:
    if len(set(reports)) > 1:
        sys.exit("error: The reports differ\nhint: compare the figures of both")


@contextmanager
def _postgresql() -> Iterator[Measured]:
    with cluster() as server:
        pid = (server.folder / "data/postmaster.pid").read_text(encoding="utf-8").splitlines()[0]
        yield Measured(server.address, int(pid))


@contextmanager
def _clickhouse() -> Iterator[Measured]:
    server = Server(*free_ports(3))
    folder = Path(begin(server))
    pid = int((folder / "pid").read_text(encoding="utf-8"))
    server.run("create database llm")
    try:
        yield Measured(f"{server.address}/llm", pid)
    finally:
        os.kill(pid, 9)


if __name__ == "__main__":
    run()
