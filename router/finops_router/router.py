"""Answer a request with one of its group's targets, whatever single targets do, and record every attempt.

The way of a request: complete, stream or embed -> guardrails -> eligible -> ordered -> turn by turn (and beside a late
one its rival) -> retry -> attempt -> guardrails -> recorded.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from finops_router.attribution import attributed
from finops_router.call.call import Call, now_s
from finops_router.call.failures import all_targets_failed, deadline_exceeded, no_target_fits
from finops_router.call.hedge import Pieces, hedged
from finops_router.call.ledger import Ledger
from finops_router.call.retry import Retry
from finops_router.call.services import Funds, Services
from finops_router.call.turn import Turn
from finops_router.call.turns import Turns
from finops_router.calls import (
    AnyRequest,
    Delta,
    EmbeddingReply,
    EmbeddingRequest,
    Piece,
    Reply,
    Request,
    Restart,
    RoutedReply,
    Target,
)
from finops_router.choice.eligibility import eligible
from finops_router.choice.health import Health
from finops_router.choice.rate_limits import RateLimits
from finops_router.choice.strategies import STRATEGIES, compared
from finops_router.errors import ConfigError, ContextTooLong, GuardrailBlocked, Refused, Rejected, RouterError
from finops_router.guardrails.call_guard import UNGUARDED, CallGuard
from finops_router.guardrails.contract import Guardrail
from finops_router.nearest import did_you_mean
from finops_router.pricing.estimate import prompt_tokens
from finops_router.pricing.prices import Prices
from finops_router.providers.contract import Closing, Embedder, Native, Provider
from finops_router.providers.known import connect
from finops_router.records import Recorder
from finops_router.redaction import remember_environment
from finops_router.settings.guardrails import GuardrailConfig
from finops_router.settings.reader import load
from finops_router.settings.router import Group, RouterConfig

Answer = TypeVar("Answer", bound=RoutedReply)
LOG = logging.getLogger("finops_router")
LOG.addHandler(logging.NullHandler())  # silent unless the application configures logging


class Router:
    """Routes requests to the targets of `config`; one instance serves many calls at once.

    `providers` are looked up by the provider name of a target. `record` gets every attempt and every request.
    `funds` is asked for the money of each further attempt of a call, None lets all of them.
    `clock` gives microseconds since 1970 UTC; durations are of the event loop's own clock. `rng` spreads
    retries and cooldowns. `guardrails` are looked at after those of `config`. `before` is a router whose place this one
    takes: what it knows of targets and of their limits goes on.

    Raises ConfigError for a target whose provider is not in `providers`, and for a guardrail without its library.
    """

    def __init__(
        self,
        config: RouterConfig,
        providers: Mapping[str, Provider],
        record: Recorder,
        clock: Callable[[], int] = lambda: time.time_ns() // 1000,
        rng: random.Random | None = None,
        guardrails: Sequence[Guardrail] = (),
        before: Router | None = None,
        funds: Funds | None = None,
    ) -> None:
        remember_environment()
        rng = rng or random.Random()  # noqa: S311 -- spreads retries and cooldowns, guards nothing
        prices = Prices(config.prices, contract=config.contract)
        self._config = config
        self._clock = clock
        self._ledger = Ledger(_exported(record) if config.opentelemetry else record, prices)
        self._guardrails = (*_configured(config.guardrails), *guardrails)
        known: Services | None = None if before is None else before._services
        is_judged_alike = before is not None and before._config.health == config.health
        self._services: Services = Services(
            providers=providers,
            embedders={name: provider for name, provider in providers.items() if isinstance(provider, Embedder)},
            wires={name: provider.wires for name, provider in providers.items() if isinstance(provider, Native)},
            ledger=self._ledger,
            health=known.health if known is not None and is_judged_alike else Health(config.health, rng),
            limits=RateLimits() if known is None else known.limits,
            funds=funds,
        )
        self._retry = Retry(self._services, rng, config.retry_wait_s)
        self._rng = rng
        for target in (target for group in config.groups.values() for target in group.targets):
            if target.provider not in providers:
                raise ConfigError(f"No such provider: {target.provider}", f"known providers: {', '.join(providers)}")
            # compiled now, not in the first call
            if prices.price(target.provider, target.model, clock()) is None:
                LOG.warning("No price known for %s: it is the last choice by cost, its requests unpriced", target.name)

    @classmethod
    def from_toml(cls, path: Path | str, record: Recorder, guardrails: Sequence[Guardrail] = ()) -> Router:
        """Return a router as `path` (finops.toml) describes it, its providers connected.

        Raises ConfigError for what cannot be used, naming file and key, and for a missing library or key.
        """
        config = load(Path(path))
        names = {target.provider for group in config.groups.values() for target in group.targets}
        given, connect_s = config.providers, config.connect_timeout_s
        providers = {name: connect(name, given.get(name), connect_s) for name in sorted(names)}
        return cls(config, providers, record, guardrails=guardrails)

    async def close(self) -> None:
        """Close the connections of the providers; calls in progress fail."""
        for provider in self._services.providers.values():
            if isinstance(provider, Closing):
                await provider.close()

    async def complete(self, request: Request) -> Reply:
        """Answer `request` and record it; one RequestRecord is written however the call ends.

        Raises AllTargetsFailed, NoTargetFits or DeadlineExceeded if nobody answered in time, Rejected if a
        provider refuses the request itself, GuardrailBlocked if a guardrail does, ConfigError for an unknown group or
        strategy.
        """
        return await self._whole(request, Reply)

    async def embed(self, request: EmbeddingRequest) -> EmbeddingReply:
        """Return a vector for each input of `request` and record it; raises and records as `complete` does.

        Only targets are asked whose wire makes embeddings.
        """
        return await self._whole(replace(request, estimated_input_tokens=prompt_tokens(request)), EmbeddingReply)

    async def stream(
        self, request: Request, *, live: bool = False, restarts: bool = True
    ) -> AsyncGenerator[Piece, None]:
        """Answer `request` as deltas and then one Reply; raises and records as `complete` does.

        By default nothing is sent before the whole answer is there. `live` sends each Delta at once; if an attempt
        breaks off, the next one continues its text (prefill), or a Restart makes everything sent before it void;
        without `restarts` the call ends in the error of that attempt instead.
        Closing the generator ends the call.
        """
        call, held = self._call(request if request.stream else replace(request, stream=True)), list[Delta]()
        call.stands = live and not restarts
        with self._ledger.recorded(call), self._guard(call) as guard:
            self._judge(call, guard)
            async with aclosing(self._answer(call, guard)) as pieces:
                async for sent in pieces:
                    for piece in guard.pieces(sent):
                        if isinstance(piece, Reply):
                            reply = piece
                        elif live and isinstance(piece, Delta | Restart):
                            yield piece
                        elif isinstance(piece, Delta):
                            held.append(piece)
                        else:
                            held.clear()
        for delta in held:
            yield delta
        yield reply

    async def _whole(self, request: AnyRequest, kind: type[Answer]) -> Answer:
        """Answer `request` in one piece, which is of `kind`, and record it."""
        call = self._call(request)
        with self._ledger.recorded(call), self._guard(call) as guard:
            self._judge(call, guard)
            async with aclosing(self._answer(call, guard)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, kind):
                        reply = piece
            return guard.answer(reply)

    def _call(self, request: AnyRequest) -> Call:
        started_s, request = now_s(), attributed(request)
        return Call(request, request.strategy, self._clock(), started_s, started_s + self._config.deadline_s)

    def _guard(self, call: Call) -> CallGuard:
        return CallGuard(call, self._guardrails, self._ledger.recorder) if self._guardrails else UNGUARDED

    def _judge(self, call: Call, guard: CallGuard) -> None:
        """Let the guardrails look at the request before anybody is asked; raises GuardrailBlocked.

        What a request that is blocked would have cost is what the target expects that would have been asked first.
        """
        try:
            guard.request()
        except GuardrailBlocked:
            with suppress(RouterError):
                first, *_ = self._ordered(call, self._group(call.request.group), UNGUARDED)
                guard.expects(first, self._services.outlook(call))
            raise

    async def _answer(self, call: Call, guard: CallGuard) -> Pieces:
        """Try the targets turn by turn until one replies; raises as `complete` does.

        One that rejects a prefix it was to continue gets the next turn again, without it.
        """
        group = self._group(call.request.group)
        turns = Turns(self._services, call, self._ordered(call, group, guard), group.strategy_settings, self._rng)
        call.count_others = turns.untried.count
        while not _is_over(call) and (turn := await turns.next()) is not None:
            target = turn.target
            if call.has_sent and not call.prefix.fits(target, call.request):
                if call.stands:
                    break
                call.begin_anew()
                yield Restart()
            try:
                async with aclosing(self._turn(call, group, turns, turn)) as pieces:
                    async for piece in pieces:
                        yield call.answered_by(piece) if isinstance(piece, RoutedReply) else piece
                if call.answered is not None:
                    return
            except ContextTooLong as err:
                turns.needs_more_than(target, err)
            except Refused:
                raise
            except Rejected:
                if not call.prefix.text or call.stands:
                    raise
                call.begin_anew()
                turns.again(target)
                yield Restart()
            if now_s() >= call.deadline_s:
                raise deadline_exceeded(call) from call.last_error
        if call.stands and call.has_sent and call.last_error is not None:
            raise call.last_error
        if turns.untried.too_long is not None:
            raise turns.untried.too_long
        raise all_targets_failed(call, self._services.health, now_s()) from call.last_error

    def _turn(self, call: Call, group: Group, turns: Turns, turn: Turn) -> Pieces:
        """Try the target of `turn`; if it is late, with the next free one beside it.

        That is so for a group that hedges, and for every probe: a caller should not wait for one that is still down.
        """
        first, target = self._retry.run(call, turn), turn.target
        is_probe = self._services.health.circuit(target).slots == 1
        hedges = group.hedge and call.strategy == "performance-first"
        if call.prefix.text or not (hedges or is_probe):
            return first
        outlook, rival = self._services.outlook(call), turns.rival()
        late_ms = (outlook.late_probe_ms if is_probe else outlook.late_ms)(call.request, target)
        if late_ms is None or rival is None:
            return first

        def second() -> Pieces:
            turns.take(rival)
            return self._retry.run(call, Turn(rival), hedge=True)

        return hedged(first, second, late_ms / 1000)

    def _ordered(self, call: Call, group: Group, guard: CallGuard) -> tuple[Target, ...]:
        """Return the targets that can and may take the call, in the order of its strategy.

        Raises NoTargetFits if none can, GuardrailBlocked if guardrails forbid those that can, ConfigError for an
        unknown strategy.
        """
        settings = group.strategy_settings
        call.strategy = call.strategy or compared(call.request.request_id, group.strategy, settings)
        strategy = STRATEGIES.get(call.strategy)
        if strategy is None:
            raise ConfigError(f"No such strategy: {call.strategy}", f"known strategies: {', '.join(STRATEGIES)}")
        outlook, allowed = self._services.outlook(call), self._config.teams.get(call.request.team or "")
        services = self._services
        found = eligible(call.request, group.targets, allowed, outlook, services.embedders, services.wires)
        call.left_out = found.left_out
        if not found.targets:
            raise no_target_fits(call)
        return guard.allowed(strategy(call.request, found.targets, outlook, settings), outlook)

    def _group(self, name: str) -> Group:
        group = self._config.groups.get(name)
        if group is None:
            raise ConfigError(f"No such group: {name}", did_you_mean(name, self._config.groups, "known groups"))
        return group


def _is_over(call: Call) -> bool:
    """Return whether no other attempt is made: its caller has been sent what nobody can continue, or money is short."""
    if call.is_over_budget:
        return True
    return call.stands and call.has_sent and (call.request.native is not None or not call.prefix.text)


def _configured(configs: Sequence[GuardrailConfig]) -> tuple[Guardrail, ...]:
    """Return the guardrails of `configs`; without any, nothing of what they need is loaded."""
    if not configs:
        return ()
    from finops_router.guardrails.known import guardrails_of  # noqa: PLC0415 -- finders, and the libraries they need

    return guardrails_of(configs)


def _exported(record: Recorder) -> Recorder:
    """Return a recorder that says each record to OpenTelemetry, too. Raises ConfigError if its API is not installed."""
    try:
        from finops_router.instruments.exported import Exported  # noqa: PLC0415 -- only if asked for by a setting
    except ImportError:
        raise ConfigError(
            "router.opentelemetry is set, and OpenTelemetry is not installed", "pip install 'finops-report[otel]'"
        ) from None
    return Exported(record)
