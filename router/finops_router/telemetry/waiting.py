"""Wait for what another process holds: how long, and by which clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long to wait and how: `clock` in seconds of any steady clock, `sleep` in seconds."""

    patience_s: float
    clock: Callable[[], float]
    sleep: Callable[[float], None]

    def at_most(self, patience_s: float) -> Waiting:
        """Return the same waiting with no more patience than `patience_s`."""
        return replace(self, patience_s=min(self.patience_s, patience_s))

    def looks(self, first_s: float, longest_s: float) -> Iterator[None]:
        """Yield once for every look: at once, then after pauses that double from `first_s` to `longest_s`.

        Ends when the next pause would outlast the patience; one look is always had.
        """
        deadline_s = self.clock() + self.patience_s
        pause_s = first_s
        yield
        while self.clock() + pause_s <= deadline_s:
            self.sleep(pause_s)
            yield
            pause_s = min(pause_s * 2, longest_s)
