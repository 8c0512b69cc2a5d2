"""How long an attempt may be silent: by its settings, by what its target usually takes, by who else could answer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from finops_router.call.call import Call
from finops_router.call.services import Services
from finops_router.call.timeouts import Limits, least_plain_s, plain_s, stream_limits
from finops_router.calls import EmbeddingRequest, Reply, Target, Usage

from tests.finops_router.router_fixture import START_US, RecordingRecorder, request, services_for

TARGET = Target(provider="openai", model="gpt-4o-mini")  # with nothing but defaults
THINKER = replace(TARGET, model="thinker")


def call(others: int = 1, deadline_s: float = 600.0, most_tokens: int | None = None) -> Call:
    asked = request(max_output_tokens=most_tokens)
    return Call(asked, "fixed", START_US, 0.0, deadline_s, count_others=lambda: others)


def batch(texts: int, others: int = 1) -> Call:
    asked = EmbeddingRequest(request_id="q-1", group="chat", inputs=["text"] * texts, estimated_input_tokens=1000)
    return Call(asked, "fixed", START_US, 0.0, 600.0, count_others=lambda: others)


def observed(ttft_ms: float, latency_ms: float, tokens: int, times: int = 20) -> Services:
    """The services of a router that has seen some answers of THINKER, all alike."""
    services = services_for(RecordingRecorder())
    reply = Reply(model="thinker", usage=Usage(input_tokens=9, output_tokens=tokens), ttft_ms=ttft_ms)
    for _ in range(times):
        tried = services.health.starts(THINKER, 0.0)
        services.health.answered(THINKER, tried, "chat", reply, latency_ms, 0.0)
        services.health.ended(THINKER, tried)
    return services


def stream(services: Services, asked: Call, target: Target) -> Limits:
    return stream_limits(services, asked, target, 0.0, 300.0)


NEW = services_for(RecordingRecorder())


@pytest.mark.parametrize(
    ("target", "asked", "seconds"),
    [
        (TARGET, call(most_tokens=500), 60.0),  # somebody else could answer
        (TARGET, call(), 4 * (0.8 + 0.2 + 4 * 256 * 0.015)),  # no length is given: four times the usual
        (TARGET, call(others=0), 600.0),
        (TARGET, call(most_tokens=4000), 4 * (0.8 + 0.2 + 4000 * 0.015)),
        (TARGET, call(others=0, most_tokens=32_000), 4 * (0.8 + 0.2 + 32_000 * 0.015)),
        (TARGET, batch(texts=10), 60.0),
        (TARGET, batch(texts=2000), 4 * (0.8 + 0.2 + 2000 * 0.015)),  # a vector takes as long as a token
        (TARGET, batch(texts=10, others=0), 600.0),
        (replace(TARGET, attempt_timeout_s=7.0), call(others=0, most_tokens=32_000), 7.0),
        (replace(TARGET, total_timeout_s=5.0), call(), 5.0),
        (replace(TARGET, attempt_timeout_s=7.0, total_timeout_s=5.0), call(), 5.0),
    ],
)
def test_a_plain_answer_may_take_what_its_length_needs(target: Target, asked: Call, seconds: float) -> None:
    assert plain_s(NEW, asked, target, 0.0) == pytest.approx(seconds)
    assert least_plain_s(target) <= seconds


def test_a_plain_answer_of_a_slow_target_may_take_longer() -> None:
    slow = observed(ttft_ms=30_000, latency_ms=90_000, tokens=4000)
    assert plain_s(slow, call(), THINKER, 0.0) > 4 * 90


@pytest.mark.parametrize(
    ("target", "others", "first_sign_s", "first_token_s", "stall_s"),
    [
        (TARGET, 1, 10.0, 10.0, 30.0),
        (TARGET, 0, 90.0, 300.0, 120.0),
        (replace(TARGET, expected_ttft_ms=20_000), 1, 80.8, 80.8, 30.0),
        (replace(TARGET, first_token_timeout_s=2.0, stall_timeout_s=3.0), 0, 2.0, 2.0, 3.0),
        (replace(TARGET, attempt_timeout_s=7.0), 0, 7.0, 7.0, 120.0),
        (replace(TARGET, attempt_timeout_s=7.0, first_token_timeout_s=9.0), 1, 9.0, 9.0, 30.0),
    ],
)
def test_a_stream_may_be_silent(
    target: Target, others: int, first_sign_s: float, first_token_s: float, stall_s: float
) -> None:
    limits = stream(NEW, call(others), target)
    assert limits.first_sign_s == pytest.approx(first_sign_s)
    assert limits.first_token_s == pytest.approx(first_token_s)
    assert limits.stall_s == stall_s


def test_a_target_that_thinks_for_long_gets_the_time_it_was_seen_to_take() -> None:
    limits = stream(observed(ttft_ms=40_000, latency_ms=60_000, tokens=900), call(), THINKER)
    assert limits.first_token_s > 100


def test_a_first_token_that_did_not_come_shows_a_slower_target_and_the_next_is_waited_for_longer() -> None:
    services, limits_s = services_for(RecordingRecorder()), []
    for _ in range(4):
        limits_s.append(stream(services, call(), THINKER).first_token_s)
        services.health.took_at_least(THINKER, limits_s[-1] * 1000, None, 0.0)
    assert limits_s[0] == 10.0
    assert limits_s == sorted(set(limits_s))
    assert limits_s[-1] > 25


def test_a_target_that_pauses_for_long_may_pause_again_within_bounds() -> None:
    services = services_for(RecordingRecorder())
    for _ in range(20):
        services.health.paused(THINKER, 20.0, 0.0)
    assert 60 < stream(services, call(), THINKER).stall_s < 80
    for _ in range(20):
        services.health.paused(THINKER, 110.0, 0.0)
    assert stream(services, call(), THINKER).stall_s == 300.0
    assert stream(services, call(), TARGET).stall_s == 30.0
