"""Show on a terminal, in one line that goes again, how far a reading has come; nowhere else, and not of a short one."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from finops_report.warehouse.steps import Step, Told

QUIET_S = 1.0  # what takes no longer needs no line
DOING = {
    "looking": "looking at what is recorded",
    "new rows": "summing what is new or changed, part {number} of {steps}",
    "sums": "summing {number} of {steps}",
    "requests": "going through requests, {number} of {steps}",
    "views": "working out figures, {number} of {steps}",
}


def progress_line(stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> Told:
    """Return who is told of the steps of a reading; `stream` is stderr if it is None, `clock` counts seconds.

    What is shown is taken away when the reading is over, also if an error or a signal ended it.
    """
    from finops_report.warehouse.steps import nobody

    shown_on = sys.stderr if stream is None else stream
    if shown_on is None or not shown_on.isatty():
        return nobody
    return _Line(shown_on, clock).show


class _Line:
    def __init__(self, stream: TextIO, clock: Callable[[], float]) -> None:
        self._stream, self._clock = stream, clock
        self._begin_s, self._is_shown = clock(), False

    def show(self, step: Step) -> None:
        if step.doing == "over":
            self.take_away()
            return
        if self._clock() - self._begin_s < QUIET_S:
            return
        rows = "" if step.rows is None else f"{step.rows:,} requests: "
        self._write(f"\r\033[K{rows}{DOING[step.doing].format(number=step.number, steps=step.steps)}")
        self._is_shown = True

    def take_away(self) -> None:
        if self._is_shown:
            self._write("\r\033[K")
            self._is_shown = False

    def _write(self, text: str) -> None:
        """Write what may be lost: a terminal that is gone ends no build."""
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:
            self._is_shown = False
