"""Read spans out of OpenTelemetry's table in ClickHouse, otel_traces, where OpenLIT and others keep them, in any form.

A row is a span: its attributes are one map, its time has nanoseconds, its length is in them. What is a call and what it
used is read as from any span.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from finops_router.ingest.otlp_json import LONGEST_TEXT, Attributes, Span
from finops_router.ingest.values import BadValueError, items, mapping, text

from finops_report.ingest import otlp
from finops_report.ingest.outcomes import Outcomes
from finops_report.ingest.rows import Row, TornRow

TELLING = (frozenset({"Timestamp", "TraceId", "SpanId", "SpanAttributes", "Duration"}),)
COLUMNS = {
    "Timestamp": "timestamp",
    "Duration": "latency_ms",
    "TraceId, SpanId": "request_id",
    "SpanAttributes": "what a span says (see otlp)",
    "ResourceAttributes": "team, project, environment",
    "StatusCode": "status, error_type",
}
ERRORS = frozenset({"error", "status_code_error", "2"})


def outcomes(rows: Iterable[Row | TornRow]) -> Outcomes:
    """Yield what becomes of each span; one that lies within another span of the same call is passed over."""
    return otlp.outcomes_of(rows, _spans)


def _spans(row: Mapping[str, object]) -> Iterator[Span | BadValueError]:
    try:
        yield _span(row)
    except BadValueError as error:
        yield error


def _span(row: Mapping[str, object]) -> Span:
    trace_id, span_id = text(row.get("TraceId")), text(row.get("SpanId"))
    if trace_id is None or span_id is None:
        raise BadValueError(f"the span has no {'TraceId' if trace_id is None else 'SpanId'}")
    start_ns, length = _ns(text(row.get("Timestamp"))), text(row.get("Duration")) or "0"
    if not length.isdecimal():
        raise BadValueError("Duration is no number of nanoseconds")
    kinds = [mapping(one).get("exception.type") for one in items(row.get("Events.Attributes"))]
    return Span(
        trace_id=trace_id,
        span_id=span_id,
        parent_span_id=text(row.get("ParentSpanId")) or "",
        name=text(row.get("SpanName")) or "",
        scope=text(row.get("ScopeName")) or "",
        start_ns=start_ns,
        end_ns=start_ns + int(length),
        is_error=(text(row.get("StatusCode")) or "").lower() in ERRORS,
        exception=next((str(kind) for kind in reversed(kinds) if isinstance(kind, str)), None),
        attributes=_attributes(row.get("SpanAttributes")),
        resource=_attributes(row.get("ResourceAttributes")),
    )


def _ns(written: str | None) -> int:
    """Return nanoseconds since 1970 UTC of a moment with up to nine places, which Python's clocks do not have."""
    whole, _, fraction = (written or "").removesuffix("Z").removesuffix(" UTC").partition(".")
    try:
        at = datetime.fromisoformat(whole)
    except ValueError:
        raise BadValueError("Timestamp is no moment") from None
    if fraction and not fraction.isdecimal():
        raise BadValueError("Timestamp is no moment in UTC")
    since = at.replace(tzinfo=at.tzinfo or UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 10**9 + int(fraction[:9].ljust(9, "0") or 0)


def _attributes(value: object) -> Attributes:
    """Return attributes by name; longer texts than any name or number are left out: they are messages."""
    found = mapping(value)
    return {name: one for name, one in found.items() if not (isinstance(one, str) and len(one) > LONGEST_TEXT)}
