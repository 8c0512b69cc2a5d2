"""What the router's tests share: a recorder that keeps its records, a provider with a script, virtual time."""

from __future__ import annotations

import asyncio
import random
from array import array
from collections import defaultdict
from collections.abc import AsyncGenerator, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from finops_router.call.ledger import Ledger
from finops_router.call.services import Services
from finops_router.calls import (
    Delta,
    EmbeddingReply,
    EmbeddingRequest,
    Reply,
    Request,
    Target,
    Usage,
)
from finops_router.choice.health import Health
from finops_router.choice.health_rules import HealthRules
from finops_router.choice.rate_limits import RateLimits
from finops_router.choice.strategies import StrategySettings
from finops_router.demo.clock import run_virtual
from finops_router.errors import RouterError
from finops_router.pricing.prices import Prices
from finops_router.providers import Provider
from finops_router.records import AttemptRecord, GuardrailRecord, RequestRecord
from finops_router.router import Router
from finops_router.settings.router import Group, RouterConfig

START_US = 1_790_812_800_000_000  # 2026-10-01 00:00 UTC
A = Target(provider="openai", model="gpt-4o-mini", attempt_timeout_s=5.0)
B = Target(provider="anthropic", model="claude-haiku-4-5", attempt_timeout_s=5.0)
SILENCE = "silence"  # in a script: accepts the call and never answers
HEALTH = HealthRules(min_requests=2, min_outage_s=0.0, cooldown_s=30.0, cooldown_max_s=120.0, rate_limit_cooldown_s=5.0)

Step = Exception | str | float  # an error to raise at once, SILENCE, or seconds until the answer


@dataclass
class RecordingRecorder:
    """A recorder that keeps what it is given."""

    requests: list[RequestRecord] = field(default_factory=list)
    attempts: list[AttemptRecord] = field(default_factory=list)
    guardrails: list[GuardrailRecord] = field(default_factory=list)

    def record(self, record: RequestRecord) -> None:
        self.requests.append(record)

    def record_attempt(self, record: AttemptRecord) -> None:
        self.attempts.append(record)

    def record_guardrail(self, record: GuardrailRecord) -> None:
        self.guardrails.append(record)

    def outcomes(self) -> list[tuple[str, str, str | None]]:
        """Provider, outcome and error of each attempt."""
        return [(attempt.provider, attempt.outcome, attempt.error_type) for attempt in self.attempts]


class ScriptedProvider:
    """A provider that follows a script for each provider name, then answers in a second; `seen` counts calls."""

    def __init__(self, scripts: Mapping[str, Sequence[Step]]) -> None:
        self.seen: dict[str, int] = defaultdict(int)
        self._scripts = {name: iter(steps) for name, steps in scripts.items()}

    async def complete(self, target: Target, request: Request) -> Reply:
        await self._follow_the_script(target)
        return Reply(model=target.model, usage=Usage(input_tokens=1000, output_tokens=100), response_id="r-1")

    async def embed(self, target: Target, request: EmbeddingRequest) -> EmbeddingReply:
        await self._follow_the_script(target)
        vectors = tuple(array("f", [place, 1.0]) for place, _ in enumerate(request.inputs))
        return EmbeddingReply(model=target.model, usage=Usage(input_tokens=1000, output_tokens=0), vectors=vectors)

    async def _follow_the_script(self, target: Target) -> None:
        self.seen[target.provider] += 1
        step = next(self._scripts.get(target.provider, iter(())), 1.0)
        if isinstance(step, Exception):
            raise step
        if step == SILENCE:
            await asyncio.get_running_loop().create_future()
        await asyncio.sleep(float(step))

    async def stream(self, target: Target, request: Request) -> AsyncGenerator[Delta | Reply, None]:
        yield await self.complete(target, request)


@dataclass
class RouterFixture:
    """A router, its records, and the scripted provider behind it."""

    records: RecordingRecorder
    provider: ScriptedProvider
    router: Router

    def ask(self, *requests: Request) -> list[Reply | RouterError]:
        """Send the requests one after the other, in virtual time; an error stands where it was raised."""

        async def send() -> list[Reply | RouterError]:
            return [await answer(self.router.complete(request)) for request in requests]

        return run_virtual(send())

    def ask_at_once(self, *requests: Request) -> list[Reply | RouterError]:
        """Send the requests all at the same moment, in virtual time."""

        async def send() -> list[Reply | RouterError]:
            return list(await asyncio.gather(*(answer(self.router.complete(request)) for request in requests)))

        return run_virtual(send())


async def answer(call: Coroutine[object, object, Reply]) -> Reply | RouterError:
    try:
        return await call
    except RouterError as error:
        return error


def chat(
    targets: tuple[Target, ...] = (A, B),
    strategy: str = "cost-first",
    deadline_s: float = 20.0,
    settings: StrategySettings | None = None,
) -> RouterConfig:
    """Settings with one group, 'chat'."""
    usual = settings or StrategySettings()
    group = Group(name="chat", strategy=strategy, targets=targets, strategy_settings=usual)
    return RouterConfig(groups={"chat": group}, deadline_s=deadline_s, health=HEALTH)


def router_over(provider: Provider, config: RouterConfig) -> tuple[Router, RecordingRecorder]:
    """A router whose targets are all answered by `provider`, and its records."""
    records = RecordingRecorder()
    names = {target.provider for group in config.groups.values() for target in group.targets}
    return Router(config, dict.fromkeys(names, provider), records, clock=lambda: START_US), records


def services_for(records: RecordingRecorder, *providers: tuple[str, Provider]) -> Services:
    """The services of a router without its settings, for tests of single attempts and turns."""
    return Services(
        providers=dict(providers),
        ledger=Ledger(records, Prices()),
        health=Health(HEALTH, random.Random(7)),
        limits=RateLimits(),
    )


def router_fixture(
    targets: tuple[Target, ...] = (A, B),
    deadline_s: float = 20.0,
    config: RouterConfig | None = None,
    provider: ScriptedProvider | None = None,
    **scripts: Sequence[Step],
) -> RouterFixture:
    """A router over a scripted provider; `config` and `provider` replace the usual ones."""
    provider = provider or ScriptedProvider(scripts)
    router, records = router_over(provider, config or chat(targets, deadline_s=deadline_s))
    return RouterFixture(records, provider, router)


def request(number: int = 1, **settings: Any) -> Request:
    return Request(request_id=f"q-{number}", group="chat", estimated_input_tokens=1000, **settings)
