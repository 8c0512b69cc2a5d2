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


class Counts:
    """What is reserved and booked of each budget, counted by hand; how many calls have got their money or a refusal."""

    def __init__(self, calls: int) -> None:
        self.reserved, self.booked = defaultdict[str, Decimal](Decimal), defaultdict[str, Decimal](Decimal)
        self._calls, self._decided, self._changed = calls, 0, asyncio.Event()

    def decide(self) -> None:
        self._decided += 1
        self._changed.set()

    async def until_decided(self, calls: int) -> None:
        while self._decided < min(calls, self._calls):
            self._changed.clear()
            await self._changed.wait()

    def reserve(self, names: list[str], usd: Decimal) -> None:
        for name in names:
            self.reserved[name] += usd
            most = next(budget.most_usd for budget in BUDGETS if budget.name == name)
            assert self.reserved[name] + self.booked[name] <= most, name

    def end(self, names: list[str], usd: Decimal) -> None:
        for name in names:
            self.reserved[name] -= usd

    def spend(self, reservation: Reservation, cost: Decimal | None, provider: str | None) -> None:
        for account in (*reservation.hard, *reservation.soft):
            if provider is None or account.budget.provider in (None, provider):
                self.booked[account.budget.name] += reservation.expected_usd if cost is None else cost


async def call(workers: list[Ledger], counts: Counts, step: Step) -> None:
    """Do what `step` says, and count it."""
    end, worker, expected, cost, team, provider, until_decided = step
    ledger = workers[worker]
    task = asyncio.ensure_future(ledger.reserve(Attribution(team=team, targets=TARGETS), expected, NOW_US))
    if end == "cancel":
        await asyncio.sleep(0)
        task.cancel()
    try:
        reservation = await task
    except (BudgetSpent, asyncio.CancelledError):
        return
    finally:
        counts.decide()
    names = [account.budget.name for account in reservation.hard]
    counts.reserve(names, expected)
    await counts.until_decided(until_decided)
    counts.end(names, expected)
    if end == "release":
        ledger.release(reservation)
    else:
        counts.spend(reservation, cost, provider)
        ledger.settle(reservation, cost, provider, ("gpt-5-mini",))
    ledger.release(reservation)


async def run(folder: Path, calls: list[Step]) -> None:
    states = [SqliteState(folder / "state.sqlite") for _ in range(2)]
    workers = [
        Ledger(state, folder, f"w{next(NAMES)}", "here", Books(BUDGETS, ZoneInfo("UTC"), 1), lambda: NOW_US, 0.02)
        for state in states
    ]
    counts = Counts(len(calls))
    for worker in workers:
        await worker.start()
    await asyncio.gather(*(call(workers, counts, one) for one in calls))
    for worker in workers:
        await worker.close()
    assert {name: usd for name, _, usd in standing(states[0]) if usd} == {
        name: usd for name, usd in counts.booked.items() if usd
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
