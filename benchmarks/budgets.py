"""What a key, its limits and hard budgets cost a request of the gateway, in processor time, beside bare commits."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from finops_router.calls import Target
from finops_router.gateway.budgets import Attribution, Budget, BudgetSpent, Ledger, most_usd
from finops_router.gateway.budgets.books import Books
from finops_router.gateway.keys import Key, Keys, KeyStore
from finops_router.gateway.limits import Limits
from finops_router.gateway.state.sqlite import SqliteState
from finops_router.pricing.prices import Prices

CALLS = 20_000
PLENTY_USD, SCARCE_USD = Decimal(1_000_000), Decimal(1)
EXPECTED_USD, COST_USD = Decimal("0.01"), Decimal("0.0001")
TARGETS = (
    Target(provider="openai", model="gpt-5-mini"),
    Target(provider="anthropic", model="claude-haiku-4-5"),
)


def now_us() -> int:
    return time.time_ns() // 1000


def processor_us(calls: int, work: Callable[[], object]) -> float:
    """Return the processor time of one call of `work`, in microseconds."""
    work()
    began_s = time.process_time()
    for _ in range(calls):
        work()
    return (time.process_time() - began_s) / calls * 1e6


async def reserved_and_settled(folder: Path, most: Decimal, at_once: int, calls: int) -> tuple[float, int]:
    """Return the processor time of a call in microseconds, and how many were refused; each counts for three budgets."""
    budgets = tuple(
        Budget(
            name=f"b{number}", most_usd=most, period="month", enforce="hard", team=None if number < 2 else f"t{number}"
        )
        for number in range(5)
    )
    state = SqliteState(folder / f"{most}-{at_once}.sqlite")
    ledger = Ledger(state, folder, f"w{most}-{at_once}", "here", Books(budgets, ZoneInfo("UTC"), 1), now_us)
    await ledger.start()
    attribution = Attribution(team="t2", targets=tuple((one.provider, one.model) for one in TARGETS))
    refused = 0

    async def client() -> None:
        nonlocal refused
        for _ in range(calls // at_once):
            try:
                reservation = await ledger.reserve(attribution, EXPECTED_USD, now_us())
            except BudgetSpent:
                refused += 1
                continue
            await asyncio.sleep(0)
            ledger.settle(reservation, COST_USD, "openai", ("gpt-5-mini",))

    began_s = time.process_time()
    await asyncio.gather(*(client() for _ in range(at_once)))
    took_us = (time.process_time() - began_s) / calls * 1e6
    await ledger.close()
    state.close()
    return took_us, refused


def commit_us(folder: Path, calls: int) -> float:
    """Return the processor time of a bare transaction on one row: a call would need two of them without leases."""
    connection = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
    for statement in ("pragma journal_mode = wal", "pragma synchronous = normal", "create table one (spent text)"):
        connection.execute(statement)
    connection.execute("insert into one values ('0')")

    def commit() -> None:
        connection.execute("begin immediate")
        (spent,) = connection.execute("select spent from one").fetchone()
        connection.execute("update one set spent = ?", (str(Decimal(spent) + COST_USD),))
        connection.execute("commit")

    found = processor_us(calls, commit)
    connection.close()
    return found


def run(calls: int = CALLS) -> None:
    """Print a line each."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        state = SqliteState(folder / "keys.sqlite")
        store = KeyStore(state, os.urandom)
        made = store.add(Key(id="", name="a", requests_per_minute=10**8, tokens_per_minute=10**9, concurrency=9), 1)
        keys, limits, prices = Keys(store), Limits(folder), Prices()
        rows = [
            ("a key found", processor_us(calls, lambda: keys.find(made.secret, 1))),
            ("let in by three limits and out", processor_us(calls, lambda: _in_and_out(limits, made.key))),
            ("the most it can cost, 2 targets", processor_us(calls, lambda: most_usd(TARGETS, 900, 500, prices, 1))),
            ("a bare commit of SQLite, twice", 2 * commit_us(folder, calls)),
        ]
        for name, us in rows:
            print(f"{name}: {us:.1f} us")
        for most, at_once in ((PLENTY_USD, 1), (PLENTY_USD, 32), (SCARCE_USD, 32)):
            us, refused = asyncio.run(reserved_and_settled(folder, most, at_once, calls))
            told = f"{refused / calls:.0%} refused" if refused else "none refused"
            print(f"reserved and settled in three budgets of ${most}, {at_once} at once: {us:.1f} us, {told}")
        keys.close()
        limits.close()
        state.close()


def _in_and_out(limits: Limits, key: Key) -> None:
    limits.release(limits.admit(key, 1, now_us()), 1)
