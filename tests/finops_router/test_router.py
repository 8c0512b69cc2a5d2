"""A request from the caller to its record: what the caller gets, how often providers were asked, what is recorded."""

from __future__ import annotations

import asyncio
import gc
from collections import Counter

import pytest
from finops_router.call.call import Call
from finops_router.calls import Reply, Request
from finops_router.choice.strategies import StrategySettings
from finops_router.demo.clock import run_virtual
from finops_router.errors import (
    AllTargetsFailed,
    ConfigError,
    DeadlineExceeded,
    Rejected,
    Unavailable,
)
from finops_router.router import Router

from tests.finops_router.router_fixture import (
    SILENCE,
    START_US,
    RecordingRecorder,
    ScriptedProvider,
    chat,
    request,
    router_fixture,
)


def test_an_answered_request_is_one_attempt_and_one_record() -> None:
    fixture = router_fixture()
    (reply,) = fixture.ask(request(team="search", project="answers", tags={"release": "7"}))

    assert isinstance(reply, Reply)
    assert fixture.provider.seen == {"openai": 1}
    (record,) = fixture.records.requests
    assert (record.provider, record.model, record.requested_model) == ("openai", "gpt-4o-mini", "chat")
    assert (record.strategy, record.status, record.attempts) == ("cost-first", "ok", 1)
    assert (record.input_tokens, record.output_tokens, record.latency_ms) == (1000, 100, 1000.0)
    assert record.cost_estimated == pytest.approx((1000 * 0.15 + 100 * 0.60) / 1e6)
    assert record.price_source is not None
    assert record.price_source.startswith("genai-prices ")
    assert (record.team, record.project, record.tags) == ("search", "answers", {"release": "7"})
    assert record.timestamp_us == START_US
    (attempt,) = fixture.records.attempts
    assert (attempt.attempt, attempt.outcome, attempt.cost_estimated) == (1, "ok", record.cost_estimated)


def test_an_answered_call_is_gone_without_a_garbage_collection() -> None:
    """What it holds can be large: the text of the request, pictures."""
    fixture = router_fixture()
    gc.collect()
    others = _calls_in_memory()
    gc.disable()
    try:
        fixture.ask(request())
        assert _calls_in_memory() == others
    finally:
        gc.enable()


def _calls_in_memory() -> int:
    return sum(isinstance(found, Call) for found in gc.get_objects())


def test_a_503_fails_over_at_once() -> None:
    fixture = router_fixture(openai=[Unavailable("down", 503)])
    fixture.ask(request())

    assert fixture.provider.seen == {"openai": 1, "anthropic": 1}
    assert fixture.records.requests[0].latency_ms == 1000.0


def test_every_attempt_draws_from_one_deadline() -> None:
    fixture = router_fixture(deadline_s=7.0, openai=[SILENCE], anthropic=[SILENCE])
    (error,) = fixture.ask(request())

    assert isinstance(error, DeadlineExceeded)
    assert [attempt.latency_ms for attempt in fixture.records.attempts] == [3500.0, 3500.0]  # half each
    (record,) = fixture.records.requests
    assert (record.status, record.error_type, record.latency_ms) == ("error", "deadline_exceeded", 7000.0)
    assert len(error.attempts) == 2


def test_a_refused_request_goes_nowhere_else() -> None:
    fixture = router_fixture(openai=[Rejected("no", 400)])
    (error,) = fixture.ask(request())

    assert isinstance(error, Rejected)
    assert fixture.provider.seen == {"openai": 1}
    (record,) = fixture.records.requests
    assert (record.status, record.error_type, record.cost_estimated) == ("error", "rejected", None)
    (reply,) = fixture.ask(request(2))
    assert isinstance(reply, Reply)
    assert reply.model == "gpt-4o-mini"  # it does not cool down


def test_when_all_fail_nothing_is_billed_and_the_error_lists_what_was_tried() -> None:
    fixture = router_fixture(openai=[Unavailable("down", 503)] * 9, anthropic=[Unavailable("down", 503)] * 9)
    (error,) = fixture.ask(request())

    assert isinstance(error, AllTargetsFailed)
    assert "openai/gpt-4o-mini: unavailable" in error.message
    (record,) = fixture.records.requests
    assert (record.status, record.error_type) == ("error", "all_targets_failed")
    assert (record.cost_estimated, record.price_source, record.input_tokens) == (None, None, None)
    assert all(attempt.cost_estimated is None for attempt in fixture.records.attempts)


def test_performance_first_leaves_the_slow_target() -> None:
    fixture = router_fixture(openai=[4.9] * 9)  # the second is the one configured alike: it is as fast as promised
    fixture.ask(*(request(number, strategy="performance-first") for number in range(4)))
    assert fixture.provider.seen == {"openai": 1, "anthropic": 3}


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        (Request(request_id="q", group="chatt"), "did you mean chat?"),
        (Request(request_id="q", group="chat", strategy="cheapest"), "cost-first"),
    ],
)
def test_an_unknown_group_or_strategy_is_named_and_recorded(asked: Request, hint: str) -> None:
    fixture = router_fixture()
    (error,) = fixture.ask(asked)

    assert isinstance(error, ConfigError)
    assert hint in error.hint
    assert [(record.status, record.error_type) for record in fixture.records.requests] == [("error", "config")]
    assert fixture.provider.seen == {}


def test_a_request_that_is_compared_is_recorded_with_the_strategy_it_had() -> None:
    fixture = router_fixture(config=chat(settings=StrategySettings(compare_share=0.3)))
    fixture.ask(*(request(number) for number in range(100)), request(200, strategy="cost-first"))
    strategies = Counter(record.strategy for record in fixture.records.requests)
    assert set(strategies) == {"cost-first", "performance-first"}
    assert 15 <= strategies["performance-first"] <= 45
    assert fixture.records.requests[-1].strategy == "cost-first"


@pytest.mark.parametrize("number", range(20))
def test_a_request_that_names_its_strategy_keeps_it(number: int) -> None:
    fixture = router_fixture(config=chat(settings=StrategySettings(compare_share=1.0)))
    fixture.ask(request(number, strategy="cost-first"))
    assert fixture.records.requests[0].strategy == "cost-first"


def test_calls_at_once_do_not_wait_for_each_other() -> None:
    fixture = router_fixture()

    async def crowd() -> float:
        async with asyncio.TaskGroup() as calls:
            for number in range(100):
                calls.create_task(fixture.router.complete(request(number)))
        return asyncio.get_running_loop().time()

    assert run_virtual(crowd()) == pytest.approx(1.0)
    assert len(fixture.records.requests) == 100


def test_a_target_without_provider_is_refused_at_the_start() -> None:
    with pytest.raises(ConfigError, match="No such provider: anthropic"):
        Router(chat(), {"openai": ScriptedProvider({})}, RecordingRecorder())
