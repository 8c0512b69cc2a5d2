"""Log a lasting trouble once, and again after a while, never at every turn of a loop."""

from __future__ import annotations

import logging
from collections.abc import Callable

log = logging.getLogger("finops_router.telemetry")
LOG_AGAIN_S = 60.0  # a lasting trouble is logged this often


class Trouble:
    """What goes wrong in one place; `monotonic` gives seconds of a steady clock."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._next_log_s: dict[str, float] = {}

    def report(self, text: str) -> None:
        """Log a text, unless it was logged within the last minute."""
        now_s = self._monotonic()
        if now_s >= self._next_log_s.get(text, now_s):
            self._next_log_s = {known: until_s for known, until_s in self._next_log_s.items() if until_s > now_s}
            self._next_log_s[text] = now_s + LOG_AGAIN_S
            log.warning("%s", text)
