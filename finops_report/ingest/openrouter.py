"""Read OpenRouter's activity: the export with a row a generation.

OpenRouter counts as OpenAI does: tokens_prompt include cached ones, tokens_completion include reasoning. What it took
is `cost_total`; what the provider took beside it, of a key of one's own, is `byok_usage_inference`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from finops_router.ingest.foreign import CHARGED, ForeignRequest, usage_from
from finops_router.ingest.values import BadValueError, amount, count, flag, milliseconds, moment_us, text
from finops_router.pricing.prices import CHARGED as CHARGED_BY_PROVIDER
from finops_router.records import RequestRecord

COLUMNS = {  # theirs -> ours
    "created_at": "timestamp",
    "generation_id": "request_id, response_id",
    "model_permaslug": "model",
    "tokens_prompt": "input_tokens",
    "tokens_completion": "output_tokens",
    "tokens_cached": "cache_read_input_tokens",
    "tokens_reasoning": "reasoning_output_tokens",
    "cost_total": "cost_estimated",
    "byok_usage_inference": "cost_estimated",
    "generation_time_ms": "latency_ms",
    "time_to_first_token_ms": "ttft_ms",
    "streamed": "stream",
    "cancelled": "status",
    "finish_reason_normalized": "status",
    "user": "end_user",
    "app_name": "project",
    "provider_name": "tags",
    "api_key_name": "tags",
    "variant": "tags",
}
TELLING = frozenset({"generation_id", "created_at", "cost_total", "tokens_prompt", "model_permaslug"})
SHOWN = tuple(COLUMNS)
TAGS = ("provider_name", "variant", "api_key_name")


def request_of(row: Mapping[str, object]) -> ForeignRequest:
    """Return the request of a row. Raises BadValueError."""
    generation, started_us = text(row.get("generation_id")), moment_us(row.get("created_at"), "created_at")
    if generation is None or started_us is None:
        raise BadValueError(f"{'generation_id' if generation is None else 'created_at'} is missing")
    has_failed = text(row.get("finish_reason_normalized")) == "error"
    is_cancelled = flag(row.get("cancelled"), "cancelled") or False
    return ForeignRequest(
        record=RequestRecord(
            timestamp_us=started_us,
            request_id=generation,
            response_id=generation,
            provider="openrouter",
            model=text(row.get("model_permaslug")),
            operation="chat",
            latency_ms=milliseconds(row.get("generation_time_ms"), "generation_time_ms"),
            ttft_ms=milliseconds(row.get("time_to_first_token_ms"), "time_to_first_token_ms"),
            stream=flag(row.get("streamed"), "streamed"),
            status="error" if has_failed else "cancelled" if is_cancelled else "ok",
            error_type="error" if has_failed else None,
            project=text(row.get("app_name")),
            end_user=text(row.get("user")),
            tags={name: value for name in TAGS if (value := text(row.get(name)))} or None,
        ),
        usage=usage_from(
            input_tokens=count(row.get("tokens_prompt"), "tokens_prompt"),
            output_tokens=count(row.get("tokens_completion"), "tokens_completion"),
            cache_read=count(row.get("tokens_cached"), "tokens_cached"),
            reasoning=count(row.get("tokens_reasoning"), "tokens_reasoning"),
        ),
        cost_usd=_cost_usd(row),
        cost_source=CHARGED,
        price_source=CHARGED_BY_PROVIDER,
    )


def _cost_usd(row: Mapping[str, object]) -> Decimal | None:
    taken = amount(row.get("cost_total"), "cost_total")
    own_key = amount(row.get("byok_usage_inference"), "byok_usage_inference")
    return taken if own_key is None else (taken or Decimal(0)) + own_key
