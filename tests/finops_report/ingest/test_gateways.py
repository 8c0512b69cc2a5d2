"""Helicone, Portkey and Bifrost come in with their own amounts, counted our way by the rule of each."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from finops_router.ingest.values import BadValueError

from finops_report.ingest import bifrost, helicone, portkey
from tests.conftest import Run
from tests.finops_report.ingest.conftest import Rows, as_csv, as_lines


def helicone_row(**changes: Any) -> dict[str, Any]:
    """A request in the shape of HeliconeRequest (docs.helicone.ai, POST /v1/request/query-clickhouse)."""
    row: dict[str, Any] = {
        "response_id": "b9b1", "response_created_at": "2026-10-01T12:00:02.000Z", "response_status": 200,
        "response_model": "gpt-4o-mini-2024-07-18", "request_id": "7c1e",
        "request_created_at": "2026-10-01T12:00:00.500Z",
        "request_path": "https://api.openai.com/v1/chat/completions", "request_user_id": "ada",
        "request_properties": {"Environment": "production", "App": "ranker"}, "request_model": "gpt-4o-mini",
        "model_override": None, "helicone_user": None, "provider": "OPENAI", "delay_ms": 1500,
        "time_to_first_token": 250,
        "total_tokens": 1100, "prompt_tokens": 1000, "prompt_cache_write_tokens": 0, "prompt_cache_read_tokens": 600,
        "completion_tokens": 100, "cost": 0.0002, "costUSD": 0.0002, "country_code": "DE",
        "model": "gpt-4o-mini-2024-07-18",
        "cache_reference_id": "00000000-0000-0000-0000-000000000000", "cache_enabled": False,
    }  # fmt: skip
    return row | changes


def test_helicone_comes_in_as_an_export_and_as_a_page_of_its_api(run: Run, tmp_path: Path, rows: Rows) -> None:
    logs = [
        helicone_row(),
        helicone_row(request_id="7c1f", costUSD=0.1),
        helicone_row(request_id="7c20", costUSD=0, cost=0),
    ]
    page = tmp_path / "page.json"
    page.write_text(json.dumps({"data": logs, "error": None}), encoding="utf-8")
    result = run("ingest", page)
    assert "Helicone requests, 3 requests, 3,000 tokens in, 300 out" in result.stdout, result.output
    assert "$0.1002 as reported by the tool that recorded it (2 requests)" in result.stdout
    assert "0 new requests" in run("ingest", as_lines(tmp_path / "out.jsonl", logs)).stdout
    first = rows()[0]
    assert (first["provider"], first["model"], first["environment"], first["end_user"], first["latency_ms"]) == (
        "openai", "gpt-4o-mini-2024-07-18", "production", "ada", 1500.0,
    )  # fmt: skip
    assert json.loads(first["tags"]) == {"App": "ranker"}
    assert {row["cost_source"] for row in rows()} == {"reported", "list"}  # without an amount, ours


@pytest.mark.parametrize(("total", "input_tokens"), [(1100, 1000), (1700, 1600), (None, 1000)])
def test_the_total_of_helicone_says_where_cached_tokens_lie(total: int | None, input_tokens: int) -> None:
    usage = helicone.request_of(helicone_row(total_tokens=total)).usage
    assert (usage.input_tokens, usage.cache_read_input_tokens, usage.output_tokens) == (input_tokens, 600, 100)


@pytest.mark.parametrize(
    ("total", "counts"),
    [(1100, (1000, 100)), (1140, (1000, 140)), (1740, (1600, 140)), (1700, (1600, 100)), (9, (1000, 100))],
)
def test_it_says_where_reasoning_lies_too(total: int, counts: tuple[int, int]) -> None:
    usage = helicone.request_of(helicone_row(total_tokens=total, reasoning_tokens=40)).usage
    assert (usage.input_tokens, usage.output_tokens) == counts
    assert usage.reasoning_output_tokens == 40


@pytest.mark.parametrize(
    ("status", "ours", "error_type"),
    [(200, "ok", None), (429, "error", "http 429"), (-3, "cancelled", None), (-4, "error", "http -4")],
)
def test_helicone_has_a_status_of_http_or_one_of_its_own(status: int, ours: str, error_type: str | None) -> None:
    record = helicone.request_of(helicone_row(response_status=status)).record
    assert (record.status, record.error_type) == (ours, error_type)


def test_an_answer_out_of_helicones_cache_costs_nothing() -> None:
    assert helicone.request_of(helicone_row(costUSD=0, cache_reference_id="0a1b")).cost_usd == 0
    assert helicone.request_of(helicone_row(costUSD=0)).cost_usd is None


def portkey_row(**changes: Any) -> dict[str, Any]:
    """A line with the columns that portkey.ai/docs/product/observability/logs-export lists."""
    row: dict[str, Any] = {
        "created_at": "2026-10-01T12:00:00.000Z", "is_success": 1, "ai_org": "openai", "ai_model": "gpt-4o-mini",
        "req_units": 1000, "res_units": 100, "total_units": 1100, "cost": 0.021, "cost_currency": "USD",
        "request_url": "https://api.openai.com/v1/chat/completions", "request_method": "POST",
        "response_status_code": 200, "response_time": 1500, "cache_status": "MISS", "stream_mode": "FALSE",
        "retry_success_count": 1, "trace_id": "t-1", "mode": "SINGLE",
        "metadata": {"_user": "ada", "environment": "production", "app": "ranker"},
    }  # fmt: skip
    return row | changes


def test_portkeys_cents_are_dollars_here(run: Run, tmp_path: Path, rows: Rows) -> None:
    logs = [portkey_row(), portkey_row(cost=100, created_at="2026-10-01T12:00:01Z")]
    result = run("ingest", as_lines(tmp_path / "logs.jsonl", logs))
    assert "Portkey logs, 2 requests, 2,000 tokens in, 200 out" in result.stdout, result.output
    assert "$1.00021 as reported by the tool that recorded it (2 requests)" in result.stdout
    assert "0 new requests" in run("ingest", tmp_path / "logs.jsonl").stdout
    assert sum(Decimal(repr(row["cost_estimated"])) for row in rows()) == Decimal("1.00021")
    first = rows()[0]
    assert (first["end_user"], first["environment"], first["attempts"], first["stream"]) == (
        "ada",
        "production",
        2,
        False,
    )
    assert json.loads(first["tags"]) == {"app": "ranker", "trace": "t-1"}


ANTHROPIC = {
    "id": "msg_1",
    "usage": {
        "input_tokens": 50,
        "cache_read_input_tokens": 900,
        "cache_creation_input_tokens": 50,
        "output_tokens": 100,
    },
}
OPENAI = {
    "id": "chatcmpl-1",
    "usage": {"prompt_tokens": 1000, "completion_tokens": 100, "prompt_tokens_details": {"cached_tokens": 600}},
}


@pytest.mark.parametrize(
    ("org", "body", "read"), [("anthropic", ANTHROPIC, 900), ("openai", OPENAI, 600), ("openai", None, 0)]
)
@pytest.mark.parametrize("flat", [True, False])
def test_the_answer_says_what_was_cached_if_portkey_exported_it(
    org: str, body: dict[str, Any] | None, read: int, flat: bool
) -> None:
    changes = {"response.body": body} if flat else {"response": {"body": body}}
    request = portkey.request_of(portkey_row(ai_org=org, **changes))
    usage = request.usage
    assert (usage.input_tokens, usage.cache_read_input_tokens, usage.output_tokens) == (1000, read, 100)
    assert request.record.response_id == (body or {}).get("id")


def test_portkey_says_what_failed_and_what_its_cache_answered() -> None:
    failed = portkey.request_of(portkey_row(is_success=0, response_status_code=429, cost=0))
    assert (failed.record.status, failed.record.error_type, failed.cost_usd) == ("error", "http 429", None)
    assert portkey.request_of(portkey_row(cost=0, cache_status="SEMANTIC HIT")).cost_usd == 0
    listed = {"metadata": {"key": ["team", "x"], "value": ["search", "y"]}}
    assert portkey.request_of(portkey_row(**listed)).record.team == "search"
    with pytest.raises(BadValueError, match="not USD: EUR"):
        portkey.request_of(portkey_row(cost_currency="EUR"))
    with pytest.raises(BadValueError, match="created_at is missing"):
        portkey.request_of(portkey_row(created_at=None))


def bifrost_row(**changes: Any) -> dict[str, Any]:
    """A log of GET /api/logs in the shape of its reference at docs.getbifrost.ai."""
    row: dict[str, Any] = {
        "id": "req-1", "parent_request_id": None, "provider": "anthropic", "model": "claude-haiku-4-5",
        "status": "success",
        "object": "chat.completion", "timestamp": "2026-10-01T12:00:00Z", "number_of_retries": 1, "fallback_index": 0,
        "latency": 1500.5, "cost": 0.002, "selected_key_id": "k", "selected_key_name": "key", "virtual_key_id": "vk",
        "virtual_key_name": "search-prod", "team_name": "search", "stream": True, "created_at": "2026-10-01T12:00:00Z",
        "token_usage": {
            "prompt_tokens": 1000, "prompt_tokens_details": {"cached_tokens": 600}, "completion_tokens": 100,
            "completion_tokens_details": {"reasoning_tokens": 40}, "total_tokens": 1100,
        },
    }  # fmt: skip
    return row | changes


def test_bifrost_comes_in_as_a_page_of_its_api_and_as_its_table(run: Run, tmp_path: Path, rows: Rows) -> None:
    logs = [bifrost_row(), bifrost_row(id="req-2", cost=0.1), bifrost_row(id="req-3", status="processing")]
    page = tmp_path / "logs.json"
    page.write_text(
        json.dumps({"logs": logs, "pagination": {"limit": 50}, "stats": {"total_requests": 3}, "has_logs": True}),
        encoding="utf-8",
    )
    result = run("ingest", page)
    assert "Bifrost logs, 2 requests, 2,000 tokens in, 200 out" in result.stdout, result.output
    assert "$0.102 as reported by the tool that recorded it (2 requests)" in result.stdout
    assert "1 row passed over" in result.stdout
    assert "0 new requests" in run("ingest", as_csv(tmp_path / "logs.csv", logs)).stdout
    first = rows()[0]
    assert (first["team"], first["attempts"], first["cache_read_input_tokens"], first["reasoning_output_tokens"]) == (
        "search", 2, 600, 40,
    )  # fmt: skip
    assert json.loads(first["tags"]) == {"virtual_key": "search-prod"}


@pytest.mark.parametrize(
    ("details", "total", "counts"),
    [
        ({"cached_read_tokens": 600, "cached_write_tokens": 100}, 1100, (1000, 600, 100)),
        ({"cached_read_tokens": 600, "cached_write_tokens": 100}, 1800, (1700, 600, 100)),
        ({"cached_tokens": 2000}, 1100, (3000, 2000, 0)),  # more than there is: they cannot lie within
    ],
)
def test_the_total_of_bifrost_says_where_cached_tokens_lie(
    details: dict[str, int], total: int, counts: tuple[int, ...]
) -> None:
    counted = {"prompt_tokens": 1000, "prompt_tokens_details": details, "completion_tokens": 100, "total_tokens": total}
    request = bifrost.request_of(bifrost_row(token_usage=counted))
    assert request is not None
    usage = request.usage
    assert (usage.input_tokens, usage.cache_read_input_tokens, usage.cache_write_input_tokens) == counts


def test_bifrost_says_what_failed(run: Run) -> None:
    failed = bifrost.request_of(bifrost_row(status="error", error_details={"error": {"type": "rate_limit"}}, cost=None))
    assert failed is not None
    assert (failed.record.status, failed.record.error_type, failed.cost_usd) == ("error", "rate_limit", None)
    with pytest.raises(BadValueError, match="id is missing"):
        bifrost.request_of(bifrost_row(id=""))
