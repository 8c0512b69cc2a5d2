"""A PostgreSQL of our own for the tests, on loopback and in a folder of the tests; skipped if it is not installed."""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
from collections.abc import Generator, Iterator
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


def _server(folder: Path) -> Generator[str]:
    initdb, pg_ctl = _program("initdb"), _program("pg_ctl")
    if initdb is None or pg_ctl is None:
        pytest.skip("PostgreSQL is not installed (apt install postgresql)")
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = folder / "data"
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    _run(folder, initdb, "-D", str(data), "-A", "trust", "-U", "finops", "--no-sync", "--locale=C", "-E", "UTF8")
    options = f"-h 127.0.0.1 -p {port} -c unix_socket_directories= -c fsync=off -c shared_buffers=16MB"
    _run(folder, pg_ctl, "-D", str(data), "-l", str(folder / "log"), "-o", options, "-w", "start")
    try:
        yield f"postgresql://finops@127.0.0.1:{port}/postgres"
    finally:
        _run(folder, pg_ctl, "-D", str(data), "-m", "immediate", "-w", "stop")


@cache
def started_postgresql() -> str:
    """The address of a server, started once a process; its folder is one that another user can reach."""
    folder = Path(subprocess.run(["mktemp", "-d"], check=True, capture_output=True, text=True).stdout.strip())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    server = _server(folder)
    address = next(server)
    atexit.register(server.close)
    return address


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
