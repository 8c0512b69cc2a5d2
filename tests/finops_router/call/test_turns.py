"""Whose turn it is: targets that cool down are skipped, full ones come last, and too small ones never."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from finops_router.call.call import Call
from finops_router.call.turn import Turn
from finops_router.call.turns import Turns
from finops_router.calls import Partial, Reply, Request, Target
from finops_router.choice.strategies import StrategySettings
from finops_router.demo.clock import run_virtual
from finops_router.errors import AllTargetsFailed, ContextTooLong, RateLimited, StreamCut, Unavailable
from finops_router.settings.router import Group, RouterConfig

from tests.finops_router.router_fixture import (
    SILENCE,
    START_US,
    A,
    B,
    RecordingRecorder,
    RouterFixture,
    ScriptedProvider,
    answer,
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
        assert fixture.provider.seen["openai"] == 5  # then two at once
        await asyncio.gather(*(fixture.router.complete(request(number)) for number in range(23, 33)))

    run_virtual(run())
    assert fixture.provider.seen["openai"] == 15  # then all


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
    settings, rng = StrategySettings(), random.Random(7)
    services.limits.starts(limited, 0.0, 0.0)  # another call of it is in progress

    async def run() -> None:
        call = Call(request(), "fixed", START_US, 0.0, 60.0)
        turns = Turns(services, call, (limited, B), settings, rng)
        assert await turns.next() == Turn(B)
        assert turns.rival() is None
        services.limits.ended(limited, 0.0, 0.0)
        assert turns.rival() is limited
        turns.take(limited)
        call.deadline_s = 0.0  # no time to ask anybody once more
        assert await turns.next() is None

    run_virtual(run())


def served(fixture: RouterFixture) -> list[str]:
    """Who answered, by provider, in the order of the answers."""
    return [attempt.provider for attempt in fixture.records.attempts if attempt.outcome == "ok"]


async def ask_every(fixture: RouterFixture, seconds: float, count: int) -> None:
    """Send `count` requests, one every so many seconds, whatever becomes of them."""
    async with asyncio.TaskGroup() as calls:
        for number in range(count):
            calls.create_task(answer(fixture.router.complete(request(number))))
            await asyncio.sleep(seconds)


def usual(*targets: Target, strategy: str = "fixed", **settings: Any) -> RouterConfig:
    """Settings as of a finops.toml that names nothing but providers and models."""
    group = Group(name="chat", strategy=strategy, targets=targets, strategy_settings=StrategySettings(**settings))
    return RouterConfig(groups={"chat": group})


def test_a_short_retry_after_of_the_better_target_is_waited_out() -> None:
    fixture = router_fixture(config=usual(A, B), openai=[RateLimited("slow down", 429, retry_after_s=2.0)])
    fixture.ask(request(1), request(2))
    assert fixture.provider.seen == {"openai": 3}
    assert [record.latency_ms for record in fixture.records.requests] == [3000.0, 1000.0]


def test_one_call_waits_for_the_better_target_the_others_go_on_at_once() -> None:
    fixture = router_fixture(config=usual(A, B), provider=SlowToRefuse(5))
    fixture.ask_at_once(*(request(number) for number in range(5)))
    assert fixture.provider.seen == {"openai": 6, "anthropic": 4}
    assert Counter(record.latency_ms for record in fixture.records.requests) == {1100.0: 4, 3100.0: 1}


@pytest.mark.parametrize(
    ("strategy", "settings"),
    [("fixed", {"retry_after_wait_s": 1.0}), ("performance-first", {}), ("balanced", {"usd_per_second": 1.0})],
)
def test_a_wait_that_is_not_worth_it_is_the_next_targets_turn(strategy: str, settings: dict[str, float]) -> None:
    config = usual(A, B, strategy=strategy, **settings)
    fixture = router_fixture(config=config, openai=[RateLimited("slow down", 429, retry_after_s=2.0)])
    fixture.ask(request(1))
    assert served(fixture) == ["anthropic"]
    assert fixture.records.requests[0].latency_ms == 1000.0


def test_a_strategy_that_counts_time_waits_too_if_the_other_is_slower_still() -> None:
    config = usual(A, replace(B, expected_ttft_ms=9000.0), strategy="performance-first")
    fixture = router_fixture(config=config, openai=[RateLimited("slow down", 429, retry_after_s=2.0)])
    fixture.ask(request(1))
    assert served(fixture) == ["openai"]


def test_a_second_refusal_is_not_waited_out_again() -> None:
    fixture = router_fixture(config=usual(A, B), openai=[RateLimited("slow down", 429, retry_after_s=2.0)] * 9)
    fixture.ask(request(1))
    assert fixture.provider.seen["openai"] <= 3
    assert len(fixture.records.requests) == 1
    assert served(fixture) == ["anthropic"]


def test_a_wait_beyond_the_deadline_is_not_begun() -> None:
    config = replace(usual(A, B), deadline_s=2.5)
    fixture = router_fixture(config=config, openai=[RateLimited("slow down", 429, retry_after_s=2.0)])
    fixture.ask(request(1))
    assert served(fixture) == ["anthropic"]


def test_a_503_with_retry_after_is_failed_over_at_once_and_left_alone_as_long() -> None:
    fixture = router_fixture(config=usual(A, B), openai=[Unavailable("busy", 503, 2.0)])
    run_virtual(ask_every(fixture, 1.5, 10))
    assert served(fixture) == ["anthropic"] * 2 + ["openai"] * 8


def test_the_only_target_is_waited_for_within_the_deadline() -> None:
    fixture = router_fixture(config=usual(A), openai=[RateLimited("slow down", 429, retry_after_s=30.0)])
    (reply,) = fixture.ask(request())
    assert isinstance(reply, Reply)
    assert fixture.records.requests[0].latency_ms == 31_000.0


def test_the_only_target_is_retried_with_growing_waits() -> None:
    fixture = router_fixture(config=usual(A), openai=[Unavailable("reset")] * 3)
    (reply,) = fixture.ask(request())
    assert isinstance(reply, Reply)
    assert fixture.provider.seen == {"openai": 4}
    assert 3_600 <= (fixture.records.requests[0].latency_ms or 0) <= 4_500  # about 0.5, 1 and 2 s, then the answer's


def test_the_only_target_that_stays_down_is_given_up_soon() -> None:
    fixture = router_fixture(config=usual(A), openai=[Unavailable("down", 503)] * 99)
    (error,) = fixture.ask(request())
    assert isinstance(error, AllTargetsFailed)
    assert fixture.provider.seen == {"openai": 4}
    assert (fixture.records.requests[0].latency_ms or 0) < 4_000


def test_a_target_whose_fallback_has_no_key_is_as_good_as_alone() -> None:
    fixture = router_fixture(
        config=usual(A, B), openai=[Unavailable("reset")] * 3, anthropic=[Unavailable("no such key", 401)]
    )
    (reply,) = fixture.ask(request())
    assert isinstance(reply, Reply)
    assert fixture.provider.seen == {"openai": 4, "anthropic": 1}


@pytest.mark.parametrize("failure", [SILENCE, StreamCut("reset", partial=Partial(unseen_characters=400))], ids=str)
def test_what_costs_something_before_it_fails_is_repeated_once(failure: Exception | str) -> None:
    fixture = router_fixture(config=replace(usual(A), deadline_s=60.0), openai=[failure] * 9)
    fixture.ask(request())
    assert fixture.provider.seen == {"openai": 2}


@pytest.mark.parametrize("status", [401, 403, 404])
def test_what_another_try_cannot_mend_is_not_tried_again(status: int) -> None:
    fixture = router_fixture(config=usual(A), openai=[Unavailable("no such key", status)] * 9)
    (error,) = fixture.ask(request())
    assert isinstance(error, AllTargetsFailed)
    assert fixture.provider.seen == {"openai": 1}


def test_fifty_calls_at_once_on_a_target_just_healthy_again_are_all_answered() -> None:
    fixture = router_fixture(config=usual(A), openai=[RateLimited("slow down", 429, retry_after_s=1.0)])
    replies = fixture.ask_at_once(*(request(number) for number in range(50)))
    assert all(isinstance(reply, Reply) for reply in replies)


def test_many_that_wait_go_behind_one_probe() -> None:
    fixture = router_fixture(config=usual(A), openai=[RateLimited("slow down", 429, retry_after_s=5.0)])

    async def run() -> None:
        first = asyncio.create_task(fixture.router.complete(request(0)))
        await asyncio.sleep(1.0)
        crowd = [asyncio.create_task(fixture.router.complete(request(number))) for number in range(1, 50)]
        await asyncio.sleep(4.5)
        assert fixture.provider.seen["openai"] == 2  # the refused one and the probe
        await asyncio.gather(first, *crowd)

    run_virtual(run())
    assert max(record.latency_ms or 0 for record in fixture.records.requests) < 10_000


def test_a_resting_target_is_the_last_resort() -> None:
    fixture = router_fixture(
        config=usual(A, B),
        openai=[RateLimited("slow down", 429, retry_after_s=5.0)],
        anthropic=[1.0, Unavailable("reset"), Unavailable("reset")],
    )
    first, second = fixture.ask(request(1), request(2))
    assert isinstance(first, Reply)
    assert isinstance(second, Reply)


def test_without_time_for_its_cooldown_an_untried_target_is_asked_all_the_same() -> None:
    fixture = router_fixture(config=replace(usual(A), deadline_s=0.2), openai=[Unavailable("down", 503)] * 4 + [0.1])
    replies = fixture.ask(*(request(number) for number in range(5)))
    assert isinstance(replies[-1], Reply)


def test_if_all_stay_down_a_call_ends_after_a_few_probes_that_it_saw_fail() -> None:
    fixture = router_fixture(config=usual(A), openai=[Unavailable("down", 503)] * 999)
    errors = fixture.ask_at_once(*(request(number) for number in range(50)))
    assert all(isinstance(error, AllTargetsFailed) for error in errors)
    assert max(record.latency_ms or 0 for record in fixture.records.requests) < 12_000
    assert fixture.provider.seen["openai"] < 160  # three each, as the SDKs, until it is known to be down


def test_nobody_waits_a_minute_for_the_only_target() -> None:
    fixture = router_fixture(config=replace(usual(A), deadline_s=600.0), openai=[RateLimited("quota", 429, 61.0)])
    (error,) = fixture.ask(request())
    assert isinstance(error, AllTargetsFailed)
    assert fixture.records.requests[0].latency_ms == 0.0


def test_who_waits_for_a_probe_does_not_overlook_it_for_one_that_rests_longer() -> None:
    config = replace(usual(A, B, retry_after_wait_s=0.0), deadline_s=50.0)
    soon, late = RateLimited("no", 429, 2.0), RateLimited("no", 429, 30.0)
    fixture = router_fixture(config=config, openai=[soon], anthropic=[late])
    fixture.ask_at_once(*(request(number) for number in range(5)))
    assert served(fixture) == ["openai"] * 5
    assert max(record.latency_ms or 0 for record in fixture.records.requests) < 6_000


def test_after_a_minute_of_outage_the_better_target_is_back_within_a_probes_time() -> None:
    provider = Outage(until_s=60.0)
    fixture = router_fixture(config=usual(A, B), provider=provider)
    run_virtual(ask_every(fixture, 0.1, 700))
    assert all(record.status == "ok" for record in fixture.records.requests)
    assert provider.back_at_s is not None
    assert provider.back_at_s <= 64.2  # the longest cooldown, and a call each 0.1 s
    assert provider.failed <= 30  # of 600 requests


def failing_by_chance(failing: float, calls: int) -> list[Unavailable | float]:
    rng = random.Random(5)
    return [Unavailable("busy", 503) if rng.random() < failing else 1.0 for _ in range(calls)]


@pytest.mark.parametrize(("failing", "least"), [(0.3, 530), (0.5, 350), (0.7, 100)])
def test_a_target_that_fails_often_serves_what_it_can_if_it_is_the_best(failing: float, least: int) -> None:
    fixture = router_fixture(config=usual(A, B), openai=failing_by_chance(failing, 800))
    run_virtual(ask_every(fixture, 0.025, 800))
    assert all(record.status == "ok" for record in fixture.records.requests)
    assert served(fixture).count("openai") > least


@pytest.mark.parametrize("targets", [(A,), (A, B)], ids=["alone", "with a dead fallback"])
@pytest.mark.parametrize(("failing", "least"), [(0.3, 0.973), (0.5, 0.875), (0.7, 0.657)])  # with the SDKs' two retries
def test_what_is_left_of_a_failing_target_answers_as_many_as_its_sdk_would(
    targets: tuple[Target, ...], failing: float, least: float
) -> None:
    script = failing_by_chance(failing, 9_999)
    fixture = router_fixture(config=usual(*targets), openai=script, anthropic=[Unavailable("down", 503)] * 9_999)
    run_virtual(ask_every(fixture, 0.025, 800))
    assert sum(record.status == "ok" for record in fixture.records.requests) > least * 800


def test_one_that_fails_often_is_spared_for_one_that_may_be_asked_alone() -> None:
    for fallbacks, is_spared in (((B,), True), ((), False)):
        fixture = router_fixture(config=usual(A, *fallbacks), openai=failing_by_chance(0.7, 9_999))
        run_virtual(ask_every(fixture, 0.2, 100))
        assert (("openai", "skipped", None) in fixture.records.outcomes()) is is_spared


def test_a_try_that_the_deadline_cuts_does_not_count_against_the_target() -> None:
    fixture = router_fixture(config=replace(usual(A, B), deadline_s=0.5), openai=[Unavailable("down", 503)] * 99)
    fixture.ask(*(request(number) for number in range(20)))  # B would answer in a second
    assert all(attempt.outcome == "timeout" for attempt in fixture.records.attempts if attempt.provider == "anthropic")
    assert fixture.provider.seen["anthropic"] == 20


def test_one_that_is_silent_leaves_the_next_its_share_of_the_deadline() -> None:
    fixture = router_fixture(config=replace(usual(A, B), deadline_s=4.0), openai=[SILENCE])
    (reply,) = fixture.ask(request())
    assert isinstance(reply, Reply)
    assert fixture.records.requests[0].latency_ms == 3000.0  # half the deadline, then the answer's second


def test_a_silent_probe_does_not_hold_up_its_caller() -> None:
    patient = replace(A, attempt_timeout_s=None)
    fixture = router_fixture(config=usual(patient, B), openai=[Unavailable("down", 503)] * 4 + [SILENCE] * 99)
    fixture.ask(*(request(number) for number in range(40)))
    assert all(record.status == "ok" for record in fixture.records.requests)
    waits_ms = [record.latency_ms or 0 for record in fixture.records.requests]
    assert max(waits_ms) < 16_000  # not the 60 s that the probe itself may take
    assert sum(waits_ms) / len(waits_ms) < 2_500  # one in fourteen is a probe


def test_a_fallback_of_unknown_window_is_asked_after_those_that_are_larger_for_certain() -> None:
    large = Target(provider="mistral_ai", model="mistral-large-latest", context_tokens=128_000)
    small = Target(provider="groq", model="llama-3.1-8b-instant", context_tokens=4_000)
    config = usual(replace(A, context_tokens=8_000), small, B, large)
    fixture = router_fixture(config=config, openai=[ContextTooLong("no", 400)], mistral_ai=[Unavailable("down", 503)])
    fixture.ask(request())
    assert fixture.records.outcomes() == [
        ("openai", "error", "context_too_long"),
        ("mistral_ai", "error", "unavailable"),
        ("anthropic", "ok", None),
    ]


class SlowToRefuse(ScriptedProvider):
    """OpenAI refuses its first `count` calls, each after a tenth of a second."""

    def __init__(self, count: int) -> None:
        super().__init__({"openai": [RateLimited("slow down", 429, retry_after_s=2.0)] * count})
        self._left = count

    async def complete(self, target: Target, request: Request) -> Reply:
        if target.provider == "openai" and self._left:
            self._left -= 1
            await asyncio.sleep(0.1)
        return await super().complete(target, request)


class Outage(ScriptedProvider):
    """OpenAI is down until `until_s`; `failed` counts what it refused, `back_at_s` is its first answer after that."""

    def __init__(self, until_s: float) -> None:
        super().__init__({})
        self.failed = 0
        self.back_at_s: float | None = None
        self._until_s = until_s

    async def complete(self, target: Target, request: Request) -> Reply:
        at_s = asyncio.get_running_loop().time()
        if target.provider == "openai" and at_s < self._until_s:
            self.failed += 1
            raise Unavailable("down", 503)
        if target.provider == "openai" and self.back_at_s is None:
            self.back_at_s = at_s
        return await super().complete(target, request)
