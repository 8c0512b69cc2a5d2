"""Try one target: its times, its limits, the second try after a 500, and the record of every attempt."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from decimal import Decimal

from router.calls import Attempt, Delta, Recorder, Reply, Restart, Target
from router.errors import NoAnswer, ProviderError, Rejected, ServerFailed
from router.health import Health
from router.limits import Limits
from router.prices import Price, Prices
from router.providers import Provider
from router.records import GAVE_UP, Bill, Call, attempt_record, failed_attempt
from router.strategies import Now, output_tokens
from router.streaming import watched
from router.usage import used_so_far


@dataclass(frozen=True, slots=True, kw_only=True)
class Trying:
    """What every try needs: the providers, where records go, and what is known of the targets."""

    providers: Mapping[str, Provider]
    record: Recorder
    prices: Prices
    health: Health
    limits: Limits
    rng: random.Random
    retry_wait_s: float

    async def twice(
        self, call: Call, target: Target, hedge: bool = False
    ) -> AsyncGenerator[Delta | Restart | Reply, None]:
        """Try `target`, after a 500 once more; ends without a Reply where the next target should try.

        Raises Rejected only: every other failure is recorded, known to health, and answered by the next target.
        """
        call.tried.add(target.name)
        for again in (False, True):
            if again and not await self._may_retry(call, target):
                return
            sent = False
            try:
                async with aclosing(self._once(call, target, hedge)) as pieces:
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

    async def _may_retry(self, call: Call, target: Target) -> bool:
        """Wait a little after a 500; False where the target rests or no time is left for a second try."""
        wait_s = self.retry_wait_s * self.rng.uniform(0.5, 1.0)
        if now_s() + wait_s >= call.deadline_s or self.health.is_resting(target, now_s()):
            return False
        await asyncio.sleep(wait_s)
        return True

    async def _once(self, call: Call, target: Target, hedge: bool) -> AsyncGenerator[Delta | Reply, None]:
        """Make one attempt within the limits of its target; record it and tell health, however it ends."""
        tokens = self.tokens(call, target)
        probing = self.health.begins(target)
        self.limits.begins(target, tokens, now_s())
        begun = Begun(target, now_s(), hedge)
        ends_s = min(begun.started_s + target.attempt_timeout_s, call.deadline_s)
        provider, reply = self.providers[target.provider], None
        try:
            if call.request.stream:
                async with aclosing(watched(provider, target, call.request, ends_s)) as pieces:
                    async for piece in pieces:
                        if isinstance(piece, Reply):
                            reply = piece
                            break
                        begun.characters += len(piece.text)
                        yield piece
                assert reply is not None  # noqa: S101 -- watched ends in a Reply or an error
            else:
                reply = await _whole(provider, begun, call, ends_s)
            self._answered(call, begun, reply)
        except ProviderError as err:
            self._failed(call, begun, err)
            raise
        except BaseException as err:  # the caller went away, or the provider module is wrong: recorded all the same
            self._given_up(call, begun, err)
            raise
        finally:
            self.limits.ended(target, begun.tokens - tokens if begun.tokens else 0.0, now_s())
            if probing:
                self.health.probe_ended(target)
        yield reply

    def _answered(self, call: Call, begun: Begun, reply: Reply) -> None:
        target, ended_s = begun.target, now_s()
        begun.tokens = reply.usage.input_tokens + reply.usage.output_tokens
        self.health.answered(target, call.request.group, reply, (ended_s - begun.started_s) * 1000, ended_s)
        attempt = Attempt(target=target, outcome="ok", started_s=begun.started_s, ended_s=ended_s, reply=reply)
        self.ended(call, attempt, begun.hedge)

    def _failed(self, call: Call, begun: Begun, error: ProviderError) -> None:
        if not isinstance(error, Rejected):  # a refused request says nothing about the target
            self.health.failed(begun.target, error, now_s())
        self.ended(call, failed_attempt(begun.target, begun.started_s, now_s(), error), begun.hedge)

    def _given_up(self, call: Call, begun: Begun, error: BaseException) -> None:
        """Record an attempt that somebody ended; what it may have used is estimated, for it is billed."""
        target = begun.target
        attempt = failed_attempt(target, begun.started_s, now_s(), error)
        if isinstance(error, GAVE_UP):
            if call.drops_loser:
                attempt = replace(attempt, error_type="hedged")
            silent = self._silent_tokens(call, target, (now_s() - begun.started_s) * 1000)
            if begun.characters or silent is not None:
                used = used_so_far(target, call.request, begun.characters, silent or 0)
                attempt = replace(attempt, reply=used)
                begun.tokens = used.usage.input_tokens + used.usage.output_tokens
        self.ended(call, attempt, begun.hedge)

    def _silent_tokens(self, call: Call, target: Target, latency_ms: float) -> int | None:
        """Return how many tokens `target` usually makes in that time; None where it has not begun to."""
        speed = self.health.speed(target, now_s())
        if latency_ms < speed.ttft_ms:
            return None
        most = output_tokens(call.request, target, self.health, _now(call))
        return round(min((latency_ms - speed.ttft_ms) / max(speed.ms_per_output_token, 1e-3), most))

    def tokens(self, call: Call, target: Target) -> float:
        """Return the tokens that `call` is expected to take of the limit of `target`; 0 where it has none."""
        if target.tokens_per_minute is None:
            return 0.0
        return call.request.estimated_input_tokens + output_tokens(call.request, target, self.health, _now(call))

    def skip(self, call: Call, target: Target, why: str | None = None) -> None:
        """Record that `target` was left alone: it rests, or `why`."""
        at_s = now_s()
        self.ended(call, Attempt(target=target, outcome="skipped", started_s=at_s, ended_s=at_s, error_type=why))

    def ended(self, call: Call, attempt: Attempt, hedge: bool = False) -> None:
        """Keep `attempt` with its call and record it; its place in the call is its number."""
        call.attempts.append(replace(attempt, hedge=hedge) if hedge else attempt)
        cost_usd = self._cost_usd(call, attempt)
        call.costs_usd.append(cost_usd)
        self.record.record_attempt(
            attempt_record(call, call.attempts[-1], None if cost_usd is None else float(cost_usd))
        )

    def bill(self, call: Call) -> Bill:
        """Return what `call` cost: its answer, and what a slower try beside it used.

        An answer without a known price has no known cost, whatever the other try cost.
        """
        last = call.answered or (call.attempts[-1] if call.attempts else None)
        if last is None or (price := self._price(call, last)) is None:
            return Bill(None, None)
        if call.costs_usd[call.attempts.index(last)] is None:
            return Bill(None, None)
        if len(call.costs_usd) == 1:
            return Bill(float(call.costs_usd[0] or 0), price.source)
        return Bill(float(sum((cost for cost in call.costs_usd if cost is not None), Decimal(0))), price.source)

    def _cost_usd(self, call: Call, attempt: Attempt) -> Decimal | None:
        price = self._price(call, attempt)
        return None if price is None or attempt.reply is None else price.cost_usd(attempt.reply.usage)

    def _price(self, call: Call, attempt: Attempt) -> Price | None:
        """Return the price of the model that answered; None where nobody did or no price is known."""
        if attempt.reply is None:
            return None
        tier = attempt.reply.service_tier or call.request.service_tier
        return self.prices.price(attempt.target.provider, attempt.reply.model, call.epoch_us, tier)


@dataclass(slots=True)
class Begun:
    """An attempt under way: the letters it has sent, the tokens it used in the end."""

    target: Target
    started_s: float
    hedge: bool
    characters: int = 0
    tokens: int = 0


async def _whole(provider: Provider, begun: Begun, call: Call, ends_s: float) -> Reply:
    """Ask for the answer in one piece; raises NoAnswer where its time is over."""
    try:
        async with asyncio.timeout_at(ends_s):
            return await provider.complete(begun.target, call.request)
    except TimeoutError as err:
        raise NoAnswer(f"No answer in {ends_s - begun.started_s:.1f} s: {begun.target.name}") from err


def now_s() -> float:
    """Return the event loop's seconds."""
    return asyncio.get_running_loop().time()


def _now(call: Call) -> Now:
    return Now(epoch_us=call.epoch_us, loop_s=now_s())
