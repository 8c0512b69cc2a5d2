"""Whatever happens, a call costs what its attempts cost, and each of them is recorded before it.

Random schedules in virtual time: answers, refusals, errors, silence and cuts at two providers, plain, buffered and live
streams, hedged and not, and callers that leave at any moment, some of them twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace

import pytest
from finops_router.calls import Delta, Partial, Reply, Request, Target, Usage
from finops_router.choice.strategies import StrategySettings
from finops_router.demo.clock import run_virtual
from finops_router.errors import ProviderError, RateLimited, Refused, RouterError, ServerFailed, StreamCut, Unavailable
from finops_router.pricing.estimate import tokens_of
from finops_router.providers import Progress
from finops_router.records import AttemptRecord, Record, RequestRecord
from finops_router.router import Router
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.finops_router.router_fixture import START_US, A, B, RecordingRecorder, chat, request

WARM = 25  # answers of one second, so that the 95th percentile is one
FIRST = replace(A, expected_ttft_ms=100, attempt_timeout_s=8.0, stall_timeout_s=2.0, prefill=True)
SECOND = replace(B, attempt_timeout_s=8.0, stall_timeout_s=2.0)
OWN = Target(provider="vllm", model="acme-triage-8b", attempt_timeout_s=8.0)  # no price is known of it
WHOLE = Usage(input_tokens=900, output_tokens=70)
PART = Usage(input_tokens=900, output_tokens=1)


@dataclass(frozen=True)
class Script:
    """One answer: a wait, texts and waits by turn, then an ending: 'reply', 'end', 'silence' or an error's name.

    `counts` is what the provider has counted by the time it ends. It takes `closing_s` to let go of its connection.
    """

    waits_s: tuple[float, ...]
    ending: str
    counts: Usage | None
    closing_s: float


USUAL = Script((1.0,), "reply", WHOLE, 0.0)


def error_of(script: Script) -> ProviderError:
    partial = None if script.counts is None else Partial(usage=script.counts, is_final=script.ending == "refused")
    match script.ending:
        case "refused":
            return Refused("no", partial=partial)
        case "cut":
            return StreamCut("reset", partial=partial)
        case "limited":
            return RateLimited("slow down", 429)
        case "oops":
            return ServerFailed("oops", 500)
        case _:
            return Unavailable("down", 503)


@dataclass
class Sent(Progress):
    """What a scripted stream has counted so far."""

    usage: Usage | None

    def so_far(self) -> Partial:
        return Partial(usage=self.usage)


class Scripted:
    """A provider that follows its scripts, then answers in a second.

    `continued` has for each attempt how many words of an answer that broke off it got with it.
    """

    def __init__(self) -> None:
        self.scripts: list[Script] = []
        self.continued: list[int] = []

    async def complete(self, target: Target, request: Request) -> Reply:
        reply = [piece async for piece in self.stream(target, request) if isinstance(piece, Reply)]
        if not reply:
            raise StreamCut("ended")
        return reply[0]

    async def stream(self, target: Target, request: Request) -> AsyncGenerator[Delta | Progress | Reply, None]:
        last = request.messages[-1] if request.messages else None
        self.continued.append(last.text.count("word") if last is not None and last.role == "assistant" else 0)
        script = self.scripts.pop(0) if self.scripts else USUAL
        try:
            yield Sent(script.counts)
            for number, wait_s in enumerate(script.waits_s):
                if number:
                    yield Delta(text="word ")
                await asyncio.sleep(wait_s)
            if script.ending == "silence":
                await asyncio.get_running_loop().create_future()
            if script.ending == "reply":
                yield Reply(model=target.model, usage=WHOLE, text="word " * (len(script.waits_s) - 1))
            elif script.ending != "end":
                raise error_of(script)
        finally:
            await asyncio.sleep(script.closing_s)


@dataclass
class InOrder(RecordingRecorder):
    """A recorder that keeps all records in the order they come."""

    all: list[Record] = field(default_factory=list)

    def record(self, record: RequestRecord) -> None:
        self.all.append(record)

    def record_attempt(self, record: AttemptRecord) -> None:
        self.all.append(record)


@dataclass(frozen=True)
class Schedule:
    """One call: what its providers do, how it is asked, and when its caller leaves (again)."""

    scripts: dict[str, list[Script]]
    targets: tuple[Target, ...]
    mode: str
    hedge: bool
    leaves_s: tuple[float, ...]


def run_call(schedule: Schedule) -> tuple[list[Record], list[int]]:
    """Run one call; its records in their order, and with how many words each attempt began that its providers saw."""
    records = InOrder()
    config = chat(schedule.targets, "performance-first" if schedule.hedge else "fixed", deadline_s=20.0)
    group = replace(config.groups["chat"], hedge=schedule.hedge, strategy_settings=StrategySettings(explore_share=0.0))
    providers = {target.provider: Scripted() for target in schedule.targets}
    router = Router(replace(config, groups={"chat": group}), providers, records, clock=lambda: START_US)

    async def ask() -> None:
        if schedule.mode == "plain":
            await router.complete(request())
        else:
            async with aclosing(router.stream(request(), live=schedule.mode == "live")) as pieces:
                async for _ in pieces:
                    pass

    async def run() -> list[int]:
        for number in range(WARM if schedule.hedge else 0):
            await router.complete(request(number))
        records.all.clear()
        for name, provider in providers.items():
            provider.continued.clear()
            provider.scripts = list(schedule.scripts.get(name, ()))
        call = asyncio.ensure_future(ask())
        for wait_s in schedule.leaves_s:
            await asyncio.wait({call}, timeout=wait_s)
            call.cancel()
        with suppress(RouterError, asyncio.CancelledError):
            await call
        return [words for provider in providers.values() for words in provider.continued]

    return records.all, run_virtual(run())


COUNTED = {  # what may pass as counted: whole answers, also of callers who left then, and refusals
    None: (WHOLE.input_tokens, WHOLE.output_tokens),
    "cancelled": (WHOLE.input_tokens, WHOLE.output_tokens),
    "hedged": (WHOLE.input_tokens, WHOLE.output_tokens),
    "content_filter": (PART.input_tokens, PART.output_tokens),
}
WAITS = st.lists(st.sampled_from([0.0, 0.4, 1.5, 3.0, 9.0]), min_size=1, max_size=3).map(tuple)
ENDINGS = st.sampled_from(["reply", "reply", "silence", "cut", "end", "refused", "limited", "oops", "down"])
SCRIPTS = st.builds(Script, WAITS, ENDINGS, st.sampled_from([None, PART]), st.sampled_from([0.0, 0.3]))
SCHEDULES = st.builds(
    Schedule,
    scripts=st.fixed_dictionaries(
        {name: st.lists(SCRIPTS, max_size=3) for name in (FIRST.provider, SECOND.provider, OWN.provider)}
    ),
    targets=st.sampled_from([(FIRST, SECOND), (FIRST, replace(SECOND, prefill=True)), (FIRST, OWN), (OWN, SECOND)]),
    mode=st.sampled_from(["plain", "buffered", "live"]),
    hedge=st.booleans(),
    leaves_s=st.just(()) | st.lists(st.sampled_from([0.0, 0.1, 1.2, 2.1, 4.0]), min_size=1, max_size=2).map(tuple),
)


def sum_of_known(records: Sequence[AttemptRecord]) -> float | None:
    known = [record.cost_estimated for record in records if record.cost_estimated is not None]
    return sum(known) if known else None


@settings(max_examples=400, deadline=None)
@given(SCHEDULES)
def test_a_call_costs_what_its_attempts_cost_and_is_recorded_after_them(schedule: Schedule) -> None:
    records, continued = run_call(schedule)
    *attempts, call = records
    assert isinstance(call, RequestRecord)
    tried = [one for one in attempts if isinstance(one, AttemptRecord) and one.outcome != "skipped"]
    assert len(tried) == len(continued) == call.attempts

    total_usd = sum_of_known(tried)
    unpriced_answer = call.status == "ok" and call.provider == OWN.provider
    if unpriced_answer or total_usd is None:
        assert call.cost_estimated is None
    else:
        assert call.cost_estimated == pytest.approx(total_usd)


@settings(max_examples=400, deadline=None)
@given(SCHEDULES)
def test_only_attempts_that_were_turned_away_have_used_nothing(schedule: Schedule) -> None:
    records, continued = run_call(schedule)
    prompts = {request().estimated_input_tokens + tokens_of(len("word ") * words) for words in continued}
    for attempt in records[:-1]:
        assert isinstance(attempt, AttemptRecord)
        turned_away = attempt.http_status is not None or attempt.outcome == "skipped"
        if attempt.outcome == "ok":
            assert (attempt.input_tokens, attempt.output_tokens) == (WHOLE.input_tokens, WHOLE.output_tokens)
        elif not turned_away and attempt.error_type != "content_filter":
            assert attempt.input_tokens in (PART.input_tokens, *prompts)
            assert attempt.output_tokens is not None
        if attempt.usage_source == "provider":
            assert (attempt.input_tokens, attempt.output_tokens) == COUNTED[attempt.error_type]
