"""Turn attempts and calls into the records of telemetry; pure, it neither waits nor writes."""

from __future__ import annotations

from finops_router.call.call import Call, Entry
from finops_router.call.outcomes import error_type, request_status
from finops_router.calls import Attempt
from finops_router.pricing.price import Bill
from finops_router.pricing.priced_record import priced_record
from finops_router.records import AttemptRecord, RequestRecord


def attempt_record(call: Call, entry: Entry) -> AttemptRecord:
    """Return the record of `entry`, the newest of `call`; its place in the call is its number."""
    attempt, reply, cost_usd = entry.attempt, entry.attempt.reply, entry.bill.cost_usd
    counted = None if reply is None or reply.usage.source == "none" else reply.usage
    return AttemptRecord(
        timestamp_us=call.epoch_us + round((attempt.started_s - call.started_s) * 1e6),
        request_id=call.request.request_id,
        attempt=len(call.entries),
        provider=attempt.target.provider,
        model=attempt.target.model if reply is None else reply.model,
        outcome=attempt.outcome,
        error_type=attempt.error_type,
        http_status=attempt.http_status,
        latency_ms=None if attempt.outcome == "skipped" else _ms(attempt.started_s, attempt.ended_s),
        ttft_ms=None if reply is None else reply.ttft_ms,
        input_tokens=None if counted is None else counted.input_tokens,
        output_tokens=None if counted is None else counted.output_tokens,
        cost_estimated=None if cost_usd is None else float(cost_usd),
        hedge=True if attempt.hedge else None,
        usage_source=None if reply is None else reply.usage.source,
        cost_source=entry.bill.cost_source,
    )


def request_record(call: Call, ended_s: float, billed: Bill, error: BaseException | None) -> RequestRecord:
    """Return the record of `call` as it ended at `ended_s`: with the usage of its reply, or with `error`.

    `attempts` counts those that reached a provider: skipped targets do not.
    """
    request, last = call.request, call.last
    reply = None if last is None else last.attempt.reply
    record = RequestRecord(
        timestamp_us=call.epoch_us,
        request_id=request.request_id,
        strategy=call.strategy,
        provider=None if last is None else last.attempt.target.provider,
        model=_model(last),
        latency_ms=_ms(call.started_s, ended_s),
        team=request.team,
        project=request.project,
        environment=request.environment,
        end_user=request.end_user,
        operation=request.operation,
        requested_model=request.group,
        stream=request.stream,
        status="ok" if error is None else request_status(error),
        error_type=None if error is None else error_type(error),
        attempts=sum([entry.attempt.outcome != "skipped" for entry in call.entries]),
        response_id=None if reply is None else reply.response_id,
        ttft_ms=None if last is None else _waited_ms(call, last.attempt),
        tags=dict(request.tags) or None,
        guardrails=call.guardrails,
    )
    return record if reply is None else priced_record(record, reply.usage, billed, call.served(reply))


def _model(last: Entry | None) -> str | None:
    """Return the model that answered, or else was asked."""
    if last is None:
        return None
    reply = last.attempt.reply
    return last.attempt.target.model if reply is None else reply.model


def _waited_ms(call: Call, attempt: Attempt) -> float | None:
    """Return the wait for the first token as the caller felt it: failed attempts before it count."""
    if attempt.reply is None or attempt.reply.ttft_ms is None:
        return None
    return round((attempt.started_s - call.started_s) * 1000 + attempt.reply.ttft_ms, 3)


def _ms(started_s: float, ended_s: float) -> float:
    """Return milliseconds to the microsecond: what lies below is noise of the float clock."""
    return round((ended_s - started_s) * 1000, 3)
