"""Every way a provider can fail: what the caller gets, how often the provider was asked, what is recorded."""

from __future__ import annotations

import asyncio

import pytest
from finops_router.calls import Reply, Request, Target
from finops_router.demo.clock import run_virtual
from finops_router.errors import (
    AllTargetsFailed,
    ConfigError,
    DeadlineExceeded,
    RateLimited,
    Rejected,
    ServerFailed,
    Unavailable,
)

from tests.finops_router.stage import SILENCE, START_US, A, B, request, stage


def test_an_answered_request_is_one_attempt_and_one_record() -> None:
    play = stage()
    (reply,) = play.ask(request(team="search", project="answers", tags={"release": "7"}))

    assert isinstance(reply, Reply)
    assert play.provider.seen == {"openai": 1}
    (record,) = play.kept.requests
    assert (record.provider, record.model, record.requested_model) == ("openai", "gpt-4o-mini", "chat")
    assert (record.strategy, record.status, record.attempts) == ("cost-first", "ok", 1)
    assert (record.input_tokens, record.output_tokens, record.latency_ms) == (1000, 100, 1000.0)
    assert record.cost_estimated == pytest.approx((1000 * 0.15 + 100 * 0.60) / 1e6)
    assert record.price_source is not None
    assert record.price_source.startswith("genai-prices ")
    assert (record.team, record.project, record.tags) == ("search", "answers", {"release": "7"})
    assert record.timestamp_us == START_US
    (attempt,) = play.kept.attempts
    assert (attempt.attempt, attempt.outcome, attempt.cost_estimated) == (1, "ok", record.cost_estimated)


def test_a_429_is_never_hammered_but_failed_over_and_its_rest_honoured() -> None:
    play = stage(openai=[RateLimited("slow down", 429, retry_after_s=60.0)])
    play.ask(request(1), request(2))

    assert play.provider.seen == {"openai": 1, "anthropic": 2}
    assert play.kept.tries() == [
        ("openai", "error", "rate_limited"),
        ("anthropic", "ok", None),
        ("openai", "skipped", None),
        ("anthropic", "ok", None),
    ]
    assert play.kept.attempts[0].http_status == 429
    assert [record.attempts for record in play.kept.requests] == [2, 1]


def test_a_429_without_retry_after_rests_the_target_for_a_while() -> None:
    play = stage(openai=[RateLimited("slow down", 429)])

    async def play_it() -> None:
        await play.router.complete(request(1))
        await asyncio.sleep(3.9)  # with the answer's second: 4.9 s after the refusal
        await play.router.complete(request(2))
        await asyncio.sleep(2.6)  # at most half as long again
        await play.router.complete(request(3))

    run_virtual(play_it())
    assert [attempt.provider for attempt in play.kept.attempts if attempt.outcome == "ok"] == [
        "anthropic",
        "anthropic",
        "openai",
    ]
    assert play.provider.seen["openai"] == 2


def test_one_500_is_tried_once_more_on_the_same_target() -> None:
    play = stage(openai=[ServerFailed("oops", 500)])
    play.ask(request())

    assert play.provider.seen == {"openai": 2}
    assert play.kept.tries() == [("openai", "error", "server_error"), ("openai", "ok", None)]
    assert play.kept.requests[0].attempts == 2


def test_a_second_500_fails_over() -> None:
    play = stage(openai=[ServerFailed("oops", 500), ServerFailed("oops", 500)])
    play.ask(request())

    assert play.provider.seen == {"openai": 2, "anthropic": 1}
    assert play.kept.requests[0].provider == "anthropic"
    assert play.kept.requests[0].model == "claude-haiku-4-5"


def test_a_503_fails_over_at_once() -> None:
    play = stage(openai=[Unavailable("down", 503)])
    play.ask(request())

    assert play.provider.seen == {"openai": 1, "anthropic": 1}
    assert play.kept.requests[0].latency_ms == 1000.0


def test_silence_ends_with_the_attempts_time_and_is_not_tried_again_on_the_same_route() -> None:
    play = stage(openai=[SILENCE])
    play.ask(request())

    assert play.provider.seen == {"openai": 1, "anthropic": 1}
    assert play.kept.tries() == [("openai", "timeout", "timeout"), ("anthropic", "ok", None)]
    assert [attempt.latency_ms for attempt in play.kept.attempts] == [5000.0, 1000.0]
    assert play.kept.attempts[1].timestamp_us == START_US + 5_000_000
    assert play.kept.requests[0].latency_ms == 6000.0


def test_every_attempt_draws_from_one_deadline() -> None:
    play = stage(deadline_s=7.0, openai=[SILENCE], anthropic=[SILENCE])
    (error,) = play.ask(request())

    assert isinstance(error, DeadlineExceeded)
    assert [attempt.latency_ms for attempt in play.kept.attempts] == [5000.0, 2000.0]
    (record,) = play.kept.requests
    assert (record.status, record.error_type, record.latency_ms) == ("error", "deadline_exceeded", 7000.0)
    assert len(error.attempts) == 2


def test_a_refused_request_goes_nowhere_else() -> None:
    play = stage(openai=[Rejected("no", 400)])
    (error,) = play.ask(request())

    assert isinstance(error, Rejected)
    assert play.provider.seen == {"openai": 1}
    (record,) = play.kept.requests
    assert (record.status, record.error_type, record.cost_estimated) == ("error", "rejected", None)
    assert play.ask(request(2))[0].model == "gpt-4o-mini"  # type: ignore[union-attr]


def test_when_all_fail_nothing_is_billed_and_the_error_tells_what_was_tried() -> None:
    play = stage(openai=[Unavailable("down", 503)], anthropic=[Unavailable("down", 503)])
    (error,) = play.ask(request())

    assert isinstance(error, AllTargetsFailed)
    assert "openai/gpt-4o-mini: unavailable" in error.message
    (record,) = play.kept.requests
    assert (record.status, record.error_type) == ("error", "all_targets_failed")
    assert (record.cost_estimated, record.price_source, record.input_tokens) == (None, None, None)
    assert all(attempt.cost_estimated is None for attempt in play.kept.attempts)


def test_a_target_rests_after_failures_in_a_row_and_is_tried_again_after_its_rest() -> None:
    play = stage(openai=[Unavailable("down", 503)] * 2)

    async def play_it() -> None:
        for number in range(3):
            await play.router.complete(request(number))
        await asyncio.sleep(30)
        await play.router.complete(request(4))

    run_virtual(play_it())
    assert play.provider.seen == {"openai": 3, "anthropic": 3}
    assert play.kept.tries()[4] == ("openai", "skipped", None)
    assert play.kept.tries()[-1] == ("openai", "ok", None)


def test_the_only_target_rests_too() -> None:
    play = stage(targets=(A,), openai=[RateLimited("slow down", 429, 60.0)])
    first, second = play.ask(request(1), request(2))

    assert isinstance(first, AllTargetsFailed)
    assert isinstance(second, AllTargetsFailed)
    assert play.provider.seen == {"openai": 1}
    assert [record.attempts for record in play.kept.requests] == [1, 0]
    assert play.kept.requests[1].provider == "openai"


def test_a_cancelled_call_is_recorded_as_such() -> None:
    play = stage(openai=[SILENCE])

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2.0):
                await play.router.complete(request())

    run_virtual(give_up())
    assert play.kept.tries() == [("openai", "cancelled", "cancelled")]
    (record,) = play.kept.requests
    assert (record.status, record.latency_ms) == ("cancelled", 2000.0)
    answered_tokens = (2000 - A.expected_ttft_ms) / A.expected_ms_per_output_token  # as much as it makes in that time
    assert (record.input_tokens, record.output_tokens) == (1000, answered_tokens)
    assert record.cost_estimated == pytest.approx((1000 * 0.15 + answered_tokens * 0.60) / 1e6)


def test_a_broken_provider_module_is_recorded_and_not_hidden() -> None:
    play = stage(openai=[KeyError("choices")])
    with pytest.raises(KeyError):
        play.ask(request())

    assert play.kept.tries() == [("openai", "error", "KeyError")]
    assert (play.kept.requests[0].status, play.kept.requests[0].error_type) == ("error", "KeyError")


def test_an_unpriced_answer_has_no_cost_and_no_price_source() -> None:
    play = stage(targets=(Target(provider="vllm", model="acme-triage-8b"),))
    play.ask(request())

    (record,) = play.kept.requests
    assert (record.status, record.cost_estimated, record.price_source) == ("ok", None, None)
    assert play.kept.attempts[0].cost_estimated is None


def test_performance_first_leaves_the_slow_target() -> None:
    play = stage(openai=[4.9] * 9)  # the second is the one configured alike: it is as fast as promised
    play.ask(*(request(number, strategy="performance-first") for number in range(4)))
    assert play.provider.seen == {"openai": 1, "anthropic": 3}


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        (Request(request_id="q", group="chatt"), "did you mean chat?"),
        (Request(request_id="q", group="chat", strategy="cheapest"), "cost-first"),
    ],
)
def test_an_unknown_group_or_strategy_is_named_and_recorded(asked: Request, hint: str) -> None:
    play = stage()
    (error,) = play.ask(asked)

    assert isinstance(error, ConfigError)
    assert hint in error.hint
    assert [(record.status, record.error_type) for record in play.kept.requests] == [("error", "config")]
    assert play.provider.seen == {}


def test_calls_at_once_do_not_wait_for_each_other() -> None:
    play = stage()

    async def crowd() -> float:
        async with asyncio.TaskGroup() as calls:
            for number in range(100):
                calls.create_task(play.router.complete(request(number)))
        return asyncio.get_running_loop().time()

    assert run_virtual(crowd()) == pytest.approx(1.0)
    assert len(play.kept.requests) == 100


def test_a_target_without_provider_is_refused_at_the_start() -> None:
    play = stage()
    with pytest.raises(ConfigError, match="No such provider: anthropic"):
        type(play.router)(play.router._config, {"openai": play.provider}, play.kept)
    assert B.provider == "anthropic"


def test_a_flapping_target_is_probed_by_one_request_and_gets_its_traffic_back() -> None:
    play = stage(openai=[Unavailable("down", 503), Unavailable("down", 503), 4.0])

    async def go() -> None:
        await play.router.complete(request(1))
        await play.router.complete(request(2))  # the second failure: openai rests for 30 s
        await asyncio.sleep(31.0)
        crowd = [asyncio.create_task(play.router.complete(request(number))) for number in range(3, 13)]
        await asyncio.gather(*crowd)
        assert play.provider.seen["openai"] == 3  # one of ten probed
        await asyncio.gather(*(play.router.complete(request(number)) for number in range(13, 23)))

    run_virtual(go())
    assert play.provider.seen["openai"] == 13


def test_a_probe_that_is_cancelled_lets_the_next_one_probe() -> None:
    play = stage(openai=[RateLimited("slow down", 429, retry_after_s=5.0), SILENCE])

    async def go() -> None:
        await play.router.complete(request(1))
        await asyncio.sleep(5.0)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.0):
                await play.router.complete(request(2))
        await play.router.complete(request(3))

    run_virtual(go())
    assert play.kept.requests[-1].provider == "openai"


@pytest.mark.parametrize(
    "failure", [RateLimited("no", 429), ServerFailed("no", 500), Unavailable("no", 503), SILENCE], ids=str
)
def test_whatever_fails_no_target_is_asked_more_than_twice(failure: Exception | str) -> None:
    play = stage(openai=[failure] * 9, anthropic=[failure] * 9)
    play.ask(request())
    assert max(play.provider.seen.values()) <= 2
    assert set(play.provider.seen) == {"openai", "anthropic"}
