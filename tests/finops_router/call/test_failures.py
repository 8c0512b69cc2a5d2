"""The error of a call without an answer: what each target answered, when it is tried again, what to do."""

from __future__ import annotations

import traceback

import pytest
from finops_router.call.call import Call, Entry
from finops_router.call.failures import all_targets_failed, deadline_exceeded, no_target_fits
from finops_router.calls import Attempt
from finops_router.errors import AllTargetsFailed, DeadlineExceeded, OutOfTime, RateLimited, ServerFailed, Unavailable
from finops_router.pricing.price import UNPRICED

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

FAILED = Attempt(target=A, outcome="error", started_s=0.0, ended_s=1.0, error_type="unavailable")
SKIPPED = Attempt(target=B, outcome="skipped", started_s=1.0, ended_s=1.0)


def tried() -> Call:
    entries = [Entry(FAILED, UNPRICED), Entry(SKIPPED, UNPRICED)]
    return Call(request(), "fixed", START_US, 5.0, 12.5, left_out={"vllm/own": "cannot do vision"}, entries=entries)


def test_all_targets_failed() -> None:
    error = all_targets_failed(tried(), services_for(RecordingRecorder()).health, 2.0)
    assert error.message == (
        "No target answered: chat (openai/gpt-4o-mini: unavailable, anthropic/claude-haiku-4-5: skipped)"
    )
    assert error.hint.endswith("; vllm/own was left out: cannot do vision")
    assert error.attempts == (FAILED, SKIPPED)
    assert error.retry_after_s is None


def test_deadline_exceeded() -> None:
    error = deadline_exceeded(tried())
    assert error.message.startswith("No answer within 7.5 s: chat (openai/gpt-4o-mini: unavailable")
    assert "deadline_s" in error.hint


def test_no_target_fits() -> None:
    error = no_target_fits(tried())
    assert (error.message, error.hint) == ("No target of chat fits this request", "vllm/own cannot do vision")
    assert error.attempts == ()


def test_a_call_that_failed_says_what_each_target_answered_and_when_it_is_tried_again() -> None:
    slow_down = RateLimited("Limit 10 requests a minute", 429, 12.0)
    fixture = router_fixture(deadline_s=5.0, openai=[slow_down], anthropic=[Unavailable("Overloaded, sorry", 529)] * 9)
    (error,) = fixture.ask(request())

    assert isinstance(error, AllTargetsFailed)
    assert "openai/gpt-4o-mini: rate_limited (429: Limit 10 requests a minute)" in error.message
    assert "anthropic/claude-haiku-4-5: unavailable (529: Overloaded, sorry)" in error.message
    assert "openai/gpt-4o-mini is tried again in 11." in error.hint  # it took the other half a second to fail twice
    assert error.retry_after_s == pytest.approx(11.5, abs=0.2)
    assert [attempt.message for attempt in error.attempts][:2] == ["Limit 10 requests a minute", "Overloaded, sorry"]


def test_a_traceback_shows_the_hint_the_words_and_the_cause() -> None:
    fixture = router_fixture(openai=[Unavailable("down", 503)] * 9, anthropic=[ServerFailed("oops", 500)] * 9)
    (error,) = fixture.ask(request())

    assert isinstance(error, AllTargetsFailed)
    assert isinstance(error.__cause__, ServerFailed | Unavailable)
    shown = "".join(traceback.format_exception(error))
    assert "hint: " in shown
    assert "openai/gpt-4o-mini: down" in shown
    assert "direct cause" in shown


def test_a_deadline_is_caused_by_what_took_so_long() -> None:
    fixture = router_fixture((A,), deadline_s=2.0, openai=[SILENCE])
    (error,) = fixture.ask(request())
    assert isinstance(error, DeadlineExceeded)
    assert isinstance(error.__cause__, OutOfTime)
    assert "No answer in 2.0 s: openai/gpt-4o-mini" in str(error.__cause__)


def test_a_provider_of_your_own_that_shows_its_key_in_a_cause_shows_it_to_nobody() -> None:
    key = "AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY"
    refused = Unavailable(f"no {key}", 503)
    refused.__cause__ = ConnectionError(f"sent {key}")
    fixture = router_fixture((A,), openai=[refused] * 9)
    (error,) = fixture.ask(request())
    assert isinstance(error, AllTargetsFailed)
    shown = "".join(traceback.format_exception(error))
    assert "no [secret]" in shown
    assert "ConnectionError: sent [secret]" in shown
    assert key not in shown
