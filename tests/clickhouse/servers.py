"""Start a ClickHouse of our own, once a run whichever of its processes asks first; skipped if it is not installed."""

from __future__ import annotations

import atexit
import fcntl
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from string import Template
from urllib.parse import urlencode

import pytest

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / ".cache/clickhouse/node_modules/@chdb/lib-linux-x64-gnu/libchdb.so"
PASSWORD = "corr3ct-horse"  # of the user `reader`, who may only read
NUMBERS = count()


@dataclass(frozen=True)
class Server:
    """A server that listens, the first shard of the cluster `two`; `other` is the port where the second may listen."""

    http: int
    tcp: int
    other: int

    @property
    def address(self) -> str:
        return f"clickhouse://finops@127.0.0.1:{self.http}"

    def run(self, text: str | bytes, **settings: str) -> str:
        """Run a statement, and return what it prints."""
        query = urlencode({"user": "finops", **settings})
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.http}/?{query}", text if isinstance(text, bytes) else text.encode()
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as err:
            raise AssertionError(err.read().decode()) from err


def started_clickhouse() -> Server:
    """The server that all processes of this run share: it ends when the last of them has."""
    if not LIBRARY.exists():
        pytest.skip("ClickHouse is not installed (make clickhouse)")
    pytest.importorskip("clickhouse_connect", reason="clickhouse-connect is not installed")
    return _started()


@cache
def _started() -> Server:
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    ports = Path(tempfile.gettempdir()) / f"finops-clickhouse-{run}"
    with ports.with_suffix(".lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go when the file is closed
        if ports.exists():
            folder, http, tcp, other = ports.read_text(encoding="utf-8").split()
            server = Server(int(http), int(tcp), int(other))
            if _held(Path(folder)) and _answers(server):
                return server
        server = Server(*free_ports(3))
        folder = begin(server)
        ports.write_text(f"{folder} {server.http} {server.tcp} {server.other}", encoding="utf-8")
        return server


def begin(server: Server) -> str:
    """Start a process that listens on these ports until all have ended that hold it; return its folder."""
    folder = tempfile.mkdtemp(prefix="finops-clickhouse-")
    for name in ("config.xml", "users.xml"):
        text = (Path(__file__).parent / name).read_text(encoding="utf-8")
        ours = {"folder": folder, "http": server.http, "tcp": server.tcp, "other": server.other}
        (Path(folder) / name).write_text(Template(text).substitute(ours), encoding="utf-8")
    os.mkfifo(f"{folder}/held")
    reading = os.open(f"{folder}/held", os.O_RDONLY | os.O_NONBLOCK)
    assert _held(Path(folder))
    os.set_blocking(reading, True)
    with Path(folder, "log").open("wb") as log:
        subprocess.run(
            [sys.executable, "-m", "tests.clickhouse.listening", str(LIBRARY), folder],
            cwd=ROOT,
            stdin=reading,
            stdout=log,
            stderr=log,
            start_new_session=True,
            check=True,
        )
    os.close(reading)
    end_s = time.monotonic() + 60
    while not _answers(server):
        assert time.monotonic() < end_s, Path(folder, "log").read_text(encoding="utf-8")
        time.sleep(0.05)
    return folder


def _held(folder: Path) -> bool:
    """Hold a server from here on; return whether it is there."""
    try:
        held = os.open(folder / "held", os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    atexit.register(os.close, held)
    return True


def _answers(server: Server) -> bool:
    try:
        return server.run("select 1").strip() == "1"
    except (OSError, AssertionError):
        return False


def free_ports(number: int) -> list[int]:
    """Ports of loopback that nobody listens on."""
    sockets = [socket.socket() for _ in range(number)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@contextmanager
def database(server: Server) -> Iterator[str]:
    """The name of a database of one's own."""
    name = f"own{os.getpid()}_{next(NUMBERS)}"
    server.run(f"create database {name}")
    yield name
    server.run(f"drop database if exists {name} sync")
