"""The sums of a usage report become requests that come to the same, to the last token."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from finops_router.calls import STANDARD, Usage
from finops_router.records import RequestRecord
from hypothesis import given, settings
from hypothesis import strategies as st
from openai.types.admin.organization import UsageCompletionsResponse

from finops_report.ingest import anthropic_usage, openai_usage
from finops_report.ingest.outcomes import Found
from finops_report.ingest.rows import Row
from finops_report.ingest.usage_buckets import parts_of
from tests.conftest import Run
from tests.finops_report.ingest.conftest import Rows

HOUR_US = 3_600_000_000
# The example of OpenAI's API reference, with a model
OPENAI: dict[str, Any] = {
    "object": "page",
    "data": [
        {
            "object": "bucket", "start_time": 1790812800, "end_time": 1790899200,
            "results": [
                {
                    "object": "organization.usage.completions.result", "input_tokens": 1000, "output_tokens": 500,
                    "input_cached_tokens": 800, "input_audio_tokens": 0, "output_audio_tokens": 0,
                    "num_model_requests": 5, "project_id": "proj_1", "user_id": None, "api_key_id": None,
                    "model": "gpt-4o-mini-2024-07-18", "batch": None,
                }
            ],
        }
    ],
    "has_more": True,
    "next_page": "page_AAAA",
}  # fmt: skip
# The example of Anthropic's API reference
ANTHROPIC: dict[str, Any] = {
    "data": [
        {
            "starting_at": "2026-10-01T00:00:00Z", "ending_at": "2026-10-02T00:00:00Z",
            "results": [
                {
                    "uncached_input_tokens": 1500, "cache_read_input_tokens": 200, "output_tokens": 500,
                    "cache_creation": {"ephemeral_1h_input_tokens": 1000, "ephemeral_5m_input_tokens": 500},
                    "server_tool_use": {"web_search_requests": 10}, "api_key_id": "apikey_1",
                    "workspace_id": "wrkspc_1",
                    "model": "claude-sonnet-4-5", "service_tier": "standard", "context_window": "0-200k",
                }
            ],
        }
    ],
    "has_more": True,
    "next_page": "page_BBBB",
}  # fmt: skip


def written(folder: Path, report: dict[str, Any]) -> Path:
    path = folder / "usage.json"
    path.write_text(json.dumps(report, indent=2), encoding="utf-8")
    return path


TOKENS = st.integers(0, 5000)


@settings(max_examples=100, deadline=None)
@given(TOKENS, TOKENS, TOKENS, TOKENS, TOKENS, TOKENS, TOKENS, st.integers(0, 40), st.integers(1, 60))
def test_parts_come_to_the_whole_and_none_has_more_of_a_kind_than_of_all(
    plain: int, read: int, short: int, hour: int, heard: int, text: int, spoken: int, searches: int, number: int
) -> None:
    whole = Usage(
        input_tokens=plain + read + short + hour + heard,
        output_tokens=text + spoken,
        cache_read_input_tokens=read,
        cache_write_input_tokens=short + hour,
        cache_write_1h_input_tokens=hour,
        input_audio_tokens=heard,
        output_audio_tokens=spoken,
        other_units={"web_searches": searches},
    )
    record = RequestRecord(timestamp_us=HOUR_US, request_id="r")
    parts = list(parts_of(record, whole, STANDARD, number, HOUR_US))
    assert len({part.record.request_id for part in parts}) == number
    assert all(HOUR_US <= part.record.timestamp_us < 2 * HOUR_US for part in parts)
    for name in ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_write_input_tokens",
                 "cache_write_1h_input_tokens", "input_audio_tokens", "output_audio_tokens"):  # fmt: skip
        assert sum(getattr(part.usage, name) for part in parts) == getattr(whole, name)
    assert sum(part.usage.other_units.get("web_searches", 0) for part in parts) == searches
    for part in parts:
        usage = part.usage
        within = usage.cache_read_input_tokens + usage.cache_write_input_tokens + usage.input_audio_tokens
        assert within <= usage.input_tokens
        assert usage.cache_write_1h_input_tokens <= usage.cache_write_input_tokens
        assert usage.output_audio_tokens <= usage.output_tokens


def test_openais_report_becomes_as_many_requests_as_it_counts(run: Run, tmp_path: Path, rows: Rows) -> None:
    assert UsageCompletionsResponse.model_validate(OPENAI).data[0].results  # it is of the shape that the SDK has
    result = run("ingest", written(tmp_path, OPENAI))
    assert "OpenAI's usage report, 5 requests, 1,000 tokens in, 500 out" in result.stdout, result.output
    found = rows()
    assert sum(row["cache_read_input_tokens"] for row in found) == 800
    assert {(row["provider"], row["project"], row["cost_source"]) for row in found} == {("openai", "proj_1", "list")}
    # 200 at 0.15, 800 at 0.075, 500 at 0.60 a million: OpenAI's price page of gpt-4o-mini
    assert sum(row["cost_estimated"] for row in found) == pytest.approx(0.00003 + 0.00006 + 0.0003)
    assert "0 new requests" in run("ingest", tmp_path / "usage.json").stdout


def openai_result(**changes: Any) -> list[Any]:
    bucket = OPENAI["data"][0]
    (result,) = bucket["results"]
    return list(openai_usage.outcomes([Row(1, bucket | {"results": [result | changes]})]))


def test_a_batch_and_a_tier_are_read_and_the_cost_is_theirs() -> None:
    tiers = [openai_result(**one)[0].request.served.service_tier for one in ({"batch": True}, {"service_tier": "flex"})]
    assert tiers == ["batch", "flex"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"model": None}, "model is missing: ask for group_by=model"),
        ({"object": "organization.usage.images.result"}, "another kind of usage: organization.usage.images.result"),
        ({"input_cached_tokens": 1001}, "its parts are more than its tokens"),
        ({"num_model_requests": -1}, "num_model_requests is no count: '-1'"),
    ],
)
def test_what_openais_report_cannot_say_is_set_aside(changes: dict[str, Any], reason: str) -> None:
    (aside,) = openai_result(**changes)
    assert aside.reason == reason


def test_anthropics_counts_lie_beside_one_another(run: Run, tmp_path: Path, rows: Rows) -> None:
    result = run("ingest", written(tmp_path, ANTHROPIC))
    assert "Anthropic's usage report, 1 request, 3,200 tokens in, 500 out" in result.stdout, result.output
    (row,) = rows()
    assert (row["cache_read_input_tokens"], row["cache_write_input_tokens"], row["cache_write_1h_input_tokens"]) == (
        200,
        1500,
        1000,
    )
    assert json.loads(row["other_units"]) == {"web_searches": 10}
    # a million at 3 USD, 0.30 from the cache, 3.75 and 6 into it, 15 for output; 10 USD a thousand searches
    expected = (1500 * 3 + 200 * 0.3 + 500 * 3.75 + 1000 * 6 + 500 * 15) / 1e6 + 0.1
    assert row["cost_estimated"] == pytest.approx(expected)
    assert json.loads(row["tags"]) == {"usage_report": "anthropic", "api_key": "apikey_1", "context_window": "0-200k"}


def anthropic_result(**changes: Any) -> list[Any]:
    bucket = ANTHROPIC["data"][0]
    (result,) = bucket["results"]
    return list(anthropic_usage.outcomes([Row(1, bucket | {"results": [result | changes]})]))


@pytest.mark.parametrize(
    ("window", "least", "most"), [("0-200k", 0, 200_000), (None, 0, 200_000), ("200k-1M", 200_001, 10**6)]
)
def test_no_prompt_is_longer_or_shorter_than_its_window_allows(window: str | None, least: int, most: int) -> None:
    found = anthropic_result(uncached_input_tokens=2_998_300, context_window=window)
    lengths = [one.request.usage.input_tokens for one in found if isinstance(one, Found)]
    assert sum(lengths) == 3_000_000
    assert all(least <= length <= most for length in lengths)


def test_what_anthropics_report_cannot_say_is_set_aside() -> None:
    assert anthropic_result(model=None)[0].reason == "model is missing: ask for group_by[]=model"
    cost = {"starting_at": "2026-10-01T00:00:00Z", "ending_at": "2026-10-02T00:00:00Z", "results": [{"amount": "12"}]}
    (aside,) = anthropic_usage.outcomes([Row(1, cost)])
    assert "a report of something else" in aside.reason  # type: ignore[union-attr] # it is no request


def test_tier_speed_and_region_are_read_if_they_are_not_the_usual_ones() -> None:
    (one,) = anthropic_result(service_tier="batch", inference_geo="us", speed="fast")
    served = one.request.served
    assert (served.service_tier, served.inference_region, served.speed) == ("batch", "us", "fast")
    (usual,) = anthropic_result(inference_geo="not_available")
    assert usual.request.served == STANDARD
