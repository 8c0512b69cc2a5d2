"""Interrupt statements that run too long, or whose program is told to stop: DuckDB can miss a signal."""

from __future__ import annotations

import select
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from finops_report.stop_signals import STOPS
from finops_report.warehouse.waiting import Waited

AGAIN_S = 0.2  # between two interrupts: one that falls between two statements stops nothing
LONGEST_S = 10 * 365 * 86_400.0
MISSED = "Query interrupted"  # what DuckDB makes of whatever a signal's handler raised


@contextmanager
def interruptible(con: duckdb.DuckDBPyConnection, seconds: float, waited: Waited) -> Iterator[None]:
    """Interrupt what `con` runs after `seconds`, which raises duckdb.InterruptException, or when a signal says stop.

    The seconds `waited` meanwhile for others to let go of a file do not count.

    Raises KeyboardInterrupt after SIGINT or SIGTERM, unless the program's own handler has raised already.
    """
    ears, mouth = socket.socketpair()
    done, stopped = threading.Event(), threading.Event()

    def watch() -> None:
        if _heard_stop(ears, seconds, waited) and not done.is_set():
            stopped.set()
        while not done.wait(AGAIN_S):
            con.interrupt()

    with ears, mouth, _woken_by_signals(mouth):
        watcher = threading.Thread(target=watch, name="finops-interruption", daemon=True)
        watcher.start()
        try:
            yield
        except duckdb.InterruptException as err:
            if stopped.is_set():
                raise KeyboardInterrupt from err
            raise
        except RuntimeError as err:
            if str(err) != MISSED:
                raise
            raise KeyboardInterrupt from err
        finally:
            done.set()
            mouth.send(bytes(STOPS[:1]))
            watcher.join()


def _heard_stop(ears: socket.socket, seconds: float, waited: Waited) -> bool:
    """Wait for a signal that says stop; return False if `seconds`, and those `waited`, pass without one."""
    begin_s = time.monotonic()
    while (left_s := begin_s + seconds + waited.seconds - time.monotonic()) > 0:
        heard = select.select([ears], [], [], min(left_s, LONGEST_S))[0]
        if heard and any(sign in STOPS for sign in ears.recv(64)):
            return True
    return False


@contextmanager
def _woken_by_signals(mouth: socket.socket) -> Iterator[None]:
    """Have the number of each signal written to `mouth`, whatever the main thread is doing."""
    mouth.setblocking(False)
    try:
        before = signal.set_wakeup_fd(mouth.fileno(), warn_on_full_buffer=False)
    except ValueError:  # not in the main thread: signals are somebody else's
        yield
        return
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
