"""Read spans out of OTLP in JSON: what a collector's file exporter writes a line, and an HTTP exporter posts.

Only what requests to models are told from is kept: no links, of events the type of an exception, no prompts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from finops_router.ingest.values import BadValueError

Attributes = Mapping[str, object]
ERROR = (2, "2", "STATUS_CODE_ERROR")  # of a status: a number by the standard, a name in some exporters
LONGEST_TEXT = 1024  # of an attribute: longer ones are messages, which are not ours to keep


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """A span with its attributes and those of its resource; times are nanoseconds since 1970 UTC.

    `exception` is the type of the one that it recorded last, None if it recorded none.
    """

    trace_id: str
    span_id: str
    parent_span_id: str
    name: str
    scope: str
    start_ns: int
    end_ns: int
    is_error: bool
    exception: str | None
    attributes: Attributes
    resource: Attributes


def spans_of(request: Mapping[str, Any]) -> Iterator[Span | BadValueError]:
    """Yield the spans of an export request (ExportTraceServiceRequest), or why one of them cannot be read."""
    for of_resource in _objects(request, "resourceSpans", "resource_spans"):
        resource = _attributes(of_resource.get("resource"))
        for of_scope in _objects(of_resource, "scopeSpans", "scope_spans", "instrumentationLibrarySpans"):
            scope = of_scope.get("scope")
            scope_name = str(scope.get("name", "")) if isinstance(scope, Mapping) else ""
            for raw in _objects(of_scope, "spans"):
                try:
                    yield _span(raw, scope_name, resource)
                except BadValueError as error:
                    yield error


def _span(raw: Mapping[str, Any], scope: str, resource: Attributes) -> Span:
    status = raw.get("status")
    start_ns = _ns(raw, "startTimeUnixNano", "start_time_unix_nano")
    return Span(
        trace_id=_id(raw, "traceId", "trace_id"),
        span_id=_id(raw, "spanId", "span_id"),
        parent_span_id=str(raw.get("parentSpanId") or raw.get("parent_span_id") or ""),
        name=str(raw.get("name") or ""),
        scope=scope,
        start_ns=start_ns,
        end_ns=max(_ns(raw, "endTimeUnixNano", "end_time_unix_nano"), start_ns),
        is_error=isinstance(status, Mapping) and status.get("code") in ERROR,
        exception=_exception(raw),
        attributes=_attributes(raw),
        resource=resource,
    )


def _exception(raw: Mapping[str, Any]) -> str | None:
    types = [_attributes(event).get("exception.type") for event in _objects(raw, "events")]
    return next((kind for kind in reversed(types) if isinstance(kind, str)), None)


def _objects(holder: Mapping[str, Any], *names: str) -> list[Mapping[str, Any]]:
    found: list[object] = next((holder[name] for name in names if isinstance(holder.get(name), list)), [])
    return [one for one in found if isinstance(one, Mapping)]


def _attributes(holder: object) -> Attributes:
    """Return attributes by name; longer texts than any name or number are left out."""
    if not isinstance(holder, Mapping):
        return {}
    pairs = _objects(holder, "attributes")
    found = {str(pair.get("key", "")): _value(pair.get("value")) for pair in pairs}
    return {key: value for key, value in found.items() if not (isinstance(value, str) and len(value) > LONGEST_TEXT)}


def _value(value: object) -> object:
    """Return the value of an `AnyValue`: whole numbers are texts in JSON, and read as such later."""
    if not isinstance(value, Mapping):
        return value
    if "arrayValue" in value:
        listed = value["arrayValue"]
        return [_value(one) for one in listed.get("values") or ()] if isinstance(listed, Mapping) else []
    return next(iter(value.values()), None)


def _ns(raw: Mapping[str, Any], *names: str) -> int:
    found = next((raw[name] for name in names if name in raw), None)
    try:
        return int(str(found))
    except ValueError:
        raise BadValueError(f"{names[0]} is no number of nanoseconds") from None


def _id(raw: Mapping[str, Any], *names: str) -> str:
    found = next((raw[name] for name in names if raw.get(name)), None)
    if not isinstance(found, str):
        raise BadValueError(f"the span has no {names[0]}")
    return found
