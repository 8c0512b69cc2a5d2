"""LiteLLM's spend logs come in with LiteLLM's own counts and costs, in every form of export."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from finops_router.ingest.foreign import foreign_record
from finops_router.ingest.values import BadValueError
from finops_router.pricing.prices import Prices

from finops_report.ingest.litellm import request_of
from tests.conftest import Run
from tests.finops_report.ingest.conftest import DB, FORMS, Rows, as_csv

REAL = Path(__file__).with_name("litellm_spend_logs.jsonl")
START, FIRST, END = "2026-10-01 12:00:00", "2026-10-01 12:00:00.25", "2026-10-01 12:00:01.5"


def log(metadata: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """A row as the proxy writes it (litellm/proxy/spend_tracking/spend_tracking_utils.py, 1.106)."""
    row: dict[str, Any] = {
        "request_id": "chatcmpl-1",
        "call_type": "acompletion",
        "api_key": "88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b",
        "spend": 0.001,
        "total_tokens": 2306,
        "prompt_tokens": 2006,
        "completion_tokens": 300,
        "startTime": START,
        "endTime": END,
        "completionStartTime": FIRST,
        "model": "gpt-4o-mini",
        "model_group": "chat",
        "custom_llm_provider": "openai",
        "metadata": {"user_api_key_team_alias": "search", "user_api_key_alias": "ranker", **(metadata or {})},
        "cache_hit": "False",
        "request_tags": ["app:support", "User-Agent: OpenAI/Python", "canary"],
        "team_id": "t-1",
        "end_user": "u7",
        "status": "success",
        "messages": {"content": "a prompt"},
    }
    return row | changes


# Anthropic's example of a prompt that was written to a cache (docs.claude.com, prompt caching), as LiteLLM counts it
ANTHROPIC = log(
    {
        "usage_object": {
            "prompt_tokens": 188_107,
            "completion_tokens": 393,
            "cache_creation_input_tokens": 188_086,
            "cache_read_input_tokens": 0,
            "prompt_tokens_details": {
                "cached_tokens": 0,
                "cache_creation_tokens": 188_086,
                "cache_creation_token_details": {
                    "ephemeral_5m_input_tokens": 180_000,
                    "ephemeral_1h_input_tokens": 8086,
                },
            },
        }
    },
    request_id="msg_1",
    model="claude-sonnet-4-5",
    custom_llm_provider="anthropic",
    prompt_tokens=188_107,
    completion_tokens=393,
    spend=0.711281,
)
OPENAI = log(
    {
        "additional_usage_values": {
            "prompt_tokens_details": {"cached_tokens": 1920},
            "completion_tokens_details": {"reasoning_tokens": 128},
        },
        "attempted_retries": 2,
    }
)
FAILED = log(
    {"error_information": {"error_class": "RateLimitError", "error_code": "429"}},
    request_id="failed-1",
    status="failure",
    spend=0.0,
    prompt_tokens=0,
    completion_tokens=0,
)
CACHED = log(request_id="chatcmpl-1_cache_hit1790856000.1", cache_hit="True", spend=0.0)
UNKNOWN = log(request_id="u-1", model="openai/our-own", spend=0.0)
FREE = log(
    {"model_map_information": {"model_map_key": "own", "model_map_value": {"max_tokens": 9}}},
    request_id="f-1",
    spend=0.0,
)
ALL = (OPENAI, ANTHROPIC, FAILED, CACHED, UNKNOWN, FREE)


@pytest.mark.parametrize("form", FORMS)
def test_totals_are_litellms_own_in_every_form(run: Run, tmp_path: Path, rows: Rows, form: str) -> None:
    source = FORMS[form](tmp_path / f"logs.{form}", ALL)
    result = run("ingest", source, "--dry-run")
    assert "LiteLLM SpendLogs, 6 requests" in result.stdout, result.output
    result = run("ingest", source)
    assert "$0.712281 as reported by the tool that recorded it (4 requests)" in result.stdout, result.output
    assert "unknown models: openai/our-own (1)" in result.stdout
    found = rows()
    reported = [row for row in found if row["cost_source"] == "reported"]
    assert sum(Decimal(repr(row["cost_estimated"])) for row in reported) == sum(
        Decimal(repr(row["spend"])) for row in ALL
    )
    assert sum(row["input_tokens"] or 0 for row in found) == sum(row["prompt_tokens"] for row in ALL)
    assert sum(row["output_tokens"] or 0 for row in found) == sum(row["completion_tokens"] for row in ALL)
    assert {row["timestamp"].isoformat() for row in found} == {"2026-10-01T12:00:00"}


def test_a_report_is_built_from_a_spend_log(run: Run, tmp_path: Path) -> None:
    run("ingest", as_csv(tmp_path / "logs.csv", ALL))
    assert run("build", "--db", DB).exit_code == 0
    page = (tmp_path / "output/report.html").read_text(encoding="utf-8")
    assert "as reported by the tool that recorded it" in page
    assert "a prompt" not in page


def test_cached_tokens_lie_within_the_prompt_whoever_answered() -> None:
    openai, anthropic = request_of(OPENAI).usage, request_of(ANTHROPIC).usage
    assert (openai.input_tokens, openai.cache_read_input_tokens, openai.reasoning_output_tokens) == (2006, 1920, 128)
    assert (anthropic.input_tokens, anthropic.cache_write_input_tokens) == (188_107, 188_086)
    assert anthropic.cache_write_1h_input_tokens == 8086


def test_times_teams_tags_and_retries_are_read() -> None:
    record = request_of(OPENAI).record
    assert (record.latency_ms, record.ttft_ms, record.stream) == (1500.0, 250.0, True)
    assert (record.team, record.project, record.end_user) == ("search", "ranker", "u7")
    assert (record.requested_model, record.attempts, record.operation) == ("chat", 3, "chat")
    assert record.tags == {"app": "support", "User-Agent": "OpenAI/Python", "canary": "true"}
    assert request_of(log(metadata={"user_api_key_team_alias": None})).record.team == "t-1"


def test_an_answer_that_was_not_streamed_has_no_first_token() -> None:
    record = request_of(log(completionStartTime=END, request_duration_ms=1400)).record
    assert (record.ttft_ms, record.stream, record.latency_ms) == (None, False, 1400.0)


def test_a_failed_request_says_why_and_costs_what_litellm_says() -> None:
    failed = request_of(FAILED)
    assert (failed.record.status, failed.record.error_type, failed.cost_usd) == ("error", "RateLimitError", None)
    assert str(request_of(FAILED | {"spend": 0.5, "prompt_tokens": 9}).cost_usd) == "0.5"


def test_a_spend_of_nothing_is_no_price_unless_litellm_knew_one() -> None:
    assert request_of(UNKNOWN).cost_usd is None
    assert request_of(FREE).cost_usd == 0
    assert request_of(CACHED).cost_usd == 0  # out of LiteLLM's own cache
    assert request_of(CACHED).record.response_id is None  # the id is that of the answer it repeats


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"startTime": ""}, "startTime is missing"),
        ({"request_id": None}, "request_id is missing"),
        ({"prompt_tokens": -1}, "prompt_tokens is no count"),
        ({"spend": "much"}, "spend is no number"),
    ],
)
def test_a_row_that_cannot_be_read_says_why(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(BadValueError, match=reason):
        request_of(log(None, **changes))


def test_a_row_that_is_set_aside_leaves_its_texts_behind(run: Run, tmp_path: Path) -> None:
    run("ingest", as_csv(tmp_path / "logs.csv", [OPENAI, log(spend="much")]))
    (place,) = tmp_path.glob("telemetry.duckdb.journal/quarantine/*")
    kept = place.read_text(encoding="utf-8")
    assert '"spend":"much"' in kept
    assert "a prompt" not in kept
    assert "88dc28d0" not in kept


def test_what_litellm_itself_has_written_comes_in_with_its_totals(run: Run, rows: Rows) -> None:
    """LiteLLM 1.106.2 wrote these: SDK, stub of two providers, payload of the proxy (get_logging_payload)."""
    result = run("ingest", REAL)
    assert "$0.0187974 as reported by the tool that recorded it (2 requests)" in result.stdout, result.output
    assert "unknown models: openai/own (1)" in result.stdout
    openai, anthropic, unknown, failed = rows()
    assert (openai["input_tokens"], openai["cache_read_input_tokens"], openai["reasoning_output_tokens"]) == (
        *(2006, 1920, 128),
    )
    assert (anthropic["input_tokens"], anthropic["cache_read_input_tokens"]) == (13_423, 12_345)
    assert (anthropic["cache_write_input_tokens"], anthropic["cache_write_1h_input_tokens"]) == (678, 222)
    assert (unknown["cost_estimated"], unknown["unpriced_reason"]) == (None, "model")
    assert (failed["status"], failed["error_type"], failed["cost_estimated"]) == ("error", "RateLimitError", None)
    assert {(row["team"], row["project"]) for row in (openai, anthropic, unknown, failed)} == {("search", "ranker")}


def test_our_price_of_the_same_counts_is_litellms() -> None:
    """Both have 400 x 3.00, 12,345 x 0.30, 456 x 3.75, 222 x 6.00 and 701 x 15.00 USD a million tokens."""
    line = REAL.read_text(encoding="utf-8").splitlines()[1]
    request = request_of(json.loads(line))
    ours = foreign_record(msgspec.structs.replace(request, cost_usd=None), Prices())
    assert (ours.cost_estimated, str(request.cost_usd)) == (0.0184605, "0.0184605")
