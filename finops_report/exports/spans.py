"""Write requests as OpenTelemetry spans of calls to models: OTLP in JSON, a line a span, as a collector writes them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

NAMES = {  # column -> attribute, by the conventions for generative AI; those of our own begin with finops.
    "provider": "gen_ai.provider.name",
    "operation": "gen_ai.operation.name",
    "requested_model": "gen_ai.request.model",
    "model": "gen_ai.response.model",
    "response_id": "gen_ai.response.id",
    "stream": "gen_ai.request.stream",
    "input_tokens": "gen_ai.usage.input_tokens",
    "output_tokens": "gen_ai.usage.output_tokens",
    "cache_read_input_tokens": "gen_ai.usage.cache_read.input_tokens",
    "cache_write_input_tokens": "gen_ai.usage.cache_write.input_tokens",
    "reasoning_output_tokens": "gen_ai.usage.reasoning.output_tokens",
    "cost_estimated": "gen_ai.usage.cost",
    "service_tier": "openai.response.service_tier",
    "end_user": "enduser.id",
    "environment": "deployment.environment.name",
    "error_type": "error.type",
    "team": "finops.team",
    "project": "finops.project",
    "request_id": "finops.request_id",
    "strategy": "finops.strategy",
    "attempts": "finops.attempts",
    "cost_source": "finops.cost_source",
    "price_source": "finops.price_source",
    "unpriced_reason": "finops.unpriced_reason",
    "usage_source": "finops.usage_source",
    "cache_write_1h_input_tokens": "finops.usage.cache_write_1h_input_tokens",
}
TAG = "finops.tag."
FAILED = ("error", "blocked")
CLIENT, ERROR = 3, 2  # the kind of a span, the code of a status
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


MARK = b'"scope":{"name":"finops-report"'


def is_spans(ends: bytes) -> bool:
    """Whether a file is of spans that we wrote."""
    return ends.startswith(b'{"resourceSpans"') and MARK in ends


def span_line(row: Mapping[str, Any], number: int) -> str:
    """Return a request as an export of one span; equal ids of requests are told apart by their `number`."""
    digest = hashlib.sha256(f"{row['request_id']}#{number}".encode()).hexdigest()
    start_ns = _ns(row["timestamp"])
    span = {
        "traceId": digest[:32],
        "spanId": digest[32:48],
        "name": f"{row['operation'] or 'chat'} {row['requested_model'] or row['model'] or ''}".strip(),
        "kind": CLIENT,
        "startTimeUnixNano": str(start_ns),
        "endTimeUnixNano": str(start_ns + round((row["latency_ms"] or 0) * 1_000_000)),
        "attributes": _attributes(row),
        "status": {"code": ERROR} if row["status"] in FAILED else {},
    }
    scope = {"name": "finops-report"}
    exported = {"resourceSpans": [{"resource": {}, "scopeSpans": [{"scope": scope, "spans": [span]}]}]}
    return json.dumps(exported, ensure_ascii=False, separators=(",", ":"))


def _attributes(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = {attribute: row[column] for column, attribute in NAMES.items() if row[column] is not None}
    if row["status"] in FAILED:
        found.setdefault("error.type", row["status"])
    if row["cost_estimated"] is None:
        found.setdefault("finops.unpriced_reason", "not recorded")
    else:
        found.setdefault("finops.cost_source", "reported")
    if row["ttft_ms"] is not None:
        found["gen_ai.response.time_to_first_chunk"] = row["ttft_ms"] / 1000
    tags = json.loads(row["tags"]) if row["tags"] else {}
    if isinstance(tags, dict):
        found |= {f"{TAG}{name}": str(value) for name, value in tags.items()}
    return [{"key": name, "value": _value(value)} for name, value in found.items()]


def _value(value: Any) -> dict[str, Any]:
    """Return a value as OTLP has it in JSON: whole numbers are text there."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, str):
        return {"stringValue": value}
    number = float(value)
    return {"intValue": str(int(number))} if number.is_integer() else {"doubleValue": number}


def _ns(moment: datetime) -> int:
    since = moment.replace(tzinfo=UTC) - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000_000 + since.microseconds * 1_000
