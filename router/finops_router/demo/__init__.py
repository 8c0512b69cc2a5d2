"""Run the demo: send its traffic through the real router in virtual time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from heapq import merge

from finops_router.calls import Request
from finops_router.demo.clock import run_virtual
from finops_router.demo.guardrails import decide, looked_at, priced
from finops_router.demo.providers import simulated_providers
from finops_router.demo.runaway import runaway
from finops_router.demo.trace import read_rhythm, read_text, read_trace
from finops_router.demo.traffic import FIRST_DAY, Arrival, Scenario, hour, hour_scenario, month, month_scenario
from finops_router.errors import RouterError
from finops_router.records import AttemptRecord, GuardrailRecord, Recorder, RequestRecord
from finops_router.router import Router
from finops_router.settings.reader import parse

CONFIG = "demo.toml"
STEPS = 200  # of progress


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSummary:
    """What the demo recorded; `first_us` and `last_us` are when its first and last request began (1970 UTC).

    `attempts` are those at a provider: a target that was skipped is none.
    """

    requests: int
    attempts: int
    guardrail_events: int
    first_us: int
    last_us: int


def run_demo(
    record: Recorder, *, days: int | None, seed: int, progress: Callable[[int, int], None], first: date = FIRST_DAY
) -> DemoSummary:
    """Send the requests of `days` days from `first` on, or one real hour of it if `days` is None, to `record`.

    The same seed and first day give the same records in the same order. `progress(done, total)` is called some 200
    times with counts of requests. Takes no real time beyond computing; runs an event loop of its own.
    """
    rng = random.Random(seed)  # noqa: S311 -- the demo's chance, to be had again
    trace = read_trace()
    if days is None:
        scenario = hour_scenario(trace)
        arrivals = list(hour(trace, scenario, rng))
    else:
        scenario = month_scenario(days)
        ordinary = month(trace, read_rhythm(), scenario, rng, first)
        arrivals = list(merge(ordinary, runaway(trace, scenario, seed), key=lambda arrival: arrival.at_s))
    counting = _Counting(record)
    run_virtual(_send_all(arrivals, scenario, counting, rng, progress, midnight_us(first)), scenario.from_s)
    return counting.summary()


def midnight_us(day: date) -> int:
    """Return the start of a day, in microseconds since 1970-01-01 UTC."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1_000_000


async def _send_all(
    arrivals: Sequence[Arrival],
    scenario: Scenario,
    record: _Counting,
    rng: random.Random,
    progress: Callable[[int, int], None],
    start_us: int,
) -> None:
    loop = asyncio.get_running_loop()

    def clock() -> int:
        return start_us + round(loop.time() * 1e6)

    works = {arrival.request.request_id: arrival.work for arrival in arrivals}
    providers = simulated_providers(scenario, rng, lambda request: works[request.request_id])
    router = Router(parse(read_text(CONFIG), CONFIG), providers, record, clock, rng)
    step = max(1, len(arrivals) // STEPS)
    async with asyncio.TaskGroup() as calls:
        for done, arrival in enumerate(arrivals):
            await asyncio.sleep(arrival.at_s - loop.time())
            calls.create_task(_ask(router, arrival.request))
            if (event := decide(arrival.request, clock(), rng)) is not None:
                record.decided(event)
            if done % step == 0:
                progress(done, len(arrivals))
    progress(len(arrivals), len(arrivals))


async def _ask(router: Router, request: Request) -> None:
    with suppress(RouterError):  # recorded by the router: the caller of the demo does not read errors
        await router.complete(request)


class _Counting:
    """A recorder that passes everything on and counts it, and makes its guardrails' events once it knows the cost."""

    def __init__(self, record: Recorder) -> None:
        self._to = record
        self._requests = self._attempts = self._events = 0
        self._first_us, self._last_us = 2**63, 0
        self._decided: dict[str, GuardrailRecord] = {}

    def decided(self, event: GuardrailRecord) -> None:
        """Keep what a guardrail has decided about a request until that is over."""
        self._decided[event.request_id] = event

    def record(self, record: RequestRecord) -> None:
        self._requests += 1
        self._first_us = min(self._first_us, record.timestamp_us)
        self._last_us = max(self._last_us, record.timestamp_us)
        self._to.record(looked_at(record))
        if (event := self._decided.pop(record.request_id, None)) is not None:
            self.record_guardrail(priced(event, record))

    def record_attempt(self, record: AttemptRecord) -> None:
        self._attempts += record.outcome != "skipped"  # nobody was asked
        self._to.record_attempt(record)

    def record_guardrail(self, record: GuardrailRecord) -> None:
        self._events += 1
        self._to.record_guardrail(record)

    def summary(self) -> DemoSummary:
        return DemoSummary(
            requests=self._requests,
            attempts=self._attempts,
            guardrail_events=self._events,
            first_us=self._first_us,
            last_us=self._last_us,
        )
