"""After a 500 the same target is tried once more; after everything else the next one."""

from __future__ import annotations

import pytest
from finops_router.errors import RateLimited, ServerFailed, Unavailable

from tests.finops_router.router_fixture import SILENCE, A, request, router_fixture


def test_one_500_is_tried_once_more_on_the_same_target() -> None:
    fixture = router_fixture(openai=[ServerFailed("oops", 500)])
    fixture.ask(request())

    assert fixture.provider.seen == {"openai": 2}
    assert fixture.records.outcomes() == [("openai", "error", "server_error"), ("openai", "ok", None)]
    assert fixture.records.requests[0].attempts == 2


def test_a_second_500_fails_over() -> None:
    fixture = router_fixture(openai=[ServerFailed("oops", 500), ServerFailed("oops", 500)])
    fixture.ask(request())

    assert fixture.provider.seen == {"openai": 2, "anthropic": 1}
    assert fixture.records.requests[0].provider == "anthropic"
    assert fixture.records.requests[0].model == "claude-haiku-4-5"


@pytest.mark.parametrize(
    "failure", [RateLimited("no", 429), ServerFailed("no", 500), Unavailable("no", 503), SILENCE], ids=str
)
def test_whatever_fails_no_target_is_asked_more_than_twice(failure: Exception | str) -> None:
    fixture = router_fixture(openai=[failure] * 9, anthropic=[failure] * 9)
    fixture.ask(request())
    assert max(fixture.provider.seen.values()) <= 2
    assert set(fixture.provider.seen) == {"openai", "anthropic"}


def test_without_time_for_the_wait_there_is_no_second_attempt() -> None:
    fixture = router_fixture((A,), deadline_s=0.05, openai=[ServerFailed("oops", 500)])
    fixture.ask(request())
    assert fixture.records.outcomes() == [("openai", "error", "server_error")]


def test_a_target_that_cools_down_by_then_is_not_tried_again() -> None:
    fixture = router_fixture(openai=[Unavailable("down", 503), ServerFailed("oops", 500)])
    fixture.ask(request(1), request(2))  # its second failure in a row
    assert fixture.provider.seen == {"openai": 2, "anthropic": 2}
