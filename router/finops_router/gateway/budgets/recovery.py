"""Take back what dead workers held, and book what they had spent and not yet booked.

A worker of this host is dead if the file of its slate can be locked. One of another host is taken for dead if it was
not seen for half a minute: it stops spending its lease after half of that by itself (ledger.py). What it had written on
its slate is booked when its host is there again.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from finops_router.gateway.budgets.account import NOTHING
from finops_router.gateway.budgets.slate import ENDING, lines_after
from finops_router.gateway.locked_file import lock, unlock
from finops_router.gateway.state.contract import State, Statements

LEASE_US = 30_000_000  # of a worker on another host that was not seen
FORGOTTEN_US = 35 * 86_400_000_000  # so long its slate may still turn up


def recover(state: State, folder: Path, own: str, now_us: int) -> int:
    """Return how many dead workers were found and cleared. Raises StateLostError, OSError."""
    here = {path.name.removesuffix(ENDING): path for path in folder.glob(f"*{ENDING}")}
    dead = sum([_clear(state, path, worker) for worker, path in here.items() if worker != own])
    with state.transaction() as statements:
        now_us = statements.time_us(now_us)
        for worker, _, seen_us in statements.run("workers"):
            if worker in here or worker == own or now_us - seen_us < LEASE_US:
                continue
            statements.run("holds_drop", {"worker": worker})
            if now_us - seen_us > FORGOTTEN_US:
                statements.run("worker_drop", {"worker": worker})
    return dead


def is_any_dead(folder: Path, workers: Iterable[str]) -> bool:
    """Return whether one of these workers of this host has died. Raises OSError."""
    return any(_is_dead(folder / f"{worker}{ENDING}") for worker in workers)


def _is_dead(slate: Path) -> bool:
    try:
        handle = lock(slate, os.O_RDWR)
    except FileNotFoundError:  # it is on another host, or gone since
        return False
    if handle is None:
        return False
    unlock(handle)
    return True


def forget(state: State, worker: str) -> None:
    """Drop a worker that holds nothing and has booked everything. Raises StateLostError."""
    with state.transaction() as statements:
        _drop(statements, worker)


def _clear(state: State, path: Path, worker: str) -> bool:
    """Book the slate at `path` and drop its worker, if that is dead."""
    try:
        handle = lock(path, os.O_RDWR)
    except FileNotFoundError:  # somebody else was quicker
        return False
    if handle is None:
        return False
    try:
        content = _content(handle)
        with state.transaction() as statements:
            rows = statements.run("worker", {"worker": worker})
            if rows:  # else everything of it is booked: it goes in the same transaction
                _book(statements, content, rows[0][0])
            _drop(statements, worker)
        path.unlink(missing_ok=True)
    finally:
        unlock(handle)
    return True


def _drop(statements: Statements, worker: str) -> None:
    for name in ("holds_drop", "worker_drop"):
        statements.run(name, {"worker": worker})


def _book(statements: Statements, content: bytes, booked: int) -> None:
    spent: defaultdict[tuple[str, int], Decimal] = defaultdict(lambda: NOTHING)
    for line in lines_after(content, booked):
        for account in line.accounts:
            spent[account] += line.cost_usd
    for (budget, start_us), more_usd in spent.items():
        rows = statements.run("account", {"budget": budget, "start_us": start_us})
        before_usd, wanted_us = (Decimal(rows[0][0]), rows[0][1]) if rows else (NOTHING, 0)
        values = {"budget": budget, "start_us": start_us, "wanted_us": wanted_us}
        statements.run("account_set", values | {"spent_usd": f"{before_usd + more_usd:f}"})


def _content(handle: int) -> bytes:
    with os.fdopen(os.dup(handle), "rb") as file:
        file.seek(0)
        return file.read()
