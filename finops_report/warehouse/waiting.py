"""Wait for a file that another process has open: the one place that does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

FIRST_WAIT_S, LONGEST_WAIT_S = 0.02, 0.5


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long a reader waits for a writer to let go of the file, and how it waits."""

    patience_s: float
    clock: Callable[[], float]
    sleep: Callable[[float], None]

    def until_free(self, attempt: Callable[[], object], is_busy: Callable[[Exception], bool]) -> None:
        """Call `attempt` until it no longer fails for a busy file, waiting longer each time.

        Raises what `attempt` raised: at once if the file is not busy, and when patience is over.
        """
        deadline = self.clock() + self.patience_s
        wait_s = FIRST_WAIT_S
        while True:
            try:
                attempt()
                return
            except Exception as err:
                if not is_busy(err) or self.clock() + wait_s > deadline:
                    raise
            self.sleep(wait_s)
            wait_s = min(wait_s * 2, LONGEST_WAIT_S)


@dataclass(slots=True)
class Waited:
    """The seconds that were waited for files so far: a limit on work does not count them."""

    seconds: float = 0.0

    def counting(self, waiting: Waiting) -> Waiting:
        """Return the same `waiting`, whose pauses are counted here."""

        def sleep(seconds: float) -> None:
            waiting.sleep(seconds)
            self.seconds += seconds

        return replace(waiting, sleep=sleep)
