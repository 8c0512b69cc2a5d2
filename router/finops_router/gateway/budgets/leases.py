"""Keep one worker's leases: ask the state for what calls need, book what they cost, give back what nobody uses.

Everything is decided in the event loop; a thread does nothing but the transactions, one at a time. Each carries what
came up since the one before, so a thousand calls that wait share one.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from finops_router.gateway.budgets.account import NOTHING, Account
from finops_router.gateway.budgets.books import Books
from finops_router.gateway.budgets.exchange import Answer, Ask, exchange
from finops_router.gateway.budgets.recovery import forget, is_any_dead, recover
from finops_router.gateway.budgets.refusals import BudgetSpent
from finops_router.gateway.budgets.slate import Slate
from finops_router.gateway.state.contract import State, StateLostError

Result = TypeVar("Result")
LOG = logging.getLogger("finops_router")
TICK_S = 0.25  # until what is spent is booked, and what is idle given back
TIGHT_TICK_S = 0.05  # the same, if little is left: others may be refused for what is idle here
SEEN_EVERY_S = 5.0  # a worker without calls says that it lives
AGAIN_S = 0.1  # until the state is asked again for what is idle elsewhere
FENCE_S = 15.0  # so old a lease is not spent any more: others may soon take it back (recovery.py)
AHEAD = 4  # times as much as is needed now is leased in advance, if there is plenty


class Waiter(msgspec.Struct, eq=False):
    """A call that waits for `expected_usd` of all `accounts`; until `until_s` (of the loop) if others have it idle."""

    accounts: tuple[Account, ...]
    expected_usd: Decimal
    until_s: float
    done: asyncio.Future[None]


class Leases:
    """The leases of the worker called `worker` on `host`; `clock` gives microseconds since 1970 UTC.

    `state` is used by this object alone; `folder` is where the slates of this host are. Raises OSError if it cannot be
    written.
    """

    def __init__(
        self, state: State, folder: Path, worker: str, host: str, books: Books, clock: Callable[[], int]
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._state, self._folder, self._worker, self._host = state, folder, worker, host
        self._books, self._clock = books, clock
        self._slate = Slate(folder, worker)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="finops-ledger")
        self._waiting: list[Waiter] = []
        self._batch: int | None = None  # number of what is sent and not known to be booked
        self._tasks: list[asyncio.Task[None]] = []
        self._turn, self._wake = asyncio.Lock(), asyncio.Event()
        self._exchanged_s = self._recovered_s = float("-inf")

    async def start(self) -> None:
        """Clear up after the dead, see what is spent, be seen by others. Raises StateLostError."""
        await self._recover()
        self._books.open_all(self._clock())
        await self._exchange(lambda account: NOTHING, is_whole=True)
        self._tasks = [asyncio.create_task(one, name="finops-ledger") for one in (self._run(), self._tick())]

    async def close(self) -> None:
        """Book everything, give everything back and leave.

        Raises StateLostError if that is not possible now: the next worker of this host does it.
        """
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._refuse_all(StateLostError("The gateway is closing", "try again in a moment"))
        try:
            for account in self._books.accounts():
                account.reserved_usd = NOTHING
            await self._recover()  # whoever was killed a moment ago: nobody may start here for long
            await self._exchange(lambda account: NOTHING)
            while any(one.unbooked_usd or one.sent_usd for one in self._books.accounts()):
                await self._exchange(lambda account: NOTHING)  # the one before sent what was on its way already
            await self._in_thread(forget, self._state, self._worker)
            self._slate.close()
        finally:
            self._thread.shutdown()

    async def answers(self) -> bool:
        """Exchange now, keeping what is idle; return whether the state answered."""
        try:
            await self._exchange(lambda account: account.idle_usd)
        except StateLostError:
            return False
        return True

    def has(self, accounts: tuple[Account, ...], expected_usd: Decimal) -> bool:
        """Return whether the lease has `expected_usd` in all `accounts` for a call that waits for nobody."""
        if not accounts:
            return True
        is_fresh = asyncio.get_running_loop().time() - self._exchanged_s < FENCE_S
        return is_fresh and all(one.idle_usd >= expected_usd and not one.waiting for one in accounts)

    async def wait_for(self, accounts: tuple[Account, ...], expected_usd: Decimal, patience_s: float) -> None:
        """Take `expected_usd` of all `accounts` as soon as the state has granted it.

        Raises BudgetSpent if it has none and no other worker gives some back within `patience_s`, StateLostError.
        """
        loop = asyncio.get_running_loop()
        waiter = Waiter(accounts, expected_usd, loop.time() + patience_s, loop.create_future())
        self._waiting.append(waiter)
        for account in accounts:
            account.waiting += 1
        self._wake.set()
        try:
            await waiter.done
        except asyncio.CancelledError:
            if waiter.done.done() and not waiter.done.cancelled() and waiter.done.exception() is None:
                give_back(accounts, expected_usd)  # it was granted in the moment in which its caller left
            raise
        finally:
            for account in accounts:
                account.waiting -= 1

    def note(self, cost_usd: Decimal, accounts: list[tuple[str, int]]) -> None:
        """Write a settlement down, which is in the accounts already."""
        try:
            self._slate.write(cost_usd, accounts)
        except OSError as err:
            LOG.error("The slate cannot be written; what is spent is lost if this process is killed now: %s", err)

    def serve(self) -> None:
        """Hand out what is idle to those who wait, in their order."""
        if self._waiting:
            self._waiting = [one for one in self._waiting if not one.done.done() and not _served(one)]

    async def _run(self) -> None:
        """Exchange whenever somebody waits."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                try:
                    is_hopeful = await self._round()
                except Exception as err:  # each of those who wait hears of it
                    self._refuse_all(err)
                    continue
                if is_hopeful:
                    await self._pause()

    async def _round(self) -> bool:
        """Exchange once and serve; return whether those still there wait for what is idle elsewhere."""
        asked = set(map(id, self._waiting))
        answers = await self._exchange(lambda account: account.idle_usd)
        self.serve()
        short = {key: answer for key, answer in answers.items() if answer.missing_usd}
        holders = frozenset(name for answer in short.values() for name in answer.holders)
        if holders and await self._is_any_dead(holders) and await self._recover():
            return False
        self._refuse(short, asked)
        return bool(self._waiting) and all(id(one) in asked for one in self._waiting)

    def _refuse(self, short: dict[tuple[str, int], Answer], asked: set[int]) -> None:
        now_s = asyncio.get_running_loop().time()
        for waiter in self._waiting:
            if id(waiter) not in asked or waiter.done.done():
                continue
            for account in waiter.accounts:
                answer = short.get(account.key)
                if answer is None:
                    continue
                is_hopeless = account.idle_usd + answer.idle_elsewhere_usd < waiter.expected_usd
                if is_hopeless or now_s >= waiter.until_s:
                    waiter.done.set_exception(BudgetSpent(account.budget.name, account.end_us))
                    break
        self._waiting = [one for one in self._waiting if not one.done.done()]

    def _refuse_all(self, reason: Exception) -> None:
        for waiter in self._waiting:
            if not waiter.done.done():
                waiter.done.set_exception(reason)
        self._waiting = []

    async def _pause(self) -> None:
        """Wait a moment, or until somebody else comes to wait."""
        try:
            async with asyncio.timeout(AGAIN_S):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def _tick(self) -> None:
        """Book what was spent and give back what is idle, four times a second; of a state that is lost, say so once."""
        is_lost = False
        while True:
            is_tight = any(one.is_tight and not one.is_quiet for one in self._books.accounts())
            await asyncio.sleep(TIGHT_TICK_S if is_tight else TICK_S)
            accounts, loop = self._books.accounts(), asyncio.get_running_loop()
            is_due = loop.time() - min(self._exchanged_s, self._recovered_s) > SEEN_EVERY_S
            if not is_due and all(one.unbooked_usd == one.idle_usd == NOTHING for one in accounts):
                continue
            try:
                if is_due:  # however busy it is: who is gone on another host is seen by nobody else
                    await self._recover()
                await self._exchange(_kept)
                is_lost = False
            except StateLostError as err:
                if not is_lost:
                    LOG.error("Spend waits to be booked and no lease is renewed: %s", err)
                is_lost = True
            for account in accounts:
                account.lately_usd = account.largest_usd = NOTHING
            self._books.forget_quiet(self._clock())
            self.serve()

    async def _exchange(
        self, kept: Callable[[Account], Decimal], *, is_whole: bool = False
    ) -> dict[tuple[str, int], Answer]:
        """Exchange with the state and enter its answers; `kept` says how much of what is idle an account keeps."""
        async with self._turn:
            needed = self._needed()
            accounts = [one for one in self._books.accounts() if is_whole or not one.is_quiet or one.key in needed]
            if self._batch is None:
                self._batch = self._slate.number
                for account in accounts:
                    account.sent_usd, account.unbooked_usd = account.unbooked_usd, NOTHING
            for account in accounts:  # what is given back is nobody's from now on, whether the state hears of it or not
                account.idle_usd = min(kept(account), account.idle_usd)
            asks = tuple(_ask(account, needed.get(account.key, NOTHING)) for account in accounts)
            sent = (exchange, self._state, self._worker, self._host, self._batch, asks, self._clock())
            answers = dict(zip((one.key for one in accounts), await self._in_thread(*sent), strict=True))
            self._slate.booked(self._batch)
            self._batch, self._exchanged_s = None, asyncio.get_running_loop().time()
            for account in accounts:
                _enter(account, answers[account.key])
            return answers

    def _needed(self) -> dict[tuple[str, int], Decimal]:
        """Return what is missing in the lease for those who wait, in USD by account."""
        needed = defaultdict[tuple[str, int], Decimal](Decimal)
        idle = {account.key: account.idle_usd for waiter in self._waiting for account in waiter.accounts}
        for waiter in self._waiting:
            for account in waiter.accounts:
                needed[account.key] += waiter.expected_usd
        return {key: max(usd - idle[key], NOTHING) for key, usd in needed.items()}

    async def _recover(self) -> bool:
        """Take back what dead workers held; return whether there were any. Raises StateLostError."""
        self._recovered_s = asyncio.get_running_loop().time()
        try:
            return await self._in_thread(recover, self._state, self._folder, self._worker, self._clock()) > 0
        except OSError as err:
            LOG.error("What dead workers held cannot be taken back: %s", err)
            return False

    async def _is_any_dead(self, workers: frozenset[str]) -> bool:
        return await self._in_thread(is_any_dead, self._folder, workers)

    async def _in_thread(self, work: Callable[..., Result], *given: Any) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *given)


def give_back(accounts: tuple[Account, ...], expected_usd: Decimal) -> None:
    """Undo a reservation: the call cost nothing."""
    for account in accounts:
        account.end(expected_usd, NOTHING)


def _served(waiter: Waiter) -> bool:
    """Give a waiter what it waits for, if all of it is idle; return whether it was."""
    if any(account.idle_usd < waiter.expected_usd for account in waiter.accounts):
        return False
    for account in waiter.accounts:
        account.take(waiter.expected_usd)
    waiter.done.set_result(None)
    return True


def _kept(account: Account) -> Decimal:
    """Return how much of what is idle a worker keeps at a tick: what it may need until the next one or two."""
    if account.waiting:
        return account.idle_usd
    return NOTHING if account.is_tight else 2 * account.lately_usd


def _ask(account: Account, needed_usd: Decimal) -> Ask:
    return Ask(
        budget=account.budget.name,
        start_us=account.start_us,
        most_usd=account.budget.most_usd if account.is_hard else None,
        settled_usd=account.sent_usd,
        reserved_usd=account.reserved_usd + account.unbooked_usd,
        kept_usd=account.idle_usd,
        needed_usd=needed_usd,
        in_advance_usd=max(AHEAD * needed_usd, 2 * account.lately_usd),
        least_usd=account.largest_usd,
    )


def _enter(account: Account, answer: Answer) -> None:
    account.idle_usd += answer.granted_usd
    account.spent_usd, account.sent_usd, account.is_tight = answer.spent_usd, NOTHING, answer.is_tight
