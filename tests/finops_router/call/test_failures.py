"""The error of a call without an answer names what was tried, what was left out and what to do."""

from __future__ import annotations

from finops_router.call.call import Call, Entry
from finops_router.call.failures import all_targets_failed, deadline_exceeded, no_target_fits
from finops_router.calls import Attempt
from finops_router.pricing.price import UNPRICED

from tests.finops_router.router_fixture import START_US, A, B, request

FAILED = Attempt(target=A, outcome="error", started_s=0.0, ended_s=1.0, error_type="unavailable")
SKIPPED = Attempt(target=B, outcome="skipped", started_s=1.0, ended_s=1.0)


def tried() -> Call:
    entries = [Entry(FAILED, UNPRICED), Entry(SKIPPED, UNPRICED)]
    return Call(request(), "fixed", START_US, 5.0, 12.5, left_out={"vllm/own": "cannot do vision"}, entries=entries)


def test_all_targets_failed() -> None:
    error = all_targets_failed(tried())
    assert error.message == (
        "No target answered: chat (openai/gpt-4o-mini: unavailable, anthropic/claude-haiku-4-5: skipped)"
    )
    assert error.hint.endswith("; vllm/own was left out: cannot do vision")
    assert error.attempts == (FAILED, SKIPPED)


def test_deadline_exceeded() -> None:
    error = deadline_exceeded(tried())
    assert error.message.startswith("No answer within 7.5 s: chat (openai/gpt-4o-mini: unavailable")
    assert "deadline_s" in error.hint


def test_no_target_fits() -> None:
    error = no_target_fits(tried())
    assert (error.message, error.hint) == ("No target of chat fits this request", "vllm/own cannot do vision")
    assert error.attempts == ()
