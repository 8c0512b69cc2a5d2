"""A late first attempt gets a rival; the loser is given up, and what it used is paid for and recorded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import replace

import pytest
from finops_router.call.hedge import Piece, Pieces, hedged
from finops_router.call.outcomes import LostRace
from finops_router.calls import Delta, Reply, Request, Target, Usage
from finops_router.choice.strategies import StrategySettings
from finops_router.demo.clock import run_virtual
from finops_router.errors import Rejected, Unavailable

from tests.finops_router.router_fixture import (
    SILENCE,
    A,
    B,
    RouterFixture,
    ScriptedProvider,
    Step,
    chat,
    request,
    router_fixture,
)

FAST, SLOW = replace(A, expected_ttft_ms=100, attempt_timeout_s=30), replace(B, attempt_timeout_s=30)
WARM = 25  # answers of one second, so that the 95th percentile is one


def hedging(
    openai: Sequence[Step] = (),
    anthropic: Sequence[Step] = (),
    fast: Target = FAST,
    provider: ScriptedProvider | None = None,
) -> RouterFixture:
    """A router that hedges, warm with answers of one second by `fast`; the scripts are what comes after them."""
    config = chat((fast, SLOW), "performance-first", deadline_s=60.0)
    group = replace(config.groups["chat"], hedge=True, strategy_settings=StrategySettings(explore_share=0.0))
    warm_openai = [*[1.0] * WARM, *openai]
    fixture = router_fixture(
        config=replace(config, groups={"chat": group}), provider=provider, openai=warm_openai, anthropic=anthropic
    )
    fixture.ask(*(request(number) for number in range(WARM)))
    assert set(fixture.provider.seen) == {"openai"}
    fixture.records.attempts.clear()
    fixture.records.requests.clear()
    return fixture


def test_an_answer_in_time_has_no_rival() -> None:
    fixture = hedging([1.0], [])
    fixture.ask(request())
    assert fixture.records.outcomes() == [("openai", "ok", None)]


def test_the_rival_of_a_late_one_answers_and_both_are_paid() -> None:
    fixture = hedging([SILENCE], [0.5])
    (reply,) = fixture.ask(request())
    assert isinstance(reply, Reply)
    assert sorted(fixture.records.outcomes()) == [("anthropic", "ok", None), ("openai", "cancelled", "hedged")]
    costs = {attempt.provider: attempt.cost_estimated for attempt in fixture.records.attempts}
    hedges = {attempt.provider: attempt.hedge for attempt in fixture.records.attempts}
    (record,) = fixture.records.requests
    assert (record.provider, record.status, record.attempts) == ("anthropic", "ok", 2)
    assert hedges == {"openai": None, "anthropic": True}
    assert costs["openai"]
    assert costs["anthropic"]
    assert record.cost_estimated == pytest.approx(costs["openai"] + costs["anthropic"])
    assert 1000 < (record.latency_ms or 0) < 3000


def test_a_late_one_that_wins_all_the_same_is_the_answer() -> None:
    fixture = hedging([2.0], [5.0])
    fixture.ask(request())
    (record,) = fixture.records.requests
    assert (record.provider, record.latency_ms) == ("openai", 2000.0)
    assert sorted(fixture.records.outcomes()) == [("anthropic", "cancelled", "hedged"), ("openai", "ok", None)]


@pytest.mark.parametrize("rival", [Unavailable("down", 503), Rejected("no", 400)])
def test_a_rival_that_fails_harms_nobody(rival: Exception) -> None:
    fixture = hedging([3.0], [rival])
    fixture.ask(request())
    (record,) = fixture.records.requests
    assert (record.provider, record.status) == ("openai", "ok")


def test_if_both_fail_the_error_has_both() -> None:
    fixture = hedging([SILENCE] * 9, [Unavailable("down", 503)] * 9)
    (failed,) = fixture.ask(request())
    assert "timeout" in str(failed)
    assert "unavailable" in str(failed)
    assert fixture.provider.seen == {"openai": WARM + 2, "anthropic": 2}  # each once more, as nobody else is left


def test_the_caller_that_goes_away_ends_both() -> None:
    fixture = hedging([SILENCE], [SILENCE])

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(10.0):
                await fixture.router.complete(request())

    run_virtual(give_up())
    assert sorted(fixture.records.outcomes()) == [
        ("anthropic", "cancelled", "cancelled"),
        ("openai", "cancelled", "cancelled"),
    ]
    (record,) = fixture.records.requests
    assert record.status == "cancelled"
    costs_usd = [attempt.cost_estimated or 0.0 for attempt in fixture.records.attempts]
    assert all(costs_usd)
    assert record.cost_estimated == pytest.approx(sum(costs_usd))


def test_a_caller_that_goes_away_twice_leaves_nothing_unrecorded() -> None:
    """The second time comes while the first attempt lets go of its connection."""

    class Slow(ScriptedProvider):
        async def complete(self, target: Target, request: Request) -> Reply:
            try:
                return await super().complete(target, request)
            finally:
                await asyncio.sleep(1.0)

    fixture = hedging([SILENCE], [SILENCE], provider=Slow({"openai": [0.0] * WARM + [SILENCE], "anthropic": [SILENCE]}))

    async def give_up() -> None:
        call = asyncio.ensure_future(fixture.router.complete(request()))
        for wait_s in (10.0, 0.5):
            await asyncio.wait({call}, timeout=wait_s)
            call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert [attempt.outcome for attempt in fixture.records.attempts] == ["cancelled", "cancelled"]

    run_virtual(give_up())
    (record,) = fixture.records.requests
    assert record.attempts == 2


class StreamingProvider(ScriptedProvider):
    """Streams its name after a wait that is long at openai once it is warm, and a second later the answer."""

    async def stream(self, target: Target, request: Request) -> AsyncGenerator[Delta | Reply, None]:
        is_warm = self.seen["openai"] >= WARM
        await asyncio.sleep(9.0 if is_warm and target.provider == "openai" else 0.2)
        yield Delta(text=target.provider)
        yield await self.complete(target, request)


def test_a_live_stream_is_the_winners_alone() -> None:
    fixture = hedging(provider=StreamingProvider({}))

    async def listen() -> list[Piece]:
        return [piece async for piece in fixture.router.stream(request(), live=True)]

    pieces = run_virtual(listen())
    assert [piece.text for piece in pieces if isinstance(piece, Delta)] == ["anthropic"]
    assert isinstance(pieces[-1], Reply)
    (loser,) = (attempt for attempt in fixture.records.attempts if attempt.error_type == "hedged")
    assert (loser.input_tokens, loser.output_tokens) == (1000, 0)  # it was silent, and had the prompt
    assert loser.cost_estimated == pytest.approx(1000 * 0.15 / 1e6)


def test_two_calls_in_one_turn_of_the_loop_keep_to_the_limit() -> None:
    running = most = 0

    class Counting(ScriptedProvider):
        async def complete(self, target: Target, request: Request) -> Reply:
            nonlocal running, most
            running += target.provider == "openai"
            most = max(most, running)
            try:
                return await super().complete(target, request)
            finally:
                running -= target.provider == "openai"

    fixture = hedging(fast=replace(FAST, max_concurrency=1), provider=Counting({}))
    replies = fixture.ask_at_once(request(100), request(101))
    assert all(isinstance(reply, Reply) for reply in replies)
    assert most == 1


def test_a_loser_that_waits_is_ended_by_an_error_of_its_own_and_may_clean_up() -> None:
    seen: list[type[BaseException]] = []

    async def slow() -> Pieces:
        try:
            await asyncio.sleep(60.0)
        except BaseException as err:
            seen.append(type(err))
            await asyncio.sleep(1.0)  # as an SDK that closes its connection
            raise
        yield Reply(model="slow", usage=Usage(input_tokens=1, output_tokens=1))

    async def fast() -> Pieces:
        await asyncio.sleep(1.0)
        yield Delta(text="fast")

    assert run_virtual(collected(slow(), fast)) == [Delta(text="fast")]
    assert seen == [LostRace]


def test_a_loser_that_has_spoken_too_late_is_ended_by_the_same_error() -> None:
    seen: list[type[BaseException]] = []

    async def first() -> Pieces:
        await asyncio.sleep(2.0)
        yield Delta(text="first")

    async def second() -> Pieces:
        await asyncio.sleep(1.0)
        try:
            yield Delta(text="second")
        except BaseException as err:
            seen.append(type(err))
            raise

    assert run_virtual(collected(first(), second)) == [Delta(text="first")]
    assert seen == [LostRace]


async def collected(first: Pieces, second: Callable[[], Pieces]) -> list[Piece]:
    return [piece async for piece in hedged(first, second, late_s=1.0)]
