"""One call in progress: what was asked, by when it must end, and what was tried so far."""

from __future__ import annotations

from asyncio import get_running_loop
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from finops_router.call.prefill import NO_PREFIX, Prefix
from finops_router.calls import AnyRequest, Attempt, RoutedReply, Served
from finops_router.pricing.price import UNPRICED, Bill

Answer = TypeVar("Answer", bound=RoutedReply)
FROM_CERTAIN_TO_ESTIMATED = ("provider", "contract", "list", "corrected", "estimated")  # the values of cost_source


class Entry(msgspec.Struct, frozen=True):
    """One finished attempt, what it cost, and the error it ended in."""

    attempt: Attempt
    bill: Bill
    error: BaseException | None = None


class Call(msgspec.Struct):
    """One call in progress.

    `epoch_us` is its start in microseconds since 1970 UTC; `started_s` and `deadline_s` are seconds of the event
    loop's clock. `left_out` gives the reason for each target that cannot take it. `prefix` is the text of an attempt
    that broke off, for the next one to continue; `answered` is the attempt whose reply the caller gets. `count_others`
    returns how many targets could still take the call after the one that has its turn. If it `stands`, what its caller
    has been sent cannot be taken back: once it `has_sent` a piece, no other attempt begins anew.
    `guardrails` is how many guardrails look at it, None if the router has none. `under_way` attempts have not ended.
    If it `is_over_budget`, there is no money for another one.
    """

    request: AnyRequest
    strategy: str | None
    epoch_us: int
    started_s: float
    deadline_s: float
    left_out: Mapping[str, str] = msgspec.field(default_factory=dict)
    entries: list[Entry] = msgspec.field(default_factory=list)
    prefix: Prefix = NO_PREFIX
    answered: Entry | None = None
    stands: bool = False
    has_sent: bool = False
    count_others: Callable[[], int] = lambda: 0
    guardrails: int | None = None
    under_way: int = 0
    is_over_budget: bool = False

    def begin_anew(self) -> None:
        """Make void what was sent: the next attempt answers from the beginning, and a Restart says so."""
        self.prefix, self.has_sent = NO_PREFIX, False

    @property
    def others(self) -> int:
        """How many targets could still take it at the moment, after the one that has its turn."""
        return self.count_others()

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """The finished attempts in the order they ended, each with its cost."""
        return tuple([entry.attempt for entry in self.entries])

    @property
    def last_error(self) -> Exception | None:
        """The error of the newest attempt that failed by itself: nobody gave it up."""
        return next((entry.error for entry in reversed(self.entries) if isinstance(entry.error, Exception)), None)

    @property
    def last(self) -> Entry | None:
        """The attempt that stands for the call: the one that answered, else the newest that used something, or any."""
        if self.answered is not None:
            return self.answered
        used = (entry for entry in reversed(self.entries) if entry.attempt.reply is not None)
        return next(used, self.entries[-1] if self.entries else None)

    @property
    def bill(self) -> Bill:
        """What it cost: all of its attempts, however they ended; its source is that of the least certain of them.

        An answer without a known price has no known cost, whatever the other attempts cost. Of attempts that failed
        only those are in it whose cost is known.
        """
        if len(self.entries) == 1:
            return self.entries[0].bill
        if self.answered is not None and self.answered.bill.cost_usd is None:
            return self.answered.bill
        priced = [entry.bill for entry in self.entries if entry.bill.cost_usd is not None]
        if not priced:
            return UNPRICED if self.last is None else self.last.bill
        if len(priced) == 1:
            return priced[0]
        return replace(
            priced[-1] if self.answered is None else self.answered.bill,
            cost_usd=_sum_of_known(bill.cost_usd for bill in priced),
            cache_savings_usd=_sum_of_known(bill.cache_savings_usd for bill in priced),
            cost_source=_least_certain(bill.cost_source for bill in priced),
        )

    def served(self, reply: RoutedReply) -> Served:
        """Return how `reply` was served: as its provider says, else in the tier that was asked for."""
        if reply.served.service_tier is not None or self.request.service_tier is None:
            return reply.served
        return replace(reply.served, service_tier=self.request.service_tier)

    def answered_by(self, reply: Answer) -> Answer:
        """Note which attempt brought `reply`; return it as the caller gets it: with what the call has come to."""
        (self.answered,) = [entry for entry in self.entries if entry.attempt.reply is reply]
        return replace(
            reply,
            provider=self.answered.attempt.target.provider,
            request_id=self.request.request_id,
            cost_usd=self.bill.cost_usd,
            attempts=self.attempts,
        )


def _sum_of_known(amounts_usd: Iterable[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts_usd if amount is not None]
    return sum(known, Decimal(0)) if known else None


def _least_certain(sources: Iterable[str | None]) -> str | None:
    known = [source for source in sources if source is not None]
    return max(known, key=FROM_CERTAIN_TO_ESTIMATED.index, default=None)


def now_s() -> float:
    """Return the event loop's seconds."""
    return get_running_loop().time()
