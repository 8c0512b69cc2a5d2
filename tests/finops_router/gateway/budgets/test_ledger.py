"""The ledger: no call begins that could go beyond a hard budget, and every cost is booked once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from decimal import Decimal
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from finops_router.gateway.budgets import Attribution, Budget, BudgetSpent, Ledger
from finops_router.gateway.budgets.books import Books
from finops_router.gateway.budgets.exchange import Ask, exchange
from finops_router.gateway.budgets.opening import at_least, standing
from finops_router.gateway.budgets.recovery import LEASE_US
from finops_router.gateway.state.contract import StateLostError
from finops_router.gateway.state.sqlite import SqliteState

NOW_US = 1_764_331_200_000_000  # 2025-11-28 12:00 UTC
MONTH_US = 1_761_955_200_000_000  # 2025-11-01
NAMES = count(1)
TEN = Budget(name="ten", most_usd=Decimal(10), period="month", enforce="hard")


@asynccontextmanager
async def worker(folder: Path, *budgets: Budget, state: SqliteState | None = None) -> AsyncIterator[Ledger]:
    state = state or SqliteState(folder / "state.sqlite")
    books = Books(budgets or (TEN,), ZoneInfo("UTC"), 1)
    ledger = Ledger(state, folder / "slates", f"worker-{next(NAMES)}", "here", books, lambda: NOW_US)
    await ledger.start()
    try:
        yield ledger
    finally:
        await ledger.close()
        state.close()


class Losable(SqliteState):
    """A state that is lost as long as `is_lost` says so; before its commit, or after it (`is_late`)."""

    is_lost = is_late = False

    @contextmanager
    def transaction(self) -> Iterator[SqliteState]:
        if self.is_lost and not self.is_late:
            raise StateLostError("lost", "find it")
        with super().transaction() as statements:
            yield statements
        if self.is_lost:
            raise StateLostError("its answer is lost", "find it")


def booked(folder: Path) -> dict[str, Decimal]:
    state = SqliteState(folder / "state.sqlite")
    found = {budget: spent for budget, _, spent in standing(state)}
    state.close()
    return found


def test_what_a_call_cost_is_booked_and_the_rest_of_its_reservation_is_free_again(tmp_path: Path) -> None:
    async def calls() -> None:
        async with worker(tmp_path) as ledger:
            for _ in range(3):
                reservation = await ledger.reserve(Attribution(), Decimal(8), NOW_US)
                ledger.settle(reservation, Decimal("0.1"))

    asyncio.run(calls())
    assert booked(tmp_path) == {"ten": Decimal("0.3")}


def test_a_call_sets_aside_more_for_a_further_attempt_if_there_is_any(tmp_path: Path) -> None:
    async def calls() -> None:
        async with worker(tmp_path) as ledger:
            reservation = await ledger.reserve(Attribution(), Decimal(4), NOW_US)
            await ledger.raise_to(reservation, Decimal(3))  # it holds more already
            await ledger.raise_to(reservation, Decimal(9))
            with pytest.raises(BudgetSpent):
                await ledger.reserve(Attribution(), Decimal(2), NOW_US)
            with pytest.raises(BudgetSpent):
                await ledger.raise_to(reservation, Decimal(11))
            ledger.settle(reservation, Decimal(8))
            await ledger.raise_to(reservation, Decimal(10))  # its caller left while it waited: nothing is held for it
            ledger.release(await ledger.reserve(Attribution(), Decimal(2), NOW_US))

    asyncio.run(calls())
    assert booked(tmp_path) == {"ten": Decimal(8)}


def test_a_thousand_calls_at_once_over_two_workers_stay_under_the_cap(tmp_path: Path) -> None:
    """The classic bug: each sees that something is left, and $99 are spent under a cap of $30."""

    async def call(ledger: Ledger) -> int:
        try:
            reservation = await ledger.reserve(Attribution(), Decimal("0.099"), NOW_US)
        except BudgetSpent:
            return 0
        await asyncio.sleep(0)
        ledger.settle(reservation, Decimal("0.099"))
        return 1

    async def calls() -> list[int]:
        async with worker(tmp_path) as one, worker(tmp_path) as other:
            return await asyncio.gather(*(call(ledger) for _ in range(500) for ledger in (one, other)))

    answered = sum(asyncio.run(calls()))
    assert booked(tmp_path) == {"ten": answered * Decimal("0.099")}
    assert answered == 101  # 9.999; one more would be above 10


def test_spend_before_the_first_start_counts(tmp_path: Path) -> None:
    state = SqliteState(tmp_path / "state.sqlite")
    at_least(state, [("ten", MONTH_US, Decimal("9.5"))])
    at_least(state, [("ten", MONTH_US, Decimal("9.2"))])
    state.close()

    async def calls() -> None:
        async with worker(tmp_path) as ledger:
            with pytest.raises(BudgetSpent) as refused:
                await ledger.reserve(Attribution(), Decimal("0.51"), NOW_US)
            assert refused.value.resets_at_us == 1_764_547_200_000_000
            ledger.release(await ledger.reserve(Attribution(), Decimal("0.5"), NOW_US))

    asyncio.run(calls())
    assert booked(tmp_path) == {"ten": Decimal("9.5")}


def test_what_another_worker_has_leased_and_does_not_use_is_waited_for(tmp_path: Path) -> None:
    async def calls() -> None:
        async with worker(tmp_path) as one, worker(tmp_path) as other:
            (lease,) = (await one.reserve(Attribution(), Decimal("0.1"), NOW_US)).hard
            assert lease.idle_usd == Decimal("0.4")  # in advance, until its next tick but one
            other.release(await other.reserve(Attribution(), Decimal("9.9"), NOW_US))
            assert lease.idle_usd == 0

    asyncio.run(calls())


def test_a_call_that_waits_gets_what_a_call_of_its_worker_leaves(tmp_path: Path) -> None:
    async def calls() -> None:
        async with worker(tmp_path) as one, worker(tmp_path) as other:
            await other.reserve(Attribution(), Decimal(1), NOW_US)
            first = await one.reserve(Attribution(), Decimal(9), NOW_US)
            with pytest.raises(BudgetSpent):
                await one.reserve(Attribution(), Decimal(1), NOW_US)
            one.settle(first, Decimal(1))
            one.settle(await one.reserve(Attribution(), Decimal(8), NOW_US), None)

    asyncio.run(calls())
    assert booked(tmp_path) == {"ten": Decimal(9)}  # 1, and 8 of a call whose cost nobody knows


def test_more_than_was_reserved_is_booked_all_the_same(tmp_path: Path) -> None:
    async def calls() -> None:
        async with worker(tmp_path) as ledger:
            ledger.settle(await ledger.reserve(Attribution(), Decimal(1), NOW_US), Decimal(12))
            with pytest.raises(BudgetSpent):
                await ledger.reserve(Attribution(), Decimal("0.01"), NOW_US)
            free = await ledger.reserve(Attribution(), Decimal(0), NOW_US)
            ledger.release(free)
            ledger.release(free)
            with pytest.raises(ValueError, match="settled or released before"):
                ledger.settle(free, Decimal(1))

    asyncio.run(calls())
    assert booked(tmp_path) == {"ten": Decimal(12)}


def test_a_cost_is_booked_on_who_answered(tmp_path: Path) -> None:
    scoped = [replace(TEN, name=name, provider=name) for name in ("openai", "anthropic")]
    mini = replace(TEN, name="mini", model="gpt-5-mini")
    attribution = Attribution(targets=(("openai", "gpt-5-mini"), ("anthropic", "claude-haiku-4-5")))

    async def calls() -> None:
        async with worker(tmp_path, TEN, *scoped, mini) as ledger:
            assert ledger.is_bound(attribution, NOW_US)
            reservation = await ledger.reserve(attribution, Decimal(9), NOW_US)
            ledger.settle(reservation, Decimal(2), "openai", ("gpt-5-mini", "gpt-5-mini-2025-08-07"))
            for account in reservation.hard:
                assert account.reserved_usd == 0

    asyncio.run(calls())
    assert booked(tmp_path) == {"ten": 2, "openai": 2, "anthropic": 0, "mini": 2}


def test_a_soft_budget_refuses_nothing_and_says_how_far_it_is_used(tmp_path: Path) -> None:
    soft = replace(TEN, enforce="soft", thresholds=(0.5, 0.8, 1.0))

    async def calls() -> None:
        async with worker(tmp_path, soft) as ledger:
            assert not ledger.is_bound(Attribution(), NOW_US)
            for cost, share, threshold in ((Decimal(4), 0.4, None), (Decimal(5), 0.9, 0.8), (Decimal(50), 5.9, 1.0)):
                reservation = await ledger.reserve(Attribution(), Decimal(0), NOW_US)
                ledger.settle(reservation, cost)
                (use,) = ledger.uses(reservation)
                assert (use.budget, use.used_share, use.threshold) == ("ten", share, threshold)
            assert ledger.standing() == (use,)
        async with worker(tmp_path, soft) as ledger:
            assert ledger.standing() == (use,)  # it is known before the first call

    asyncio.run(calls())


def test_a_state_that_is_lost_refuses_what_it_would_have_to_count_and_loses_nothing(tmp_path: Path) -> None:
    async def calls() -> None:
        for is_late in (False, True):
            state = Losable(tmp_path / "state.sqlite")
            state.is_late = is_late
            async with worker(tmp_path, state=state) as ledger:
                reservation = await ledger.reserve(Attribution(), Decimal(1), NOW_US)
                state.is_lost = True
                ledger.settle(reservation, Decimal("0.5"))
                with pytest.raises(StateLostError):
                    await ledger.reserve(Attribution(), Decimal(6), NOW_US)
                state.is_lost = False
                ledger.settle(await ledger.reserve(Attribution(), Decimal(6), NOW_US), Decimal("0.25"))

    asyncio.run(calls())
    assert booked(tmp_path) == {"ten": Decimal("1.5")}  # each once, though answers were lost


def test_a_call_whose_client_leaves_gives_back_what_it_waited_for(tmp_path: Path) -> None:
    async def calls() -> None:
        async with worker(tmp_path) as ledger:
            for pauses in range(30):  # at any point of its way to the state and back
                task = asyncio.ensure_future(ledger.reserve(Attribution(), Decimal(10), NOW_US))
                for _ in range(pauses):
                    await asyncio.sleep(0)
                task.cancel()
                try:
                    ledger.release(await task)
                except asyncio.CancelledError:
                    continue
            ledger.release(await ledger.reserve(Attribution(), Decimal(10), NOW_US))

    asyncio.run(calls())
    assert booked(tmp_path) == {"ten": Decimal(0)}


def test_a_lease_nobody_renewed_is_not_spent(tmp_path: Path) -> None:
    """A worker that hears nothing of the state for a quarter of a minute asks first: others may have its lease back."""

    async def calls() -> None:
        async with worker(tmp_path) as ledger:
            ledger.release(await ledger.reserve(Attribution(), Decimal(5), NOW_US))
            ledger._leases._exchanged_s -= 20
            before = ledger._leases._exchanged_s
            ledger.release(await ledger.reserve(Attribution(), Decimal(1), NOW_US))
            assert ledger._leases._exchanged_s > before + 20

    asyncio.run(calls())


def test_a_busy_worker_takes_back_what_a_host_that_is_gone_held(tmp_path: Path) -> None:
    """It was looked for by idle workers alone, so never as long as there were calls."""

    async def calls() -> None:
        async with worker(tmp_path) as ledger:
            state = SqliteState(tmp_path / "state.sqlite")
            nothing, month = Decimal(0), ledger.standing()[0]
            gone = Ask(month.budget, MONTH_US, Decimal(10), nothing, nothing, nothing, Decimal(10), nothing, nothing)
            exchange(state, "far", "elsewhere", 0, (gone,), NOW_US - LEASE_US)
            state.close()
            ledger._leases._recovered_s -= 20
            for _ in range(5000):  # each of them exchanges, so that it is never idle
                with suppress(BudgetSpent):
                    ledger.release(await ledger.reserve(Attribution(), Decimal(1), NOW_US))
                    break
                await asyncio.sleep(0)
            else:
                pytest.fail("nobody looks for it")

    asyncio.run(calls())


def test_closing_books_what_was_settled_while_a_batch_was_on_its_way(tmp_path: Path) -> None:
    async def calls() -> None:
        state = Losable(tmp_path / "state.sqlite")
        state.is_late = True
        async with worker(tmp_path, state=state) as ledger:
            one, other = [await ledger.reserve(Attribution(), Decimal(1), NOW_US) for _ in range(2)]
            ledger.settle(one, Decimal("0.5"))
            state.is_lost = True
            with pytest.raises(StateLostError):
                await ledger.reserve(Attribution(), Decimal(6), NOW_US)
            ledger.settle(other, Decimal("0.25"))
            state.is_lost = False

    asyncio.run(calls())
    assert booked(tmp_path) == {"ten": Decimal("0.75")}


def test_what_was_settled_while_a_batch_was_on_its_way_is_held_until_it_is_booked(tmp_path: Path) -> None:
    async def calls() -> None:
        state = Losable(tmp_path / "state.sqlite")
        state.is_late = True
        async with worker(tmp_path, state=state) as ledger, worker(tmp_path) as other:
            one, two = [await ledger.reserve(Attribution(), Decimal(4), NOW_US) for _ in range(2)]
            ledger.settle(one, Decimal(4))
            state.is_lost = True
            assert not await ledger.answers()
            ledger.settle(two, Decimal(4))
            state.is_lost = False
            assert await ledger.answers()  # books the batch again, and not yet what came after it
            with pytest.raises(BudgetSpent):
                await other.reserve(Attribution(), Decimal(3), NOW_US)

    asyncio.run(calls())
    assert booked(tmp_path) == {"ten": Decimal(8)}
