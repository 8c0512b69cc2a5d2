"""Resilience: who got an answer although a provider failed, and how that is judged."""

from __future__ import annotations

import pytest

from tests.finops_report.answers.conftest import Asked, traffic

ATTEMPT = (
    "select timestamp '2026-10-01' as timestamp, 'r1' as request_id, 1 as attempt, 'p' as provider, 'm' as model,"
    " 'ok' as outcome"
)

EVERY = (
    "select timestamp '2026-10-01' + to_seconds(i * 432) as timestamp, 'r' || i as request_id, 1 as attempt,"
    " 'p' as provider, 'm' as model, 'ok' as outcome from range(2000) t (i)"
)


def failing(answered: int, requests: int = 100) -> str:
    """Attempts of which every request's first failed, and the second of the first `answered` got an answer."""
    return f"""
        select timestamp '2026-10-01' as timestamp, 'r' || i as request_id, a as attempt,
            'p' || a as provider, 'm' as model,
            case when a = 2 and i < {answered} then 'ok' else 'error' end as outcome, 'overloaded' as error_type,
            100.0 as latency_ms
        from range({requests}) r (i), range(1, 3) t (a)
    """


@pytest.mark.parametrize(("answered", "verdict"), [(100, "good"), (97, "watch"), (80, "bad")])
def test_resilience_is_the_share_of_troubled_requests_that_were_answered(
    ask: Asked, answered: int, verdict: str
) -> None:
    resilience = ask(traffic(), attempts=failing(answered))["resilience"]
    assert resilience.verdict == verdict
    assert "100 requests met a provider failure" in resilience.answer
    assert resilience.brief == f"{answered} % answered"


def test_the_largest_incident_is_named(ask: Asked) -> None:
    resilience = ask(traffic(), attempts=failing(97))["resilience"]
    assert resilience.answer == (
        "100 requests met a provider failure; 97 (97 %) still got an answer, 3 did not. "
        "The largest incident: p1, 1 Oct 2026, 00:00, 1 hour, 100 attempts failed or sent elsewhere."
    )


def test_a_few_failures_are_no_incident(ask: Asked) -> None:
    resilience = ask(traffic(), attempts=failing(3, requests=3))["resilience"]
    assert resilience.answer == ("3 requests met a provider failure; all of them still got an answer.")


def test_no_failed_attempt_is_good_and_unrecorded_attempts_are_unknown(ask: Asked) -> None:
    resilience = ask(traffic(), attempts=EVERY)["resilience"]
    assert (resilience.answer, resilience.brief) == ("No attempt at a provider failed.", "none")
    assert resilience.verdict == "good"


def test_attempts_of_some_requests_alone_do_not_show_that_none_failed(ask: Asked) -> None:
    resilience = ask(traffic(), attempts=ATTEMPT)["resilience"]
    assert resilience.answer.startswith("No recorded attempt failed, but not all attempts are recorded")
    assert (resilience.brief, resilience.verdict) == ("not all recorded", "not enough data")


def test_no_request_and_no_failed_attempt_is_not_good(ask: Asked) -> None:
    resilience = ask(attempts=ATTEMPT)["resilience"]
    assert (resilience.brief, resilience.verdict) == ("nothing recorded", "not enough data")


def test_without_attempts_resilience_is_not_guessed(ask: Asked) -> None:
    resilience = ask(traffic())["resilience"]
    assert resilience.answer.startswith("Attempts are not recorded, so failures at providers cannot be seen.")
    assert (resilience.brief, resilience.verdict) == ("not recorded", "not enough data")


def test_without_attempts_a_request_at_two_providers_is_a_failover(ask: Asked) -> None:
    twice = traffic().replace("'r' || i", "'r' || i // 2")
    resilience = ask(twice)["resilience"]
    assert resilience.answer == (
        "1,000 failovers inferred from requests with rows of several providers; all ended with an answer. "
        "Attempts are not recorded, so other failures cannot be seen."
    )
    assert (resilience.brief, resilience.verdict) == ("not recorded", "not enough data")
