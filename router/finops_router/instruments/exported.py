"""Say each recorded call to OpenTelemetry's API as well: a span with one for each attempt, and the usual metrics.

Spans are made from the records, once the call is over, with the times it had: nothing of this is on the way of a
request, and no text can be in it. Names: OpenTelemetry's semantic conventions of GenAI (spans, metrics). Where neither
SDK nor exporter is set up, the API does nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from opentelemetry import metrics, trace
from opentelemetry.metrics import MeterProvider
from opentelemetry.trace import SpanKind, Status, StatusCode, TracerProvider

from finops_router.records import AttemptRecord, GuardrailRecord, Recorder, RequestRecord

SCOPE = "finops_router"
MOST_CALLS = 10_000  # whose attempts are kept until they end
# The bounds that the conventions recommend.
DURATIONS_S = [round(0.01 * 2**power, 2) for power in range(14)]
FIRST_CHUNKS_S = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0]
TOKENS = [4.0**power for power in range(14)]
Attributes = dict[str, str | int | float | bool]


class Exported:
    """A recorder that hands every record on to `recorder` and says it to OpenTelemetry.

    A call's span is a child of the span that its caller is in. Providers given here take the place of the global ones.
    """

    def __init__(
        self,
        recorder: Recorder,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
    ) -> None:
        self._recorder = recorder
        self._tracer = trace.get_tracer(SCOPE, tracer_provider=tracer_provider)
        meter = metrics.get_meter(SCOPE, meter_provider=meter_provider)
        self._durations = meter.create_histogram(
            "gen_ai.client.operation.duration",
            "s",
            "Duration of a call with all its attempts.",
            explicit_bucket_boundaries_advisory=DURATIONS_S,
        )
        self._first_chunks = meter.create_histogram(
            "gen_ai.client.operation.time_to_first_chunk",
            "s",
            "Time to the first piece of a streamed answer.",
            explicit_bucket_boundaries_advisory=FIRST_CHUNKS_S,
        )
        self._tokens = meter.create_histogram(
            "gen_ai.client.token.usage",
            "{token}",
            "Tokens of a call: input with all that is cached, output with reasoning.",
            explicit_bucket_boundaries_advisory=TOKENS,
        )
        self._attempts: OrderedDict[str, list[AttemptRecord]] = OrderedDict()

    def record(self, record: RequestRecord) -> None:
        self._recorder.record(record)
        self._span(record, self._attempts.pop(record.request_id, []))
        self._measure(record)

    def record_attempt(self, record: AttemptRecord) -> None:
        self._recorder.record_attempt(record)
        self._attempts.setdefault(record.request_id, []).append(record)
        if len(self._attempts) > MOST_CALLS:
            self._attempts.popitem(last=False)

    def record_guardrail(self, record: GuardrailRecord) -> None:
        self._recorder.record_guardrail(record)

    def _span(self, record: RequestRecord, attempts: list[AttemptRecord]) -> None:
        start_ns = record.timestamp_us * 1000
        span = self._tracer.start_span(
            _name(record.operation, record.requested_model),
            kind=SpanKind.CLIENT,
            start_time=start_ns,
            attributes=dict(_of_request(record)),
        )
        if span.is_recording():
            around = trace.set_span_in_context(span)
            for attempt in attempts:
                attempt_ns = attempt.timestamp_us * 1000
                within = self._tracer.start_span(
                    f"attempt {attempt.model}",
                    around,
                    SpanKind.CLIENT,
                    start_time=attempt_ns,
                    attributes=dict(_of_attempt(attempt)),
                )
                if attempt.error_type is not None:
                    within.set_status(Status(StatusCode.ERROR))
                within.end(attempt_ns + _ns(attempt.latency_ms))
            if record.status not in {"ok", None}:
                span.set_status(Status(StatusCode.ERROR))
        span.end(start_ns + _ns(record.latency_ms))

    def _measure(self, record: RequestRecord) -> None:
        attributes = dict(_common(record))
        if record.latency_ms is not None:
            error: Attributes = {} if record.error_type is None else {"error.type": record.error_type}
            self._durations.record(record.latency_ms / 1000, attributes | error)
        if record.ttft_ms is not None:
            self._first_chunks.record(record.ttft_ms / 1000, attributes)
        for kind, tokens in (("input", record.input_tokens), ("output", record.output_tokens)):
            if tokens is not None:
                self._tokens.record(tokens, attributes | {"gen_ai.token.type": kind})


def _name(operation: str | None, model: str | None) -> str:
    return " ".join(filter(None, (operation or "chat", model)))


def _common(record: RequestRecord) -> Iterator[tuple[str, str | int | float | bool]]:
    for name, value in (
        ("gen_ai.operation.name", record.operation or "chat"),
        ("gen_ai.provider.name", record.provider),
        ("gen_ai.request.model", record.requested_model),
        ("gen_ai.response.model", record.model),
    ):
        if value is not None:
            yield name, value


def _of_request(record: RequestRecord) -> Iterator[tuple[str, str | int | float | bool]]:
    yield from _common(record)
    for name, value in (
        ("gen_ai.response.id", record.response_id),
        ("gen_ai.request.stream", record.stream),
        ("gen_ai.response.time_to_first_chunk", None if record.ttft_ms is None else record.ttft_ms / 1000),
        ("gen_ai.usage.input_tokens", record.input_tokens),
        ("gen_ai.usage.output_tokens", record.output_tokens),
        ("gen_ai.usage.cache_read.input_tokens", record.cache_read_input_tokens),
        ("gen_ai.usage.cache_write.input_tokens", record.cache_write_input_tokens),
        ("gen_ai.usage.reasoning.output_tokens", record.reasoning_output_tokens),
        ("error.type", record.error_type),
        ("finops.request_id", record.request_id),
        ("finops.strategy", record.strategy),
        ("finops.team", record.team),
        ("finops.project", record.project),
        ("finops.attempts", record.attempts),
        ("finops.cost_usd", record.cost_estimated),
        ("finops.cost_source", record.cost_source),
    ):
        if value is not None:
            yield name, value


def _of_attempt(attempt: AttemptRecord) -> Iterator[tuple[str, str | int | float | bool]]:
    """Yield what an attempt's span says: no gen_ai.* names, so that no reader of spans counts it as a call."""
    for name, value in (
        ("finops.attempt", attempt.attempt),
        ("finops.provider", attempt.provider),
        ("finops.model", attempt.model),
        ("finops.outcome", attempt.outcome),
        ("finops.hedge", attempt.hedge),
        ("error.type", attempt.error_type),
        ("http.response.status_code", attempt.http_status),
    ):
        if value is not None:
            yield name, value


def _ns(milliseconds: float | None) -> int:
    return round((milliseconds or 0.0) * 1e6)
