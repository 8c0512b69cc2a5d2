"""Put a call and its attempts into the words of telemetry; pure, it neither waits nor writes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from decimal import Decimal

import msgspec

from finops_router.calls import Attempt, Reply, Request, Target
from finops_router.errors import NoAnswer, ProviderError, RouterError
from finops_router.records import AttemptRecord, RequestRecord

AT_LIMIT = "at_limit"  # why a target was left alone that has no room for a call
GAVE_UP = (asyncio.CancelledError, GeneratorExit)  # the caller: its task was cancelled, or it closed the stream


class Call(msgspec.Struct):
    """One call under way: what was asked, when it began and must end, and what was tried so far.

    `epoch_us` is its beginning in microseconds since 1970 UTC; `started_s` and `deadline_s` are seconds of the event
    loop's clock. `left_out` says which targets could not take it, and why; `drops_loser` is true while the slower of
    two tries at once is given up; `answered` is the attempt whose reply the caller got. `costs_usd` are those of
    `attempts`, in their order. `said` is the text of a try that broke off, for the next one to go on with.
    """

    request: Request
    strategy: str | None
    epoch_us: int
    started_s: float
    deadline_s: float
    attempts: list[Attempt] = msgspec.field(default_factory=list)
    tried: set[str] = msgspec.field(default_factory=set)
    left_out: Mapping[str, str] = msgspec.field(default_factory=dict)
    drops_loser: bool = False
    said: str = ""
    answered: Attempt | None = None
    costs_usd: list[Decimal | None] = msgspec.field(default_factory=list)

    def answered_by(self, reply: Reply) -> Reply:
        """Keep in mind which attempt brought the `reply` that the caller gets."""
        self.answered = next(attempt for attempt in self.attempts if attempt.reply is reply)
        return reply

    @property
    def last(self) -> Attempt | None:
        """The attempt that speaks for the call: the one that answered, else the newest."""
        return self.answered or (self.attempts[-1] if self.attempts else None)


class Bill(msgspec.Struct, frozen=True):
    """What a call cost in USD, None where a price is not known, where the price comes from, what the cache saved."""

    cost_usd: float | None
    price_source: str | None
    cache_savings_usd: float | None = None


def failed_attempt(target: Target, started_s: float, ended_s: float, error: BaseException) -> Attempt:
    """Describe a try that ended in `error`."""
    outcome = "error"
    if isinstance(error, NoAnswer):
        outcome = "timeout"
    elif isinstance(error, GAVE_UP):
        outcome = "cancelled"
    return Attempt(
        target=target,
        outcome=outcome,
        started_s=started_s,
        ended_s=ended_s,
        error_type=error_type(error),
        http_status=error.http_status if isinstance(error, ProviderError) else None,
    )


def attempt_record(call: Call, attempt: Attempt, cost_usd: float | None) -> AttemptRecord:
    """Record `attempt`, the newest of `call`; `cost_usd` is None where it brought no reply or has no price."""
    reply = attempt.reply
    return AttemptRecord(
        timestamp_us=call.epoch_us + round((attempt.started_s - call.started_s) * 1e6),
        request_id=call.request.request_id,
        attempt=len(call.attempts),
        provider=attempt.target.provider,
        model=attempt.target.model if reply is None else reply.model,
        outcome=attempt.outcome,
        error_type=attempt.error_type,
        http_status=attempt.http_status,
        latency_ms=None if attempt.outcome == "skipped" else _ms(attempt.started_s, attempt.ended_s),
        ttft_ms=None if reply is None else reply.ttft_ms,
        input_tokens=None if reply is None else reply.usage.input_tokens,
        output_tokens=None if reply is None else reply.usage.output_tokens,
        cost_estimated=cost_usd,
        hedge=True if attempt.hedge else None,
    )


def request_record(call: Call, ended_s: float, bill: Bill, error: BaseException | None) -> RequestRecord:
    """Record `call` as it ended at `ended_s`: with the usage of its reply, or with `error`.

    `attempts` counts tries at a provider: skipped targets are no tries. Failed tries are not billed; what a
    hedged request's slower try used is.
    """
    request, last = call.request, call.last
    common = RequestRecord(
        timestamp_us=call.epoch_us,
        request_id=request.request_id,
        strategy=call.strategy,
        provider=None if last is None else last.target.provider,
        model=None if last is None else last.target.model,
        latency_ms=_ms(call.started_s, ended_s),
        team=request.team,
        project=request.project,
        environment=request.environment,
        end_user=request.end_user,
        operation=request.operation,
        requested_model=request.group,
        stream=request.stream,
        status=_status(error),
        error_type=None if error is None else error_type(error),
        attempts=sum(attempt.outcome != "skipped" for attempt in call.attempts),
        tags=dict(request.tags) or None,
    )
    return common if last is None else _with_reply(common, call, last, bill)


def _with_reply(record: RequestRecord, call: Call, last: Attempt, bill: Bill) -> RequestRecord:
    if last.reply is None:
        return record
    usage = last.reply.usage
    return msgspec.structs.replace(
        record,
        model=last.reply.model,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cost_estimated=bill.cost_usd,
        response_id=last.reply.response_id,
        cache_read_input_tokens=usage.cache_read_input_tokens,
        cache_write_input_tokens=usage.cache_write_input_tokens,
        cache_write_1h_input_tokens=usage.cache_write_1h_input_tokens,
        reasoning_output_tokens=usage.reasoning_output_tokens,
        ttft_ms=_ttft_ms(call, last),
        service_tier=last.reply.service_tier,
        price_source=None if bill.cost_usd is None else bill.price_source,
        cache_savings_estimated=bill.cache_savings_usd,
    )


def error_type(error: BaseException) -> str:
    """Name `error` in one of few words: a leaf of RouterError by its own name, another by its class."""
    if isinstance(error, GAVE_UP):
        return "cancelled"
    return error.error_type if isinstance(error, RouterError) else type(error).__name__


def told(call: Call) -> str:
    """Say in one line what was tried and how it ended, for messages."""
    return ", ".join(f"{attempt.target.name}: {attempt.error_type or attempt.outcome}" for attempt in call.attempts)


def _ms(started_s: float, ended_s: float) -> float:
    """Return milliseconds to the microsecond: what lies below is noise of the float clock."""
    return round((ended_s - started_s) * 1000, 3)


def _ttft_ms(call: Call, last: Attempt) -> float | None:
    """Return the wait for the first token as the caller felt it: failed tries before it count."""
    if last.reply is None or last.reply.ttft_ms is None:
        return None
    return round((last.started_s - call.started_s) * 1000 + last.reply.ttft_ms, 3)


def _status(error: BaseException | None) -> str:
    if error is None:
        return "ok"
    return "cancelled" if isinstance(error, GAVE_UP) else "error"
