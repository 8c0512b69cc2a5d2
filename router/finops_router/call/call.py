"""One call in progress: what was asked, by when it must end, and what was tried so far."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from finops_router.call.prefill import NO_PREFIX, Prefix
from finops_router.calls import Attempt, Reply, Request
from finops_router.pricing.price import UNPRICED, Bill


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

    @property
    def bill(self) -> Bill:
        """What it cost: its answer, and what a slower attempt beside it used. Failed attempts cost nothing.

        An answer without a known price has no known cost, whatever the other attempt cost.
        """
        last = self.last
        if last is None or last.bill.cost_usd is None:
            return UNPRICED
        costs_usd = (entry.bill.cost_usd for entry in self.entries)
        return replace(last.bill, cost_usd=sum((cost for cost in costs_usd if cost is not None), Decimal(0)))

    def answered_by(self, reply: Reply) -> None:
        """Note which attempt brought the `reply` that the caller gets."""
        self.answered = next(entry for entry in self.entries if entry.attempt.reply is reply)


def now_s() -> float:
    """Return the event loop's seconds."""
    return asyncio.get_running_loop().time()
