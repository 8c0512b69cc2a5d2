"""Read Portkey's log export: JSON lines, a request a line.

req_units and res_units are the tokens of request and response as OpenAI counts them. If response.body was exported with
them, its usage says what was cached or thought, by the rule of who answered; nothing else of it is looked at. `cost` is
Portkey's own estimate, in cents.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from finops_router.calls import Usage
from finops_router.ingest.foreign import ForeignRequest, usage_from
from finops_router.ingest.provider_names import model_name, provider_name
from finops_router.ingest.values import BadValueError, amount, count, flag, mapping, milliseconds, moment_us, text
from finops_router.pricing.usage import usage_of
from finops_router.records import RequestRecord

from finops_report.ingest.mapped import made_id

COLUMNS = {  # theirs -> ours
    "created_at": "timestamp",
    "id": "request_id",
    "trace_id": "tags",
    "ai_org": "provider",
    "ai_model": "model",
    "req_units": "input_tokens",
    "res_units": "output_tokens",
    "response.body": "cache and reasoning tokens, response_id",
    "cost": "cost_estimated",
    "response_time": "latency_ms",
    "stream_mode": "stream",
    "is_success": "status",
    "response_status_code": "error_type",
    "cache_status": "cost_estimated",
    "retry_success_count": "attempts",
    "metadata": "team, project, environment, end_user, tags",
}
TELLING = frozenset({"created_at", "ai_org", "ai_model", "req_units", "res_units"})
SHOWN = tuple(name for name in COLUMNS if name not in ("response.body", "metadata"))
SOURCE = "reported by Portkey"
CENTS = Decimal(100)
HITS = frozenset({"HIT", "SEMANTIC HIT"})
OURS = ("team", "project", "environment")
USER = "_user"  # Portkey's own key of metadata for who asked
LIKE_ANTHROPIC = frozenset({"anthropic"})  # whose own counts have cached tokens beside the input


def request_of(row: Mapping[str, object]) -> ForeignRequest:
    """Return the request of a row. Raises BadValueError."""
    started_us = moment_us(row.get("created_at"), "created_at")
    if started_us is None:
        raise BadValueError("created_at is missing")
    called = text(row.get("ai_model"))
    provider = provider_name(text(row.get("ai_org")), called)
    body = _body(row)
    cents, is_hit = amount(row.get("cost"), "cost"), (text(row.get("cache_status")) or "").upper() in HITS
    currency = text(row.get("cost_currency"))
    if currency not in (None, "USD") and cents:
        raise BadValueError(f"cost_currency is not USD: {currency}")
    is_amount = cents is not None and (cents > 0 or is_hit)
    return ForeignRequest(
        record=_record(row, started_us, provider, model_name(called, provider), body),
        usage=_usage(row, body, provider),
        cost_usd=cents / CENTS if is_amount and cents is not None else None,
        price_source=SOURCE,
    )


def _record(
    row: Mapping[str, object], started_us: int, provider: str | None, model: str | None, body: Mapping[str, object]
) -> RequestRecord:
    given = {name: said for name, of in _metadata(row).items() if (said := text(of)) is not None}
    tags = {name: said for name, said in given.items() if name not in (*OURS, USER)}
    if (trace := text(row.get("trace_id"))) is not None:
        tags["trace"] = trace
    succeeded, retries = flag(row.get("is_success"), "is_success"), count(row.get("retry_success_count"), "retries")
    failed = succeeded is False
    return RequestRecord(
        timestamp_us=started_us,
        request_id=text(row.get("id")) or made_id(row),
        provider=provider,
        model=model,
        response_id=text(body.get("id")),
        latency_ms=milliseconds(row.get("response_time"), "response_time"),
        stream=flag(row.get("stream_mode"), "stream_mode"),
        team=given.get("team"),
        project=given.get("project"),
        environment=given.get("environment"),
        end_user=given.get(USER),
        operation="embeddings" if "embedding" in (text(row.get("request_url")) or "") else "chat",
        attempts=None if retries is None else retries + 1,
        status="error" if failed else "ok",
        error_type=f"http {text(row.get('response_status_code')) or 'error'}" if failed else None,
        tags=tags or None,
    )


def _usage(row: Mapping[str, object], body: Mapping[str, object], provider: str | None) -> Usage:
    flavor = "default" if provider in LIKE_ANTHROPIC else "chat"
    said = usage_of(body, provider or "openai", flavor) if body else None
    if said is not None and said.source != "none":
        return said
    return usage_from(
        input_tokens=count(row.get("req_units"), "req_units"), output_tokens=count(row.get("res_units"), "res_units")
    )


def _body(row: Mapping[str, object]) -> Mapping[str, object]:
    """Return what the response says besides its text: it may stand flat or within 'response'."""
    return mapping(row.get("response.body")) or mapping(mapping(row.get("response")).get("body"))


def _metadata(row: Mapping[str, object]) -> Mapping[str, object]:
    """Return metadata by key: an object, or lists of keys and of values beside each other."""
    found = mapping(row.get("metadata"))
    keys, values = found.get("key", row.get("metadata.key")), found.get("value", row.get("metadata.value"))
    if isinstance(keys, list) and isinstance(values, list):
        return {str(key): value for key, value in zip(keys, values, strict=False)}
    return found
