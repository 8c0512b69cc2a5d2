"""The last minute by provider: requests, what they cost, and the attempts that failed."""

from __future__ import annotations

from finops_router.records import AttemptRecord
from finops_router.telemetry.pulse import UNKNOWN, WINDOW_S, Beat, Pulse

from tests.finops_router.telemetry.conftest import NOW_US, request


def attempt(provider: str, outcome: str) -> AttemptRecord:
    return AttemptRecord(timestamp_us=NOW_US, request_id="r", attempt=1, provider=provider, model="m", outcome=outcome)


def test_providers_are_summed_and_the_busiest_comes_first() -> None:
    pulse = Pulse()
    pulse.add(
        [
            request(1, provider="openai", cost_estimated=0.25),
            request(2, provider="openai", cost_estimated=0.5),
            request(3, provider="openai"),
            request(4, provider="openai", status="error"),
            request(5),
            attempt("anthropic", "timeout"),
            attempt("anthropic", "skipped"),
            attempt("openai", "ok"),
        ],
        0.0,
    )
    assert pulse.beats() == [
        Beat("openai", requests=4, cost_usd=0.75, unpriced_requests=1, failed_attempts=0),
        Beat(UNKNOWN, requests=1, cost_usd=0, unpriced_requests=1, failed_attempts=0),
        Beat("anthropic", requests=0, cost_usd=0, unpriced_requests=0, failed_attempts=1),
    ]


def test_what_is_older_than_a_minute_is_let_go() -> None:
    pulse = Pulse()
    pulse.add([request(1, provider="openai")], 0.0)
    pulse.add([request(2, provider="anthropic")], WINDOW_S + 0.1)
    assert [beat.provider for beat in pulse.beats()] == ["anthropic"]
