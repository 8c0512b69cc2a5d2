"""A PostgreSQL of our own for the tests, on loopback and in a folder of the tests; skipped if it is not installed."""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest


def _program(name: str) -> str | None:
    """The path of one of PostgreSQL's programs: Debian keeps them out of the path."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(debian[-1]) if debian else shutil.which(name)


def _run(folder: Path, *command: str) -> None:
    """Run a program of PostgreSQL's, which refuses to be root: then as `postgres`, whom Debian's package makes."""
    if os.geteuid() != 0:
        subprocess.run(command, check=True, capture_output=True, timeout=120, cwd=folder)
        return
    subprocess.run(command, check=True, capture_output=True, timeout=120, cwd=folder, user="postgres", group="postgres")


@dataclass(frozen=True)
class Cluster:
    """A server of our own in a folder, which is started and stopped as a test wants."""

    folder: Path
    port: int
    host: str = "127.0.0.1"  # where it listens

    @property
    def address(self) -> str:
        return self.address_at("127.0.0.1")

    def address_at(self, host: str) -> str:
        """Its address for those who reach it at `host`."""
        return f"postgresql://finops@{host}:{self.port}/postgres"

    def start(self) -> None:
        options = f"-h {self.host} -p {self.port} -c unix_socket_directories= -c fsync=off -c shared_buffers=16MB"
        self._control("-l", str(self.folder / "log"), "-o", options, "-w", "start")

    def stop(self) -> None:
        """Stop it at once, as a kill does."""
        self._control("-m", "immediate", "-w", "stop")

    def _control(self, *command: str) -> None:
        _run(self.folder, _program("pg_ctl") or "pg_ctl", "-D", str(self.folder / "data"), *command)


@contextmanager
def cluster(host: str = "127.0.0.1", trusted: str = "") -> Iterator[Cluster]:
    """A server that runs and listens on `host`, for the network `trusted`, too; another user can reach its folder."""
    initdb = _program("initdb")
    if initdb is None or _program("pg_ctl") is None:
        pytest.skip("PostgreSQL is not installed (apt install postgresql)")
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    folder = Path(subprocess.run(["mktemp", "-d"], check=True, capture_output=True, text=True).stdout.strip())
    try:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            made = Cluster(folder, free.getsockname()[1], host)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        options = ("-A", "trust", "-U", "finops", "--no-sync", "--locale=C", "-E", "UTF8")
        _run(folder, initdb, "-D", str(folder / "data"), *options)
        if trusted:
            with (folder / "data/pg_hba.conf").open("a") as rules:
                rules.write(f"host all all {trusted} trust\n")
        made.start()
        try:
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@cache
def started_cluster() -> Cluster:
    """A server that is started once a process."""
    held = ExitStack()
    made = held.enter_context(cluster())
    atexit.register(held.close)
    return made


def started_postgresql() -> str:
    """The address of that server."""
    return started_cluster().address


@pytest.fixture(scope="session")
def postgresql_server() -> str:
    """The address of a server."""
    return started_postgresql()


@pytest.fixture
def postgresql(postgresql_server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database of the test's own."""
    import psycopg

    name = f"t{abs(hash(request.node.nodeid))}"
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
    yield postgresql_server.rpartition("/")[0] + f"/{name}"
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)".encode())
