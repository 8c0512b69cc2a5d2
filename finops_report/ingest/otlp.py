"""Read spans of calls to models out of OTLP in JSON: lines of a collector's file exporter, or posted requests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from finops_router.ingest.genai_spans import request_of
from finops_router.ingest.otlp_json import Span, spans_of
from finops_router.ingest.outermost import Outermost
from finops_router.ingest.values import BadValueError

from finops_report.ingest.outcomes import Aside, Found, Outcome, Outcomes, Passed
from finops_report.ingest.rows import Row, TornRow

COLUMNS = {  # the newest names; older ones, OpenInference's and OpenLLMetry's are read, too
    "startTimeUnixNano": "timestamp",
    "endTimeUnixNano": "latency_ms",
    "traceId, spanId": "request_id",
    "gen_ai.response.id": "response_id",
    "gen_ai.provider.name": "provider",
    "gen_ai.response.model": "model",
    "gen_ai.request.model": "requested_model",
    "gen_ai.operation.name": "operation",
    "gen_ai.usage.input_tokens": "input_tokens",
    "gen_ai.usage.output_tokens": "output_tokens",
    "gen_ai.usage.cache_read.input_tokens": "cache_read_input_tokens",
    "gen_ai.usage.cache_write.input_tokens": "cache_write_input_tokens",
    "gen_ai.usage.reasoning.output_tokens": "reasoning_output_tokens",
    "gen_ai.response.time_to_first_chunk": "ttft_ms",
    "gen_ai.request.stream": "stream",
    "error.type": "status, error_type",
    "service.namespace": "team",
    "service.name": "project",
    "deployment.environment.name": "environment",
    "enduser.id": "end_user",
}
TELLING = (frozenset({"resourceSpans"}), frozenset({"resource_spans"}))


def outcomes(rows: Iterable[Row | TornRow]) -> Outcomes:
    """Yield what becomes of each span; one that lies within another span of the same call is passed over."""
    return outcomes_of(rows, spans_of)


def outcomes_of(
    rows: Iterable[Row | TornRow], spans_in: Callable[[Mapping[str, object]], Iterator[Span | BadValueError]]
) -> Outcomes:
    """Yield what becomes of each of the spans that `spans_in` a row are."""
    calls: dict[tuple[str, str], int] = {}

    def call_of(span: Span) -> Outcome | None:
        line = calls.pop((span.trace_id, span.span_id))
        try:
            request = request_of(span)
        except BadValueError as error:
            return Aside(line, str(error), {"traceId": span.trace_id, "spanId": span.span_id})
        return None if request is None else Found(line, request)

    outermost, spans, kept = Outermost[Outcome](call_of, _is_counted), 0, 0
    for row in rows:
        if isinstance(row, TornRow):
            yield Aside(row.line, row.reason, {})
            continue
        for span in spans_in(row.values):
            if isinstance(span, BadValueError):
                yield Aside(row.line, str(span), {})
                continue
            calls[(span.trace_id, span.span_id)] = row.line
            spans += 1
            for outcome in outermost.add(span):
                kept += 1
                yield outcome
    for outcome in outermost.rest():
        kept += 1
        yield outcome
    for _ in range(spans - kept):
        yield Passed(0)


def _is_counted(outcome: Outcome) -> bool:
    return isinstance(outcome, Found) and outcome.request.usage.source != "none"
