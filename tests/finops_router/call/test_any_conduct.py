"""Whatever two providers do: calls end, attempts are recorded and few, and who asks to be left alone is."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncGenerator
from dataclasses import replace

from finops_router.calls import Delta, Reply, Request, Target, Usage
from finops_router.demo.clock import run_virtual
from finops_router.errors import KeyRefused, ProviderError, RateLimited, ServerFailed, StreamCut, Unavailable
from finops_router.router import Router
from finops_router.settings.router import Group, RouterConfig
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.finops_router.router_fixture import START_US, A, B, RecordingRecorder, answer, request

DEADLINE_S = 30.0
TARGETS = (replace(A, attempt_timeout_s=None), replace(B, attempt_timeout_s=None))
moods = st.sampled_from(["fine", "slow", "down", "failing", "limited", "busy", "silent", "cut", "no key"])
phases = st.lists(st.tuples(moods, st.floats(0.1, 30.0)), min_size=1, max_size=6)


class Moody:
    """Each provider is in one mood after the other, each for some seconds; then it is fine."""

    def __init__(self, moods: dict[str, list[tuple[str, float]]], seed: int) -> None:
        self.asked: list[tuple[str, float]] = []
        self.left_alone: list[tuple[str, float, float]] = []
        self._moods, self._rng = moods, random.Random(seed)

    async def complete(self, target: Target, request: Request) -> Reply:
        loop, name = asyncio.get_running_loop(), target.provider
        at_s = loop.time()
        self.asked.append((name, at_s))
        mood = self._mood(name, at_s)
        await asyncio.sleep({"slow": 8.0, "silent": 1e6, "limited": 0.0, "down": 0.0}.get(mood, 0.3))
        if error := self._error(mood):
            if error.retry_after_s:
                self.left_alone.append((name, loop.time(), loop.time() + error.retry_after_s))
            raise error
        return Reply(model=target.model, usage=Usage(input_tokens=10, output_tokens=10))

    async def stream(self, target: Target, request: Request) -> AsyncGenerator[Delta | Reply, None]:
        yield await self.complete(target, request)

    def _mood(self, name: str, at_s: float) -> str:
        for mood, lasts_s in self._moods[name]:
            at_s -= lasts_s
            if at_s < 0:
                return mood
        return "fine"

    def _error(self, mood: str) -> ProviderError | None:
        errors = {
            "down": Unavailable("down", 503),
            "failing": ServerFailed("oops", 500) if self._rng.random() < 0.5 else None,
            "limited": RateLimited("slow down", 429, self._rng.choice([None, 0.0, 0.5, 4.0, 40.0])),
            "busy": Unavailable("busy", 503, 3.0),
            "cut": StreamCut("reset"),
            "no key": KeyRefused("no", 401),
        }
        return errors.get(mood)


@settings(max_examples=30, deadline=None)
@given(first=phases, second=phases, gaps_s=st.lists(st.floats(0.0, 5.0), min_size=1, max_size=40), seed=st.integers())
def test_whatever_providers_do_calls_end_and_are_accounted_for(
    first: list[tuple[str, float]], second: list[tuple[str, float]], gaps_s: list[float], seed: int
) -> None:
    provider, records = Moody({"openai": first, "anthropic": second}, seed), RecordingRecorder()
    config = RouterConfig(groups={"chat": Group(name="chat", strategy="fixed", targets=TARGETS)}, deadline_s=DEADLINE_S)
    providers = dict.fromkeys(("openai", "anthropic"), provider)
    router = Router(config, providers, records, lambda: START_US, random.Random(seed))

    async def run() -> None:
        async with asyncio.TaskGroup() as calls:
            for number, gap_s in enumerate(gaps_s):
                calls.create_task(answer(router.complete(request(number))))
                await asyncio.sleep(gap_s)

    run_virtual(run())
    assert len(records.requests) == len(gaps_s)
    assert all((record.latency_ms or 0) <= DEADLINE_S * 1000 + 1 for record in records.requests)
    tries = [attempt for attempt in records.attempts if attempt.outcome != "skipped"]
    assert Counter(attempt.provider for attempt in tries) == Counter(name for name, _ in provider.asked)
    assert max(Counter((attempt.request_id, attempt.provider) for attempt in tries).values(), default=0) <= 5
    for name, from_s, until_s in provider.left_alone:
        assert not any(asked == name and from_s < at_s < until_s - 1e-6 for asked, at_s in provider.asked)


@settings(max_examples=15, deadline=None)
@given(first=phases, second=phases, seed=st.integers())
def test_whatever_providers_did_the_better_one_has_its_traffic_back_when_both_are_fine(
    first: list[tuple[str, float]], second: list[tuple[str, float]], seed: int
) -> None:
    provider, records = Moody({"openai": first, "anthropic": second}, seed), RecordingRecorder()
    config = RouterConfig(groups={"chat": Group(name="chat", strategy="fixed", targets=TARGETS)})
    providers = dict.fromkeys(("openai", "anthropic"), provider)
    router = Router(config, providers, records, lambda: START_US, random.Random(seed))
    fine_from_s = sum(lasts_s for _, lasts_s in first)
    asked = round(fine_from_s) + 60

    async def run() -> None:
        async with asyncio.TaskGroup() as calls:
            for number in range(asked):
                calls.create_task(answer(router.complete(request(number))))
                await asyncio.sleep(1.0)

    run_virtual(run())
    rests_s = max((until_s for name, _, until_s in provider.left_alone if name == "openai"), default=0.0)
    (last,) = (record for record in records.requests if record.request_id == request(number=asked - 1).request_id)
    assert last.provider == "openai" or rests_s > fine_from_s + 10
