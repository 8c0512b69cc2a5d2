"""Streams that are slow, stall, break off or are given up: what the caller gets, and how often was asked."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

import pytest
from finops_router.calls import Delta, Piece, Reply, Request, Restart, Target, Usage
from finops_router.demo.clock import run_virtual
from finops_router.errors import AllTargetsFailed, StreamCut

from tests.finops_router.router_fixture import A, B, RecordingRecorder, chat, request, router_over

FIRST = replace(A, first_token_timeout_s=2.0, stall_timeout_s=1.0, attempt_timeout_s=30.0)


class Streaming:
    """A provider that waits some seconds, sends texts, raises errors, and then ends; `seen` counts calls."""

    def __init__(self, **scripts: list[float | str | Exception]) -> None:
        self.seen: dict[str, int] = defaultdict(int)
        self.closed: list[str] = []
        self._scripts = scripts

    async def complete(self, target: Target, request: Request) -> Reply:
        raise NotImplementedError

    async def stream(self, target: Target, request: Request) -> AsyncGenerator[Delta | Reply, None]:
        self.seen[target.provider] += 1
        try:
            for step in self._scripts.get(target.provider, ["whole", "END"]):
                if isinstance(step, Exception):
                    raise step
                if isinstance(step, float):
                    await asyncio.sleep(step)
                elif step == "END":
                    yield Reply(model=target.model, usage=Usage(input_tokens=9, output_tokens=1), text="whole")
                else:
                    yield Delta(text=step)
        finally:
            self.closed.append(target.provider)


def collect(
    provider: Streaming, live: bool, targets: tuple[Target, ...] = (FIRST, B)
) -> tuple[RecordingRecorder, list[Piece]]:
    got: list[Piece] = []
    router, records = router_over(provider, chat(targets, deadline_s=60.0))

    async def listen() -> None:
        async for piece in router.stream(request(), live=live):
            got.append(piece)

    run_virtual(listen())
    return records, got


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
    script: list[float | str | Exception], error: str, output_tokens: int, live: bool
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
