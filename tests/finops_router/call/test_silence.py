"""Streams that are slow, stall, think, break off or are given up: what the caller gets, and how often was asked."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

import pytest
from finops_router.calls import Delta, Piece, Reply, Request, Restart, Target, Usage
from finops_router.choice.health_rules import HealthRules
from finops_router.demo.clock import run_virtual
from finops_router.errors import AllTargetsFailed, DeadlineExceeded, StreamCut, Unavailable
from finops_router.providers import ALIVE, IDLE, Alive
from finops_router.router import Router

from tests.finops_router.router_fixture import START_US, A, B, RecordingRecorder, chat, request, router_over

FIRST = replace(A, first_token_timeout_s=2.0, stall_timeout_s=1.0, attempt_timeout_s=30.0)
PLAIN_A = Target(provider="openai", model="gpt-4o-mini")  # with nothing but defaults
PLAIN_B = Target(provider="anthropic", model="claude-haiku-4-5")
Step = float | str | Alive | Exception


class Streaming:
    """A provider that waits some seconds, sends texts and signs of life, raises errors, ends; `seen` counts calls."""

    def __init__(self, **scripts: list[Step]) -> None:
        self.seen: dict[str, int] = defaultdict(int)
        self.closed: list[str] = []
        self._scripts = scripts

    async def complete(self, target: Target, request: Request) -> Reply:
        raise NotImplementedError

    async def stream(self, target: Target, request: Request) -> AsyncGenerator[Delta | Alive | Reply, None]:
        self.seen[target.provider] += 1
        try:
            for step in self._scripts.get(target.provider, ["whole", "END"]):
                if isinstance(step, Exception):
                    raise step
                if isinstance(step, float):
                    await asyncio.sleep(step)
                elif isinstance(step, Alive):
                    yield step
                elif step == "END":
                    yield Reply(model=target.model, usage=Usage(input_tokens=9, output_tokens=1), text="whole")
                else:
                    yield Delta(text=step)
        finally:
            self.closed.append(target.provider)


def collect(
    provider: Streaming, live: bool, targets: tuple[Target, ...] = (FIRST, B), deadline_s: float = 60.0
) -> tuple[RecordingRecorder, list[Piece]]:
    got: list[Piece] = []
    router, records = router_over(provider, chat(targets, deadline_s=deadline_s))

    async def listen() -> None:
        async for piece in router.stream(request(), live=live):
            got.append(piece)

    run_virtual(listen())
    return records, got


def answered(provider: Streaming, *targets: Target) -> RecordingRecorder:
    """The records of one call with default limits, which must be answered."""
    records, got = collect(provider, True, targets or (PLAIN_A, PLAIN_B), deadline_s=600.0)
    assert isinstance(got[-1], Reply)
    return records


@pytest.mark.parametrize(
    ("script", "error", "output_tokens"),
    [
        ([9.0, "late", "END"], "timeout", 0),
        (["half", 9.0, "END"], "stream_cut", 1),
        (["half"], "stream_cut", 1),
        (["half", StreamCut("reset")], "stream_cut", 1),
    ],
)
@pytest.mark.parametrize("live", [False, True])
def test_a_broken_stream_starts_anew_elsewhere_and_is_paid_as_estimated(
    script: list[Step], error: str, output_tokens: int, live: bool
) -> None:
    provider = Streaming(openai=script)
    records, got = collect(provider, live)
    assert provider.seen == {"openai": 1, "anthropic": 1}
    assert provider.closed == ["openai", "anthropic"]
    assert [a.error_type for a in records.attempts] == [error, None]
    broken = records.attempts[0]
    assert (broken.input_tokens, broken.output_tokens) == (1000, output_tokens)
    assert broken.cost_estimated == pytest.approx((1000 * 0.15 + output_tokens * 0.60) / 1e6)
    void = [Delta(text="half"), Restart()] if live and error == "stream_cut" else []
    assert got[:-1] == [*void, Delta(text="whole")]
    assert isinstance(got[-1], Reply)
    assert got[-1].model == B.model


def test_a_cut_stream_with_nobody_left_is_an_error_and_never_an_answer() -> None:
    with pytest.raises(AllTargetsFailed, match="stream_cut"):
        collect(Streaming(openai=["half"]), live=False, targets=(FIRST,))


def test_a_stream_the_caller_closes_is_billed_as_estimated_so_far() -> None:
    provider = Streaming(openai=["four" * 10, 0.5, "END"])
    router, records = router_over(provider, chat((FIRST,)))

    async def listen() -> None:
        async with aclosing(router.stream(request(), live=True)) as pieces:
            await anext(pieces)

    run_virtual(listen())
    (record,) = records.requests
    assert (record.status, record.input_tokens, record.output_tokens) == ("cancelled", 1000, 10)
    assert record.cost_estimated == pytest.approx((1000 * 0.15 + 10 * 0.60) / 1e6)
    assert provider.closed == ["openai"]


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize("targets", [(PLAIN_A,), (PLAIN_A, PLAIN_B)], ids=["alone", "with a fallback"])
@pytest.mark.parametrize("piece", ["token ", ALIVE], ids=["text", "reasoning or arguments"])
def test_a_stream_that_flows_is_never_cut_for_being_long(piece: Step, targets: tuple[Target, ...], live: bool) -> None:
    hours: list[Step] = [step for _ in range(20_000) for step in (piece, 0.5)]  # the deadline is ten minutes
    records, got = collect(Streaming(openai=[*hours, "END"]), live, targets, deadline_s=600.0)
    assert [(attempt.outcome, attempt.latency_ms) for attempt in records.attempts] == [("ok", 10_000_000.0)]
    assert isinstance(got[-1], Reply)


@pytest.mark.parametrize(
    "script",
    [
        [*[IDLE, 9.0] * 5, "late", "END"],  # comments while the request waits in a line
        [*[ALIVE, 29.0] * 40, "END"],  # a tool's arguments alone, in pieces
        ["half", *[IDLE, 29.0] * 10, "END"],
        ["half", 29.0, "END"],
        [9.0, ALIVE, 29.0, "END"],
    ],
)
def test_any_piece_ends_a_silence(script: list[Step]) -> None:
    assert [attempt.outcome for attempt in answered(Streaming(openai=script)).attempts] == ["ok"]


@pytest.mark.parametrize(
    ("script", "error", "after_ms"),
    [
        ([20.0, "late", "END"], "timeout", 10_000.0),
        ([IDLE, 20.0, "late", "END"], "timeout", 10_000.0),  # headers or a role at once, then nothing
        ([ALIVE, 31.0, "END"], "stream_cut", 30_000.0),
        (["half", 31.0, "END"], "stream_cut", 30_000.0),
        (["half", *[IDLE, 20.0] * 60, "END"], "stream_cut", 600_000.0),  # comments alone are no answer
        ([*[IDLE, 5.0] * 200, "END"], "deadline", 300_000.0),  # nor do they make one flow: its share is over
    ],
)
def test_with_a_fallback_silence_is_cut(script: list[Step], error: str, after_ms: float) -> None:
    attempts = answered(Streaming(openai=script)).attempts
    assert [(one.provider, one.error_type) for one in attempts] == [("openai", error), ("anthropic", None)]
    assert attempts[0].latency_ms == after_ms


@pytest.mark.parametrize("script", [[80.0, "late", "END"], [IDLE, 280.0, "x", "END"], ["half", 110.0, "END"]])
def test_the_last_one_left_may_think_for_long(script: list[Step]) -> None:
    assert [attempt.outcome for attempt in answered(Streaming(openai=script), PLAIN_A).attempts] == ["ok"]


def test_the_time_that_the_caller_takes_for_a_piece_is_not_the_targets() -> None:
    router, records = router_over(
        Streaming(openai=["one", 20.0, "two", "END"]), chat((PLAIN_A, PLAIN_B), deadline_s=600.0)
    )

    async def listen() -> None:
        async for _ in router.stream(request(), live=True):
            await asyncio.sleep(700.0)

    run_virtual(listen())
    assert [attempt.outcome for attempt in records.attempts] == ["ok"]


@pytest.mark.parametrize("flows", [False, True])
def test_a_total_limit_is_for_those_who_set_one(flows: bool) -> None:
    limited = replace(PLAIN_A, total_timeout_s=3.0, first_token_timeout_s=9.0)
    flowing: list[Step] = ["token ", 0.5] * 20
    script: list[Step] = [*flowing, "END"] if flows else [8.0, "END"]
    attempts = answered(Streaming(openai=script), limited, PLAIN_B).attempts
    assert [one.error_type for one in attempts] == ["stream_cut" if flows else "timeout", None]
    assert attempts[0].latency_ms == 3000.0


def test_a_try_that_the_deadline_cuts_is_no_failure_of_the_target() -> None:
    provider = Streaming(openai=[1.5, "late", "END"])
    router, records = router_over(provider, chat((PLAIN_A,), deadline_s=1.0))

    async def ask(number: int) -> None:
        with pytest.raises(DeadlineExceeded):
            async for _ in router.stream(request(number)):
                pass

    async def run() -> None:
        for number in range(12):
            await ask(number)

    run_virtual(run())
    assert [(one.outcome, one.error_type) for one in records.attempts] == [("timeout", "deadline")] * 12


def test_a_slow_target_learns_its_time_from_being_cut() -> None:
    provider = Streaming(openai=[25.0, "late", "END"])
    records = RecordingRecorder()
    providers = {"openai": provider, "anthropic": provider}
    config = replace(chat((PLAIN_A, PLAIN_B), "fixed", deadline_s=600.0), health=HealthRules())
    router = Router(config, providers, records, lambda: START_US)

    async def run() -> None:
        for number in range(3):
            async for _ in router.stream(request(number)):
                pass
            await asyncio.sleep(31.0)

    run_virtual(run())
    assert [one.outcome for one in records.attempts if one.provider == "openai"] == ["timeout", "timeout", "ok"]


class Stubborn(Streaming):
    """A provider that makes an error of its own of being cancelled."""

    async def stream(self, target: Target, request: Request) -> AsyncGenerator[Delta | Alive | Reply, None]:
        try:
            async for piece in super().stream(target, request):
                yield piece
        except asyncio.CancelledError as err:
            raise StreamCut("the connection was closed") from err


def test_a_provider_that_makes_an_error_of_the_cut_leaves_nobody_cancelled() -> None:
    records, got = collect(Stubborn(openai=["half", 9.0, "END"]), live=True)
    assert [one.error_type for one in records.attempts] == ["stream_cut", None]
    assert isinstance(got[-1], Reply)


def test_one_that_was_silent_for_as_long_as_it_may_be_is_not_asked_again_alone() -> None:
    provider = Streaming(openai=[1000.0, "late", "END"])
    with pytest.raises(AllTargetsFailed, match="No first token in time"):
        collect(provider, True, (PLAIN_A,), deadline_s=600.0)
    assert provider.seen == {"openai": 1}


def test_one_that_was_given_up_for_another_is_asked_again_with_patience_if_that_fails() -> None:
    provider = Streaming(openai=[20.0, "late", "END"], anthropic=[Unavailable("down", 503)])
    attempts = answered(provider).attempts
    assert [one.error_type for one in attempts if one.provider == "openai"] == ["timeout", None]


@pytest.mark.parametrize(("silent_s", "asked"), [(14.0, 2), (16.0, 1)])
def test_the_only_target_is_asked_again_after_a_cut_unless_it_was_silent_for_long(silent_s: float, asked: int) -> None:
    flowing: list[Step] = ["token ", 0.5] * 80
    provider = Streaming(openai=[*flowing, silent_s, StreamCut("reset")])
    with pytest.raises(AllTargetsFailed):
        collect(provider, True, (PLAIN_A,), deadline_s=600.0)
    assert provider.seen == {"openai": asked}
