"""What a report takes of a DuckDB file, of the same rows in one ClickHouse, and on two shards: `make clickhouse` first.

Processor time is that of the program and of the servers, whose threads for a statement are one each; FINOPS_BENCH_ROWS
names another number of requests. All three make the same report.json, or this ends with an error.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from finops_router.telemetry.places import place_of
from finops_router.telemetry.sinks.moves.moving import move
from finops_router.telemetry.waiting import Waiting

from benchmarks.scale import write
from benchmarks.served import HEADING, WIDTH, built, measured, process_s
from tests.clickhouse.cluster import Shard
from tests.clickhouse.servers import Server, begin, free_ports

ROWS = 450_000
WAITING = Waiting(30.0, time.monotonic, time.sleep)


def run() -> None:
    """Build the report of a year from each of the three."""
    rows = int(os.environ.get("FINOPS_BENCH_ROWS", str(ROWS)))
    with tempfile.TemporaryDirectory() as name, _cluster() as shards:
        folder, first = Path(name), shards[0].server
        write(folder / "t.duckdb", 0, rows, rows)
        print(f"{f'{rows:,} requests':{WIDTH}}{HEADING}")
        servers_s = partial(_servers_s, shards)
        made = [built("DuckDB file", str(folder / "t.duckdb"), folder / "file")]
        first.run("create database llm")
        measured("move to ClickHouse", lambda: _move(folder / "t.duckdb", f"{first.address}/llm"), servers_s)
        made.append(built("ClickHouse, one server", f"{first.address}/llm", folder / "one", servers_s))
        _spread(first, [shard.server for shard in shards])
        made.append(built("ClickHouse, two shards", f"{first.address}/spread", folder / "two", servers_s))
        if len(set(made)) > 1:
            sys.exit("error: The reports differ\nhint: compare the figures of the three")


def _move(source: Path, target: str) -> None:
    list(move(source, place_of(target), WAITING, lambda table, read: None))


def _spread(first: Server, servers: Sequence[Server]) -> None:
    """Have the same rows on two shards, and a table over both."""
    for table in first.run("select name from system.tables where database = 'llm' and name not like 'finops%'").split():
        made = first.run(f"show create table llm.{table} format TSVRaw")
        for server in servers:
            server.run("create database if not exists spread")
            server.run(made.replace(f"TABLE llm.{table}", f"TABLE spread.{table}_here"))
        first.run(
            f"create table spread.{table} as llm.{table} engine = Distributed('two', 'spread', '{table}_here', rand())"
        )
        first.run(f"insert into spread.{table} select * from llm.{table}", distributed_foreground_insert="1")


def _servers_s(shards: Sequence[Shard]) -> float:
    """Return the processor seconds that the servers have taken so far."""
    return sum(process_s(int((one.folder / "pid").read_text(encoding="utf-8"))) for one in shards)


@contextmanager
def _cluster() -> Iterator[list[Shard]]:
    first = Server(*free_ports(3))
    servers = [first, Server(free_ports(1)[0], first.other, first.tcp)]
    shards = [Shard(one, Path(begin(one))) for one in servers]
    try:
        yield shards
    finally:
        for shard in shards:
            shard.kill()


if __name__ == "__main__":
    run()
