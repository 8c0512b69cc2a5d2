"""Do something in a process of its own, so that the memory it took is not counted for those that are measured later.

Linux counts for a new process as its most memory what its parent had when it began (`ru_maxrss`).
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from typing import TypeVarTuple

Given = TypeVarTuple("Given")


def apart(do: Callable[[*Given], None], *given: *Given) -> None:
    """Call `do`, a function of a module, elsewhere; raises RuntimeError if that does not come to its end."""
    process = multiprocessing.get_context("spawn").Process(target=do, args=given)
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError(f"{do.__name__} ended with {process.exitcode}")
