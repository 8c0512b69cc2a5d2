"""Bedrock's invocation log comes in with Bedrock's counts; what is cached it counts beside the input."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from finops_router.ingest.values import BadValueError

from finops_report.ingest.bedrock import request_of
from tests.conftest import Run
from tests.finops_report.ingest.conftest import Rows


def entry(**changes: Any) -> dict[str, Any]:
    """An entry as Bedrock writes it (docs.aws.amazon.com/bedrock, model invocation logging)."""
    row: dict[str, Any] = {
        "schemaType": "ModelInvocationLog",
        "schemaVersion": "1.0",
        "timestamp": "2026-10-01T12:00:00Z",
        "accountId": "123456789012",
        "identity": {"arn": "arn:aws:iam::123456789012:user/somebody"},
        "region": "us-east-1",
        "requestId": "ff4b6c63-5561-4431-93b8-06a817275900",
        "operation": "ConverseStream",
        "modelId": "us.anthropic.claude-sonnet-4-20250514-v1:0",
        "input": {
            "inputContentType": "application/json",
            "inputBodyJson": {"messages": [{"role": "user", "content": [{"text": "a prompt"}]}]},
            "inputTokenCount": 400,
            "cacheReadInputTokenCount": 12_345,
            "cacheWriteInputTokenCount": 678,
        },
        "output": {
            "outputContentType": "application/json",
            "outputBodyJson": {"metrics": {"latencyMs": 302}, "stopReason": "end_turn"},
            "outputTokenCount": 38,
        },
        "requestMetadata": {"team": "search", "costCentre": "CC-1234"},
    }
    return row | changes


def test_cached_tokens_come_on_top_of_the_input() -> None:
    found = request_of(entry())
    assert found is not None
    assert (found.usage.input_tokens, found.usage.output_tokens) == (400 + 12_345 + 678, 38)
    assert (found.usage.cache_read_input_tokens, found.usage.cache_write_input_tokens) == (12_345, 678)
    few = request_of(entry(input={"inputTokenCount": 4000, "cacheReadInputTokenCount": 1000}))
    assert few is not None
    assert few.usage.input_tokens == 5000  # which would fit into the input, and is beside it all the same


def test_a_folder_of_packed_logs_comes_in(run: Run, tmp_path: Path, rows: Rows) -> None:
    for hour in range(3):
        place = tmp_path / f"AWSLogs/2026/10/01/{hour:02}/log.json.gz"
        place.parent.mkdir(parents=True)
        lines = [json.dumps(entry(requestId=f"r{hour}-{number}")) for number in range(2)]
        place.write_bytes(gzip.compress("\n".join(lines).encode()))
    result = run("ingest", "AWSLogs")
    assert "6 new requests" in result.stdout, result.output
    assert "Bedrock's model invocation log, 2 requests, 26,846 tokens in, 76 out" in result.stdout
    row = rows()[0]
    assert (row["provider"], row["model"], row["cost_source"]) == (
        *("aws.bedrock", "us.anthropic.claude-sonnet-4-20250514-v1:0", "list"),
    )
    assert (row["team"], json.loads(row["tags"]), row["latency_ms"]) == ("search", {"costCentre": "CC-1234"}, 302.0)


def test_a_model_may_be_the_name_of_a_resource() -> None:
    found = request_of(entry(modelId="arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v2:0"))
    assert found is not None
    assert (found.record.model, found.record.operation) == ("amazon.titan-embed-text-v2:0", "embeddings")


def test_a_failed_invocation_is_an_error_without_counts() -> None:
    found = request_of(entry(errorCode="ThrottlingException", input={}, output={}))
    assert found is not None
    assert (found.record.status, found.record.error_type) == ("error", "ThrottlingException")
    assert found.usage.source == "none"


def test_other_entries_are_passed_over_and_bad_ones_say_why() -> None:
    assert request_of(entry(schemaType="Other")) is None
    with pytest.raises(BadValueError, match="requestId is missing"):
        request_of(entry(requestId=None))
    with pytest.raises(BadValueError, match="inputTokenCount is no"):
        request_of(entry(input={"inputTokenCount": "many"}))
