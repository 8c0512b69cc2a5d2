"""The logs of Azure's gateway and of Vertex AI, and spans kept in ClickHouse, come in counted our way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from finops_router.ingest.values import BadValueError

from finops_report.ingest import azure_gateway, vertex
from tests.conftest import Run
from tests.finops_report.ingest.conftest import FORMS, Rows, as_csv, as_lines


def azure_row(**changes: Any) -> dict[str, Any]:
    """A row with the columns of ApiManagementGatewayLlmLog at learn.microsoft.com."""
    row: dict[str, Any] = {
        "TimeGenerated": "2026-10-01T12:00:00.1234567Z", "CorrelationId": "c-1", "ModelName": "gpt-4o-mini",
        "DeploymentName": "mini-eu", "PromptTokens": 1000, "CompletionTokens": 100, "TotalTokens": 1100,
        "IsStreamCompletion": True, "OperationName": "ChatCompletions_Create", "Region": "West Europe",
        "RequestId": "r", "SequenceNumber": 0, "Type": "ApiManagementGatewayLlmLog",
    }  # fmt: skip
    return row | changes


@pytest.mark.parametrize("form", FORMS)
def test_a_request_in_several_entries_counts_once(run: Run, tmp_path: Path, rows: Rows, form: str) -> None:
    logs = [azure_row(), azure_row(SequenceNumber=1, PromptTokens=None), azure_row(SequenceNumber=2, PromptTokens=None)]
    result = run("ingest", FORMS[form](tmp_path / f"llm.{form}", logs))
    assert "Azure API Management's log of models, 1 request, 1,000 tokens in, 100 out" in result.stdout, result.output
    (row,) = rows()
    assert (row["provider"], row["model"], row["requested_model"]) == ("azure.ai.openai", "gpt-4o-mini", "mini-eu")
    assert row["cost_source"] in ("list", "corrected")
    assert "0 new requests" in run("ingest", tmp_path / f"llm.{form}").stdout


def test_a_deployment_stands_for_a_model_that_is_not_named() -> None:
    found = azure_gateway.request_of(azure_row(ModelName=""))
    assert found is not None
    assert found.record.model == "mini-eu"
    assert azure_gateway.request_of(azure_row(ModelName="", DeploymentName="")) is None
    with pytest.raises(BadValueError, match="CorrelationId is missing"):
        azure_gateway.request_of(azure_row(CorrelationId=None))


GEMINI = {  # of the reference of generateContent, at ai.google.dev
    "responseId": "resp-1",
    "modelVersion": "gemini-2.5-flash",
    "usageMetadata": {
        "promptTokenCount": 1000, "cachedContentTokenCount": 600, "candidatesTokenCount": 100, "thoughtsTokenCount": 40,
        "totalTokenCount": 1140, "trafficType": "ON_DEMAND",
    },
}  # fmt: skip
CLAUDE = {
    "id": "msg_1",
    "model": "claude-haiku-4-5",
    "usage": {
        "input_tokens": 50,
        "cache_read_input_tokens": 900,
        "cache_creation_input_tokens": 50,
        "output_tokens": 100,
    },
}


def vertex_row(answer: object, **changes: Any) -> dict[str, Any]:
    """A row with the columns of the request-response log at docs.cloud.google.com."""
    row: dict[str, Any] = {
        "endpoint": "https://europe-west1-aiplatform.googleapis.com", "deployed_model_id": "1",
        "logging_time": "2026-10-01T12:00:00.123Z", "request_id": 98765432101234567, "request_payload": None,
        "response_payload": None, "model": "publishers/google/models/gemini-2.5-flash", "model_version": "1",
        "api_method": "generateContent", "full_response": answer, "metadata": {},
    }  # fmt: skip
    return row | changes


@pytest.mark.parametrize("as_text", [True, False])
def test_an_answer_is_counted_by_the_rule_of_who_made_it(as_text: bool) -> None:
    def counts(answer: object, **changes: Any) -> tuple[int, ...]:
        usage = vertex.request_of(vertex_row(json.dumps(answer) if as_text else answer, **changes)).usage
        cached = (usage.cache_read_input_tokens, usage.cache_write_input_tokens)
        return (usage.input_tokens, *cached, usage.output_tokens, usage.reasoning_output_tokens)

    assert counts(GEMINI) == (1000, 600, 0, 140, 40)  # thoughts lie beside the candidates
    assert counts(CLAUDE, model="publishers/anthropic/models/claude-haiku-4-5@20251001") == (1000, 900, 50, 100, 0)
    pieces = [{"candidates": []}, GEMINI]
    assert counts(pieces, api_method="streamGenerateContent") == (1000, 600, 0, 140, 40)


def test_vertex_comes_in_once_and_is_priced(run: Run, tmp_path: Path, rows: Rows) -> None:
    logs = [vertex_row(GEMINI), vertex_row(None, request_id=2)]
    result = run("ingest", as_lines(tmp_path / "vertex.jsonl", logs))
    assert "Vertex AI's request-response log, 2 requests, 1,000 tokens in, 140 out" in result.stdout, result.output
    first, second = sorted(rows(), key=lambda row: str(row["request_id"]), reverse=True)
    assert (first["provider"], first["model"], first["response_id"]) == ("gcp.vertex_ai", "gemini-2.5-flash", "resp-1")
    assert first["cost_estimated"] is not None
    assert (second["status"], second["error_type"], second["cost_estimated"]) == ("error", "no answer on record", None)
    assert "0 new requests" in run("ingest", tmp_path / "vertex.jsonl").stdout
    with pytest.raises(BadValueError, match="logging_time is missing"):
        vertex.request_of(vertex_row(GEMINI, logging_time=None))


def span_row(**changes: Any) -> dict[str, Any]:
    """A row of otel_traces, as the OpenTelemetry collector's exporter for ClickHouse makes it, with OpenLIT's names."""
    row: dict[str, Any] = {
        "Timestamp": "2026-10-01 12:00:00.123456789", "TraceId": "t1", "SpanId": "s1", "ParentSpanId": "",
        "SpanName": "chat gpt-4o-mini", "SpanKind": "Client", "ServiceName": "ranker",
        "ResourceAttributes": {"service.name": "ranker", "deployment.environment": "production"},
        "ScopeName": "openlit",
        "SpanAttributes": {
            "gen_ai.system": "openai", "gen_ai.request.model": "gpt-4o-mini", "gen_ai.response.id": "chatcmpl-1",
            "gen_ai.usage.input_tokens": "1000", "gen_ai.usage.output_tokens": "100", "gen_ai.usage.cost": "0.00021",
            "gen_ai.operation.name": "chat", "gen_ai.prompt": "x" * 2000,
        },
        "Duration": 1_500_000_000, "StatusCode": "Unset", "StatusMessage": "",
    }  # fmt: skip
    return row | changes


@pytest.mark.parametrize("write", [as_csv, as_lines])
def test_spans_of_openlit_come_in_from_clickhouse(run: Run, tmp_path: Path, rows: Rows, write: Any) -> None:
    inner = span_row(SpanId="s2", ParentSpanId="s1")
    tool = span_row(SpanId="s3", SpanAttributes={"gen_ai.operation.name": "execute_tool"})
    failed = span_row(TraceId="t2", StatusCode="Error", SpanAttributes={"gen_ai.request.model": "gpt-4o-mini"})
    torn = span_row(TraceId="", SpanId="s9")
    source = write(tmp_path / "spans.file", [span_row(), inner, tool, failed, torn])
    result = run("ingest", source)
    assert "OpenTelemetry spans in ClickHouse, 2 requests, 1,000 tokens in, 100 out" in result.stdout, result.output
    assert "set aside, 1 row: the span has no TraceId" in result.stdout
    first = next(row for row in rows() if row["status"] == "ok")
    assert (first["provider"], first["project"], first["environment"], first["latency_ms"]) == (
        "openai", "ranker", "production", 1500.0,
    )  # fmt: skip
    assert (first["cost_estimated"], first["cost_source"]) == (0.00021, "reported")
    assert "0 new requests" in run("ingest", source).stdout
    assert b"xxxx" not in (tmp_path / "telemetry.duckdb").read_bytes()  # no text of a prompt is kept
