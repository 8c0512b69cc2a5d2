"""Keep the workers of a gateway: start them, start those anew that die, hand on signals, wait until they have ended.

It serves nothing itself, so that nothing a client sends can stop it.
"""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from finops_router.errors import ConfigError
from finops_router.settings.gateway import GatewayConfig

READY, FAILED = "ready", "failed "
WATCHED = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD})
LOOK_S = 1.0
MODULE = "finops_router.gateway.worker"
EARLY_S = 5.0  # a worker that dies sooner is started with a longer and longer wait
MOST_WAIT_S = 30.0
KILL_AFTER_S = 10.0  # beyond the time to drain


class Worker:
    """A worker's process; it has begun when `__init__` returns. Raises ConfigError with its reason if it does not."""

    def __init__(self, file: Path, db: str) -> None:
        self.started_s = time.monotonic()
        command = [sys.executable, "-m", MODULE, str(file), db]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)  # noqa: S603 -- our own module
        assert self.process.stdout is not None  # noqa: S101 -- as asked for
        said = self.process.stdout.readline().strip()
        if said != READY:
            self.process.kill()
            self.process.wait()
            if said.startswith(FAILED):
                message, hint = msgspec.json.decode(said[len(FAILED) :], type=tuple[str, str])
                raise ConfigError(message, hint)
            raise ConfigError("A worker of the gateway ended before it listened", "its last words stand above")

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def send(self, sign: signal.Signals) -> None:
        """Send it a signal; one that is gone gets none."""
        if self.is_alive:
            self.process.send_signal(sign)


class Supervisor:
    """The workers over the settings in `file`, their journal beside `db`; `say` tells the operator what happens.

    Whoever lists processes sees `db`: an address is to be without its password, which only loading needs.
    """

    def __init__(self, file: Path, db: str, config: GatewayConfig, say: Callable[[str], None]) -> None:
        self._file, self._db, self._config, self._say = file, db, config, say
        self._workers: list[Worker] = []
        self._wait_s = 0.0
        self._next_start_s = 0.0

    def run(self, metrics: Path, read_anew: Callable[[], None] = lambda: None) -> None:
        """Run until SIGTERM or Ctrl-C, then let the workers finish what is under way.

        `read_anew` is called after the workers were told to read their settings anew.

        The signals must be blocked in all threads of this process (`blocked`). Raises ConfigError if the first worker
        cannot begin. `metrics` is emptied: it holds the numbers of one run.
        """
        _free(self._config)
        shutil.rmtree(metrics, ignore_errors=True)
        try:
            for _ in range(self._config.workers):
                self._workers.append(Worker(self._file, self._db))
            self._say(f"serving on {_address(self._config)} with {len(self._workers)} worker(s)")
            while True:
                caught = signal.sigtimedwait(WATCHED, LOOK_S)
                sign = None if caught is None else signal.Signals(caught.si_signo)
                if sign in (signal.SIGTERM, signal.SIGINT):
                    break
                if sign == signal.SIGHUP:
                    for worker in self._workers:
                        worker.send(signal.SIGHUP)
                    read_anew()
                self._replace_the_dead()
        finally:
            self._stop()

    def _replace_the_dead(self) -> None:
        """Start a worker for each that has died; what it had recorded is in its journal."""
        for worker in [one for one in self._workers if not one.is_alive]:
            self._workers.remove(worker)
            self._say(
                f"worker {worker.process.pid} ended with {worker.process.returncode}: another one takes its place"
            )
            is_early = time.monotonic() - worker.started_s < EARLY_S
            self._wait_s = min(max(2 * self._wait_s, 1.0), MOST_WAIT_S) if is_early else 0.0
            self._next_start_s = time.monotonic() + self._wait_s
        while len(self._workers) < self._config.workers and time.monotonic() >= self._next_start_s:
            try:
                self._workers.append(Worker(self._file, self._db))
            except ConfigError as error:
                self._wait_s = min(max(2 * self._wait_s, 1.0), MOST_WAIT_S)
                self._next_start_s = time.monotonic() + self._wait_s
                self._say(f"error: {error.message} (again in {self._wait_s:g} s)")

    def _stop(self) -> None:
        for worker in self._workers:
            worker.send(signal.SIGTERM)
        until_s = time.monotonic() + self._config.drain_s + KILL_AFTER_S
        for worker in self._workers:
            try:
                worker.process.wait(max(until_s - time.monotonic(), 0.0))
            except subprocess.TimeoutExpired:
                self._say(f"worker {worker.process.pid} did not end in time: it is killed, its journal stays")
                worker.process.kill()
                worker.process.wait()


def blocked() -> None:
    """Block the signals that `Supervisor.run` waits for; before any thread is started, so that none takes them."""
    signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)


def _free(config: GatewayConfig) -> None:
    """Raise ConfigError if somebody listens there: workers share their port, and would share it with others."""
    family, kind, protocol, _, address = socket.getaddrinfo(config.host, config.port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as err:
            raise ConfigError(
                f"Cannot listen on {_address(config)}: {err.strerror}", "give another port in [gateway]"
            ) from err


def _address(config: GatewayConfig) -> str:
    host = f"[{config.host}]" if ":" in config.host else config.host
    return f"{'https' if config.tls_certificate else 'http'}://{host}:{config.port}"
