"""Answer a request with one of its group's targets, whatever single targets do, and record every try."""

from __future__ import annotations

import asyncio
import difflib
import random
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

from router.calls import Attempt, Delta, Recorder, Reply, Request, Restart, Target
from router.config import Group, RouterConfig, load
from router.errors import (
    AllTargetsFailed,
    ConfigError,
    ContextTooLong,
    DeadlineExceeded,
    NoAnswer,
    ProviderError,
    Rejected,
    ServerFailed,
)
from router.health import Health
from router.prices import Price, Prices
from router.providers import Provider
from router.providers.known import connect
from router.records import Call, attempt_record, failed_attempt, request_record, told
from router.strategies import STRATEGIES, Now
from router.streaming import used_so_far, watched

Piece = Delta | Restart | Reply


class Router:
    """Routes requests to the targets of `config`; one instance serves many calls at once.

    `providers` answers by the provider name of a target. `record` gets every attempt and every request.
    `clock` gives microseconds since 1970 UTC; durations are of the event loop's own clock. `rng` spreads
    retries.

    Raises ConfigError for a target whose provider is not in `providers`.
    """

    def __init__(
        self,
        config: RouterConfig,
        providers: Mapping[str, Provider],
        record: Recorder,
        clock: Callable[[], int] = lambda: time.time_ns() // 1000,
        rng: random.Random | None = None,
    ) -> None:
        self._config = config
        self._providers = providers
        self._record = record
        self._clock = clock
        self._rng = rng or random.Random()  # noqa: S311 -- spreads retries, guards nothing
        self._health = Health(config.health)
        self._prices = Prices(config.prices)
        for target in (target for group in config.groups.values() for target in group.targets):
            if target.provider not in providers:
                raise ConfigError(f"No such provider: {target.provider}", f"known providers: {', '.join(providers)}")
            self._prices.price(target.provider, target.model, clock())  # compiled now, not in the first call

    @classmethod
    def from_toml(cls, path: Path | str, record: Recorder) -> Router:
        """Return a router as `path` (finops.toml) describes it, its providers connected.

        Raises ConfigError for what cannot be used, naming file and key, and for a missing SDK or key.
        """
        config = load(Path(path))
        names = {target.provider for group in config.groups.values() for target in group.targets}
        return cls(config, {name: connect(name, config.providers.get(name)) for name in sorted(names)}, record)

    async def complete(self, request: Request) -> Reply:
        """Answer `request` and record it; one RequestRecord is written however the call ends.

        Raises AllTargetsFailed or DeadlineExceeded where nobody answered in time, Rejected where a provider
        refuses the request itself, ConfigError for an unknown group or strategy.
        """
        async with aclosing(self._routed(request)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Reply):
                    return piece
        raise AssertionError("a call ends in a Reply or an error")

    async def stream(self, request: Request, *, live: bool = False) -> AsyncGenerator[Piece, None]:
        """Answer `request` as deltas and then one Reply; raises and records as `complete` does.

        Buffered until safe, nothing is sent before the whole answer is there. `live` sends each Delta at
        once, and a Restart where a try broke off: what was sent before it is void. Closing it ends the call.
        """
        held: list[Delta] = []
        async with aclosing(self._routed(replace(request, stream=True))) as pieces:
            async for piece in pieces:
                if live:
                    yield piece
                elif isinstance(piece, Delta):
                    held.append(piece)
                elif isinstance(piece, Restart):
                    held.clear()
                else:
                    for delta in held:
                        yield delta
                    yield piece

    async def _routed(self, request: Request) -> AsyncGenerator[Piece, None]:
        """Yield the pieces of the answer; write the one record of the call however it ends."""
        started_s = _now_s()
        call = Call(request, request.strategy, self._clock(), started_s, started_s + self._config.deadline_s)
        try:
            async with aclosing(self._answer(call)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Reply):
                        reply = piece
                    else:
                        yield piece
        except BaseException as err:
            self._close(call, err)
            raise
        self._close(call, None)
        yield reply

    async def _answer(self, call: Call) -> AsyncGenerator[Piece, None]:
        """Try the ordered targets, each at most twice, until one replies or the deadline is over."""
        too_long: tuple[Target, ContextTooLong] | None = None
        for target in self._ordered(call):
            if too_long is not None and not _larger(target, too_long[0]):
                continue
            if self._health.is_resting(target, _now_s()):
                self._skip(call, target)
                continue
            try:
                async with aclosing(self._twice(call, target)) as pieces:
                    async for piece in pieces:
                        yield piece
                        if isinstance(piece, Reply):
                            return
            except ContextTooLong as err:
                too_long = (target, err)
            if _now_s() >= call.deadline_s:
                raise self._out_of_time(call)
        if too_long is not None:
            raise too_long[1]
        raise AllTargetsFailed(
            f"No target answered: {call.request.group} ({told(call)})",
            "see the attempts; resting targets are tried again after their rest",
            tuple(call.attempts),
        )

    async def _twice(self, call: Call, target: Target) -> AsyncGenerator[Piece, None]:
        """Try `target`, after a 500 once more; ends without a Reply where the next target should try.

        Raises Rejected only: every other failure is recorded, known to health, and answered by the next target.
        """
        for again in (False, True):
            if again and not await self._may_retry(call, target):
                return
            sent = False
            try:
                async with aclosing(self._try(call, target)) as pieces:
                    async for piece in pieces:
                        sent = True
                        yield piece
                return
            except Rejected:
                raise
            except ProviderError as err:
                failure = err
            if sent:
                yield Restart()
            if not isinstance(failure, ServerFailed):
                return

    def _ordered(self, call: Call) -> tuple[Target, ...]:
        group = self._group(call.request.group)
        call.strategy = call.strategy or group.strategy
        strategy = STRATEGIES.get(call.strategy)
        if strategy is None:
            raise ConfigError(f"No such strategy: {call.strategy}", f"known strategies: {', '.join(STRATEGIES)}")
        now = Now(epoch_us=call.epoch_us, loop_s=call.started_s)
        return strategy(call.request, group.targets, self._health, self._prices, now)

    def _group(self, name: str) -> Group:
        group = self._config.groups.get(name)
        if group is None:
            near = difflib.get_close_matches(name, self._config.groups, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known groups: {', '.join(self._config.groups)}"
            raise ConfigError(f"No such group: {name}", hint)
        return group

    async def _may_retry(self, call: Call, target: Target) -> bool:
        """Wait a little after a 500; False where the target rests or no time is left for a second try."""
        wait_s = self._config.retry_wait_s * self._rng.uniform(0.5, 1.0)
        if _now_s() + wait_s >= call.deadline_s or self._health.is_resting(target, _now_s()):
            return False
        await asyncio.sleep(wait_s)
        return True

    async def _try(self, call: Call, target: Target) -> AsyncGenerator[Delta | Reply, None]:
        """Make one attempt, within its own time and the call's; record it and tell health, however it ends."""
        started_s, characters, reply = _now_s(), 0, None
        try:
            async with aclosing(self._pieces(call, target, started_s)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Reply):
                        reply = piece
                        break
                    characters += len(piece.text)
                    yield piece
        except ProviderError as err:
            self._failed(call, target, started_s, err)
            raise
        except BaseException as err:  # the caller went away, or the provider module is wrong: recorded all the same
            attempt = failed_attempt(target, started_s, _now_s(), err)
            if characters and attempt.outcome == "cancelled":
                attempt = replace(attempt, reply=used_so_far(target, call.request, characters))
            self._ended(call, attempt)
            raise
        assert reply is not None  # noqa: S101 -- _pieces ends in a Reply or an error
        attempt = Attempt(target=target, outcome="ok", started_s=started_s, ended_s=_now_s(), reply=reply)
        self._health.answered(target, reply, (attempt.ended_s - started_s) * 1000, attempt.ended_s)
        self._ended(call, attempt)
        yield reply

    async def _pieces(self, call: Call, target: Target, started_s: float) -> AsyncGenerator[Delta | Reply, None]:
        """Ask the provider, streamed or plain; raises NoAnswer where its time is over."""
        ends_s = min(started_s + target.attempt_timeout_s, call.deadline_s)
        provider = self._providers[target.provider]
        if call.request.stream:
            async with aclosing(watched(provider, target, call.request, ends_s)) as pieces:
                async for piece in pieces:
                    yield piece
            return
        try:
            async with asyncio.timeout_at(ends_s):
                reply = await provider.complete(target, call.request)
        except TimeoutError as err:
            raise NoAnswer(f"No answer in {ends_s - started_s:.1f} s: {target.name}") from err
        yield reply

    def _failed(self, call: Call, target: Target, started_s: float, error: ProviderError) -> None:
        if not isinstance(error, Rejected):  # a refused request says nothing about the target
            self._health.failed(target, error, _now_s())
        self._ended(call, failed_attempt(target, started_s, _now_s(), error))

    def _skip(self, call: Call, target: Target) -> None:
        now_s = _now_s()
        self._ended(call, Attempt(target=target, outcome="skipped", started_s=now_s, ended_s=now_s))

    def _out_of_time(self, call: Call) -> DeadlineExceeded:
        return DeadlineExceeded(
            f"No answer within {self._config.deadline_s:g} s: {call.request.group} ({told(call)})",
            "raise router.deadline_s, or lower attempt_timeout_s so that more targets get a turn",
            tuple(call.attempts),
        )

    def _ended(self, call: Call, attempt: Attempt) -> None:
        """Keep `attempt` with its call and record it; its place in the call is its number."""
        call.attempts.append(attempt)
        self._record.record_attempt(attempt_record(call, attempt, self._price(call, attempt)))

    def _close(self, call: Call, error: BaseException | None) -> None:
        price = self._price(call, call.attempts[-1]) if call.attempts else None
        self._record.record(request_record(call, _now_s(), price, error))

    def _price(self, call: Call, attempt: Attempt) -> Price | None:
        """Return the price of the model that answered; None where nobody did or no price is known."""
        if attempt.reply is None:
            return None
        return self._prices.price(attempt.target.provider, attempt.reply.model, call.epoch_us)


def _now_s() -> float:
    return asyncio.get_running_loop().time()


def _larger(target: Target, than: Target) -> bool:
    """Say whether `target` is known to take more tokens than `than`, whose window may be unknown."""
    return target.context_tokens is not None and target.context_tokens > (than.context_tokens or 0)
