"""A gateway as operators run it, `finops-report serve`: started for a test, asked, and stopped."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

SOON_S = 60.0


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


class Gateway:
    """A gateway in processes of its own, in `place`; `said` is what it has told its operator."""

    def __init__(self, place: Path, port: int, process: subprocess.Popen[str]) -> None:
        self.place, self.port, self.process = place, port, process
        self.said: list[str] = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as lines:
            for line in lines:
                self.said.append(line)

    def ask(self, model: str = "chat", path: str = "chat/completions", **more: Any) -> dict[str, Any]:
        body = json.dumps({"model": model, "messages": [{"role": "user", "content": "Hello"}], **more}).encode()
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/v1/{path}", body, 20) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def until(self, holds: Callable[[], bool]) -> None:
        until_s = time.monotonic() + SOON_S
        while not holds():
            assert time.monotonic() < until_s, self.said
            assert self.process.poll() is None, self.said
            threading.Event().wait(0.05)

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def ended(self) -> int:
        """Stop it as systemd does; return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(SOON_S)

    def stopped(self) -> tuple[int, list[str]]:
        """Stop it as systemd does; return its exit code and the ids of all requests in the database."""
        code = self.ended()
        with duckdb.connect(str(self.place / "telemetry.duckdb")) as con:
            return code, [row[0] for row in con.execute("select request_id from telemetry").fetchall()]


@contextmanager
def serving(place: Path, settings: str, workers: int = 1, db: str = "telemetry.duckdb") -> Iterator[Gateway]:
    port = free_port()
    write(place, f"[gateway]\nport = {port}\nworkers = {workers}\nfolder = '{place}/state'\n" + settings)
    process = subprocess.Popen(
        [sys.executable, "-m", "finops_report", "serve", "--db", db], cwd=place, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "UPSTREAM_KEY": "sk-test-0123456789abcdef", "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    found = Gateway(place, port, process)
    try:
        found.until(lambda: any(line.startswith("serving") for line in found.said))
        yield found
    finally:
        process.kill()
        process.wait()
        found.reader.join(SOON_S)


def write(place: Path, settings: str) -> None:
    (place / "finops.toml").write_text(settings)
