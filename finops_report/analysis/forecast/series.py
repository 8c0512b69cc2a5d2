"""Hold what was spent step by step: known, unknown, and under way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

UNKNOWN = None  # of a step of which nothing is recorded: it is not a step without spend
IDLE_SHARE = 0.5  # a weekday of which more than this share has no data is one on which nobody works


@dataclass(frozen=True, slots=True)
class Series:
    """What was spent in each whole step of time (a day, an hour), oldest first, in USD; UNKNOWN if nothing is recorded.

    `season` is the number of steps after which the rhythm starts anew: 7 days, 24 hours. `under_way_usd` is what is
    spent in the step after the last, of which the share `under_way_share` usually is spent by now; 0 if none has begun.
    """

    usd: tuple[float | None, ...]
    season: int = 7
    under_way_usd: float = 0.0
    under_way_share: float = 0.0

    def before(self, end: int) -> Series:
        """Return the series as it was when `end` steps were over."""
        return Series(self.usd[:end], self.season)

    def begin(self) -> int:
        """Return the first step with spend; the number of steps if none has any."""
        return next((step for step, usd in enumerate(self.usd) if usd), len(self.usd))


def with_idle_days(requests: Sequence[int], season: int = 7) -> tuple[bool, ...]:
    """Return for each step whether its spend is known, which of a step without any request depends on its like.

    Nobody works on a Sunday if most Sundays have no request: then it cost nothing. A Monday without any is unknown.
    """
    idle = []
    for phase in range(season):
        like = requests[phase::season]
        idle.append(sum(not count for count in like) > IDLE_SHARE * len(like))
    return tuple(bool(count) or idle[step % season] for step, count in enumerate(requests))
