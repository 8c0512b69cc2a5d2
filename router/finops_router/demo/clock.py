"""Run asyncio in virtual time: nothing waits, and everything happens in the order it would have."""

from __future__ import annotations

import asyncio
import math
import selectors
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


class _NeverWaiting(selectors.SelectSelector):
    """A selector that, asked to wait, adds the wait to `now_s` and returns at once with no event."""

    def __init__(self, start_s: float) -> None:
        super().__init__()
        self.now_s = start_s

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("virtual time stands still: every task waits for something outside the loop")
        # By at least one step of a float: what is due exactly now is due to asyncio only after its clock's resolution,
        # which is less than such a step when now_s is large, and time would stand still before it.
        self.now_s = max(self.now_s + timeout, math.nextafter(self.now_s, math.inf))
        return []


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop whose `time()` starts at `start_s` and jumps to the next thing due.

    asyncio.sleep, asyncio.timeout and tasks work as ever, so code under it is the code of production.
    Sockets and other threads are not served.
    """

    def __init__(self, start_s: float = 0.0) -> None:
        self._virtual = _NeverWaiting(start_s)
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.now_s


def run_virtual(main: Coroutine[object, object, T], start_s: float = 0.0) -> T:
    """Run `main` to its end in a new VirtualTimeLoop and return its result."""
    with asyncio.Runner(loop_factory=lambda: VirtualTimeLoop(start_s)) as runner:
        return runner.run(main)
