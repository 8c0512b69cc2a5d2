"""Read LiteLLM_SpendLogs, the table of LiteLLM's proxy, exported in any form."""

from __future__ import annotations

from finops_router.ingest.litellm_rows import request_of

__all__ = ["COLUMNS", "SHOWN", "TELLING", "request_of"]

COLUMNS = {  # theirs -> ours
    "startTime": "timestamp",
    "request_id": "request_id, response_id",
    "custom_llm_provider": "provider",
    "model": "model",
    "model_group": "requested_model",
    "prompt_tokens": "input_tokens",
    "completion_tokens": "output_tokens",
    "metadata": "cache and reasoning tokens, team, project, attempts, error_type",
    "spend": "cost_estimated",
    "request_duration_ms": "latency_ms",
    "endTime": "latency_ms",
    "completionStartTime": "ttft_ms",
    "team_id": "team",
    "end_user": "end_user",
    "request_tags": "tags",
    "call_type": "operation",
    "cache_hit": "cost_estimated",
    "status": "status",
}
TELLING = frozenset({"request_id", "spend", "startTime", "prompt_tokens", "completion_tokens", "model"})
SHOWN = tuple(name for name in COLUMNS if name not in ("metadata", "request_tags"))  # what a row set aside keeps
