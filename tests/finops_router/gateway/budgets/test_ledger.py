"""The ledger: no call begins that could go beyond a hard budget, and every cost is booked once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from finops_router.gateway.budgets import Attribution, Budget, BudgetSpent, Ledger
from finops_router.gateway.budgets.books import Books
from finops_router.gateway.budgets.opening import at_least, standing
from finops_router.gateway.state.sqlite import SqliteState

NOW_US = 1_764_331_200_000_000  # 2025-11-28 12:00 UTC
MONTH_US = 1_761_955_200_000_000  # 2025-11-01
NAMES = count(1)
TEN = Budget(name="ten", most_usd=Decimal(10), period="month", enforce="hard")


@asynccontextmanager
async def worker(folder: Path, *budgets: Budget) -> AsyncIterator[Ledger]:
    state = SqliteState(folder / "state.sqlite")
    books = Books(budgets or (TEN,), ZoneInfo("UTC"), 1)
    ledger = Ledger(state, folder / "slates", f"worker-{next(NAMES)}", "here", books, lambda: NOW_US)
    await ledger.start()
    try:
        yield ledger
    finally:
        await ledger.close()
        state.close()


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
