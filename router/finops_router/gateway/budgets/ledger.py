"""Reserve what a call may cost before it begins, and settle what it did cost, in one worker of a gateway.

A call finds its money in the worker's lease, in memory, or waits about a millisecond for the state (leases.py). All of
it is used from one event loop.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import msgspec

from finops_router.gateway.budgets.account import NOTHING, Account
from finops_router.gateway.budgets.attribution import Attribution, Budget
from finops_router.gateway.budgets.books import Books
from finops_router.gateway.budgets.leases import Leases, give_back
from finops_router.gateway.state.contract import State

PATIENCE_S = 1.0  # for what other workers have leased and do not use; they give it back within half of that


class Use(msgspec.Struct, frozen=True):
    """How far a budget is used: a share of its amount, and the highest of its thresholds that is passed, if any."""

    budget: str
    used_share: float
    threshold: float | None
    resets_at_us: int


class Reservation(msgspec.Struct, eq=False):
    """Money set aside for one call: `expected_usd` in each of `hard`; `soft` only count. Settle or release ends it."""

    hard: tuple[Account, ...]
    soft: tuple[Account, ...]
    expected_usd: Decimal
    is_open: bool = True


class Ledger:
    """The budgets of one worker; `state` is shared with all others, `folder` with those of this host.

    `worker` is a name nobody else ever has, `host` that of this host, `books` knows the budgets; `clock` gives
    microseconds since 1970 UTC; `patience_s` is how long a call waits for what other workers have leased and do not
    use, before it is refused. Nobody else may use this very `state` object. Raises OSError if `folder` cannot be
    written.
    """

    def __init__(
        self,
        state: State,
        folder: Path,
        worker: str,
        host: str,
        books: Books,
        clock: Callable[[], int],
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._books, self._clock, self._patience_s = books, clock, patience_s
        self._leases = Leases(state, folder, worker, host, books, clock)

    async def start(self) -> None:
        """Take back what dead workers held, and see what is spent. Raises StateLostError."""
        await self._leases.start()

    async def close(self) -> None:
        """Book everything and give everything back; calls under way must have ended before.

        Raises StateLostError if that is not possible now: the next worker of this host does it.
        """
        await self._leases.close()

    async def answers(self) -> bool:
        """Return whether the state answers now; it is asked as if a call needed money."""
        return await self._leases.answers()

    def is_bound(self, attribution: Attribution, now_us: int) -> bool:
        """Return whether a hard budget counts the call, so that the most it may cost has to be known (`most_usd`)."""
        return any(account.is_hard for account in self._books.counting(attribution, now_us))

    async def reserve(self, attribution: Attribution, expected_usd: Decimal, now_us: int) -> Reservation:
        """Set aside `expected_usd` in all hard budgets that may count the call; at once if the lease has it.

        Whoever gets a reservation must settle or release it. Raises BudgetSpent if a budget has no room for it in any
        worker, StateLostError if nobody can tell: then nothing is set aside.
        """
        accounts = self._books.counting(attribution, now_us)
        hard = tuple([one for one in accounts if one.is_hard])
        soft = tuple([one for one in accounts if not one.is_hard])
        await self._take(hard, expected_usd)
        return Reservation(hard, soft, expected_usd)

    async def raise_to(self, reservation: Reservation, expected_usd: Decimal) -> None:
        """Have `reservation` hold `expected_usd` if it holds less; raises as `reserve` does, and it holds what it did.

        A call may be given up while its reservation waits for more: that is free again then.
        """
        more_usd = expected_usd - reservation.expected_usd
        if more_usd <= NOTHING or not reservation.hard:
            return
        await self._take(reservation.hard, more_usd)
        if reservation.is_open:
            reservation.expected_usd += more_usd
        else:
            give_back(reservation.hard, more_usd)

    async def _take(self, accounts: tuple[Account, ...], expected_usd: Decimal) -> None:
        if self._leases.has(accounts, expected_usd):
            for account in accounts:
                account.take(expected_usd)
        else:
            await self._leases.wait_for(accounts, expected_usd, self._patience_s)

    def settle(
        self,
        reservation: Reservation,
        cost_usd: Decimal | None,
        provider: str | None = None,
        models: tuple[str, ...] = (),
    ) -> None:
        """Book what a call cost, and set free what is left of its reservation; never waits.

        None stands for a cost that nobody knows: all that was reserved is then taken for spent. It is booked on the
        budgets that count `provider` and one of `models`, the names that was asked for and that answered; without them
        on all it was reserved for. It is safe against `kill -9` when this returns. Raises ValueError if the reservation
        is closed already.
        """
        if not reservation.is_open:
            raise ValueError("this reservation was settled or released before")
        reservation.is_open = False
        spent_usd, booked = reservation.expected_usd if cost_usd is None else cost_usd, []
        for account in reservation.hard:
            counts = provider is None or account.budget.takes_in_target(provider, models)
            account.end(reservation.expected_usd, spent_usd if counts else NOTHING)
            if counts:
                booked.append(account.key)
        for account in reservation.soft:
            if provider is None or account.budget.takes_in_target(provider, models):
                account.unbooked_usd += spent_usd
                booked.append(account.key)
        if booked and spent_usd:
            self._leases.note(spent_usd, booked)
        self._leases.serve()

    def release(self, reservation: Reservation) -> None:
        """Set a reservation free, because the call cost nothing; if it is closed already, do nothing."""
        if reservation.is_open:
            reservation.is_open = False
            give_back(reservation.hard, reservation.expected_usd)
            self._leases.serve()

    def uses(self, reservation: Reservation) -> tuple[Use, ...]:
        """Return how far each budget of a call is used: as the state had it last, and what this worker spent since."""
        return tuple(_use(account) for account in (*reservation.hard, *reservation.soft))

    def standing(self) -> tuple[Use, ...]:
        """Return how far each budget is used that is open in this worker, in its period under way."""
        now_us = self._clock()
        return tuple(_use(account) for account in self._books.accounts() if account.end_us > now_us)

    def replace_budgets(self, budgets: tuple[Budget, ...]) -> None:
        """Go on with other budgets from the next call on; calls under way are settled where they were reserved."""
        self._books.replace_budgets(budgets)


def _use(account: Account) -> Use:
    share = float(account.used_usd / account.budget.most_usd)
    passed = [threshold for threshold in account.budget.thresholds if threshold <= share]
    return Use(account.budget.name, share, max(passed, default=None), account.end_us)
