"""Make one attempt at one target: within its limits and its time, recorded and known to health however it ends."""

from __future__ import annotations

import math
from collections.abc import AsyncGenerator, Awaitable
from contextlib import aclosing
from types import TracebackType

import msgspec
from msgspec.structs import replace

from finops_router.call.call import Call, now_s
from finops_router.call.failed_usage import failed_usage
from finops_router.call.outcomes import LostRace, attempt_outcome, error_type
from finops_router.call.services import Services
from finops_router.call.silence import Listener
from finops_router.call.timeouts import least_plain_s, plain_s, stream_limits
from finops_router.calls import (
    AnyRequest,
    Attempt,
    Delta,
    EmbeddingReply,
    EmbeddingRequest,
    Partial,
    Reply,
    Request,
    RoutedReply,
    Target,
    Usage,
)
from finops_router.choice.circuit import Try
from finops_router.errors import Declined, NoAnswer, OutOfTime, ProviderError, Rejected
from finops_router.pricing.estimate import tokens_of
from finops_router.pricing.price import Bill
from finops_router.providers.contract import Alive, Progress, Provider
from finops_router.redaction import clean_causes
from finops_router.watch import Watch

NOTHING_CAME = Partial()
PATIENCE = 3.0  # silent for so many times the expected time: the target's fault, however little time the call had


class RunningAttempt(msgspec.Struct):
    """One attempt in progress. As a context manager it records the outcome and re-raises."""

    services: Services
    call: Call
    target: Target
    hedge: bool
    turn_ends_s: float = math.inf  # its fair share of the deadline; an answer that has started may take longer
    reply: RoutedReply | None = None
    _progress: Progress | None = None
    _listener: Listener | None = None
    _has_started: bool = False
    _texts: list[str] = msgspec.field(default_factory=list)
    _tokens: float = 0.0
    _started_s: float = 0.0
    _tried: Try = msgspec.field(default_factory=Try)

    @property
    def text(self) -> str:
        """The text it has sent so far, which the caller may have seen."""
        return "".join(self._texts)

    def __enter__(self) -> None:
        services, target, at_s = self.services, self.target, now_s()
        self._tokens = services.tokens(self.call, target)
        self._tried = services.health.starts(target, at_s)
        services.limits.starts(target, self._tokens, at_s)
        self._started_s = at_s
        self.call.under_way += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        ended_s, reply = now_s(), self.reply
        self.call.under_way -= 1
        try:
            if error is not None and reply is None:
                reply = self._failed_reply(error, ended_s)
            if self._listener is not None and self._listener.flows_from_s is not None:
                self.call.deadline_s += ended_s - self._listener.flows_from_s  # it counts while nothing flows
            if isinstance(error, ProviderError):
                clean_causes(error)
            self._learn(error, reply, ended_s)
            bill = self.services.ledger.bill(self.call, self.target, reply)
            self.services.ledger.attempt(self.call, self._finished(error, ended_s, reply, bill), bill, error)
        finally:
            self.services.limits.ended(self.target, self._tokens_over(reply), ended_s)
            self.services.health.ended(self.target, self._tried)

    def _learn(self, error: BaseException | None, reply: RoutedReply | None, ended_s: float) -> None:
        """Let the target's health know what this attempt shows of it."""
        health, target, tried = self.services.health, self.target, self._tried
        took_ms = (ended_s - self._started_s) * 1000
        if error is None and reply is not None:
            health.answered(target, tried, self.call.request.group, self._measured(reply), took_ms, ended_s)
            if self._listener is not None:
                health.paused(target, self._listener.longest_pause_s, ended_s)
        elif isinstance(error, ProviderError) and self._is_to_blame(error, took_ms):
            health.failed(target, tried, error, ended_s)
        elif isinstance(error, LostRace):
            health.gave_way(target, tried, ended_s)
        else:
            health.showed_nothing(target, tried)
        if isinstance(error, NoAnswer):
            length = self.services.outlook(self.call).length(self.call.request, target)
            health.took_at_least(target, took_ms, None if self.call.request.stream else length, ended_s)

    def _is_to_blame(self, error: ProviderError, took_ms: float) -> bool:
        """Return whether `error` counts against the target.

        A request that it does not take shows nothing of it, and neither does a try that the call's deadline or the
        turns of others cut short before it had `PATIENCE` times what it is expected to need.
        """
        if isinstance(error, OutOfTime):
            return took_ms >= PATIENCE * self.services.outlook(self.call).ms(self.call.request, self.target)
        return not isinstance(error, Rejected | Declined)

    @property
    def _provider(self) -> Provider:
        return self.services.providers[self.target.provider]

    @property
    def _share_ends_s(self) -> float:
        """When the time is over that its call has for an attempt without an answer."""
        return min(self.turn_ends_s, self.call.deadline_s)

    async def run_plain(self) -> None:
        """Ask for the answer in one piece; raises NoAnswer if it takes too long, OutOfTime if the call ends first."""
        at_s, share_s, watch = self._started_s, self._share_ends_s, Watch()

        def due_s() -> float:
            return at_s + plain_s(self.services, self.call, self.target, at_s)

        first_s = min(at_s + least_plain_s(self.target), share_s)
        try:
            self.reply = await watch.until(first_s, self._answer(), later=lambda: min(due_s(), share_s))
        except TimeoutError as err:
            kind = OutOfTime if share_s < due_s() else NoAnswer
            raise kind(f"No answer in {now_s() - at_s:.1f} s: {self.target.name}") from err
        finally:
            watch.stop()

    def _answer(self) -> Awaitable[RoutedReply]:
        """Return the provider's answer to what is asked, which comes in one piece."""
        request = self.call.request
        if isinstance(request, EmbeddingRequest):
            return self.services.embedders[self.target.provider].embed(self.target, request)
        return self._provider.complete(self.target, request)

    async def run_streamed(self, request: Request) -> AsyncGenerator[Delta, None]:
        """Ask for the answer piece by piece and pass its deltas on; raises as `Listener.pieces` does."""
        provider, prefix = self._provider, self.call.prefix
        asked = prefix.added_to(request)
        limits = stream_limits(self.services, self.call, self.target, self._started_s, self._share_ends_s)
        self._listener = Listener()
        async with aclosing(self._listener.pieces(provider, self.target, asked, limits)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Alive):
                    self._has_started = self._has_started or not piece.is_idle
                    continue
                if not isinstance(piece, Delta | Reply):
                    self._progress = piece
                    continue
                self._has_started = True
                if isinstance(piece, Reply):
                    self.reply = prefix.whole(piece)
                elif text := prefix.next(piece.text, first=not self._texts):
                    self._texts.append(text)
                    yield piece if text == piece.text else Delta(text=text)
                elif piece.raw:
                    yield piece

    def _finished(self, error: BaseException | None, ended_s: float, reply: RoutedReply | None, bill: Bill) -> Attempt:
        return Attempt(
            target=self.target,
            outcome="ok" if error is None else attempt_outcome(error),
            started_s=self._started_s,
            ended_s=ended_s,
            error_type=None if error is None else error_type(error),
            http_status=error.http_status if isinstance(error, ProviderError) else None,
            reply=reply,
            hedge=self.hedge,
            message=error.message if isinstance(error, ProviderError) else None,
            silent_s=ended_s - (self._started_s if self._listener is None else self._listener.waits_from_s),
            cost_usd=bill.cost_usd,
        )

    def _measured(self, reply: RoutedReply) -> RoutedReply:
        """Return `reply` with what can be learned of it: its length, and if nobody counted, nothing of its prompt."""
        is_counted = reply.usage.source == "provider"
        if is_counted and isinstance(reply, Reply):
            return reply
        counted = reply.usage if is_counted else Usage(input_tokens=0, output_tokens=0, source="estimated")
        return replace(reply, usage=replace(counted, output_tokens=_length(reply)))

    def _failed_reply(self, error: BaseException, ended_s: float) -> RoutedReply | None:
        """Return what an attempt that failed in `error` used, for it is paid; None if that is nothing."""
        partial = self._partial(error)
        usage = failed_usage(error, self._request, partial, len(self.text), self._unseen_tokens(ended_s))
        if usage is None:
            return None
        return RoutedReply(
            model=partial.model or self.target.model,
            usage=usage,
            response_id=partial.response_id,
            ttft_ms=partial.ttft_ms,
            served=partial.served,
        )

    def _partial(self, error: BaseException) -> Partial:
        """Return what came of the answer beside its text, as the error has it or else the stream."""
        if isinstance(error, ProviderError) and error.partial is not None:
            return error.partial
        return NOTHING_CAME if self._progress is None else self._progress.so_far()

    @property
    def _request(self) -> AnyRequest:
        """What the provider is asked, with the text that it is to continue."""
        request = self.call.request
        return self.call.prefix.added_to(request) if isinstance(request, Request) and request.stream else request

    def _tokens_over(self, reply: RoutedReply | None) -> float:
        """Return how many tokens of the target's limit were used beyond those expected; 0 if nobody knows."""
        if reply is None or reply.usage.source == "none":
            return 0.0
        return reply.usage.input_tokens + reply.usage.output_tokens - self._tokens

    def _unseen_tokens(self, ended_s: float) -> int:
        """Return how many tokens the target usually makes in that time; 0 for a stream, which would have started."""
        latency_ms, speed = (ended_s - self._started_s) * 1000, self.services.health.speed(self.target, ended_s)
        if latency_ms < speed.ttft_ms or (self.call.request.stream and not self._has_started):
            return 0
        most = self.services.outlook(self.call).output_tokens(self.call.request, self.target)
        return round(min((latency_ms - speed.ttft_ms) / max(speed.ms_per_output_token, 1e-3), most))


def _length(reply: RoutedReply) -> int:
    """Return how long an answer is, in what its time goes by: tokens, of embeddings vectors."""
    if isinstance(reply, EmbeddingReply):
        return len(reply.vectors)
    if reply.usage.output_tokens or not isinstance(reply, Reply):
        return reply.usage.output_tokens
    return tokens_of(len(reply.text) + sum(len(call.name) + len(call.arguments) for call in reply.tool_calls))
