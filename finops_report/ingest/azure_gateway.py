"""Read what Azure's API Management logs of calls to models: its table ApiManagementGatewayLlmLog, exported in any form.

It counts as OpenAI does and does not say what was cached: PromptTokens are all at the price of input. Of the entries of
a request, the one with the SequenceNumber 0 has the counts; the others have pieces of messages, which are not read.
Azure OpenAI's own diagnostic log (RequestResponse) counts no tokens, and there are no costs in either.
"""

from __future__ import annotations

from collections.abc import Mapping

from finops_router.ingest.foreign import ForeignRequest, usage_from
from finops_router.ingest.values import BadValueError, count, flag, moment_us, text
from finops_router.records import RequestRecord

COLUMNS = {  # theirs -> ours
    "TimeGenerated": "timestamp",
    "CorrelationId": "request_id",
    "ModelName": "model",
    "DeploymentName": "requested_model",
    "PromptTokens": "input_tokens",
    "CompletionTokens": "output_tokens",
    "IsStreamCompletion": "stream",
    "OperationName": "operation",
    "Region": "tags",
}
TELLING = frozenset({"TimeGenerated", "CorrelationId", "DeploymentName", "PromptTokens", "CompletionTokens"})
SHOWN = tuple(COLUMNS)
PROVIDER = "azure.ai.openai"


def request_of(row: Mapping[str, object]) -> ForeignRequest | None:
    """Return the request of a row, None if it has a piece of a message. Raises BadValueError."""
    given, answered = (count(row.get(name), name) for name in ("PromptTokens", "CompletionTokens"))
    deployment, model = text(row.get("DeploymentName")), text(row.get("ModelName"))
    if (count(row.get("SequenceNumber"), "SequenceNumber") or 0) > 0 or (model or deployment) is None:
        return None
    started_us = moment_us(row.get("TimeGenerated"), "TimeGenerated")
    request_id = text(row.get("CorrelationId"))
    if started_us is None or request_id is None:
        raise BadValueError(f"{'TimeGenerated' if started_us is None else 'CorrelationId'} is missing")
    called, region = text(row.get("OperationName")) or "", text(row.get("Region"))
    return ForeignRequest(
        record=RequestRecord(
            timestamp_us=started_us,
            request_id=request_id,
            provider=PROVIDER,
            model=model or deployment,
            requested_model=deployment,
            stream=flag(row.get("IsStreamCompletion"), "IsStreamCompletion"),
            operation="embeddings" if "embed" in called.lower() else "chat",
            status="ok",
            tags=None if region is None else {"region": region},
        ),
        usage=usage_from(input_tokens=given, output_tokens=answered),
        asked=deployment,
    )
