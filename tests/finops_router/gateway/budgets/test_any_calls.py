"""Whatever calls do, in whatever order and in whichever worker: never over the cap, and every cost booked once."""

from __future__ import annotations

import asyncio
import os
from collections import defaultdict
from decimal import Decimal
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from finops_router.gateway.budgets import Attribution, Budget, BudgetSpent, Ledger, Reservation
from finops_router.gateway.budgets.books import Books
from finops_router.gateway.budgets.opening import standing
from finops_router.gateway.state.sqlite import SqliteState
from hypothesis import given, settings
from hypothesis import strategies as st

NOW_US = 1_764_331_200_000_000
NAMES = count(1)
BUDGETS = (
    Budget(name="all", most_usd=Decimal("3"), period="month", enforce="hard"),
    Budget(name="search", most_usd=Decimal("1"), period="day", enforce="hard", team="search"),
    Budget(name="openai", most_usd=Decimal("2"), period="week", enforce="hard", provider="openai"),
    Budget(name="seen", most_usd=Decimal("0.01"), period="year", enforce="soft", team="search"),
)
TARGETS = (("openai", "gpt-5-mini"), ("anthropic", "claude-haiku-4-5"))
Step = tuple[str, int, Decimal, Decimal | None, str | None, str | None, int]
USD = st.decimals(0, Decimal("0.9"), places=12)


@st.composite
def steps(draw: st.DrawFn) -> Step:
    """What one call does: how it ends, in which worker, what it may cost and costs, whose it is, who answers, when.

    It lasts until so many calls of all have got their money or been refused.
    """
    expected = draw(USD)
    cost = draw(st.none() | st.decimals(0, 1, places=2).map(lambda share: expected * share))
    return (
        draw(st.sampled_from(["settle", "release", "cancel"])),
        draw(st.integers(0, 1)),
        expected,
        cost,
        draw(st.sampled_from([None, "search"])),
        draw(st.sampled_from([None, "openai", "anthropic"])),
        draw(st.integers(0, 40)),
    )


async def run(folder: Path, calls: list[Step]) -> None:
    states = [SqliteState(folder / "state.sqlite") for _ in range(2)]
    workers = [
        Ledger(state, folder, f"w{next(NAMES)}", "here", Books(BUDGETS, ZoneInfo("UTC"), 1), lambda: NOW_US, 0.02)
        for state in states
    ]
    reserved, booked = defaultdict[str, Decimal](Decimal), defaultdict[str, Decimal](Decimal)

    decided, changed = 0, asyncio.Event()

    def counted(names: list[str], usd: Decimal) -> None:
        for name in names:
            reserved[name] += usd
            most = next(budget.most_usd for budget in BUDGETS if budget.name == name)
            assert reserved[name] + booked[name] <= most, name

    def spent(reservation: Reservation, cost: Decimal | None, provider: str | None) -> None:
        for account in (*reservation.hard, *reservation.soft):
            if provider is None or account.budget.provider in (None, provider):
                booked[account.budget.name] += reservation.expected_usd if cost is None else cost

    async def call(
        end: str,
        worker: int,
        expected: Decimal,
        cost: Decimal | None,
        team: str | None,
        provider: str | None,
        until_decided: int,
    ) -> None:
        nonlocal decided
        attribution = Attribution(team=team, targets=TARGETS)
        task = asyncio.ensure_future(workers[worker].reserve(attribution, expected, NOW_US))
        if end == "cancel":
            await asyncio.sleep(0)
            task.cancel()
        try:
            reservation = await task
        except (BudgetSpent, asyncio.CancelledError):
            return
        finally:
            decided += 1
            changed.set()
        names = [account.budget.name for account in reservation.hard]
        counted(names, expected)
        while decided < min(until_decided, len(calls)):
            changed.clear()
            await changed.wait()
        for name in names:
            reserved[name] -= expected
        if end == "release":
            workers[worker].release(reservation)
        else:
            spent(reservation, cost, provider)
            workers[worker].settle(reservation, cost, provider, ("gpt-5-mini",))
        workers[worker].release(reservation)

    for worker in workers:
        await worker.start()
    await asyncio.gather(*(call(*one) for one in calls))
    for worker in workers:
        await worker.close()
    assert {name: usd for name, _, usd in standing(states[0]) if usd} == {
        name: usd for name, usd in booked.items() if usd
    }
    assert states[0].read("workers") == []
    assert states[0].read("accounts")
    for state in states:
        state.close()


@settings(max_examples=30, deadline=None)
@given(st.lists(steps(), max_size=40))
def test_never_over_the_cap_and_nothing_lost(
    tmp_path_factory: pytest.TempPathFactory,
    calls: list[Step],
) -> None:
    asyncio.run(run(tmp_path_factory.mktemp("ledger"), calls))


@pytest.mark.skipif(not os.environ.get("FINOPS_SOAK"), reason="make soak")
@settings(max_examples=3000, deadline=None)
@given(st.lists(steps(), max_size=120))
def test_soak_never_over_the_cap_and_nothing_lost(
    tmp_path_factory: pytest.TempPathFactory,
    calls: list[Step],
) -> None:
    asyncio.run(run(tmp_path_factory.mktemp("ledger"), calls))
