"""A late first try gets a rival; the loser is given up, and what it used is paid for and said."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from finops_router.calls import Delta, Reply, Request, Target
from finops_router.demo.clock import run_virtual
from finops_router.errors import Rejected, Unavailable
from finops_router.router import Router
from finops_router.settings.router import Group, RouterConfig

from tests.finops_router.stage import SILENCE, START_US, A, B, Kept, Scripted, Stage, request

FAST, SLOW = replace(A, expected_ttft_ms=100, attempt_timeout_s=30), replace(B, attempt_timeout_s=30)
WARM = 25  # answers of one second, so that the 95th percentile is one


def hedging(
    openai: list[float | str | Exception], anthropic: list[float | str | Exception], fast: Target = FAST
) -> Stage:
    kept, provider = Kept(), Scripted(openai=[*[1.0] * WARM, *openai], anthropic=anthropic)
    group = Group(name="chat", strategy="performance-first", targets=(fast, SLOW), hedge=True)
    group = replace(group, taste=replace(group.taste, explore_share=0.0))
    config = RouterConfig(groups={"chat": group}, deadline_s=60.0)
    router = Router(config, {"openai": provider, "anthropic": provider}, kept, clock=lambda: START_US)
    play = Stage(kept, provider, router)
    play.ask(*(request(number) for number in range(WARM)))
    assert set(play.provider.seen) == {"openai"}
    kept.attempts.clear()
    kept.requests.clear()
    return play


def test_an_answer_in_time_has_no_rival() -> None:
    play = hedging([1.0], [])
    play.ask(request())
    assert play.kept.tries() == [("openai", "ok", None)]


def test_the_rival_of_a_late_one_answers_and_both_are_paid() -> None:
    play = hedging([SILENCE], [0.5])
    (reply,) = play.ask(request())
    assert isinstance(reply, Reply)
    assert sorted(play.kept.tries()) == [("anthropic", "ok", None), ("openai", "cancelled", "hedged")]
    costs = {attempt.provider: attempt.cost_estimated for attempt in play.kept.attempts}
    hedges = {attempt.provider: attempt.hedge for attempt in play.kept.attempts}
    (record,) = play.kept.requests
    assert (record.provider, record.status, record.attempts) == ("anthropic", "ok", 2)
    assert hedges == {"openai": None, "anthropic": True}
    assert costs["openai"]
    assert costs["anthropic"]
    assert record.cost_estimated == pytest.approx(costs["openai"] + costs["anthropic"])
    assert 1000 < (record.latency_ms or 0) < 3000


def test_a_late_one_that_wins_all_the_same_is_the_answer() -> None:
    play = hedging([2.0], [5.0])
    play.ask(request())
    (record,) = play.kept.requests
    assert (record.provider, record.latency_ms) == ("openai", 2000.0)
    assert sorted(play.kept.tries()) == [("anthropic", "cancelled", "hedged"), ("openai", "ok", None)]


@pytest.mark.parametrize("rival", [Unavailable("down", 503), Rejected("no", 400)])
def test_a_rival_that_fails_harms_nobody(rival: Exception) -> None:
    play = hedging([3.0], [rival])
    play.ask(request())
    (record,) = play.kept.requests
    assert (record.provider, record.status) == ("openai", "ok")


def test_where_both_fail_the_error_says_so() -> None:
    play = hedging([SILENCE], [Unavailable("down", 503)])
    (failed,) = play.ask(request())
    assert "timeout" in str(failed)
    assert "unavailable" in str(failed)
    assert play.provider.seen == {"openai": WARM + 1, "anthropic": 1}


def test_the_caller_that_goes_away_ends_both() -> None:
    play = hedging([SILENCE], [SILENCE])

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(10.0):
                await play.router.complete(request())

    run_virtual(give_up())
    assert sorted(play.kept.tries()) == [
        ("anthropic", "cancelled", "cancelled"),
        ("openai", "cancelled", "cancelled"),
    ]
    (record,) = play.kept.requests
    assert record.status == "cancelled"


def test_a_live_stream_is_the_winners_alone() -> None:
    play = hedging([], [])

    class Talking(Scripted):
        async def stream(self, target, request):  # type: ignore[no-untyped-def]  # as Scripted.stream
            self.seen[target.provider] += 1
            await asyncio.sleep(9.0 if target.provider == "openai" else 0.2)
            yield Delta(text=target.provider)
            await asyncio.sleep(1.0)
            yield (await super().complete(target, request))

    provider = Talking()
    for name in ("openai", "anthropic"):
        play.router._providers[name] = provider  # type: ignore[index]  # the dictionary of the fixture

    async def listen() -> list[object]:
        return [piece async for piece in play.router.stream(request(), live=True)]

    pieces = run_virtual(listen())
    assert [piece.text for piece in pieces if isinstance(piece, Delta)] == ["anthropic"]
    assert isinstance(pieces[-1], Reply)


def test_two_calls_in_one_turn_of_the_loop_keep_to_the_limit() -> None:
    play = hedging([], [], fast=replace(FAST, max_concurrency=1))
    running, most = 0, 0

    class Counting(Scripted):
        async def complete(self, target: Target, request: Request) -> Reply:
            nonlocal running, most
            running += target.provider == "openai"
            most = max(most, running)
            try:
                return await super().complete(target, request)
            finally:
                running -= target.provider == "openai"

    play.router._providers["openai"] = Counting()  # type: ignore[index]  # the dictionary of the fixture

    async def go() -> list[Reply]:
        return await asyncio.gather(*(play.router.complete(request(number)) for number in (100, 101)))

    assert len(run_virtual(go())) == 2
    assert most == 1
