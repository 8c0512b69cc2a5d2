"""Read spans out of OTLP in protobuf: what OpenTelemetry's exporters post unless told otherwise.

The only door to opentelemetry-proto (extra `gateway`): the standard's own messages, generated from its own files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span as SentSpan
from opentelemetry.proto.trace.v1.trace_pb2 import Status

from finops_router.ingest.otlp_json import LONGEST_TEXT, Attributes, Span
from finops_router.ingest.values import BadValueError


def spans_of_protobuf(body: bytes) -> Iterator[Span | BadValueError]:
    """Yield the spans of an ExportTraceServiceRequest, or why one cannot be read. Raises BadValueError."""
    try:
        request = ExportTraceServiceRequest.FromString(body)
    except DecodeError as error:
        raise BadValueError(f"the body is no ExportTraceServiceRequest: {error}") from None
    return _spans(request)


def partial_success(rejected: int, message: str) -> bytes:
    """Return an ExportTraceServiceResponse: empty if nothing was rejected."""
    response = ExportTraceServiceResponse()
    if rejected:
        response.partial_success.rejected_spans = rejected
        response.partial_success.error_message = message
    return response.SerializeToString()


def _spans(request: ExportTraceServiceRequest) -> Iterator[Span | BadValueError]:
    for of_resource in request.resource_spans:
        resource = _attributes(of_resource.resource.attributes)
        for of_scope in of_resource.scope_spans:
            for sent in of_scope.spans:
                yield _span(sent, of_scope.scope.name, resource)


def _span(sent: SentSpan, scope: str, resource: Attributes) -> Span | BadValueError:
    if not sent.trace_id or not sent.span_id:
        return BadValueError(f"the span has no {'spanId' if sent.trace_id else 'traceId'}")
    kinds = [_attributes(event.attributes).get("exception.type") for event in sent.events]
    return Span(
        trace_id=sent.trace_id.hex(),
        span_id=sent.span_id.hex(),
        parent_span_id=sent.parent_span_id.hex(),
        name=sent.name,
        scope=scope,
        start_ns=sent.start_time_unix_nano,
        end_ns=max(sent.end_time_unix_nano, sent.start_time_unix_nano),
        is_error=sent.status.code == Status.STATUS_CODE_ERROR,
        exception=next((kind for kind in reversed(kinds) if isinstance(kind, str)), None),
        attributes=_attributes(sent.attributes),
        resource=resource,
    )


def _attributes(pairs: Iterable[KeyValue]) -> Attributes:
    """Return attributes by name; longer texts than any name or number are left out."""
    found = {pair.key: _value(pair.value) for pair in pairs}
    return {key: value for key, value in found.items() if not (isinstance(value, str) and len(value) > LONGEST_TEXT)}


def _value(value: AnyValue) -> object:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(one) for one in value.array_value.values]
    return None if kind in {None, "kvlist_value", "bytes_value"} else getattr(value, kind)
