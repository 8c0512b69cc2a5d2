"""Enter every attempt and every call into the ledger: what it cost, its place in the call, its record."""

from __future__ import annotations

from types import TracebackType

import msgspec

from finops_router.call.call import Call, Entry, now_s
from finops_router.call.records import attempt_record, request_record
from finops_router.calls import Attempt, RoutedReply, Target
from finops_router.pricing.price import UNPRICED, Bill
from finops_router.pricing.prices import Prices
from finops_router.records import Recorder


class RecordedCall(msgspec.Struct, frozen=True, gc=False):
    """A context that writes the record of its call at its end; a generator's would take three times as long."""

    recorder: Recorder
    call: Call

    def __enter__(self) -> None:
        """Do nothing: a call is recorded once it is over."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.recorder.record(request_record(self.call, now_s(), self.call.bill, error))


class Ledger(msgspec.Struct, frozen=True):
    """Where records go, and the prices of models."""

    recorder: Recorder
    prices: Prices

    def recorded(self, call: Call) -> RecordedCall:
        """Write the one record of `call` however the block ends; what is raised inside passes through."""
        return RecordedCall(self.recorder, call)

    def attempt(self, call: Call, attempt: Attempt, bill: Bill = UNPRICED, error: BaseException | None = None) -> None:
        """Enter a finished `attempt`, its `bill`, and the error it ended in into its call, and record it."""
        entry = Entry(attempt, bill, error)
        call.entries.append(entry)
        self.recorder.record_attempt(attempt_record(call, entry))

    def skipped(self, call: Call, target: Target, at_s: float, reason: str | None = None) -> None:
        """Record that `target` was not asked: for `reason`, or because it is cooling down."""
        self.attempt(call, Attempt(target=target, outcome="skipped", started_s=at_s, ended_s=at_s, error_type=reason))

    def bill(self, call: Call, target: Target, reply: RoutedReply | None) -> Bill:
        """Return what `reply` cost, at the price of the model that answered or was asked for."""
        if reply is None:
            return UNPRICED
        served = call.served(reply)
        return self.prices.bill(reply.usage, target.provider, reply.model, call.epoch_us, served, target.model)
