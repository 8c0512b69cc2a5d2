"""Make one attempt at one target: within its limits, inside its time, recorded and known to health however it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from types import TracebackType

import msgspec
from msgspec.structs import replace

from finops_router.call.call import GAVE_UP, Call, failed_attempt
from finops_router.call.ledger import Booking
from finops_router.call.prefill import Beginning
from finops_router.call.timeouts import watched
from finops_router.calls import Attempt, Delta, Reply, Target
from finops_router.choice.health import Health
from finops_router.choice.rate_limits import Limits
from finops_router.choice.strategies import Now, output_tokens
from finops_router.errors import NoAnswer, ProviderError, Rejected
from finops_router.pricing.usage import used_so_far
from finops_router.providers import Provider


class Means(msgspec.Struct, frozen=True, kw_only=True):
    """What attempts need: the providers, where they are booked, and what is known of the targets."""

    providers: Mapping[str, Provider]
    booking: Booking
    health: Health
    limits: Limits

    def tokens(self, call: Call, target: Target) -> float:
        """Return the tokens that `call` is expected to take of the limit of `target`; 0 where it has none."""
        if target.tokens_per_minute is None:
            return 0.0
        return call.request.estimated_input_tokens + self.answer_tokens(call, target)

    def answer_tokens(self, call: Call, target: Target) -> float:
        """Return how many tokens `target` is expected to answer to `call` with."""
        return output_tokens(call.request, target, self.health, Now(epoch_us=call.epoch_us, loop_s=now_s()))


class Attempting(msgspec.Struct):
    """An attempt under way; what `with` it is raised inside is recorded and passes through."""

    means: Means
    call: Call
    target: Target
    hedge: bool
    reply: Reply | None = None
    _texts: list[str] = msgspec.field(default_factory=list)
    _tokens: float = 0.0
    _started_s: float = 0.0
    _ends_s: float = 0.0
    _probing: bool = False

    @property
    def said(self) -> str:
        """The text it has sent, which the caller may have seen."""
        return "".join(self._texts)

    def __enter__(self) -> None:
        means, target, at_s = self.means, self.target, now_s()
        self._tokens = means.tokens(self.call, target)
        self._probing = means.health.begins(target)
        means.limits.begins(target, self._tokens, at_s)
        self._started_s = at_s
        self._ends_s = min(at_s + target.attempt_timeout_s, self.call.deadline_s)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        at_s = now_s()
        used = None
        try:
            if error is None:
                used = self._answered(at_s)
            elif isinstance(error, ProviderError):
                self._failed(error, at_s)
            else:  # the caller went away, or the provider module is wrong: recorded all the same
                used = self._given_up(error, at_s)
        finally:
            over = 0.0 if used is None else used.usage.input_tokens + used.usage.output_tokens - self._tokens
            self.means.limits.ended(self.target, over, at_s)
            if self._probing:
                self.means.health.probe_ended(self.target)

    async def whole(self) -> None:
        """Ask for the answer in one piece; raises NoAnswer where its time is over."""
        provider = self.means.providers[self.target.provider]
        try:
            async with asyncio.timeout_at(self._ends_s):
                self.reply = await provider.complete(self.target, self.call.request)
        except TimeoutError as err:
            took_s = self._ends_s - self._started_s
            raise NoAnswer(f"No answer in {took_s:.1f} s: {self.target.name}") from err

    async def streamed(self) -> AsyncGenerator[Delta, None]:
        """Ask for the answer piece by piece and pass its deltas on; raises as `watched` does."""
        provider = self.means.providers[self.target.provider]
        beginning = Beginning(self.call.said)
        request = beginning.asked(self.call.request)
        async with aclosing(watched(provider, self.target, request, self._ends_s)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Reply):
                    self.reply = beginning.whole(piece)
                elif text := beginning.next(piece.text, first=not self._texts):
                    self._texts.append(text)
                    yield piece if text == piece.text else Delta(text=text)

    def _answered(self, at_s: float) -> Reply:
        assert self.reply is not None  # noqa: S101 -- whole and streamed end in a Reply or an error
        health, latency_ms = self.means.health, (at_s - self._started_s) * 1000
        health.answered(self.target, self.call.request.group, self.reply, latency_ms, at_s)
        self._book(Attempt(target=self.target, outcome="ok", started_s=self._started_s, ended_s=at_s, reply=self.reply))
        return self.reply

    def _failed(self, error: ProviderError, at_s: float) -> None:
        if not isinstance(error, Rejected):  # a refused request says nothing about the target
            self.means.health.failed(self.target, error, at_s)
        self._book(failed_attempt(self.target, self._started_s, at_s, error))

    def _given_up(self, error: BaseException, at_s: float) -> Reply | None:
        """Record an attempt that somebody ended; what it may have used is estimated, for it is billed."""
        attempt, used = failed_attempt(self.target, self._started_s, at_s, error), None
        if isinstance(error, GAVE_UP):
            silent = self._silent_tokens(at_s)
            if self.said or silent is not None:
                used = used_so_far(self.target, self.call.request, len(self.said), silent or 0)
            attempt = replace(attempt, reply=used, error_type="hedged" if self.call.drops_loser else attempt.error_type)
        self._book(attempt)
        return used

    def _silent_tokens(self, at_s: float) -> int | None:
        """Return how many tokens the target usually makes in that time; None where it has not begun to."""
        latency_ms, speed = (at_s - self._started_s) * 1000, self.means.health.speed(self.target, at_s)
        if latency_ms < speed.ttft_ms:
            return None
        most = self.means.answer_tokens(self.call, self.target)
        return round(min((latency_ms - speed.ttft_ms) / max(speed.ms_per_output_token, 1e-3), most))

    def _book(self, attempt: Attempt) -> None:
        self.means.booking.ended(self.call, attempt, self.hedge)


def now_s() -> float:
    """Return the event loop's seconds."""
    return asyncio.get_running_loop().time()
