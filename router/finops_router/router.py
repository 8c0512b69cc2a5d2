"""Answer a request with one of its group's targets, whatever single targets do, and record every try."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from pathlib import Path

from finops_router.attribution import attributed
from finops_router.call.attempt import Means, now_s
from finops_router.call.call import AT_LIMIT, Call, told
from finops_router.call.hedge import Piece, hedged
from finops_router.call.ledger import Booking
from finops_router.call.prefill import continues
from finops_router.call.retry import Trying
from finops_router.calls import Delta, Reply, Request, Restart, Target
from finops_router.choice.eligibility import fitting
from finops_router.choice.health import Health
from finops_router.choice.rate_limits import Limits
from finops_router.choice.strategies import STRATEGIES, Now, output_tokens
from finops_router.errors import (
    AllTargetsFailed,
    ConfigError,
    ContextTooLong,
    DeadlineExceeded,
    NoTargetFits,
    Refused,
    Rejected,
)
from finops_router.nearest import did_you_mean
from finops_router.pricing.prices import Prices
from finops_router.providers import Closing, Provider
from finops_router.providers.known import connect
from finops_router.records import Recorder
from finops_router.settings.reader import load
from finops_router.settings.router import Group, RouterConfig

LOG = logging.getLogger("finops_router")
LOG.addHandler(logging.NullHandler())  # silent unless the application says where its log goes


class Router:
    """Routes requests to the targets of `config`; one instance serves many calls at once.

    `providers` answers by the provider name of a target. `record` gets every attempt and every request.
    `clock` gives microseconds since 1970 UTC; durations are of the event loop's own clock. `rng` spreads
    retries and rests.

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
        self._clock = clock
        rng = rng or random.Random()  # noqa: S311 -- spreads retries and rests, guards nothing
        self._health = Health(config.health, rng)
        self._prices = Prices(config.prices)
        self._limits = Limits()
        self._providers = providers
        self._booking = Booking(record, self._prices)
        self._means = Means(providers=providers, booking=self._booking, health=self._health, limits=self._limits)
        self._trying = Trying(self._means, rng, config.retry_wait_s)
        for target in (target for group in config.groups.values() for target in group.targets):
            if target.provider not in providers:
                raise ConfigError(f"No such provider: {target.provider}", f"known providers: {', '.join(providers)}")
            # compiled now, not in the first call
            if self._prices.price(target.provider, target.model, clock()) is None:
                LOG.warning("No price known for %s: it is the last choice by cost, its requests unpriced", target.name)

    @classmethod
    def from_toml(cls, path: Path | str, record: Recorder) -> Router:
        """Return a router as `path` (finops.toml) describes it, its providers connected.

        Raises ConfigError for what cannot be used, naming file and key, and for a missing SDK or key.
        """
        config = load(Path(path))
        names = {target.provider for group in config.groups.values() for target in group.targets}
        return cls(config, {name: connect(name, config.providers.get(name)) for name in sorted(names)}, record)

    async def close(self) -> None:
        """Close the connections of the providers; calls under way fail."""
        for provider in self._providers.values():
            if isinstance(provider, Closing):
                await provider.close()

    async def complete(self, request: Request) -> Reply:
        """Answer `request` and record it; one RequestRecord is written however the call ends.

        Raises AllTargetsFailed, NoTargetFits or DeadlineExceeded where nobody answered in time, Rejected where a
        provider refuses the request itself, ConfigError for an unknown group or strategy.
        """
        call = self._call(request)
        with self._booking.of(call, now_s):
            async with aclosing(self._answer(call)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Reply):
                        reply = call.answered_by(piece)
        return reply

    async def stream(self, request: Request, *, live: bool = False) -> AsyncGenerator[Piece, None]:
        """Answer `request` as deltas and then one Reply; raises and records as `complete` does.

        Buffered until safe, nothing is sent before the whole answer is there. `live` sends each Delta at once; where
        a try broke off, the next one goes on with it (prefill), or a Restart says that what was sent before it is
        void. Closing it ends the call.
        """
        call, held = self._call(replace(request, stream=True)), list[Delta]()
        with self._booking.of(call, now_s):
            async with aclosing(self._answer(call)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Reply):
                        reply = call.answered_by(piece)
                    elif live:
                        yield piece
                    elif isinstance(piece, Delta):
                        held.append(piece)
                    else:
                        held.clear()
        for delta in held:
            yield delta
        yield reply

    def _call(self, request: Request) -> Call:
        started_s, request = now_s(), attributed(request)
        return Call(request, request.strategy, self._clock(), started_s, started_s + self._config.deadline_s)

    async def _answer(self, call: Call) -> AsyncGenerator[Piece, None]:
        """Try the ordered targets, each at most twice, until one replies or the deadline is over.

        One that refuses the beginning of an answer it was to go on with is tried again without.
        """
        group = self._group(call.request.group)
        order = self._ordered(call, group)
        too_long: tuple[Target, ContextTooLong] | None = None
        waiting, full, answered = list(reversed(order)), list[Target](), False
        while (target := await self._turn(call, waiting, full)) is not None:
            if too_long is not None and not _larger(target, too_long[0]):
                continue
            if call.said and not continues(target, call.request, call.said):
                call.said = ""
                yield Restart()
            try:
                async with aclosing(self._tries(call, group, target, order)) as pieces:
                    async for piece in pieces:
                        answered = isinstance(piece, Reply)
                        yield piece
                if answered:
                    return
            except ContextTooLong as err:
                too_long = (target, err)
            except Refused:
                raise
            except Rejected:
                if not call.said:
                    raise
                call.said, waiting = "", [*waiting, self._again(call, target)]  # it takes no beginning after all
                yield Restart()
            if now_s() >= call.deadline_s:
                raise self._out_of_time(call)
        raise too_long[1] if too_long is not None else self._nobody(call)

    async def _turn(self, call: Call, waiting: list[Target], full: list[Target]) -> Target | None:
        """Return whose turn it is, None where nobody is left.

        That is the last of `waiting`, then those of `full`, who were at their limits, as soon as one has room.
        """
        while waiting:
            target = waiting.pop()
            if target.name in call.tried:
                continue
            at_s = now_s()
            if self._health.is_resting(target, at_s):
                self._booking.skipped(call, target, at_s)
            elif self._limits.wait_s(target, self._means.tokens(call, target), at_s) > 0:
                self._booking.skipped(call, target, at_s, AT_LIMIT)
                full.append(target)
            else:
                return target
        while full:
            at_s = now_s()
            target = min(full, key=lambda one: self._limits.wait_s(one, self._means.tokens(call, one), at_s))
            full.remove(target)
            if await self._limits.room(target, self._means.tokens(call, target), call.deadline_s):
                return target
        return None

    def _tries(
        self, call: Call, group: Group, target: Target, order: tuple[Target, ...]
    ) -> AsyncGenerator[Piece, None]:
        """Try `target`; where its group hedges, with the next one beside it when it is late."""
        alone = self._trying.twice(call, target)
        if call.said or not group.hedge or call.strategy != "performance-first":
            return alone
        now = Now(epoch_us=call.epoch_us, loop_s=now_s())
        tokens = output_tokens(call.request, target, self._health, now)
        late_ms = self._health.late_ms(target, tokens, call.request.stream, now.loop_s)
        rival = next((one for one in order if one is not target and self._is_free(call, one)), None)
        if late_ms is None or rival is None:
            return alone
        return hedged(call, alone, partial(self._trying.twice, call, rival, hedge=True), late_ms / 1000)

    def _again(self, call: Call, target: Target) -> Target:
        call.tried.discard(target.name)
        return target

    def _is_free(self, call: Call, target: Target) -> bool:
        if target.name in call.tried or self._health.is_resting(target, now_s()):
            return False
        return self._limits.wait_s(target, self._means.tokens(call, target), now_s()) == 0

    def _ordered(self, call: Call, group: Group) -> tuple[Target, ...]:
        """Return the targets that can and may take the call, in the order of its strategy."""
        call.strategy = call.strategy or group.strategy
        strategy = STRATEGIES.get(call.strategy)
        if strategy is None:
            raise ConfigError(f"No such strategy: {call.strategy}", f"known strategies: {', '.join(STRATEGIES)}")
        now = Now(epoch_us=call.epoch_us, loop_s=call.started_s)
        allowed = self._config.teams.get(call.request.team or "")
        fit = fitting(call.request, group.targets, allowed, self._health, self._prices, now)
        call.left_out = fit.left_out
        if not fit.targets:
            reasons = "; ".join(f"{name} {why}" for name, why in fit.left_out.items())
            raise NoTargetFits(f"No target of {group.name} fits this request", reasons, ())
        return strategy(call.request, fit.targets, self._health, self._prices, now, group.taste)

    def _group(self, name: str) -> Group:
        group = self._config.groups.get(name)
        if group is None:
            raise ConfigError(f"No such group: {name}", did_you_mean(name, self._config.groups, "known groups"))
        return group

    def _nobody(self, call: Call) -> AllTargetsFailed:
        left_out = "".join(f"; {name} was left out: {why}" for name, why in call.left_out.items())
        return AllTargetsFailed(
            f"No target answered: {call.request.group} ({told(call)})",
            f"see the attempts; resting targets are tried again after their rest{left_out}",
            tuple(call.attempts),
        )

    def _out_of_time(self, call: Call) -> DeadlineExceeded:
        return DeadlineExceeded(
            f"No answer within {self._config.deadline_s:g} s: {call.request.group} ({told(call)})",
            "raise router.deadline_s, or lower attempt_timeout_s so that more targets get a turn",
            tuple(call.attempts),
        )


def _larger(target: Target, than: Target) -> bool:
    """Say whether `target` is known to take more tokens than `than`, whose window may be unknown."""
    return target.context_tokens is not None and target.context_tokens > (than.context_tokens or 0)
