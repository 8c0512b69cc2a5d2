"""One call in progress: what was asked, by when it must end, and what was tried so far."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import msgspec

from finops_router.call.prefill import NO_PREFIX, Prefix
from finops_router.calls import Attempt, Reply, Request
from finops_router.pricing.priced_record import Bill


class Entry(msgspec.Struct, frozen=True):
    """One finished attempt and what it cost."""

    attempt: Attempt
    bill: Bill


class Call(msgspec.Struct):
    """One call in progress.

    `epoch_us` is its start in microseconds since 1970 UTC; `started_s` and `deadline_s` are seconds of the event
    loop's clock. `left_out` gives the reason for each target that cannot take it. `prefix` is the text of an attempt
    that broke off, for the next one to continue; `answered` is the attempt whose reply the caller gets.
    """

    request: Request
    strategy: str | None
    epoch_us: int
    started_s: float
    deadline_s: float
    left_out: Mapping[str, str] = msgspec.field(default_factory=dict)
    entries: list[Entry] = msgspec.field(default_factory=list)
    prefix: Prefix = NO_PREFIX
    answered: Entry | None = None

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """The finished attempts in the order they ended."""
        return tuple(entry.attempt for entry in self.entries)

    @property
    def last(self) -> Entry | None:
        """The attempt that stands for the call: the one that answered, else the newest."""
        return self.answered or (self.entries[-1] if self.entries else None)

    def answered_by(self, reply: Reply) -> None:
        """Note which attempt brought the `reply` that the caller gets."""
        self.answered = next(entry for entry in self.entries if entry.attempt.reply is reply)


def now_s() -> float:
    """Return the event loop's seconds."""
    return asyncio.get_running_loop().time()
