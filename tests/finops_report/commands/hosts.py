"""Hosts of their own on one machine: each a namespace of network, names and processes, with a link to a database.

As root on Linux with Debian's iproute2. A host has two links: `db` to where the database is, `front` to its clients, so
that one can be cut and the other still shows what the host does.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest

from tests.finops_report.commands.serving import SOON_S
from tests.finops_router.scenarios import misbehaving

TRUSTED = "10.77.0.0/16"
PORT = 4000
LOCK = Path("/run/lock/finops-hosts")  # names and addresses are those of the whole machine: one test at a time


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@dataclass
class Host:
    """A host called `name`, the `number`th; `place` is its disk, `processes` what runs on it."""

    name: str
    number: int
    place: Path
    processes: list[subprocess.Popen[str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    readers: list[threading.Thread] = field(default_factory=list)

    @property
    def database(self) -> str:
        """Where it finds the machine of the database."""
        return f"10.77.{self.number}.1"

    @property
    def root(self) -> str:
        """Where its clients find it."""
        return f"http://10.78.{self.number}.2:{PORT}"

    def start(self, *command: str) -> subprocess.Popen[str]:
        """Start a command on it, whose processes end with it."""
        named = f'hostname {self.name} && exec "$@"'
        apart = ["unshare", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", named, "sh"]
        process = subprocess.Popen(
            ["ip", "netns", "exec", self.name, *apart, *command], cwd=self.place, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "UPSTREAM_KEY": "sk-test-0123456789abcdef", "PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
        self.processes.append(process)
        return process

    def provider(self, **times: float) -> str:
        """Start the misbehaving provider on it; return its address there."""
        process = self.start(sys.executable, str(Path(misbehaving.__file__)), json.dumps(times))
        assert process.stdout is not None
        return f"http://127.0.0.1:{int(process.stdout.readline())}"

    def serve(self, settings: str, workers: int = 1) -> subprocess.Popen[str]:
        """Start a gateway on it, which tells in `said` what it has to; it serves when this returns."""
        listening = f'[gateway]\nhost = "10.78.{self.number}.2"\nport = {PORT}\nworkers = {workers}\n'
        listening += f'trusted_proxies = ["10.78.{self.number}.1/32"]\nfolder = "{self.place}/state"\n'
        (self.place / "finops.toml").write_text(listening + settings)
        process = self.start(sys.executable, "-m", "finops_report", "serve", "--db", "telemetry.duckdb")
        serves = threading.Event()
        self.readers.append(threading.Thread(target=self._read, args=(process, serves), daemon=True))
        self.readers[-1].start()
        assert serves.wait(SOON_S), self.said
        return process

    def ask(self, key: str, model: str, max_tokens: int) -> int:
        """Return the status of one call, 0 if it was broken off."""
        message = {"role": "user", "content": "Hello"}
        body = json.dumps({"model": model, "max_tokens": max_tokens, "messages": [message]}).encode()
        request = urllib.request.Request(f"{self.root}/v1/chat/completions", body, {"authorization": f"Bearer {key}"})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                answer.read()
                return 200
        except urllib.error.HTTPError as err:
            err.close()
            return err.code
        except OSError:
            return 0

    def cut_off(self) -> None:
        """Cut its link to the database."""
        ip("link", "set", f"{self.name}-db", "down")

    def join(self) -> None:
        """Mend that link."""
        ip("link", "set", f"{self.name}-db", "up")

    def stop(self, process: subprocess.Popen[str]) -> None:
        """Stop a command as an operator does."""
        child = int(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text())
        os.kill(child, signal.SIGTERM)
        process.wait(SOON_S)

    def kill(self) -> None:
        """End all its processes at once, as a loss of power does."""
        for process in self.processes:
            process.kill()
            process.wait()
        for reader in self.readers:
            reader.join(SOON_S)
        for process in self.processes:
            for pipe in (process.stdout, process.stderr):
                if pipe is not None:
                    pipe.close()
        self.processes.clear()

    def _read(self, process: subprocess.Popen[str], serves: threading.Event) -> None:
        assert process.stderr is not None
        for line in process.stderr:
            self.said.append(line)
            if line.startswith("serving"):
                serves.set()


@contextmanager
def hosts(place: Path, *names: str) -> Iterator[list[Host]]:
    """Give hosts of these names. Skips where there can be none."""
    if os.geteuid() != 0 or any(shutil.which(one) is None for one in ("ip", "unshare")):
        pytest.skip("hosts of their own are for root with iproute2 (apt install iproute2)")
    with ExitStack() as held:
        flock(held.enter_context(LOCK.open("w")), LOCK_EX)
        yield [held.enter_context(_host(place / name, f"fin-{name}", number)) for number, name in enumerate(names, 1)]


@contextmanager
def _host(place: Path, name: str, number: int) -> Iterator[Host]:
    place.mkdir()
    try:
        ip("netns", "add", name)
    except subprocess.CalledProcessError as err:
        pytest.skip(f"no namespace of network can be made here: {err.stderr.decode().strip()}")
    found = Host(name, number, place)
    try:
        ip("-n", name, "link", "set", "lo", "up")
        for link, network in (("db", 77), ("front", 78)):
            ip("link", "add", f"{name}-{link}", "type", "veth", "peer", "name", link, "netns", name)
            ip("address", "add", f"10.{network}.{number}.1/30", "dev", f"{name}-{link}")
            ip("link", "set", f"{name}-{link}", "up")
            ip("-n", name, "address", "add", f"10.{network}.{number}.2/30", "dev", link)
            ip("-n", name, "link", "set", link, "up")
        yield found
    finally:
        found.kill()
        for link in ("db", "front"):
            subprocess.run(["ip", "link", "delete", f"{name}-{link}"], check=False, capture_output=True)
        ip("netns", "delete", name)
