"""Wake a waiting thread without ever waiting: not even for the lock that every Event and Condition has inside."""

from __future__ import annotations

import threading
from contextlib import suppress


class Wake:
    """A bell with one listener; rung twice before anybody listens, it wakes once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lock.acquire()

    def ring(self) -> None:
        """Wake the listener now, or at its next wait; safe in signal handlers and finalizers."""
        with suppress(RuntimeError):  # it rings already
            self._lock.release()

    def wait(self, timeout_s: float) -> None:
        """Wait until it rings, at most `timeout_s` seconds."""
        self._lock.acquire(timeout=timeout_s)
