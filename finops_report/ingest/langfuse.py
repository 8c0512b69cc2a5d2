"""Read observations of Langfuse: its export from the page or to a bucket, and pages of its API, old names and new.

Langfuse counts each kind of token beside the others: `input` is what was not cached, `input_cached_tokens` comes on
top, `output` is without `output_reasoning_tokens`. Who hands it counts of another rule is known by a `total` that is
input and output alone. Costs are Langfuse's own, or were given to it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from finops_router.calls import UNKNOWN_USAGE, Usage
from finops_router.ingest.foreign import ForeignRequest, usage_from
from finops_router.ingest.provider_names import model_name, provider_name
from finops_router.ingest.values import BadValueError, amount, count, items, mapping, milliseconds, moment_us, text
from finops_router.records import RequestRecord

COLUMNS = {  # theirs -> ours; the same names with underscores are read, too
    "startTime": "timestamp",
    "endTime": "latency_ms",
    "id": "request_id",
    "providedModelName": "model, provider",
    "usageDetails": "input_tokens, output_tokens, cache and reasoning tokens",
    "costDetails": "cost_estimated",
    "totalCost": "cost_estimated",
    "timeToFirstToken": "ttft_ms",
    "completionStartTime": "ttft_ms",
    "type": "operation",
    "level": "status",
    "environment": "environment",
    "userId": "end_user",
    "traceName": "project",
    "tags": "tags",
}
TELLING = (frozenset({"traceId", "startTime", "type"}), frozenset({"traceId", "startTime", "level", "model"}))
SHOWN = ("id", "startTime", "endTime", "type", "providedModelName", "model", "usageDetails", "costDetails", "totalCost")
SOURCE = "reported by Langfuse"
CALLS = {"GENERATION": "chat", "EMBEDDING": "embeddings"}  # the types of observations that use a model
HOUR_WRITES = ("input_cache_creation_1h", "cache_creation_1h", "ephemeral_1h_input_tokens")
WORDS = {"model": "providedModelName", "modelName": "providedModelName", "calculatedTotalCost": "totalCost"}


@lru_cache(maxsize=1000)
def api_name(name: str) -> str:
    """Return the name of the API for a column's name as exports have them: start_time, Start Time, model."""
    first, *others = re.split(r"[_ ]+", name.strip())
    known = first[:1].lower() + first[1:] + "".join(part[:1].upper() + part[1:] for part in others)
    return WORDS.get(known, known)


def request_of(values: Mapping[str, object]) -> ForeignRequest | None:
    """Return the request of an observation, None if it used no model. Raises BadValueError."""
    row = {api_name(name): value for name, value in values.items()}
    kind = (text(row.get("type")) or "GENERATION").upper()
    if kind not in CALLS:
        return None
    called = text(row.get("providedModelName"))
    provider = provider_name(None, called)
    usage = _usage(row)
    return ForeignRequest(
        record=_record(row, CALLS[kind], provider, model_name(called, provider)),
        usage=usage,
        cost_usd=_cost_usd(row, usage),
        price_source=SOURCE,
    )


def _record(row: Mapping[str, object], operation: str, provider: str | None, model: str | None) -> RequestRecord:
    started_us = moment_us(row.get("startTime"), "startTime")
    request_id = text(row.get("id"))
    if started_us is None or request_id is None:
        raise BadValueError(f"{'startTime' if started_us is None else 'id'} is missing")
    ended_us = moment_us(row.get("endTime"), "endTime")
    first_us = moment_us(row.get("completionStartTime"), "completionStartTime")
    has_failed = text(row.get("level")) == "ERROR"
    return RequestRecord(
        timestamp_us=started_us,
        request_id=request_id,
        provider=provider,
        model=model,
        operation=operation,
        latency_ms=_between_ms(started_us, ended_us) or milliseconds(row.get("latency"), "latency", 1000),
        ttft_ms=_between_ms(started_us, first_us)
        or milliseconds(row.get("timeToFirstToken"), "timeToFirstToken", 1000),
        environment=text(row.get("environment")),
        end_user=text(row.get("userId")),
        project=text(row.get("traceName")),
        status="error" if has_failed else "ok",
        error_type="error" if has_failed else None,
        tags={tag: "true" for one in items(row.get("tags")) if (tag := text(one))} or None,
    )


def _usage(row: Mapping[str, object]) -> Usage:
    details = mapping(row.get("usageDetails")) or mapping(row.get("usage"))
    counts = {name: tokens for name, value in details.items() if (tokens := count(value, name)) is not None}
    if not counts:
        counts = {
            "input": _count(row, "inputTokens", "promptTokens", "inputUsage") or 0,
            "output": _count(row, "outputTokens", "completionTokens", "outputUsage") or 0,
        }
    if not any(counts.values()):
        return UNKNOWN_USAGE
    plain = counts.get("input", 0), counts.get("output", 0)
    is_within = counts.get("total") == sum(plain)
    return usage_from(  # all kinds are in these sums by now, whatever they were called
        input_tokens=plain[0] if is_within else _sum_of(counts, "input"),
        output_tokens=plain[1] if is_within else _sum_of(counts, "output"),
        cache_read=sum(tokens for name, tokens in counts.items() if _is_read(name)),
        cache_write=sum(tokens for name, tokens in counts.items() if _is_write(name)),
        cache_write_1h=sum(counts.get(name, 0) for name in HOUR_WRITES),
        reasoning=sum(tokens for name, tokens in counts.items() if "reasoning" in name),
    )


def _sum_of(counts: Mapping[str, int], side: str) -> int:
    return sum(tokens for name, tokens in counts.items() if _is_of(name, side))


def _is_of(name: str, side: str) -> bool:
    """Return whether a kind of token belongs to `side`: as Langfuse sums them, by the word in its name."""
    if side == "input" and "output" not in name and (_is_read(name) or _is_write(name)):
        return True
    return side in name or (side == "output" and "reasoning" in name)


def _is_read(name: str) -> bool:
    return "cache_read" in name or "cached" in name


def _is_write(name: str) -> bool:
    return "cache_creation" in name or "cache_write" in name or "ephemeral" in name


def _cost_usd(row: Mapping[str, object], usage: Usage) -> Decimal | None:
    """Return what Langfuse has as the cost; a 0 beside tokens is how its page writes that it knows no price."""
    details = mapping(row.get("costDetails"))
    if (total := amount(details.get("total"), "costDetails.total")) is not None:
        return total
    parts = [usd for name, value in details.items() if (usd := amount(value, name)) is not None]
    if parts:
        return sum(parts, Decimal(0))
    total = amount(row.get("totalCost"), "totalCost")
    return None if not total and usage.source != "none" else total


def _count(row: Mapping[str, object], *names: str) -> int | None:
    return next((found for name in names if (found := count(row.get(name), name)) is not None), None)


def _between_ms(from_us: int, until_us: int | None) -> float | None:
    return None if until_us is None or until_us < from_us else (until_us - from_us) / 1000
