"""Read the model invocation log of Amazon Bedrock, as it is written to S3 or to CloudWatch.

Bedrock counts beside one another what was neither read nor written, what was read from a cache and what was written to
one: inputTokenCount is the first alone. It logs no costs.
"""

from __future__ import annotations

from collections.abc import Mapping

from finops_router.ingest.foreign import ForeignRequest, usage_from
from finops_router.ingest.values import BadValueError, count, mapping, milliseconds, moment_us, text
from finops_router.records import RequestRecord

COLUMNS = {  # theirs -> ours
    "timestamp": "timestamp",
    "requestId": "request_id",
    "modelId": "model",
    "operation": "operation, stream",
    "input.inputTokenCount": "input_tokens",
    "input.cacheReadInputTokenCount": "cache_read_input_tokens",
    "input.cacheWriteInputTokenCount": "cache_write_input_tokens",
    "output.outputTokenCount": "output_tokens",
    "output.outputBodyJson.metrics.latencyMs": "latency_ms",
    "errorCode": "status, error_type",
    "requestMetadata": "team, project, environment, tags",
}
TELLING = frozenset({"schemaType", "requestId", "modelId"})
SHOWN = ("timestamp", "requestId", "modelId", "operation", "region", "errorCode")
EMBEDDINGS = ("embed",)  # in the name of a model that makes vectors
OURS = ("team", "project", "environment")  # keys of requestMetadata that are columns of ours


def request_of(row: Mapping[str, object]) -> ForeignRequest | None:
    """Return the request of a log entry, None if it is an entry of something else. Raises BadValueError."""
    if text(row.get("schemaType")) != "ModelInvocationLog":
        return None
    given, answered = mapping(row.get("input")), mapping(row.get("output"))
    return ForeignRequest(
        record=_record(row, mapping(answered.get("outputBodyJson"))),
        usage=usage_from(
            input_tokens=count(given.get("inputTokenCount"), "inputTokenCount"),
            output_tokens=count(answered.get("outputTokenCount"), "outputTokenCount"),
            cache_read=count(given.get("cacheReadInputTokenCount"), "cacheReadInputTokenCount"),
            cache_write=count(given.get("cacheWriteInputTokenCount"), "cacheWriteInputTokenCount"),
            cached_within_input=False,
        ),
    )


def _record(row: Mapping[str, object], body: Mapping[str, object]) -> RequestRecord:
    started_us, request_id = moment_us(row.get("timestamp"), "timestamp"), text(row.get("requestId"))
    if started_us is None or request_id is None:
        raise BadValueError(f"{'timestamp' if started_us is None else 'requestId'} is missing")
    model, error_type = _model(text(row.get("modelId"))), text(row.get("errorCode"))
    named = {name: said for name, of in mapping(row.get("requestMetadata")).items() if (said := text(of)) is not None}
    return RequestRecord(
        timestamp_us=started_us,
        request_id=request_id,
        provider="aws.bedrock",
        model=model,
        latency_ms=milliseconds(mapping(body.get("metrics")).get("latencyMs"), "latencyMs"),
        team=named.get("team"),
        project=named.get("project"),
        environment=named.get("environment"),
        operation="embeddings" if any(word in (model or "") for word in EMBEDDINGS) else "chat",
        stream="Stream" in (text(row.get("operation")) or ""),
        status="ok" if error_type is None else "error",
        error_type=error_type,
        tags={name: said for name, said in named.items() if name not in OURS} or None,
    )


def _model(called: str | None) -> str | None:
    """Return the model of an id, which may be the name of a resource: arn:aws:bedrock:...:inference-profile/us.x."""
    return called.rpartition("/")[2] if called is not None and called.startswith("arn:") else called
