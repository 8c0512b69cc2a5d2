"""Simulate a provider: real model names, log-normal times with a daily load, and injected faults."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass

from finops_router.calls import Delta, Reply, Request, Target, Usage
from finops_router.errors import RateLimited, Rejected, ServerFailed, Unavailable

DAY_S = 86_400.0
CACHE_TTL_S = 300.0  # providers forget a prompt's beginning after about five minutes
CACHE_STEP_TOKENS = 128  # and cache it in steps of this
CACHE_MIN_TOKENS = 1024  # from this length of prompt on
PIECES = 4  # of a streamed answer
RATE_LIMITED, UNAVAILABLE, SERVER_ERROR = "rate_limited", "unavailable", "server_error"
REJECTED, SILENT, SLOW_START = "rejected", "silent", "slow_start"


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedModel:
    """How one model answers: medians of log-normal times, and what it does with repeated prompts.

    `load` is how much slower the first token comes at the busiest hour (14:30 of the loop's day) than on
    average: 0.3 is 30 %. `cached_share` is the part of a prompt that repeats from call to call;
    `bills_cache_writes`: filling the cache is billed (Anthropic), not free (OpenAI, Google).
    `reasoning_tokens` is the median of unseen output before the answer.
    """

    ttft_ms: float
    ms_per_output_token: float
    ttft_sigma: float = 0.35
    token_sigma: float = 0.15
    load: float = 0.3
    cached_share: float = 0.0
    bills_cache_writes: bool = False
    reasoning_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A way to fail that hits `share` of the calls from `from_s` until `until_s` of the loop's clock.

    `kind` is 'rate_limited' (429, with Retry-After if `retry_after_s` is set), 'unavailable' (503),
    'server_error' (500), 'rejected' (400), 'silent' (accepts and never answers) or 'slow_start' (the first
    token takes `slow_factor` times as long). `models` empty means all.
    """

    kind: str
    share: float = 1.0
    from_s: float = -math.inf
    until_s: float = math.inf
    models: frozenset[str] = frozenset()
    retry_after_s: float | None = None
    slow_factor: float = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The true size of a request, as the provider finds it: tokens in, tokens of answer."""

    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """An answer in progress: its usage, the wait for its first token and the time of all its tokens."""

    usage: Usage
    ttft_ms: float
    tokens_ms: float


class SimulatedProvider:
    """A provider whose models, faults and chance are given; waits on the event loop's clock only.

    `work` returns the size of a request; without it the prompt is as long as estimated and the answer
    log-normal around 150 tokens. Chance is drawn from `rng` in the order of calls.
    """

    def __init__(
        self,
        models: Mapping[str, SimulatedModel],
        rng: random.Random,
        faults: tuple[Fault, ...] = (),
        work: Callable[[Request], Work] | None = None,
    ) -> None:
        self._models = models
        self._rng = rng
        self._faults = faults
        self._work = work or self._guess
        self._prompt_seen_s: dict[tuple[str, str | None, str], float] = {}

    async def complete(self, target: Target, request: Request) -> Reply:
        """Answer after the time the model takes, or fail by the faults of the moment.

        Raises RateLimited, Unavailable, ServerFailed or Rejected; Unavailable with 404 for a model it does not have.
        """
        coming = await self._start(target, request)
        await asyncio.sleep((coming.ttft_ms + coming.tokens_ms) / 1000)
        return self._reply(target, coming.usage, coming.ttft_ms if request.stream else None)

    async def stream(self, target: Target, request: Request) -> AsyncGenerator[Delta | Reply, None]:
        """Answer in a few pieces of even pace; fails as `complete` does."""
        coming = await self._start(target, request)
        await asyncio.sleep(coming.ttft_ms / 1000)
        for _ in range(PIECES):
            yield Delta(text="")
            await asyncio.sleep(coming.tokens_ms / 1000 / PIECES)
        yield self._reply(target, coming.usage, coming.ttft_ms)

    async def _start(self, target: Target, request: Request) -> Coming:
        """Raise what the faults of the moment ask for, or return what answer is coming and how slowly."""
        model = self._models.get(target.model)
        if model is None:
            raise Unavailable(f"No such model: {target.model}", 404)
        fault = self._fault(target.model)
        if fault is not None and fault.kind != SLOW_START:
            await self._fail(fault)
        work = self._work(request)
        usage = self._usage(model, target, request, work)
        ttft_ms = self._ttft_ms(model, usage) * (fault.slow_factor if fault is not None else 1.0)
        tokens_ms = model.ms_per_output_token * work.output_tokens * self._spread(model.token_sigma)
        return Coming(usage=usage, ttft_ms=ttft_ms, tokens_ms=tokens_ms)

    def _reply(self, target: Target, usage: Usage, ttft_ms: float | None) -> Reply:
        return Reply(
            model=target.model,
            usage=usage,
            finish_reason="stop",
            response_id=f"sim-{self._rng.getrandbits(64):016x}",
            ttft_ms=None if ttft_ms is None else round(ttft_ms, 3),
        )

    def _fault(self, model: str) -> Fault | None:
        """Return the first fault that is on and hits this call by chance; None if none does."""
        now_s = asyncio.get_running_loop().time()
        for fault in self._faults:
            on = fault.from_s <= now_s < fault.until_s and (not fault.models or model in fault.models)
            if on and self._rng.random() < fault.share:
                return fault
        return None

    async def _fail(self, fault: Fault) -> None:
        """Raise the error of `fault`, after the short time a refusal takes."""
        if fault.kind == SILENT:
            await asyncio.get_running_loop().create_future()  # until the caller gives up
        await asyncio.sleep(0.06 * self._spread(0.5))
        if fault.kind == RATE_LIMITED:
            raise RateLimited("Too many requests", 429, fault.retry_after_s)
        if fault.kind == SERVER_ERROR:
            raise ServerFailed("Internal error", 500)
        if fault.kind == REJECTED:
            raise Rejected("Request refused by the provider's content policy", 400)
        raise Unavailable("Service unavailable", 503)

    def _ttft_ms(self, model: SimulatedModel, usage: Usage) -> float:
        """Return the wait for the first token: a longer prompt takes longer, a cached one does not."""
        day_s = asyncio.get_running_loop().time() % DAY_S
        load = 1.0 + model.load * math.cos((day_s / DAY_S - 14.5 / 24) * math.tau)
        uncached = usage.input_tokens - usage.cache_read_input_tokens
        thought_ms = model.ms_per_output_token * usage.reasoning_output_tokens
        return model.ttft_ms * load * (0.8 + 0.1 * uncached / 1000) * self._spread(model.ttft_sigma) + thought_ms

    def _spread(self, sigma: float) -> float:
        """Draw a log-normal factor of median 1."""
        return self._rng.lognormvariate(0.0, sigma)

    def _usage(self, model: SimulatedModel, target: Target, request: Request, work: Work) -> Usage:
        reasoning = round(model.reasoning_tokens * self._spread(0.5)) if model.reasoning_tokens else 0
        repeated = int(work.input_tokens * model.cached_share) // CACHE_STEP_TOKENS * CACHE_STEP_TOKENS
        if work.input_tokens < CACHE_MIN_TOKENS:
            repeated = 0
        hit = repeated > 0 and self._is_cached(target, request)
        return Usage(
            input_tokens=work.input_tokens,
            output_tokens=work.output_tokens + reasoning,
            cache_read_input_tokens=repeated if hit else 0,
            cache_write_input_tokens=repeated if model.bills_cache_writes and not hit else 0,
            reasoning_output_tokens=reasoning,
        )

    def _is_cached(self, target: Target, request: Request) -> bool:
        """Return whether this project's prompt was here within the cache's memory, and remember it."""
        now_s, key = asyncio.get_running_loop().time(), (target.model, request.project, request.group)
        seen_s = self._prompt_seen_s.get(key, -math.inf)
        self._prompt_seen_s[key] = now_s
        return now_s - seen_s < CACHE_TTL_S

    def _guess(self, request: Request) -> Work:
        tokens = max(1, round(150 * self._spread(0.8)))
        return Work(
            input_tokens=request.estimated_input_tokens,
            output_tokens=min(tokens, request.max_output_tokens or tokens),
        )
