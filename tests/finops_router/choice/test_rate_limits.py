"""The limits of a provider are kept, so that its 429 never comes."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from finops_router.calls import Reply, Target
from finops_router.choice.rate_limits import Bucket, RateLimits
from finops_router.demo.clock import run_virtual
from hypothesis import given
from hypothesis import strategies as st

from tests.finops_router.router_fixture import A, B, request, router_fixture


def test_calls_beyond_the_concurrency_go_elsewhere_and_say_so() -> None:
    fixture = router_fixture(targets=(replace(A, max_concurrency=2), B))
    fixture.ask_at_once(*(request(number) for number in range(5)))
    assert fixture.provider.seen == {"openai": 2, "anthropic": 3}
    assert fixture.records.outcomes().count(("openai", "skipped", "at_limit")) == 3


def test_if_nobody_has_room_calls_wait_for_it() -> None:
    fixture = router_fixture(targets=(replace(A, max_concurrency=2),))
    replies = fixture.ask_at_once(*(request(number) for number in range(6)))
    assert all(isinstance(reply, Reply) for reply in replies)
    assert sorted(record.latency_ms or 0 for record in fixture.records.requests) == [1000, 1000, 2000, 2000, 3000, 3000]


def test_waiting_for_room_draws_from_the_deadline() -> None:
    fixture = router_fixture(
        targets=(replace(A, max_concurrency=1, attempt_timeout_s=60),), deadline_s=5.0, openai=[4.0, 4.0]
    )
    fixture.ask_at_once(request(1), request(2), request(3))
    assert fixture.provider.seen == {"openai": 2}  # the second in the fifth second, the third never
    assert [record.status for record in fixture.records.requests].count("ok") == 1
    assert max(record.latency_ms or 0 for record in fixture.records.requests) == 5000


def test_requests_a_minute_are_spread() -> None:
    fixture = router_fixture(targets=(replace(A, requests_per_minute=6),), deadline_s=60.0)
    fixture.ask_at_once(*(request(number) for number in range(9)))
    assert sorted(record.latency_ms or 0 for record in fixture.records.requests)[5:] == [1000, 11000, 21000, 31000]


def test_tokens_a_minute_count_what_was_really_used() -> None:
    limits, target = RateLimits(), Target(provider="p", model="m", tokens_per_minute=6_000)
    limits.starts(target, 5_000, 0.0)
    assert limits.wait_s(target, 2_000, 0.0) == 10.0
    limits.ended(target, -4_000, 0.0)
    assert limits.wait_s(target, 2_000, 0.0) == 0.0


def test_a_request_larger_than_the_bucket_waits_until_it_is_full_and_not_for_ever() -> None:
    limits, target = RateLimits(), Target(provider="p", model="m", tokens_per_minute=600)
    limits.starts(target, 300, 0.0)
    assert limits.wait_s(target, 10_000, 0.0) == 30.0


@given(st.lists(st.tuples(st.floats(0, 30), st.floats(0.1, 50)), max_size=60), st.integers(1, 500))
def test_no_more_is_granted_than_the_bucket_holds_and_gets(asked: list[tuple[float, float]], per_minute: int) -> None:
    bucket, now_s, granted = Bucket(per_minute, per_minute, 0.0), 0.0, 0.0
    for pause_s, amount in asked:
        now_s += pause_s + bucket.wait_s(min(amount, per_minute), now_s + pause_s)
        bucket.take(min(amount, per_minute), now_s)
        granted += min(amount, per_minute)
        assert granted <= per_minute * (1 + now_s / 60) + 1e-6
    assert bucket.wait_s(per_minute, now_s) <= 60 + 1e-6


@pytest.mark.parametrize("ways", [("ok",), ("cancelled",)])
def test_room_is_given_back_however_a_call_ends(ways: tuple[str]) -> None:
    fixture = router_fixture(targets=(replace(A, max_concurrency=1),))

    async def run() -> Reply:
        first = asyncio.create_task(fixture.router.complete(request(1)))
        await asyncio.sleep(0.1)
        if ways == ("cancelled",):
            first.cancel()
        return await fixture.router.complete(request(2))

    assert run_virtual(run()).response_id == "r-1"
