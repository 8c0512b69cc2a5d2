"""Read Bifrost's logs: pages of its API (GET /api/logs), or its table `logs` exported in any form.

token_usage is in OpenAI's shape, whoever answered; whether cached tokens lie within prompt_tokens is told by
total_tokens. `cost` is Bifrost's own estimate in US dollars, missing or 0 if it knows no price.
"""

from __future__ import annotations

from collections.abc import Mapping

from finops_router.calls import Usage
from finops_router.ingest.foreign import ForeignRequest, usage_from
from finops_router.ingest.provider_names import model_name, provider_name
from finops_router.ingest.values import BadValueError, amount, count, flag, mapping, milliseconds, moment_us, text
from finops_router.records import RequestRecord

from finops_report.ingest.totals import within

COLUMNS = {  # theirs -> ours
    "timestamp": "timestamp",
    "id": "request_id",
    "provider": "provider",
    "model": "model",
    "alias": "requested_model",
    "token_usage": "input_tokens, output_tokens, cache and reasoning tokens",
    "cost": "cost_estimated",
    "latency": "latency_ms",
    "stream": "stream",
    "status": "status",
    "error_details": "error_type",
    "number_of_retries": "attempts",
    "team_name": "team",
    "customer_name": "project",
    "user_id": "end_user",
    "virtual_key_name": "tags",
}
TELLING = (
    frozenset({"id", "timestamp", "provider", "model", "number_of_retries", "fallback_index"}),
    frozenset({"id", "timestamp", "provider", "model", "token_usage", "selected_key_id"}),
)
SHOWN = tuple(name for name in COLUMNS if name != "error_details")
SOURCE = "reported by Bifrost"
UNFINISHED = "processing"
OPERATIONS = {"embedding": "embeddings", "list": "embeddings", "text_completion": "text_completion"}
TAGS = {"virtual_key_name": "virtual_key", "parent_request_id": "parent", "routing_rule_name": "routing_rule"}


def request_of(row: Mapping[str, object]) -> ForeignRequest | None:
    """Return the request of a row, None if it has not ended. Raises BadValueError."""
    status = text(row.get("status"))
    if status == UNFINISHED:
        return None
    started_us, request_id = moment_us(row.get("timestamp"), "timestamp"), text(row.get("id"))
    if started_us is None or request_id is None:
        raise BadValueError(f"{'timestamp' if started_us is None else 'id'} is missing")
    called = text(row.get("model"))
    provider = provider_name(text(row.get("provider")), called)
    retries = count(row.get("number_of_retries"), "number_of_retries")
    operation = (text(row.get("object")) or text(row.get("object_type")) or "chat").split(".")[0]
    return ForeignRequest(
        record=RequestRecord(
            timestamp_us=started_us,
            request_id=request_id,
            provider=provider,
            model=model_name(called, provider),
            requested_model=text(row.get("alias")),
            latency_ms=milliseconds(row.get("latency"), "latency"),
            stream=flag(row.get("stream"), "stream"),
            team=text(row.get("team_name")) or text(row.get("team_id")),
            project=text(row.get("customer_name")) or text(row.get("customer_id")),
            end_user=text(row.get("user_id")),
            operation=OPERATIONS.get(operation, "chat"),
            attempts=None if retries is None else retries + 1,
            status="error" if status == "error" else "ok",
            error_type=_error_type(row) if status == "error" else None,
            tags={ours: said for name, ours in TAGS.items() if (said := text(row.get(name))) is not None} or None,
        ),
        usage=_usage(mapping(row.get("token_usage"))),
        cost_usd=amount(row.get("cost"), "cost") or None,
        price_source=SOURCE,
    )


def _usage(counted: Mapping[str, object]) -> Usage:
    prompt, answer = mapping(counted.get("prompt_tokens_details")), mapping(counted.get("completion_tokens_details"))
    read = _first(prompt, "cached_read_tokens", "cached_tokens")
    write = _first(prompt, "cached_write_tokens") or _first(answer, "cached_tokens")
    names = ("prompt_tokens", "completion_tokens", "total_tokens")
    return usage_from(
        input_tokens=count(counted.get("prompt_tokens"), "prompt_tokens"),
        output_tokens=count(counted.get("completion_tokens"), "completion_tokens"),
        cache_read=read,
        cache_write=write,
        reasoning=count(answer.get("reasoning_tokens"), "reasoning_tokens"),
        cached_within_input=within(counted, names, (read or 0) + (write or 0)).cached,
    )


def _first(counts: Mapping[str, object], *names: str) -> int | None:
    return next((found for name in names if (found := count(counts.get(name), name)) is not None), None)


def _error_type(row: Mapping[str, object]) -> str:
    details = mapping(row.get("error_details"))
    error = mapping(details.get("error"))
    return text(error.get("type")) or text(error.get("code")) or text(details.get("type")) or "error"
