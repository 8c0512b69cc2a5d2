"""Enter every attempt and every call into the ledger: what it cost, its place in the call, its record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from finops_router.call.call import Call, Entry, now_s
from finops_router.call.records import attempt_record, request_record
from finops_router.calls import Attempt, Target
from finops_router.pricing.price import UNPRICED, Bill
from finops_router.pricing.prices import Prices
from finops_router.records import Recorder


class Ledger(msgspec.Struct, frozen=True):
    """Where records go, and the prices of models."""

    recorder: Recorder
    prices: Prices

    @contextmanager
    def recorded(self, call: Call) -> Iterator[None]:
        """Write the one record of `call` however the block ends; what is raised inside passes through."""
        error: BaseException | None = None
        try:
            yield
        except BaseException as err:
            error = err
            raise
        finally:
            self.recorder.record(request_record(call, now_s(), call.bill, error))

    def attempt(self, call: Call, attempt: Attempt, error: BaseException | None = None) -> None:
        """Enter a finished `attempt`, which ended in `error` if it failed, into its call, and record it."""
        entry = Entry(attempt, self._bill(call, attempt), error)
        call.entries.append(entry)
        self.recorder.record_attempt(attempt_record(call, entry))

    def skipped(self, call: Call, target: Target, at_s: float, reason: str | None = None) -> None:
        """Record that `target` was not asked: for `reason`, or because it is cooling down."""
        self.attempt(call, Attempt(target=target, outcome="skipped", started_s=at_s, ended_s=at_s, error_type=reason))

    def _bill(self, call: Call, attempt: Attempt) -> Bill:
        """Return what the reply of `attempt` cost, at the price of the model that answered or was asked for."""
        reply = attempt.reply
        if reply is None:
            return UNPRICED
        target, served = attempt.target, call.served(reply)
        return self.prices.bill(reply.usage, target.provider, reply.model, call.epoch_us, served, target.model)
