"""Two shards of our own: the server that the tests start, and a second one; tables over both."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from finops_report.database_address import DatabaseAddress
from tests.clickhouse.filling import columns_of, fill
from tests.clickhouse.servers import Server, begin, free_ports, started_clickhouse

NUMBERS = count()


@dataclass(frozen=True)
class Shard:
    """A server that is the second shard, and can fail."""

    server: Server
    folder: Path

    def kill(self) -> None:
        """End it as a machine that fails does."""
        os.kill(int((self.folder / "pid").read_text(encoding="utf-8")), signal.SIGKILL)


@contextmanager
def second_shard() -> Iterator[Shard]:
    """The second shard of the cluster `two`, until the block ends."""
    first = started_clickhouse()
    (http,) = free_ports(1)
    shard = Server(http, first.other, first.tcp)
    started = Shard(shard, Path(begin(shard)))
    try:
        yield started
    finally:
        with suppress(OSError):
            started.kill()


def spread(path: Path, second: Server) -> DatabaseAddress:
    """Return a database whose tables have the rows of a DuckDB file, each on one of two shards whatever its id."""
    first = started_clickhouse()
    name = f"t{os.getpid()}_spread_{next(NUMBERS)}"
    for table, columns in columns_of(path).items():
        for server in (first, second):
            server.run(f"create database if not exists {name}")
            server.run(f"create table {name}.`{table}_here` ({columns}) engine = MergeTree order by tuple()")
        over = f"Distributed('two', '{name}', '{table}_here', rand())"
        first.run(f"create table {name}.`{table}` ({columns}) engine = {over}")
        fill(first, f"{name}.`{table}`", path, table, distributed_foreground_insert="1")
    return DatabaseAddress(f"{first.address}/{name}")
