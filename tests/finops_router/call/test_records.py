"""Attempts and calls in the words of telemetry."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest
from finops_router.call.call import Call, Entry
from finops_router.call.outcomes import LostRace, attempt_outcome, error_type, request_status
from finops_router.call.records import attempt_record, request_record
from finops_router.calls import Attempt, Reply, Served, Usage
from finops_router.errors import NoAnswer, RateLimited
from finops_router.pricing.price import UNPRICED, Bill
from finops_router.records import AttemptRecord, RequestRecord

from tests.finops_router.router_fixture import START_US, A, request

USAGE = Usage(
    input_tokens=1000,
    output_tokens=100,
    cache_read_input_tokens=600,
    cache_write_input_tokens=50,
    cache_write_1h_input_tokens=20,
    reasoning_output_tokens=30,
)
REPLY = Reply(
    model="gpt-4o-mini-2024", usage=USAGE, response_id="r-1", ttft_ms=250.5, served=Served(service_tier="flex")
)
BILL = Bill(Decimal("0.5"), "list", Decimal("0.1"))
ASKED = replace(
    request(),
    team="search",
    project="answers",
    environment="production",
    end_user="u-1",
    stream=True,
    tags={"release": "7"},
)


def call_with(*attempts: Attempt) -> Call:
    call = Call(ASKED, "fixed", START_US, 10.0, 60.0)
    call.entries.extend(Entry(attempt, BILL if attempt.reply else UNPRICED) for attempt in attempts)
    return call


FAILED = Attempt(
    target=A, outcome="error", started_s=10.0, ended_s=10.5, error_type="rate_limited", http_status=429, hedge=True
)
SKIPPED = Attempt(target=A, outcome="skipped", started_s=10.5, ended_s=10.5, error_type="at_limit")
ANSWERED = Attempt(target=A, outcome="ok", started_s=11.0, ended_s=12.0, reply=REPLY)


def test_an_attempt_that_answered() -> None:
    call = call_with(FAILED, ANSWERED)
    assert attempt_record(call, call.entries[-1]) == AttemptRecord(
        timestamp_us=START_US + 1_000_000,
        request_id="q-1",
        attempt=2,
        provider="openai",
        model="gpt-4o-mini-2024",
        outcome="ok",
        latency_ms=1000.0,
        ttft_ms=250.5,
        input_tokens=1000,
        output_tokens=100,
        cost_estimated=0.5,
        usage_source="provider",
    )


@pytest.mark.parametrize(("attempt", "latency_ms", "hedge"), [(FAILED, 500.0, True), (SKIPPED, None, None)])
def test_an_attempt_that_did_not(attempt: Attempt, latency_ms: float | None, hedge: bool | None) -> None:
    call = call_with(attempt)
    assert attempt_record(call, call.entries[0]) == AttemptRecord(
        timestamp_us=START_US + round((attempt.started_s - 10.0) * 1e6),
        request_id="q-1",
        attempt=1,
        provider="openai",
        model="gpt-4o-mini",
        outcome=attempt.outcome,
        error_type=attempt.error_type,
        http_status=attempt.http_status,
        latency_ms=latency_ms,
        hedge=hedge,
    )


def test_a_call_that_was_answered() -> None:
    call = call_with(FAILED, SKIPPED, ANSWERED)
    call.answered_by(REPLY)
    assert request_record(call, 12.25, BILL, None) == RequestRecord(
        timestamp_us=START_US,
        request_id="q-1",
        strategy="fixed",
        provider="openai",
        model="gpt-4o-mini-2024",
        input_tokens=1000,
        output_tokens=100,
        cost_estimated=0.5,
        latency_ms=2250.0,
        team="search",
        project="answers",
        environment="production",
        end_user="u-1",
        operation="chat",
        requested_model="chat",
        response_id="r-1",
        cache_read_input_tokens=600,
        cache_write_input_tokens=50,
        cache_write_1h_input_tokens=20,
        reasoning_output_tokens=30,
        ttft_ms=1250.5,  # the failed attempt before it counts
        stream=True,
        status="ok",
        attempts=2,
        service_tier="flex",
        price_source="list",
        cache_savings_estimated=0.1,
        tags={"release": "7"},
        usage_source="provider",
    )


def test_a_call_that_nobody_was_asked_for_has_neither_provider_nor_tokens() -> None:
    record = request_record(call_with(), 10.0, UNPRICED, KeyError("x"))
    assert (record.provider, record.model, record.input_tokens, record.attempts) == (None, None, None, 0)
    assert (record.status, record.error_type) == ("error", "KeyError")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (RateLimited("slow down", 429), ("error", "error", "rate_limited")),
        (NoAnswer("silence"), ("timeout", "error", "timeout")),
        (asyncio.CancelledError(), ("cancelled", "cancelled", "cancelled")),
        (GeneratorExit(), ("cancelled", "cancelled", "cancelled")),
        (LostRace(), ("cancelled", "cancelled", "hedged")),
        (KeyError("x"), ("error", "error", "KeyError")),
    ],
    ids=repr,
)
def test_an_ending_in_few_words(error: BaseException, words: tuple[str, str, str]) -> None:
    assert (attempt_outcome(error), request_status(error), error_type(error)) == words
