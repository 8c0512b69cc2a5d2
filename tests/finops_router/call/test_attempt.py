"""One attempt: it keeps its time, gives back its room, and is recorded and known to health however it ends."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

import msgspec
import pytest
from finops_router.call.attempt import RunningAttempt
from finops_router.call.call import Call
from finops_router.call.outcomes import LostRace
from finops_router.call.services import Services
from finops_router.calls import UNKNOWN_USAGE, Reply, Request, Target
from finops_router.demo.clock import run_virtual
from finops_router.errors import NoAnswer, RateLimited, Rejected

from tests.finops_router.router_fixture import (
    SILENCE,
    START_US,
    A,
    RecordingRecorder,
    ScriptedProvider,
    Step,
    request,
    router_fixture,
    services_for,
)

LIMITED = replace(A, max_concurrency=1, expected_ttft_ms=500, expected_ms_per_output_token=10)


def attempted(step: Step, target: Target = LIMITED) -> tuple[Services, RecordingRecorder]:
    """Make one attempt that goes as `step`, or has it raised inside; the services and the records afterwards."""
    records = RecordingRecorder()
    services = services_for(records, (target.provider, ScriptedProvider({target.provider: [step]})))
    call = Call(request(), "fixed", START_US, 0.0, 60.0)

    async def run() -> None:
        attempt = RunningAttempt(services, call, target, hedge=False)
        with attempt:
            assert services.limits.wait_s(target, 0.0, 0.0) > 0
            await attempt.run_plain()

    with suppress(NoAnswer, RateLimited, Rejected, KeyError):
        run_virtual(run())
    return services, records


@pytest.mark.parametrize(
    ("step", "outcome", "error_type", "status"),
    [
        (2.0, "ok", None, None),
        (SILENCE, "timeout", "timeout", None),
        (RateLimited("slow down", 429), "error", "rate_limited", 429),
        (Rejected("no", 400), "error", "rejected", 400),
        (KeyError("choices"), "error", "KeyError", None),
    ],
    ids=str,
)
def test_it_is_recorded_and_gives_back_its_room(
    step: Step, outcome: str, error_type: str | None, status: int | None
) -> None:
    services, records = attempted(step)
    (record,) = records.attempts
    assert (record.outcome, record.error_type, record.http_status) == (outcome, error_type, status)
    assert services.limits.wait_s(LIMITED, 0.0, 0.0) == 0


@pytest.mark.parametrize(
    ("step", "is_known"),
    [(SILENCE, True), (RateLimited("slow down", 429), True), (Rejected("no", 400), False)],
    ids=str,
)
def test_health_hears_of_failures_of_the_target_alone(step: Step, is_known: bool) -> None:
    services, _ = attempted(step)
    assert (services.health.failed_share(LIMITED, 5.0) > 0) is is_known


def test_health_hears_of_answers() -> None:
    services, _ = attempted(4.0)
    assert services.health.speed(LIMITED, 4.0).expected_ms(100) > LIMITED.expected_ttft_ms + 10 * 100


class Uncounted(ScriptedProvider):
    """A provider whose answers of sixty words have a usage that nobody knows."""

    async def complete(self, target: Target, request: Request) -> Reply:
        reply = await super().complete(target, request)
        return msgspec.structs.replace(reply, usage=UNKNOWN_USAGE, text="word " * 60)


def test_an_answer_that_nobody_counted_is_as_long_as_its_text_to_health_and_as_expected_to_limits() -> None:
    counted = replace(A, tokens_per_minute=1500, expected_output_tokens=75)
    services = services_for(RecordingRecorder(), ("openai", Uncounted({})))

    async def run() -> float:
        for _ in range(20):
            attempt = RunningAttempt(services, Call(request(), "fixed", START_US, 0.0, 60.0), counted, hedge=False)
            with attempt:
                await attempt.run_plain()
        return services.limits.wait_s(counted, 1000.0, 20.0)

    waits_s = run_virtual(run())
    assert services.health.output_tokens("chat", 75, 20.0) == pytest.approx(75)
    assert services.health.cached_share(counted, 20.0) == 0
    assert waits_s > 0  # the limit is used up by what was expected


def test_one_that_lost_its_race_is_called_so_and_what_it_used_is_estimated() -> None:
    records = RecordingRecorder()
    services = services_for(records)

    async def run() -> None:
        with RunningAttempt(services, Call(request(), "fixed", START_US, 0.0, 60.0), LIMITED, hedge=True):
            await asyncio.sleep(1.5)
            raise LostRace

    with pytest.raises(asyncio.CancelledError):
        run_virtual(run())
    (record,) = records.attempts
    assert (record.outcome, record.error_type, record.hedge) == ("cancelled", "hedged", True)
    assert (record.input_tokens, record.output_tokens) == (1000, 100)  # a second after its usual first token
    assert record.cost_estimated == pytest.approx((1000 * 0.15 + 100 * 0.60) / 1e6)


def test_silence_ends_with_the_attempts_time_and_is_not_tried_again_on_the_same_route() -> None:
    fixture = router_fixture(openai=[SILENCE])
    fixture.ask(request())

    assert fixture.provider.seen == {"openai": 1, "anthropic": 1}
    assert fixture.records.outcomes() == [("openai", "timeout", "timeout"), ("anthropic", "ok", None)]
    assert [attempt.latency_ms for attempt in fixture.records.attempts] == [5000.0, 1000.0]
    assert fixture.records.attempts[1].timestamp_us == START_US + 5_000_000
    assert fixture.records.requests[0].latency_ms == 6000.0


def test_a_cancelled_call_is_recorded_as_such() -> None:
    fixture = router_fixture(openai=[SILENCE])

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2.0):
                await fixture.router.complete(request())

    run_virtual(give_up())
    assert fixture.records.outcomes() == [("openai", "cancelled", "cancelled")]
    (record,) = fixture.records.requests
    assert (record.status, record.latency_ms) == ("cancelled", 2000.0)
    answered_tokens = (2000 - A.expected_ttft_ms) / A.expected_ms_per_output_token  # as much as it makes in that time
    assert (record.input_tokens, record.output_tokens) == (1000, answered_tokens)
    assert record.cost_estimated == pytest.approx((1000 * 0.15 + answered_tokens * 0.60) / 1e6)


def test_a_broken_provider_module_is_recorded_and_not_hidden() -> None:
    fixture = router_fixture(openai=[KeyError("choices")])
    with pytest.raises(KeyError):
        fixture.ask(request())

    assert fixture.records.outcomes() == [("openai", "error", "KeyError")]
    assert (fixture.records.requests[0].status, fixture.records.requests[0].error_type) == ("error", "KeyError")
