"""A further attempt of a call is made only if there is money for it beside what the call has spent."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from decimal import Decimal

import pytest
from finops_router.demo.clock import run_virtual
from finops_router.errors import AllTargetsFailed, Unavailable
from finops_router.router import Router

from tests.finops_router.router_fixture import (
    SILENCE,
    START_US,
    A,
    B,
    RecordingRecorder,
    ScriptedProvider,
    Step,
    answer,
    chat,
    request,
)


@dataclass
class Purse:
    """Money for at most so many attempts at once; `asked` is what it was asked for."""

    attempts: int
    asked: list[tuple[Decimal, int]] = field(default_factory=list)

    async def cover(self, request_id: str, spent_usd: Decimal, attempts: int) -> bool:
        self.asked.append((spent_usd, attempts))
        return attempts + (spent_usd > 0) <= self.attempts


def asked(purse: Purse, *first: Step, hedge: bool = False) -> tuple[object, RecordingRecorder]:
    """What comes of a call of A, which does `first`, and then B, which answers; and its records."""
    records, config = RecordingRecorder(), chat((A, B), "performance-first" if hedge else "fixed")
    group = replace(config.groups["chat"], hedge=hedge)
    provider = ScriptedProvider({"openai": [1.0] * (30 if hedge else 0) + list(first)})
    router = Router(
        replace(config, groups={"chat": group}), {"openai": provider, "anthropic": provider}, records,
        clock=lambda: START_US, rng=random.Random(1), funds=purse,
    )  # fmt: skip

    async def run() -> object:
        for number in range(30 if hedge else 0):
            await router.complete(replace(request(number), strategy="fixed"))
        purse.asked.clear()
        records.attempts.clear()
        return await answer(router.complete(request(99)))

    return run_virtual(run()), records


def test_what_used_nothing_leaves_the_money_to_the_next() -> None:
    purse = Purse(1)
    _, records = asked(purse, Unavailable("down", 503))
    assert records.outcomes()[-1] == ("anthropic", "ok", None)
    assert purse.asked == []


def test_what_used_something_is_paid_beside_the_next() -> None:
    purse = Purse(2)
    _, records = asked(purse, SILENCE)
    assert records.outcomes()[-1] == ("anthropic", "ok", None)
    ((spent_usd, attempts),) = purse.asked
    assert float(spent_usd) == records.attempts[0].cost_estimated
    assert attempts == 1


def test_without_money_for_it_nobody_else_is_asked() -> None:
    ended, records = asked(Purse(1), SILENCE)
    assert isinstance(ended, AllTargetsFailed)
    assert records.outcomes() == [("openai", "timeout", "timeout"), ("anthropic", "skipped", "over_budget")]


@pytest.mark.parametrize(("money", "hedges"), [(1, False), (2, True)])
def test_an_attempt_beside_another_one_is_paid_for_too(money: int, hedges: bool) -> None:
    purse = Purse(money)
    _, records = asked(purse, 4.9, hedge=True)
    assert purse.asked[0] == (Decimal(0), 2)
    assert any(one.provider == "anthropic" and one.outcome == "ok" for one in records.attempts) is hedges
