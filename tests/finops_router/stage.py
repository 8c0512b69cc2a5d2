"""What the router's tests share: a recorder that keeps, a provider that plays a script, virtual time."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Coroutine
from dataclasses import dataclass, field

from finops_router.calls import Delta, Reply, Request, Target, Usage
from finops_router.choice.health import HealthRules
from finops_router.demo.clock import run_virtual
from finops_router.errors import RouterError
from finops_router.records import AttemptRecord, GuardrailRecord, RequestRecord
from finops_router.router import Router
from finops_router.settings.router import Group, RouterConfig

START_US = 1_790_812_800_000_000  # 2026-10-01 00:00 UTC
A = Target(provider="openai", model="gpt-4o-mini", attempt_timeout_s=5.0)
B = Target(provider="anthropic", model="claude-haiku-4-5", attempt_timeout_s=5.0)
SILENCE = "silence"  # in a script: accepts the call and never answers

Step = Exception | str | float  # an error to raise at once, SILENCE, or seconds until the answer


@dataclass
class Kept:
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

    def tries(self) -> list[tuple[str, str, str | None]]:
        return [(attempt.provider, attempt.outcome, attempt.error_type) for attempt in self.attempts]


class Scripted:
    """A provider that does for each model what its script says, then answers in a second; `seen` counts calls."""

    def __init__(self, **scripts: list[Step]) -> None:
        self.seen: dict[str, int] = defaultdict(int)
        self._scripts = {name: iter(steps) for name, steps in scripts.items()}

    async def complete(self, target: Target, request: Request) -> Reply:
        self.seen[target.provider] += 1
        step = next(self._scripts.get(target.provider, iter(())), 1.0)
        if isinstance(step, Exception):
            raise step
        if step == SILENCE:
            await asyncio.get_running_loop().create_future()
        await asyncio.sleep(float(step))
        return Reply(model=target.model, usage=Usage(input_tokens=1000, output_tokens=100), response_id="r-1")

    async def stream(self, target: Target, request: Request) -> AsyncGenerator[Delta | Reply, None]:
        yield await self.complete(target, request)


@dataclass
class Stage:
    """A router over scripted providers, its records, and what the providers saw."""

    kept: Kept
    provider: Scripted
    router: Router

    def ask(self, *requests: Request) -> list[Reply | RouterError]:
        """Send the requests one after the other, in virtual time; an error stands where it was raised."""

        async def play() -> list[Reply | RouterError]:
            return [await answer(self.router.complete(request)) for request in requests]

        return run_virtual(play())


async def answer(call: Coroutine[object, object, Reply]) -> Reply | RouterError:
    try:
        return await call
    except RouterError as error:
        return error


def stage(targets: tuple[Target, ...] = (A, B), deadline_s: float = 20.0, **scripts: list[Step]) -> Stage:
    kept, provider = Kept(), Scripted(**scripts)
    config = RouterConfig(
        groups={"chat": Group(name="chat", strategy="cost-first", targets=targets)},
        deadline_s=deadline_s,
        health=HealthRules(failures_before_rest=2, rest_s=30.0, rest_max_s=120.0, rate_limit_rest_s=5.0),
    )
    providers = {target.provider: provider for target in targets}
    return Stage(kept, provider, Router(config, providers, kept, clock=lambda: START_US))


def request(number: int = 1, **settings: object) -> Request:
    return Request(request_id=f"q-{number}", group="chat", estimated_input_tokens=1000, **settings)  # type: ignore[arg-type]
