"""A worker of its own for the tests: reserves and settles until it is told to stop, and prints what it spent.

worker_process.py FOLDER ADDRESS CALLS COST_USD EXPECTED_USD HANG
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from finops_router.gateway.budgets import Attribution, Budget, BudgetSpent, Ledger
from finops_router.gateway.budgets.books import Books
from finops_router.gateway.state.opening import open_state

CAP = Budget(name="cap", most_usd=Decimal(30), period="month", enforce="hard")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def main(folder: Path, address: str, calls: int, cost_usd: Decimal, expected_usd: Decimal, hang: str) -> None:
    def now_us() -> int:
        return time.time_ns() // 1000

    state = open_state(address or None, folder)
    books = Books((CAP,), ZoneInfo("UTC"), 1)
    ledger = Ledger(state, folder / "slates", f"w{os.getpid()}-{time.monotonic_ns()}", "here", books, now_us)
    await ledger.start()
    say("ready")
    sys.stdin.readline()
    settled = 0

    async def call() -> None:
        nonlocal settled
        reservation = await ledger.reserve(Attribution(), expected_usd, now_us())
        await asyncio.sleep(0)
        if hang == "reserved":
            say("reserved")
            await asyncio.sleep(3600)
        ledger.settle(reservation, cost_usd)
        settled += 1
        if hang == "slowly":
            say("settled")

    if hang == "slowly":
        with suppress(BudgetSpent):
            for _ in range(calls):
                await call()
        calls = 0
    done = await asyncio.gather(*(call() for _ in range(calls)), return_exceptions=True)
    unexpected = [one for one in done if isinstance(one, BaseException) and not isinstance(one, BudgetSpent)]
    if unexpected:
        raise unexpected[0]
    say(str(settled))
    if hang == "settled":
        os.kill(os.getpid(), 9)  # at once: no tick has booked it
    await ledger.close()
    state.close()


if __name__ == "__main__":
    folder, address, calls, cost, expected, hang = sys.argv[1:]
    asyncio.run(main(Path(folder), address, int(calls), Decimal(cost), Decimal(expected), hang))
