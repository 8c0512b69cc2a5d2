"""Read Helicone's requests: its export, or pages of its API (POST /v1/request/query-clickhouse).

Helicone writes down what each provider counts: what lies within what is told by total_tokens.
Its `costUSD`, or `cost`, is Helicone's own estimate; 0 if it knows no price, and for answers of its own cache.
"""

from __future__ import annotations

from collections.abc import Mapping

from finops_router.calls import Usage
from finops_router.ingest.foreign import ForeignRequest, usage_from
from finops_router.ingest.provider_names import model_name, provider_name
from finops_router.ingest.values import BadValueError, amount, count, mapping, milliseconds, moment_us, text
from finops_router.records import RequestRecord

from finops_report.ingest.totals import within

COLUMNS = {  # theirs -> ours
    "request_created_at": "timestamp",
    "request_id": "request_id",
    "provider": "provider",
    "response_model": "model",
    "request_model": "requested_model",
    "prompt_tokens": "input_tokens",
    "completion_tokens": "output_tokens",
    "prompt_cache_read_tokens": "cache_read_input_tokens",
    "prompt_cache_write_tokens": "cache_write_input_tokens",
    "reasoning_tokens": "reasoning_output_tokens",
    "costUSD": "cost_estimated",
    "cost": "cost_estimated",
    "delay_ms": "latency_ms",
    "time_to_first_token": "ttft_ms",
    "response_status": "status, error_type",
    "request_user_id": "end_user",
    "request_properties": "team, project, environment, tags",
    "cache_reference_id": "cost_estimated",
}
TELLING = (
    frozenset({"request_id", "request_created_at", "response_status", "prompt_tokens", "completion_tokens"}),
    frozenset({"response_id", "request_created_at", "response_status", "prompt_tokens", "completion_tokens"}),
)
SHOWN = tuple(name for name in COLUMNS if name != "request_properties")
SOURCE = "reported by Helicone"
OURS = ("team", "project", "environment")  # properties that are columns of ours, however they are written
NOT_CACHED = frozenset({None, "00000000-0000-0000-0000-000000000000"})  # of cache_reference_id
LAST_OK = 399
CANCELLED = -3  # how Helicone writes that the caller went away


def request_of(row: Mapping[str, object]) -> ForeignRequest:
    """Return the request of a row. Raises BadValueError."""
    request_id = text(row.get("request_id")) or text(row.get("response_id"))
    started_us = moment_us(row.get("request_created_at"), "request_created_at")
    if request_id is None or started_us is None:
        raise BadValueError(f"{'request_id' if request_id is None else 'request_created_at'} is missing")
    asked = text(row.get("model_override")) or text(row.get("request_model"))
    called = text(row.get("response_model")) or text(row.get("model")) or asked
    provider = provider_name(text(row.get("provider")), called)
    is_cached = text(row.get("cache_reference_id")) not in NOT_CACHED
    cost_usd = amount(row.get("costUSD"), "costUSD")
    cost_usd = amount(row.get("cost"), "cost") if cost_usd is None else cost_usd
    return ForeignRequest(
        record=_record(row, started_us, request_id, provider, model_name(called, provider)),
        usage=_usage(row),
        cost_usd=cost_usd if cost_usd or is_cached else None,
        price_source=SOURCE,
        asked=model_name(asked, provider),
    )


def _record(
    row: Mapping[str, object], started_us: int, request_id: str, provider: str | None, model: str | None
) -> RequestRecord:
    given = mapping(row.get("request_properties")) or mapping(row.get("properties"))
    named = {name: said for name, of in given.items() if (said := text(of)) is not None}
    ours = {name.lower(): said for name, said in named.items() if name.lower() in OURS}
    http = text(row.get("response_status"))
    status = int(http) if http is not None and http.lstrip("-").isdecimal() else None
    failed = status is not None and status != CANCELLED and not 0 <= status <= LAST_OK
    return RequestRecord(
        timestamp_us=started_us,
        request_id=request_id,
        provider=provider,
        model=model,
        requested_model=text(row.get("request_model")),
        latency_ms=milliseconds(row.get("delay_ms"), "delay_ms"),
        ttft_ms=milliseconds(row.get("time_to_first_token"), "time_to_first_token"),
        team=ours.get("team"),
        project=ours.get("project"),
        environment=ours.get("environment"),
        end_user=text(row.get("request_user_id")) or text(row.get("helicone_user")),
        operation="embeddings" if "embed" in (text(row.get("request_path")) or "") else "chat",
        status="cancelled" if status == CANCELLED else "error" if failed else "ok",
        error_type=f"http {status}" if failed else None,
        tags={name: said for name, said in named.items() if name.lower() not in OURS} or None,
    )


def _usage(row: Mapping[str, object]) -> Usage:
    read, write = _count(row, "prompt_cache_read_tokens") or 0, _count(row, "prompt_cache_write_tokens") or 0
    reasoning = _count(row, "reasoning_tokens") or 0
    lies = within(row, ("prompt_tokens", "completion_tokens", "total_tokens"), read + write, reasoning)
    return usage_from(
        input_tokens=_count(row, "prompt_tokens"),
        output_tokens=_count(row, "completion_tokens"),
        cache_read=read,
        cache_write=write,
        reasoning=reasoning,
        cached_within_input=lies.cached,
        reasoning_within_output=lies.reasoning,
    )


def _count(row: Mapping[str, object], name: str) -> int | None:
    return count(row.get(name), name)
