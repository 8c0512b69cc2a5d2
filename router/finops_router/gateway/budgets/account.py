"""Keep what one worker knows of a budget in one of its periods: its lease and how far it is used."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from finops_router.gateway.budgets.attribution import Budget

NOTHING = Decimal(0)


class Account(msgspec.Struct, eq=False):
    """A budget in the period [start_us, end_us); amounts are in USD.

    What the worker holds in the state is `reserved_usd` (for its calls under way) and `idle_usd` (leased, and nobody's
    yet). `unbooked_usd` is settled here and not yet in the state, `sent_usd` is on its way there. `spent_usd` is what
    all workers had booked when the state was asked last. `lately_usd` was reserved since the last tick, `largest_usd`
    for one call of these. `is_tight`: so little is left that nothing is leased in advance. `waiting` calls wait for it.
    """

    budget: Budget
    start_us: int
    end_us: int
    idle_usd: Decimal = NOTHING
    reserved_usd: Decimal = NOTHING
    unbooked_usd: Decimal = NOTHING
    sent_usd: Decimal = NOTHING
    spent_usd: Decimal = NOTHING
    lately_usd: Decimal = NOTHING
    largest_usd: Decimal = NOTHING
    is_tight: bool = False
    waiting: int = 0

    @property
    def key(self) -> tuple[str, int]:
        return self.budget.name, self.start_us

    @property
    def is_hard(self) -> bool:
        return self.budget.enforce == "hard"

    @property
    def is_quiet(self) -> bool:
        """Whether nothing of it is held and nothing is to be booked."""
        return not (self.idle_usd or self.reserved_usd or self.unbooked_usd or self.sent_usd)

    def take(self, expected_usd: Decimal) -> None:
        """Reserve a part of what is idle."""
        self.idle_usd -= expected_usd
        self.reserved_usd += expected_usd
        self.lately_usd += expected_usd
        self.largest_usd = max(self.largest_usd, expected_usd)

    @property
    def used_usd(self) -> Decimal:
        """What all had spent when the state was asked last, and what this worker has since."""
        return self.spent_usd + self.sent_usd + self.unbooked_usd

    def end(self, expected_usd: Decimal, cost_usd: Decimal) -> None:
        """Turn a reservation into what the call cost; what is left of it is idle again, what it cost more is taken."""
        self.unbooked_usd += cost_usd
        self.reserved_usd -= expected_usd
        self.idle_usd = max(self.idle_usd + expected_usd - cost_usd, NOTHING)
