"""OpenRouter's activity comes in with what OpenRouter has charged."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from finops_router.ingest.values import BadValueError

from finops_report.ingest.openrouter import request_of
from tests.conftest import Run
from tests.finops_report.ingest.conftest import Rows, as_csv

# The columns of a real export of October 2026, in their order
COLUMNS = (
    *("generation_id", "created_at", "cost_total", "cost_web_search", "cost_cache", "cost_file_processing"),
    *("byok_usage_inference", "tokens_prompt", "tokens_completion", "tokens_reasoning", "tokens_cached"),
    *("model_permaslug", "provider_name", "variant", "cancelled", "streamed", "user", "finish_reason_raw"),
    *("finish_reason_normalized", "generation_time_ms", "time_to_first_token_ms", "api_key_disabled", "api_key_name"),
    "app_name",
)


def generation(**changes: Any) -> dict[str, Any]:
    row = dict.fromkeys(COLUMNS, "") | {
        "generation_id": "gen-1",
        "created_at": "2026-10-01 12:00:00.123",
        "cost_total": "0.0003369",
        "byok_usage_inference": "0",
        "tokens_prompt": "2006",
        "tokens_completion": "300",
        "tokens_reasoning": "128",
        "tokens_cached": "1920",
        "model_permaslug": "openai/gpt-4o-mini-2024-07-18",
        "provider_name": "OpenAI",
        "variant": "standard",
        "cancelled": "false",
        "streamed": "true",
        "finish_reason_normalized": "stop",
        "generation_time_ms": "1500",
        "time_to_first_token_ms": "250",
        "api_key_name": "prod",
        "app_name": "ranker",
    }
    return row | changes


def test_totals_are_what_openrouter_charged(run: Run, tmp_path: Path, rows: Rows) -> None:
    logs = [
        generation(),
        generation(generation_id="gen-2", cost_total="0.1", byok_usage_inference="0.9"),
        generation(generation_id="gen-3", cost_total="0", cancelled="true"),
    ]
    result = run("ingest", as_csv(tmp_path / "activity.csv", logs))
    assert "OpenRouter activity, 3 requests, 6,018 tokens in, 900 out" in result.stdout, result.output
    assert "$1.0003369 as charged by the provider (3 requests)" in result.stdout
    found = rows()
    assert sum(Decimal(repr(row["cost_estimated"])) for row in found) == Decimal("1.0003369")
    assert {(row["cost_source"], row["provider"], row["usage_source"]) for row in found} == {
        ("provider", "openrouter", "provider")
    }
    assert sorted(row["status"] for row in found) == ["cancelled", "ok", "ok"]


def test_cached_and_reasoning_tokens_lie_within(run: Run) -> None:
    usage = request_of(generation()).usage
    assert (usage.input_tokens, usage.cache_read_input_tokens) == (2006, 1920)
    assert (usage.output_tokens, usage.reasoning_output_tokens) == (300, 128)


def test_times_application_and_key_are_read() -> None:
    record = request_of(generation()).record
    assert (record.latency_ms, record.ttft_ms, record.stream, record.project) == (1500.0, 250.0, True, "ranker")
    assert record.tags == {"provider_name": "OpenAI", "variant": "standard", "api_key_name": "prod"}


def test_sums_by_day_are_a_bill_and_no_requests(run: Run, tmp_path: Path) -> None:
    day = {"date": "2026-10-01", "model_permaslug": "m", "model": "m", "usage": 0.1, "requests": 7, "prompt_tokens": 1}
    result = run("ingest", as_csv(tmp_path / "days.csv", [day]))
    assert result.exit_code == 0
    assert "OpenRouter's costs by day, 1 line, 1 Oct 2026: 0.1 USD" in result.stdout


def test_a_generation_that_cannot_be_read_says_why() -> None:
    with pytest.raises(BadValueError, match="created_at is missing"):
        request_of(generation(created_at=""))
