"""Start the program of a server once a run, whichever of its processes asks first."""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.clickhouse.servers import free_ports
from tests.once import made_once

ROOT = Path(__file__).parents[2]
HELD: dict[Path, int] = {}  # for as long as this process lives; a file would warn that it was never closed
STARTS_S = 60


def port_of(factory: pytest.TempPathFactory, name: str, command: Callable[[int, Path], list[str]]) -> int:
    """Return the port of the run's server; `command` is how it is started, with a port and a folder of its own."""
    folder = made_once(factory, name, lambda folder: _start(folder, command))
    if folder not in HELD:
        _hold(folder)
    return int((folder / "port").read_text())


def _start(folder: Path, command: Callable[[int, Path], list[str]]) -> None:
    _hold(folder)
    (port,) = free_ports(1)
    guarded = [sys.executable, "-m", "tests.object_stores.guarded", str(folder / "lock"), *command(port, folder)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            guarded,
            stdout=log,
            stderr=log,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            start_new_session=True,
        )
    end_s = time.monotonic() + STARTS_S
    while not _listens(port):
        assert server.poll() is None, (folder / "log").read_text()
        assert time.monotonic() < end_s, (folder / "log").read_text()
        time.sleep(0.05)
    server.returncode = 0  # it outlives this process if another still needs it: nobody is to be warned
    (folder / "port").write_text(str(port))


def _hold(folder: Path) -> None:
    HELD[folder] = os.open(folder / "lock", os.O_WRONLY | os.O_CREAT)
    fcntl.flock(HELD[folder], fcntl.LOCK_SH)


def _listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0
