"""Count what happened in the last minute, second by second: pure arithmetic over counters that lie anywhere.

A window has a counter for each of 61 seconds, the one under way and the 60 before it. So never more than the limit
happen within any 60 seconds, wherever they begin. Rejected: a bucket that fills steadily, which lets twice the limit
through in the minute after a pause.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Counters = memoryview[int] | list[int]
SECONDS = 61


def clear_passed(counters: Counters, last_s: int, now_s: int) -> int:
    """Set counters of seconds to 0 that are new since `last_s`, when they were used last; return the sum of all."""
    for second in range(max(last_s + 1, now_s - SECONDS + 1), now_s + 1):
        counters[second % SECONDS] = 0
    return sum(counters)


def wait_s(counters: Counters, total: int, amount: int, most: int, now_s: int) -> int | None:
    """Return the seconds until `amount` more fits under `most`: 0 for now, None for never.

    `total` is the sum of `counters`.
    """
    if amount > most:
        return None
    over = total + amount - most
    if over <= 0:
        return 0
    for second in range(now_s - SECONDS + 1, now_s + 1):
        over -= counters[second % SECONDS]
        if over <= 0:
            return second + SECONDS - now_s
    return None
