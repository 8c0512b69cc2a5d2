"""Tell calls to models from other spans and read them: by OpenTelemetry's names, old and new, and those of others.

The others are OpenInference, OpenLLMetry and OpenLIT.
OpenTelemetry and OpenInference count input with all that is read from and written to a cache, output with reasoning. A
span whose cached tokens are more than its input was written by a library that counts them beside it.
"""

from __future__ import annotations

from decimal import Decimal

from finops_router.calls import Served
from finops_router.ingest.foreign import REPORTED, ForeignRequest, usage_from
from finops_router.ingest.otlp_json import Attributes, Span
from finops_router.ingest.provider_names import model_name, provider_name
from finops_router.ingest.values import (
    FIRST_US,
    LAST_US,
    BadValueError,
    amount,
    count,
    flag,
    mapping,
    milliseconds,
    text,
)
from finops_router.records import RequestRecord

NO_CALLS = frozenset({"create_agent", "invoke_agent", "execute_tool", "invoke_workflow", "plan", "retrieval"})
OTHER_KINDS = frozenset({"workflow", "task", "agent", "tool"})  # of OpenLLMetry's spans, which sum up what lies within
CALLS = frozenset({"LLM", "EMBEDDING"})  # of OpenInference's kinds
OPERATIONS = {"completion": "text_completion", "embedding": "embeddings", "llm": "chat"}

PROVIDER = ("gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system", "llm.vendor")
REQUESTED = (
    *("gen_ai.request.model", "llm.request.model", "llm.request.model_name"),
    *("llm.model_name", "embedding.model_name"),
)
ANSWERED = ("gen_ai.response.model", "llm.response.model", "llm.response.model_name", "llm.model_name")
PARAMETERS = "llm.invocation_parameters"  # of OpenInference: JSON, the only place of the model of a call that failed
OPERATION = ("gen_ai.operation.name", "llm.request.type", "openinference.span.kind")
INPUT = (
    *("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"),
    *("llm.token_count.prompt", "llm.usage.prompt_tokens"),
)
OUTPUT = (
    *("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"),
    *("llm.token_count.completion", "llm.usage.completion_tokens"),
)
CACHE_READ = (
    *("gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens"),
    *("gen_ai.usage.input_tokens.cached", "llm.token_count.prompt_details.cache_read"),
)
CACHE_WRITE = (
    *("gen_ai.usage.cache_write.input_tokens", "gen_ai.usage.cache_creation.input_tokens"),
    *("gen_ai.usage.cache_creation_input_tokens", "llm.token_count.prompt_details.cache_write"),
)
REASONING = (
    *("gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.reasoning_tokens", "gen_ai.usage.output_tokens.reasoning"),
    "llm.token_count.completion_details.reasoning",
)
COST = ("gen_ai.usage.cost", "llm.cost.total", "llm.usage.cost")
FIRST_CHUNK_S = ("gen_ai.response.time_to_first_chunk", "gen_ai.server.time_to_first_token")
STREAM = ("gen_ai.request.stream", "gen_ai.request.is_stream", "gen_ai.is_streaming", "llm.is_streaming")
TIER = (
    *("openai.response.service_tier", "gen_ai.openai.response.service_tier"),
    *("openai.request.service_tier", "gen_ai.openai.request.service_tier"),
)
END_USER = ("enduser.id", "user.id", "gen_ai.user", "llm.user")
TEAM, PROJECT = ("finops.team", "team", "service.namespace"), ("finops.project", "project", "service.name")
ENVIRONMENT = ("deployment.environment.name", "deployment.environment")
SOURCE = "reported in spans"
# What our own export of spans says beside: a span of ours comes back as the request that it was.
OWN_ID, OWN_STRATEGY, OWN_ATTEMPTS = "finops.request_id", "finops.strategy", "finops.attempts"
OWN_COST_SOURCE, OWN_PRICE_SOURCE = "finops.cost_source", "finops.price_source"
OWN_UNPRICED, OWN_USAGE_SOURCE = "finops.unpriced_reason", "finops.usage_source"
OWN_WRITES_1H, OWN_TAG = "finops.usage.cache_write_1h_input_tokens", "finops.tag."


def request_of(span: Span) -> ForeignRequest | None:
    """Return the call to a model that a span is of, None if it is of none. Raises BadValueError."""
    if not is_call(span):
        return None
    found = span.attributes
    asked, answered = _asked(found), _first(found, ANSWERED)
    provider = provider_name(_first(found, PROVIDER), answered or asked)
    return ForeignRequest(
        record=_record(span, provider, model_name(answered or asked, provider), asked),
        usage=usage_from(
            input_tokens=_count(found, INPUT),
            output_tokens=_count(found, OUTPUT),
            cache_read=_count(found, CACHE_READ),
            cache_write=_count(found, CACHE_WRITE),
            cache_write_1h=_count(found, (OWN_WRITES_1H,)),
            reasoning=_count(found, REASONING),
        ),
        cost_usd=_cost_usd(found),
        cost_source=text(found.get(OWN_COST_SOURCE)) or REPORTED,
        price_source=text(found.get(OWN_PRICE_SOURCE)) or SOURCE,
        counted_by=text(found.get(OWN_USAGE_SOURCE)) or "provider",
        unpriced_reason=text(found.get(OWN_UNPRICED)),
        served=Served(service_tier=_first(found, TIER)),
        asked=model_name(asked, provider),
    )


def is_call(span: Span) -> bool:
    """Return whether a span is of one call to a model; spans of agents and tools sum up others or use no tokens."""
    found = span.attributes
    kind = text(found.get("openinference.span.kind"))
    if kind is not None:
        return kind.upper() in CALLS
    if _first(found, OPERATION[:1]) in NO_CALLS or found.get("traceloop.span.kind") in OTHER_KINDS:
        return False
    return bool(_first(found, REQUESTED) or _first(found, ANSWERED) or OWN_ID in found)


def _cost_usd(found: Attributes) -> Decimal | None:
    """Return the cost of a span; libraries write 0 if they know no price, ours if it was free."""
    cost_usd = amount(_first(found, COST), "the cost")
    return cost_usd if cost_usd or OWN_COST_SOURCE in found else None


def _tags(found: Attributes) -> dict[str, str] | None:
    tags = {name.removeprefix(OWN_TAG): text(value) for name, value in found.items() if name.startswith(OWN_TAG)}
    return {name: value for name, value in tags.items() if value is not None} or None


def _asked(found: Attributes) -> str | None:
    return _first(found, REQUESTED) or text(mapping(found.get(PARAMETERS)).get("model"))


def _record(span: Span, provider: str | None, model: str | None, asked: str | None) -> RequestRecord:
    found, everything = span.attributes, {**span.resource, **span.attributes}
    error_type = _first(found, ("error.type",)) or (span.exception or "error" if span.is_error else None)
    started_us = span.start_ns // 1000
    if not FIRST_US <= started_us < LAST_US:
        raise BadValueError(f"startTimeUnixNano is no moment between 2000 and 2100: {span.start_ns}")
    operation = (_first(found, OPERATION) or "chat").lower()
    return RequestRecord(
        timestamp_us=started_us,
        request_id=text(found.get(OWN_ID)) or f"{span.trace_id}-{span.span_id}",
        strategy=text(found.get(OWN_STRATEGY)),
        provider=provider,
        model=model,
        latency_ms=round((span.end_ns - span.start_ns) / 1e6, 3),
        team=_first(everything, TEAM),
        project=_first(everything, PROJECT),
        environment=_first(everything, ENVIRONMENT),
        end_user=_first(everything, END_USER),
        operation=OPERATIONS.get(operation, operation),
        requested_model=asked,
        response_id=_first(found, ("gen_ai.response.id", "llm.response.id")),
        ttft_ms=milliseconds(_first(found, FIRST_CHUNK_S), "the time to the first chunk", 1000),
        stream=flag(_first(found, STREAM), "stream"),
        attempts=_count(found, (OWN_ATTEMPTS,)),
        tags=_tags(found),
        status="ok" if error_type is None else "error",
        error_type=error_type,
    )


def _first(found: Attributes, names: tuple[str, ...]) -> str | None:
    """Return the first of these attributes that says something, as text."""
    return next((said for name in names if name in found and (said := text(found[name])) is not None), None)


def _count(found: Attributes, names: tuple[str, ...]) -> int | None:
    return count(_first(found, names), names[0])
