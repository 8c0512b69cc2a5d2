"""Exchange with the shared state: book what was spent, give back what is idle, lease what is needed. One transaction.

A worker states what it holds from now on, not by how much that changes: if an answer is lost on its way, the next
exchange puts it right. What was spent carries a number, so that the same batch is booked once.

    room   = most - spent - what others hold - what this worker holds
    granted = what is needed, as far as there is room; and in advance at most an eighth of what is left, shared among
              all workers that hold something. So leases shrink as the budget does, to exact reservations in the end.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from finops_router.gateway.budgets.account import NOTHING
from finops_router.gateway.state.contract import State, Statements

IN_ADVANCE = 8  # the part of what is left that is leased in advance, by all workers together
WANTED_US = 2_000_000  # so long others give back what is idle after somebody was short of it


class Ask(msgspec.Struct, frozen=True):
    """What a worker says of one budget: what it holds (USD), and what it would like on top of that.

    `most_usd` is None for a budget that refuses nothing. `settled_usd` is a part of the batch; what was settled
    since that was made (if its answer was lost) is in `reserved_usd` until it is booked. It would like to have
    `in_advance_usd` idle; if not even `least_usd`, its largest call, can be leased in advance, nothing is.
    """

    budget: str
    start_us: int
    most_usd: Decimal | None
    settled_usd: Decimal
    reserved_usd: Decimal
    kept_usd: Decimal
    needed_usd: Decimal
    in_advance_usd: Decimal
    least_usd: Decimal


class Answer(msgspec.Struct, frozen=True):
    """What the state says: what all have spent, what is granted, and how much of what was needed is missing.

    `idle_elsewhere_usd` is leased to other workers and not in use; they give it back within a moment. `holders` are
    all others that hold something, dead ones, too.
    """

    spent_usd: Decimal
    granted_usd: Decimal = NOTHING
    missing_usd: Decimal = NOTHING
    idle_elsewhere_usd: Decimal = NOTHING
    is_tight: bool = False
    holders: tuple[str, ...] = ()


def exchange(
    state: State, worker: str, host: str, number: int, asks: tuple[Ask, ...], now_us: int
) -> tuple[Answer, ...]:
    """Return an answer for each of `asks`; `number` is that of the batch of settlements in them.

    Raises StateLostError; then it is not known whether it was done.
    """
    with state.transaction() as statements:
        now_us = statements.time_us(now_us)
        rows = statements.run("worker", {"worker": worker})
        booked = rows[0][0] if rows else 0
        values = {"worker": worker, "host": host, "now_us": now_us, "booked": max(booked, number)}
        statements.run("worker_set", values)
        return tuple(_answer(statements, worker, ask, number > booked, now_us) for ask in asks)


def _answer(statements: Statements, worker: str, ask: Ask, is_new: bool, now_us: int) -> Answer:
    key = {"budget": ask.budget, "start_us": ask.start_us}
    rows = statements.run("account", key)
    before_usd, wanted_us = (Decimal(rows[0][0]), rows[0][1]) if rows else (NOTHING, 0)
    spent_usd = before_usd + ask.settled_usd if is_new else before_usd
    if ask.most_usd is None:
        _set_account(statements, ask, spent_usd, wanted_us)
        return Answer(spent_usd)
    others = [row for row in statements.run("holds", key) if row[0] != worker]
    own_usd = ask.reserved_usd + ask.kept_usd
    room_usd = max(ask.most_usd - spent_usd - sum(Decimal(row[1]) for row in others) - own_usd, NOTHING)
    granted_usd = min(ask.needed_usd, room_usd)
    share_usd = (room_usd - granted_usd) / (IN_ADVANCE * (len(others) + 1))
    is_tight = share_usd < max(ask.least_usd, ask.needed_usd) or now_us - wanted_us < WANTED_US
    advance_usd = NOTHING if is_tight else max(min(ask.in_advance_usd - ask.kept_usd, share_usd), NOTHING)
    missing_usd = ask.needed_usd - granted_usd
    _set_account(statements, ask, spent_usd, now_us if missing_usd else wanted_us)
    _set_hold(statements, worker, ask, own_usd + granted_usd + advance_usd, ask.kept_usd + advance_usd)
    return Answer(
        spent_usd,
        granted_usd + advance_usd,
        missing_usd,
        sum((Decimal(row[2]) for row in others), NOTHING),
        is_tight,
        tuple(row[0] for row in others),
    )


def _set_account(statements: Statements, ask: Ask, spent_usd: Decimal, wanted_us: int) -> None:
    values = {"budget": ask.budget, "start_us": ask.start_us, "spent_usd": f"{spent_usd:f}", "wanted_us": wanted_us}
    statements.run("account_set", values)


def _set_hold(statements: Statements, worker: str, ask: Ask, held_usd: Decimal, idle_usd: Decimal) -> None:
    values = {"worker": worker, "budget": ask.budget, "start_us": ask.start_us}
    if held_usd:
        statements.run("hold_set", values | {"held_usd": f"{held_usd:f}", "idle_usd": f"{idle_usd:f}"})
    else:
        statements.run("hold_drop", values)
