"""Read Anthropic's usage reports: pages of GET /v1/organizations/usage_report/messages, best by the hour.

It counts beside one another what was neither read nor written, what was read from a cache and what was written to it.
It counts no requests: a row of it becomes as few as could have used so much. Prompts of more than 200,000 tokens have
prices of their own, and its context_window says which it is of. Ask for group_by[]=model at least, and service_tier and
context_window. There are no costs in it: those are of the cost report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from finops_router.calls import Served, Usage
from finops_router.ingest.values import BadValueError, count, mapping, text
from finops_router.records import RequestRecord

from finops_report.ingest.outcomes import Aside, Found, Outcomes, Passed
from finops_report.ingest.rows import Row, TornRow
from finops_report.ingest.usage_buckets import named, parts_of, result_id, results_of, shown, stretch_of

COLUMNS = {  # theirs -> ours
    "starting_at, ending_at": "timestamp",
    "model": "model",
    "uncached_input_tokens": "input_tokens",
    "cache_read_input_tokens": "cache_read_input_tokens",
    "cache_creation": "cache_write_input_tokens, cache_write_1h_input_tokens",
    "output_tokens": "output_tokens",
    "server_tool_use": "other_units",
    "service_tier": "service_tier",
    "inference_geo": "inference_region",
    "speed": "speed",
    "workspace_id": "project",
    "account_id": "end_user",
    "api_key_id, context_window": "tags",
}
TELLING = (frozenset({"starting_at", "ending_at", "results"}),)
GROUPS = {
    "model": "model",
    "workspace_id": "project",
    "account_id": "user",
    "api_key_id": "api_key",
    "context_window": "context_window",
}
BOUNDS = ("starting_at", "ending_at")
PROVIDER, LONG_CONTEXT = "anthropic", "200k-1M"
LEFT_OVER = 5  # tokens, one of each kind, that a part may have more than others
LONGEST_USUAL, LONGEST_PROMPT = 200_000 - LEFT_OVER, 1_000_000 - LEFT_OVER  # at the usual price; at all
NOT_SAID = frozenset({None, "not_available", "standard"})
KINDS = ("uncached_input_tokens", "cache_read_input_tokens", "output_tokens")


def outcomes(rows: Iterable[Row | TornRow]) -> Outcomes:
    """Yield the requests that the rows of each bucket come to."""
    return results_of(rows, _of_result)


def _of_result(row: Row, result: Mapping[str, object]) -> Outcomes:
    try:
        if not any(name in result for name in KINDS):
            raise BadValueError("no counts of tokens: it is a report of something else")
        usage, (started_us, length_us) = _usage(result), stretch_of(row.values, BOUNDS)
        if text(result.get("model")) is None:
            raise BadValueError("model is missing: ask for group_by[]=model")
    except BadValueError as error:
        yield Aside(row.line, str(error), shown(row.values, BOUNDS, named(result, GROUPS)))
        return
    groups = named(result, GROUPS)
    tags: dict[str, str] = {name: groups[name] for name in ("api_key", "context_window") if name in groups}
    record = RequestRecord(
        timestamp_us=started_us,
        request_id=result_id(PROVIDER, row.values, BOUNDS, result),
        provider=PROVIDER,
        model=groups.get("model"),
        project=groups.get("project"),
        end_user=groups.get("user"),
        operation="chat",
        status="ok",
        tags={"usage_report": PROVIDER, **tags},
    )
    number = _requests(usage.input_tokens, groups.get("context_window"))
    if not (usage.input_tokens or usage.output_tokens):
        yield Passed(row.line)
        return
    for request in parts_of(record, usage, _served(result), number, length_us):
        yield Found(row.line, request)


def _requests(input_tokens: int, context_window: str | None) -> int:
    """Return the least number of prompts of so many tokens that no prompt is longer than its window allows."""
    longest = LONGEST_PROMPT if context_window == LONG_CONTEXT else LONGEST_USUAL
    return max(1, -(-input_tokens // longest))


def _usage(result: Mapping[str, object]) -> Usage:
    created, tools = mapping(result.get("cache_creation")), mapping(result.get("server_tool_use"))

    def of(counts: Mapping[str, object], name: str) -> int:
        return count(counts.get(name), name) or 0

    plain, read = of(result, "uncached_input_tokens"), of(result, "cache_read_input_tokens")
    short, hour = of(created, "ephemeral_5m_input_tokens"), of(created, "ephemeral_1h_input_tokens")
    searches = of(tools, "web_search_requests")
    return Usage(
        input_tokens=plain + read + short + hour,
        output_tokens=of(result, "output_tokens"),
        cache_read_input_tokens=read,
        cache_write_input_tokens=short + hour,
        cache_write_1h_input_tokens=hour,
        other_units={"web_searches": searches} if searches else {},
    )


def _served(result: Mapping[str, object]) -> Served:
    tier, speed, geo = (text(result.get(name)) for name in ("service_tier", "speed", "inference_geo"))
    return Served(
        service_tier=None if tier in NOT_SAID else tier,
        speed=None if speed in NOT_SAID else speed,
        inference_region=None if geo in NOT_SAID else geo,
    )
