"""What attempts and calls are entered with: their cost, their number, one record however a call ends."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from decimal import Decimal

import msgspec
import pytest
from finops_router.call.call import Call
from finops_router.call.ledger import Ledger
from finops_router.calls import Attempt, Reply, Served, Target, Usage
from finops_router.demo.clock import run_virtual
from finops_router.errors import AllTargetsFailed
from finops_router.pricing.prices import PriceOverride, Prices
from finops_router.pricing.rates import Rates

from tests.finops_router.router_fixture import START_US, A, B, RecordingRecorder, request, router_fixture

OWN = Target(provider="vllm", model="acme-triage-8b")  # no price is known of it


def attempt(target: Target, tokens: int | None = None, outcome: str = "ok") -> Attempt:
    usage = None if tokens is None else Usage(input_tokens=tokens, output_tokens=0)
    reply = None if usage is None else Reply(model=target.model, usage=usage)
    return Attempt(target=target, outcome=outcome, started_s=0.0, ended_s=1.0, reply=reply)


def recorded(*attempts: Attempt, answered: int | None = None, error: Exception | None = None) -> RecordingRecorder:
    """Enter the attempts into the ledger of one call, which ends with the reply of one of them or in `error`."""
    records, call = RecordingRecorder(), Call(request(), "fixed", START_US, 0.0, 60.0)
    ledger = Ledger(records, Prices())

    async def run() -> None:
        with ledger.recorded(call):
            for one in attempts:
                ledger.attempt(call, one, ledger.bill(call, one.target, one.reply))
            if answered is not None:
                reply = attempts[answered].reply
                assert reply is not None
                call.answered_by(reply)
            if error is not None:
                raise error

    with nullcontext() if error is None else pytest.raises(type(error)):
        run_virtual(run())
    return records


def test_attempts_are_numbered_and_priced_as_they_end() -> None:
    records = recorded(attempt(A, outcome="error"), attempt(B, 1_000_000), answered=1)
    assert [(one.attempt, one.provider, one.cost_estimated) for one in records.attempts] == [
        (1, "openai", None),
        (2, "anthropic", 1.0),
    ]


def test_an_answer_is_billed_as_it_was_served_and_by_the_name_it_was_asked_for_under() -> None:
    own = PriceOverride(provider=OWN.provider, model=OWN.model, rates=Rates(input_usd=Decimal("1e-6")), speed="fast")
    usage = Usage(input_tokens=1_000_000, output_tokens=0)
    for served, cost in ((Served(speed="fast"), 1.0), (Served(), None)):
        records, call = RecordingRecorder(), Call(request(), "fixed", START_US, 0.0, 60.0)
        reply = Reply(model="triage-2026-09", usage=usage, served=served)
        ledger = Ledger(records, Prices((own,)))
        ended = Attempt(target=OWN, outcome="ok", started_s=0.0, ended_s=1.0, reply=reply)
        ledger.attempt(call, ended, ledger.bill(call, OWN, reply))
        assert records.attempts[0].cost_estimated == cost
        assert records.attempts[0].cost_source == (None if cost is None else "contract")


def test_a_call_costs_its_answer_and_what_a_slower_attempt_used() -> None:
    records = recorded(attempt(A, 1_000_000, "cancelled"), attempt(B, 1_000_000), answered=1)
    assert records.requests[0].cost_estimated == pytest.approx(0.15 + 1.0)


def test_a_call_that_fails_costs_what_its_attempts_used_and_stands_for_the_newest_of_those() -> None:
    attempts = attempt(A, 1_000_000, "timeout"), attempt(B, outcome="skipped")
    (record,) = recorded(*attempts, error=AllTargetsFailed("none", "", ())).requests
    assert (record.provider, record.input_tokens) == ("openai", 1_000_000)
    assert record.cost_estimated == pytest.approx(0.15)


def test_the_cost_of_a_call_is_as_uncertain_as_the_least_certain_of_its_attempts() -> None:
    estimated = Usage(input_tokens=1_000_000, output_tokens=0, source="estimated")
    lost = msgspec.structs.replace(attempt(A, 0, "timeout"), reply=Reply(model=A.model, usage=estimated))
    records = recorded(lost, attempt(B, 1_000_000), answered=1)
    assert [one.cost_source for one in records.attempts] == ["estimated", "list"]
    assert [(one.usage_source, one.cost_source) for one in records.requests] == [("provider", "estimated")]


def test_a_failed_attempt_whose_cost_is_unknown_takes_no_known_cost_away() -> None:
    records = recorded(attempt(OWN, 1000, "timeout"), attempt(B, 1_000_000), answered=1)
    assert (records.attempts[0].cost_estimated, records.attempts[0].usage_source) == (None, "provider")
    assert records.requests[0].cost_estimated == pytest.approx(1.0)


@pytest.mark.parametrize("order", [(A, OWN), (OWN, A)])
def test_an_answer_without_a_price_has_no_cost_whatever_the_other_attempt_cost(order: tuple[Target, Target]) -> None:
    attempts = [attempt(target, 1000, "ok" if target is OWN else "cancelled") for target in order]
    (record,) = recorded(*attempts, answered=order.index(OWN)).requests
    assert (record.provider, record.cost_estimated, record.price_source) == ("vllm", None, None)
    assert record.input_tokens == 1000


def test_a_call_that_fails_is_recorded_with_its_error_which_passes_through() -> None:
    (record,) = recorded(attempt(A, outcome="error"), error=AllTargetsFailed("none", "", ())).requests
    assert (record.status, record.error_type, record.provider) == ("error", "all_targets_failed", "openai")
    assert record.cost_estimated is None


def test_a_call_that_is_cancelled_is_recorded_once() -> None:
    records, call = RecordingRecorder(), Call(request(), "fixed", START_US, 0.0, 60.0)

    async def wait() -> None:
        with Ledger(records, Prices()).recorded(call):
            await asyncio.sleep(9.0)

    with pytest.raises(TimeoutError):
        run_virtual(asyncio.wait_for(wait(), 2.0))
    assert [(record.status, record.latency_ms) for record in records.requests] == [("cancelled", 2000.0)]


def test_an_unpriced_answer_has_no_cost_and_no_price_source() -> None:
    fixture = router_fixture(targets=(Target(provider="vllm", model="acme-triage-8b"),))
    fixture.ask(request())

    (record,) = fixture.records.requests
    assert (record.status, record.cost_estimated, record.price_source) == ("ok", None, None)
    assert fixture.records.attempts[0].cost_estimated is None
