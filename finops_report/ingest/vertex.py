"""Read Vertex AI's request-response log, the table in BigQuery, exported in any form.

Its counts are those of the answer itself: usageMetadata of Gemini, whose prompt has what was cached within it and whose
thoughts lie beside the candidates; usage of Claude, with cached tokens beside the input. There are no costs in it.
"""

from __future__ import annotations

from collections.abc import Mapping

from finops_router.calls import STANDARD, UNKNOWN_USAGE
from finops_router.ingest.foreign import ForeignRequest
from finops_router.ingest.values import BadValueError, items, mapping, moment_us, text
from finops_router.pricing.responses import merged
from finops_router.pricing.usage import served_of, usage_of
from finops_router.records import RequestRecord

COLUMNS = {  # theirs -> ours
    "logging_time": "timestamp",
    "request_id": "request_id",
    "model": "model",
    "api_method": "operation, stream",
    "full_response": "input_tokens, output_tokens, cache and reasoning tokens, response_id, service_tier",
}
TELLING = frozenset({"logging_time", "request_id", "api_method", "full_response"})
SHOWN = ("logging_time", "request_id", "model", "model_version", "api_method", "endpoint")
PROVIDER, CLAUDE = "gcp.vertex_ai", "claude"


def request_of(row: Mapping[str, object]) -> ForeignRequest:
    """Return the request of a row. Raises BadValueError."""
    started_us, request_id = moment_us(row.get("logging_time"), "logging_time"), text(row.get("request_id"))
    if started_us is None or request_id is None:
        raise BadValueError(f"{'logging_time' if started_us is None else 'request_id'} is missing")
    answer, method = _answer(row), text(row.get("api_method")) or ""
    model = _model(text(answer.get("modelVersion")) or text(answer.get("model")) or text(row.get("model")))
    reading = ("anthropic", "default") if CLAUDE in (model or "") else (PROVIDER, "default")
    return ForeignRequest(
        record=RequestRecord(
            timestamp_us=started_us,
            request_id=f"vertex-{request_id}",
            response_id=text(answer.get("responseId")) or text(answer.get("id")),
            provider=PROVIDER,
            model=model,
            requested_model=_model(text(row.get("model"))),
            operation="chat",
            stream="stream" in method.lower(),
            status="ok" if answer else "error",
            error_type=None if answer else "no answer on record",
        ),
        usage=(usage_of(answer, *reading) if answer else None) or UNKNOWN_USAGE,
        served=served_of(answer, STANDARD),
        asked=_model(text(row.get("model"))),
    )


def _answer(row: Mapping[str, object]) -> Mapping[str, object]:
    """Return what the answer says besides its text; that of a stream may be a list of its pieces."""
    found = row.get("full_response")
    if whole := mapping(found):
        return whole
    return merged([piece for piece in map(mapping, items(found)) if piece])


def _model(called: str | None) -> str | None:
    """Return the model of a resource's name: publishers/google/models/gemini-2.5-flash."""
    return None if called is None else called.rpartition("/")[2].partition("@")[0] or None
