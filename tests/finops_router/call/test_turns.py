"""Whose turn it is: targets that cool down are skipped, full ones come last, and too small ones never."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from finops_router.call.call import Call
from finops_router.call.turns import Turns
from finops_router.calls import Reply
from finops_router.demo.clock import run_virtual
from finops_router.errors import AllTargetsFailed, ContextTooLong, RateLimited, Unavailable

from tests.finops_router.router_fixture import (
    SILENCE,
    START_US,
    A,
    B,
    RecordingRecorder,
    request,
    router_fixture,
    services_for,
)


def test_a_429_is_never_hammered_but_failed_over_and_its_cooldown_honoured() -> None:
    fixture = router_fixture(openai=[RateLimited("slow down", 429, retry_after_s=60.0)])
    fixture.ask(request(1), request(2))

    assert fixture.provider.seen == {"openai": 1, "anthropic": 2}
    assert fixture.records.outcomes() == [
        ("openai", "error", "rate_limited"),
        ("anthropic", "ok", None),
        ("openai", "skipped", None),
        ("anthropic", "ok", None),
    ]
    assert fixture.records.attempts[0].http_status == 429
    assert [record.attempts for record in fixture.records.requests] == [2, 1]


def test_a_429_without_retry_after_cools_the_target_down_for_a_while() -> None:
    fixture = router_fixture(openai=[RateLimited("slow down", 429)])

    async def run() -> None:
        await fixture.router.complete(request(1))
        await asyncio.sleep(3.9)  # with the answer's second: 4.9 s after the refusal
        await fixture.router.complete(request(2))
        await asyncio.sleep(2.6)  # at most half as long again
        await fixture.router.complete(request(3))

    run_virtual(run())
    assert [attempt.provider for attempt in fixture.records.attempts if attempt.outcome == "ok"] == [
        "anthropic",
        "anthropic",
        "openai",
    ]
    assert fixture.provider.seen["openai"] == 2


def test_a_target_cools_down_after_failures_in_a_row_and_is_tried_again_afterwards() -> None:
    fixture = router_fixture(openai=[Unavailable("down", 503)] * 2)

    async def run() -> None:
        for number in range(3):
            await fixture.router.complete(request(number))
        await asyncio.sleep(30)
        await fixture.router.complete(request(4))

    run_virtual(run())
    assert fixture.provider.seen == {"openai": 3, "anthropic": 3}
    assert fixture.records.outcomes()[4] == ("openai", "skipped", None)
    assert fixture.records.outcomes()[-1] == ("openai", "ok", None)


def test_the_only_target_cools_down_too() -> None:
    fixture = router_fixture(targets=(A,), openai=[RateLimited("slow down", 429, 60.0)])
    first, second = fixture.ask(request(1), request(2))

    assert isinstance(first, AllTargetsFailed)
    assert isinstance(second, AllTargetsFailed)
    assert fixture.provider.seen == {"openai": 1}
    assert [record.attempts for record in fixture.records.requests] == [1, 0]
    assert fixture.records.requests[1].provider == "openai"


def test_a_flapping_target_is_probed_by_one_request_and_gets_its_traffic_back() -> None:
    fixture = router_fixture(openai=[Unavailable("down", 503), Unavailable("down", 503), 4.0])

    async def run() -> None:
        await fixture.router.complete(request(1))
        await fixture.router.complete(request(2))  # the second failure: openai cools down for 30 s
        await asyncio.sleep(31.0)
        crowd = [asyncio.create_task(fixture.router.complete(request(number))) for number in range(3, 13)]
        await asyncio.gather(*crowd)
        assert fixture.provider.seen["openai"] == 3  # one of ten probed
        await asyncio.gather(*(fixture.router.complete(request(number)) for number in range(13, 23)))

    run_virtual(run())
    assert fixture.provider.seen["openai"] == 13


def test_a_probe_that_is_cancelled_lets_the_next_one_probe() -> None:
    fixture = router_fixture(openai=[RateLimited("slow down", 429, retry_after_s=5.0), SILENCE])

    async def run() -> None:
        await fixture.router.complete(request(1))
        await asyncio.sleep(5.0)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.0):
                await fixture.router.complete(request(2))
        await fixture.router.complete(request(3))

    run_virtual(run())
    assert fixture.records.requests[-1].provider == "openai"


@pytest.mark.parametrize(("window", "seen"), [(2_000, {"openai": 1, "anthropic": 1}), (500, {"openai": 1})])
def test_a_context_too_long_goes_to_a_larger_window_only(window: int, seen: dict[str, int]) -> None:
    targets = (replace(A, context_tokens=1_000), replace(B, context_tokens=window))
    fixture = router_fixture(targets=targets, openai=[ContextTooLong("too long", 400)])
    (got,) = fixture.ask(request())
    assert fixture.provider.seen == seen
    assert isinstance(got, Reply if window == 2_000 else ContextTooLong)


def test_one_that_is_full_is_asked_after_those_that_are_free() -> None:
    fixture = router_fixture((replace(A, max_concurrency=1), B), openai=[2.0], anthropic=[Unavailable("down", 503)] * 2)
    replies = fixture.ask_at_once(request(1), request(2))
    assert all(isinstance(reply, Reply) for reply in replies)
    assert fixture.records.outcomes() == [
        ("openai", "skipped", "at_limit"),
        ("anthropic", "error", "unavailable"),
        ("openai", "ok", None),
        ("openai", "ok", None),
    ]


def test_one_that_was_full_and_then_tried_as_a_rival_gets_no_other_turn() -> None:
    limited, services = replace(A, max_concurrency=1), services_for(RecordingRecorder())
    services.limits.starts(limited, 0.0, 0.0)  # another call of it is in progress

    async def run() -> None:
        turns = Turns(services, Call(request(), "fixed", START_US, 0.0, 60.0), (limited, B))
        assert await turns.next() is B
        assert turns.rival() is None
        services.limits.ended(limited, 0.0, 0.0)
        assert turns.rival() is limited
        turns.take(limited)
        assert await turns.next() is None

    run_virtual(run())
