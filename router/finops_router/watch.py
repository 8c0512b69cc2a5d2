"""Wait for one thing after the other, each until its own moment, with a single timer for all of them.

As asyncio.timeout does, but that makes a timer anew for each of thousands of pieces, and a busy event loop is no reason
for it to wait any longer.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import TypeVar

Waited = TypeVar("Waited")
LATE_S = 0.1  # a timer of the event loop that rings this late shows a busy loop, not a silent provider
AGAIN_S = 1.0  # what such a loop gets to read what has come meanwhile
TURNS = (
    10  # of the loop before anybody is cut: what it has read reaches who waits some turns later, a second each if busy
)


class Watch:
    """One timer, which is set again when it rings too early; the caller must call `stop` at the end."""

    __slots__ = ("_due_s", "_has_rung", "_later", "_loop", "_number", "_timer", "_waiting")

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._waiting: asyncio.Task[object] | None = None
        self._due_s = math.inf
        self._later: Callable[[], float] | None = None
        self._has_rung = False
        self._number = 0  # of this wait

    async def until(self, due_s: float, awaited: Awaitable[Waited], later: Callable[[], float] | None = None) -> Waited:
        """Return what `awaited` gives; raises TimeoutError, after cancelling it, if that is not there at `due_s`.

        `later` is asked then for a moment in its place, which was not worth working out before.
        """
        task = asyncio.current_task(self._loop)
        if task is None:
            raise RuntimeError("nobody to cancel: this is no task")
        self._due_s, self._later, self._waiting = due_s, later, task
        self._number += 1
        if self._timer is None or self._timer.when() > due_s:
            self._set_timer(due_s)
        already = task.cancelling()
        try:
            return await awaited
        except asyncio.CancelledError as err:
            if self._took_back(task) and task.cancelling() <= already:
                raise TimeoutError from err
            raise
        finally:
            self._waiting = None
            if self._has_rung:
                self._took_back(task)  # the provider made something else of the cancellation

    def stop(self) -> None:
        """Let go of the timer, and of the wait that it may just have ended."""
        self._number += 1
        if self._timer is not None:
            self._timer.cancel()

    def _took_back(self, task: asyncio.Task[object]) -> bool:
        """Take back that the timer cancelled `task`; return whether it had."""
        has_rung, self._has_rung = self._has_rung, False
        if has_rung:
            task.uncancel()
        return has_rung

    def _set_timer(self, at_s: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(at_s, self._ring, at_s) if at_s < math.inf else None

    def _ring(self, set_for_s: float) -> None:
        self._timer, now_s = None, self._loop.time()
        if self._waiting is None:  # the caller has the last piece: the next wait sets the timer
            return
        if self._later is not None:
            self._due_s, self._later = self._later(), None
        if now_s - set_for_s > LATE_S:
            self._set_timer(max(self._due_s, now_s + AGAIN_S))
        elif now_s < self._due_s:
            self._set_timer(self._due_s)
        else:
            self._cut(self._number, TURNS)

    def _cut(self, number: int, turns: int) -> None:
        """Cancel who waits, if it still waits for the same after so many turns of the loop."""
        if self._waiting is None or self._number != number:
            return
        if turns:
            self._loop.call_soon(self._cut, number, turns - 1)
        else:
            self._has_rung = True
            self._waiting.cancel()
