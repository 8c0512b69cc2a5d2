"""A thread in the background that can be begun anywhere: also by a signal handler, in which `Thread.start` may hang."""

from __future__ import annotations

import _thread
import threading
from collections.abc import Callable

from finops_router.telemetry.wake import Wake


class Worker:
    """Do `turn` again and again, with pauses of `pause_s` that `wake` ends, until it is to stop.

    No error of a turn ends it: `on_error` is given what a turn raises.
    """

    def __init__(
        self, turn: Callable[[], None], wake: Wake, pause_s: float, on_error: Callable[[Exception], None]
    ) -> None:
        self._turn, self._wake, self._pause_s, self._on_error = turn, wake, pause_s, on_error
        self._is_to_stop = False
        self._ended = threading.Lock()
        self._ended.acquire()
        self._ident = _thread.start_new_thread(self._run, ())  # raises RuntimeError if there can be no more threads

    def _run(self) -> None:
        try:
            while not self._is_to_stop:
                try:
                    self._turn()
                except Exception as error:
                    self._on_error(error)
                self._wake.wait(self._pause_s)
        finally:
            self._ended.release()

    def stop(self, patience_s: float) -> None:
        """Have it end after its turn, and wait for that; not if it is this very thread that asks."""
        self._is_to_stop = True
        self._wake.ring()
        if self._ident != threading.get_ident() and self._ended.acquire(timeout=patience_s):
            self._ended.release()
