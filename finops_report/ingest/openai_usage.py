"""Read OpenAI's usage reports: pages of GET /v1/organization/usage/completions and /embeddings, best by the hour.

input_tokens include cached and written ones, output_tokens include reasoning; audio is counted without what is cached
of it. Ask for group_by=model at least, and batch, service_tier and project_id. There are no costs in it: those are of
the costs API.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from finops_router.calls import Served, Usage
from finops_router.ingest.values import BadValueError, count, flag, text
from finops_router.records import RequestRecord

from finops_report.ingest.outcomes import Aside, Found, Outcomes, Passed
from finops_report.ingest.rows import Row, TornRow
from finops_report.ingest.usage_buckets import named, parts_of, result_id, results_of, shown, stretch_of

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
BOUNDS = ("start_time", "end_time")
PROVIDER, MOST_REQUESTS = "openai", 50_000_000


def outcomes(rows: Iterable[Row | TornRow]) -> Outcomes:
    """Yield the requests of each bucket; what is of another kind of usage is set aside with its name."""
    return results_of(rows, _of_result)


def _of_result(row: Row, result: Mapping[str, object]) -> Outcomes:
    try:
        operation = OPERATIONS.get(text(result.get("object")) or "")
        if operation is None:
            raise BadValueError(f"another kind of usage: {text(result.get('object')) or 'without a name'}")
        number = count(result.get("num_model_requests"), "num_model_requests") or 0
        usage, (started_us, length_us) = _usage(result), stretch_of(row.values, BOUNDS)
        if text(result.get("model")) is None:
            raise BadValueError("model is missing: ask for group_by=model")
        if number > MOST_REQUESTS:
            raise BadValueError(f"num_model_requests is beyond all measure: {number}")
    except BadValueError as error:
        yield Aside(row.line, str(error), shown(row.values, BOUNDS, named(result, GROUPS)))
        return
    if not number:
        yield Passed(row.line)
    groups = named(result, GROUPS)
    tier = "batch" if flag(result.get("batch"), "batch") else text(result.get("service_tier"))
    record = RequestRecord(
        timestamp_us=started_us,
        request_id=result_id(PROVIDER, row.values, BOUNDS, result),
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
