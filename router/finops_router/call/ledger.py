"""Book what every attempt and every call came to: its cost, its place in the call, its record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from finops_router.call.call import Bill, Call, attempt_record, request_record
from finops_router.calls import Attempt, Target
from finops_router.pricing.prices import Price, Prices
from finops_router.records import Recorder


class Booking(msgspec.Struct, frozen=True):
    """What is needed to book: where records go and what models cost. Every moment is of the event loop's clock."""

    record: Recorder
    prices: Prices

    def skipped(self, call: Call, target: Target, now_s: float, why: str | None = None) -> None:
        """Record that `target` was left alone: it rests, or `why`."""
        self.ended(call, Attempt(target=target, outcome="skipped", started_s=now_s, ended_s=now_s, error_type=why))

    def ended(self, call: Call, attempt: Attempt, hedge: bool = False) -> None:
        """Keep `attempt` with its call and record it; its place in the call is its number."""
        call.attempts.append(replace(attempt, hedge=hedge) if hedge else attempt)
        cost_usd = self._cost_usd(call, attempt)
        call.costs_usd.append(cost_usd)
        told_usd = None if cost_usd is None else float(cost_usd)
        self.record.record_attempt(attempt_record(call, call.attempts[-1], told_usd))

    @contextmanager
    def of(self, call: Call, now_s: Callable[[], float]) -> Iterator[None]:
        """Write the one record of `call` however what is done inside ends; what is raised there passes through."""
        error: BaseException | None = None
        try:
            yield
        except BaseException as err:
            error = err
            raise
        finally:
            self.record.record(request_record(call, now_s(), self._bill(call), error))

    def _bill(self, call: Call) -> Bill:
        """Return what `call` cost: its answer, and what a slower try beside it used.

        An answer without a known price has no known cost, whatever the other try cost.
        """
        last = call.last
        if last is None or (price := self._price(call, last)) is None:
            return Bill(None, None)
        if call.costs_usd[call.attempts.index(last)] is None:
            return Bill(None, None)
        saved_usd = None if last.reply is None else price.cache_savings_usd(last.reply.usage)
        cost_usd = sum((cost for cost in call.costs_usd if cost is not None), Decimal(0))
        return Bill(float(cost_usd), price.source, None if saved_usd is None else float(saved_usd))

    def _cost_usd(self, call: Call, attempt: Attempt) -> Decimal | None:
        price = self._price(call, attempt)
        return None if price is None or attempt.reply is None else price.cost_usd(attempt.reply.usage)

    def _price(self, call: Call, attempt: Attempt) -> Price | None:
        """Return the price of the model that answered; None where nobody did or no price is known."""
        if attempt.reply is None:
            return None
        tier = attempt.reply.service_tier or call.request.service_tier
        return self.prices.price(attempt.target.provider, attempt.reply.model, call.epoch_us, tier)
