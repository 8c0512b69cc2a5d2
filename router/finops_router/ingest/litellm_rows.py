"""Read a request as LiteLLM records it: a row of its LiteLLM_SpendLogs, or what its callbacks are handed.

LiteLLM counts as OpenAI does, whoever answered: prompt_tokens include tokens read from and written to a cache,
completion_tokens include reasoning. Its `spend` is LiteLLM's own estimate; it writes 0 if it knows no price.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from finops_router.calls import UNKNOWN_USAGE, Usage
from finops_router.ingest.foreign import ForeignRequest, usage_from
from finops_router.ingest.provider_names import model_name, provider_name
from finops_router.ingest.values import (
    BadValueError,
    amount,
    count,
    flag,
    items,
    mapping,
    milliseconds,
    moment_us,
    text,
)
from finops_router.records import RequestRecord

SOURCE = "reported by LiteLLM"
OPERATIONS = {
    "embedding": "embeddings",
    "text_completion": "text_completion",
    "completion": "chat",
    "responses": "chat",
}


def request_of(row: Mapping[str, object]) -> ForeignRequest:
    """Return the request of a row. Raises BadValueError."""
    metadata, called = mapping(row.get("metadata")), text(row.get("model"))
    provider = provider_name(text(row.get("custom_llm_provider")), called)
    is_cached = flag(row.get("cache_hit"), "cache_hit") or False
    has_failed = (text(row.get("status")) or text(metadata.get("status"))) == "failure"
    usage, spend_usd = _usage(row, metadata), amount(row.get("spend"), "spend")
    is_no_price = not spend_usd and not is_cached and not _has_price(metadata)
    return ForeignRequest(
        record=msgspec.structs.replace(
            _record(row, metadata),
            provider=provider,
            model=model_name(called, provider),
            response_id=None if is_cached else text(row.get("request_id")),
            status="error" if has_failed else "ok",
            error_type=_error_type(metadata) if has_failed else None,
        ),
        usage=UNKNOWN_USAGE if has_failed and not spend_usd else usage,
        cost_usd=None if is_no_price or (has_failed and not spend_usd) else spend_usd,
        price_source=SOURCE,
    )


def _record(row: Mapping[str, object], metadata: Mapping[str, object]) -> RequestRecord:
    started_us = moment_us(row.get("startTime"), "startTime")
    ended_us = moment_us(row.get("endTime"), "endTime")
    first_us = moment_us(row.get("completionStartTime"), "completionStartTime")
    request_id = text(row.get("request_id"))
    if started_us is None or request_id is None:
        raise BadValueError(f"{'startTime' if started_us is None else 'request_id'} is missing")
    latency_ms = milliseconds(row.get("request_duration_ms"), "request_duration_ms")
    is_streamed = first_us is not None and ended_us is not None and first_us < ended_us
    retries = count(metadata.get("attempted_retries"), "attempted_retries")
    call_type = (text(row.get("call_type")) or "completion").removeprefix("a")
    return RequestRecord(
        timestamp_us=started_us,
        request_id=request_id,
        latency_ms=latency_ms if latency_ms is not None else _between_ms(started_us, ended_us),
        ttft_ms=_between_ms(started_us, first_us) if is_streamed else None,
        stream=is_streamed if first_us is not None and ended_us is not None else None,
        team=text(metadata.get("user_api_key_team_alias")) or text(row.get("team_id")),
        project=text(metadata.get("user_api_key_project_alias")) or text(metadata.get("user_api_key_alias")),
        end_user=text(row.get("end_user")),
        operation=OPERATIONS.get(call_type, call_type),
        requested_model=text(row.get("model_group")),
        attempts=None if retries is None else retries + 1,
        tags=_tags(row.get("request_tags")),
    )


def _usage(row: Mapping[str, object], metadata: Mapping[str, object]) -> Usage:
    """Return the counts of the row, and of its metadata what of them was cached or thought."""
    more = {**mapping(metadata.get("additional_usage_values")), **mapping(metadata.get("usage_object"))}
    prompt, answer = mapping(more.get("prompt_tokens_details")), mapping(more.get("completion_tokens_details"))
    writes = mapping(prompt.get("cache_creation_token_details"))
    return usage_from(
        input_tokens=count(row.get("prompt_tokens"), "prompt_tokens"),
        output_tokens=count(row.get("completion_tokens"), "completion_tokens"),
        cache_read=_either(more, "cache_read_input_tokens", prompt, "cached_tokens"),
        cache_write=_either(more, "cache_creation_input_tokens", prompt, "cache_creation_tokens"),
        cache_write_1h=count(writes.get("ephemeral_1h_input_tokens"), "ephemeral_1h_input_tokens"),
        reasoning=count(answer.get("reasoning_tokens"), "reasoning_tokens"),
    )


def _either(one: Mapping[str, object], name: str, other: Mapping[str, object], its_name: str) -> int | None:
    return count(one.get(name), name) or count(other.get(its_name), its_name)


def _has_price(metadata: Mapping[str, object]) -> bool:
    """Return whether LiteLLM knew a price, so that a spend of 0 is one: of a model that costs nothing."""
    return bool(mapping(metadata.get("model_map_information")).get("model_map_value"))


def _error_type(metadata: Mapping[str, object]) -> str:
    return text(mapping(metadata.get("error_information")).get("error_class")) or "error"


def _tags(value: object) -> dict[str, str] | None:
    """Return tags by name: 'app:support' is the app support; one without a colon is simply there."""
    parted = [tag.partition(":") for one in items(value) if (tag := text(one)) is not None]
    return {name.strip(): value.strip() if colon else "true" for name, colon, value in parted} or None


def _between_ms(from_us: int, until_us: int | None) -> float | None:
    return None if until_us is None or until_us < from_us else (until_us - from_us) / 1000
