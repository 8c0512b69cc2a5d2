"""Read OpenAI's usage reports: pages of GET /v1/organization/usage/completions and /embeddings, best by the hour.

input_tokens include cached and written ones, output_tokens include reasoning; audio is counted without what is cached
of it. Ask for group_by=model at least, and batch, service_tier and project_id. There are no costs in it: those are of
the costs API.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import msgspec
from finops_router.calls import Served, Usage
from finops_router.ingest.values import BadValueError, count, flag, items, mapping, moment_us, text
from finops_router.records import RequestRecord

from finops_report.ingest.outcomes import Aside, Found, Outcomes, Passed
from finops_report.ingest.rows import Row, TornRow
from finops_report.ingest.usage_buckets import named, parts_of

COLUMNS = {  # theirs -> ours
    "start_time, end_time": "timestamp",
    "num_model_requests": "a request each",
    "model": "model",
    "input_tokens": "input_tokens",
    "output_tokens": "output_tokens",
    "input_cached_tokens": "cache_read_input_tokens",
    "input_cache_write_tokens": "cache_write_input_tokens",
    "input_audio_tokens": "other_units",
    "output_audio_tokens": "other_units",
    "batch, service_tier": "service_tier",
    "project_id": "project",
    "user_id": "end_user",
    "api_key_id": "tags",
}
TELLING = (frozenset({"object", "start_time", "end_time", "results"}),)
OPERATIONS = {
    "organization.usage.completions.result": "chat",
    "organization.usage.embeddings.result": "embeddings",
}
GROUPS = {"model": "model", "project_id": "project", "user_id": "user", "api_key_id": "api_key"}
PROVIDER, MOST_REQUESTS = "openai", 50_000_000


def outcomes(rows: Iterable[Row | TornRow]) -> Outcomes:
    """Yield the requests of each bucket; what is of another kind of usage is set aside with its name."""
    for row in rows:
        if isinstance(row, TornRow):
            yield Aside(row.line, row.reason, {})
            continue
        results = items(row.values.get("results"))
        if not results:
            yield Passed(row.line)
        for result in results:
            yield from _of_result(row, mapping(result))


def _of_result(row: Row, result: Mapping[str, object]) -> Outcomes:
    try:
        operation = OPERATIONS.get(text(result.get("object")) or "")
        if operation is None:
            raise BadValueError(f"another kind of usage: {text(result.get('object')) or 'without a name'}")
        number = count(result.get("num_model_requests"), "num_model_requests") or 0
        usage, (started_us, length_us) = _usage(result), _time(row.values)
        if text(result.get("model")) is None:
            raise BadValueError("model is missing: ask for group_by=model")
        if number > MOST_REQUESTS:
            raise BadValueError(f"num_model_requests is beyond all measure: {number}")
    except BadValueError as error:
        shown = {**{name: row.values.get(name) for name in ("start_time", "end_time")}, **named(result, GROUPS)}
        yield Aside(row.line, str(error), shown)
        return
    if not number:
        yield Passed(row.line)
    groups = named(result, GROUPS)
    tier = "batch" if flag(result.get("batch"), "batch") else text(result.get("service_tier"))
    record = RequestRecord(
        timestamp_us=started_us,
        request_id=_id(row.values, result),
        provider=PROVIDER,
        model=groups.get("model"),
        project=groups.get("project"),
        end_user=groups.get("user"),
        operation=operation,
        status="ok",
        tags={"usage_report": PROVIDER, **({"api_key": groups["api_key"]} if "api_key" in groups else {})},
    )
    for request in parts_of(record, usage, Served(service_tier=tier), number, length_us):
        yield Found(row.line, request)


def _usage(result: Mapping[str, object]) -> Usage:
    def of(name: str) -> int:
        return count(result.get(name), name) or 0

    usage = Usage(
        input_tokens=of("input_tokens"),
        output_tokens=of("output_tokens"),
        cache_read_input_tokens=of("input_cached_tokens"),
        cache_write_input_tokens=of("input_cache_write_tokens"),
        input_audio_tokens=of("input_audio_tokens"),
        output_audio_tokens=of("output_audio_tokens"),
    )
    within = usage.cache_read_input_tokens + usage.cache_write_input_tokens + usage.input_audio_tokens
    if within > usage.input_tokens or usage.output_audio_tokens > usage.output_tokens:
        raise BadValueError("its parts are more than its tokens")
    return usage


def _time(bucket: Mapping[str, object]) -> tuple[int, int]:
    started_us, ended_us = (moment_us(bucket.get(name), name) for name in ("start_time", "end_time"))
    if started_us is None or ended_us is None or ended_us <= started_us:
        raise BadValueError("start_time and end_time are no stretch of time")
    return started_us, ended_us - started_us


def _id(bucket: Mapping[str, object], result: Mapping[str, object]) -> str:
    """Return an id that the same row of a report has every time: by its time and what it is grouped by."""
    groups = {name: value for name, value in result.items() if isinstance(value, str | bool)}
    said = msgspec.json.encode([bucket.get("start_time"), bucket.get("end_time"), sorted(groups.items())])
    return f"{PROVIDER}-usage-{hashlib.sha256(said).hexdigest()[:24]}"
