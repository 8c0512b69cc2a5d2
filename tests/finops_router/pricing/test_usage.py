"""Token counts of raw responses, plain and streamed, made inclusive; None if there are none."""

from __future__ import annotations

from typing import Any

import pytest
from finops_router.calls import Usage
from finops_router.pricing.responses import merged
from finops_router.pricing.usage import usage_of

ANTHROPIC = {"input_tokens": 10, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 50, "output_tokens": 7}


def test_counts_beside_the_cache_are_made_inclusive() -> None:
    assert usage_of({"model": "claude-new-9", "usage": ANTHROPIC}, "anthropic", "default") == Usage(
        input_tokens=160, output_tokens=7, cache_read_input_tokens=100, cache_write_input_tokens=50
    )


@pytest.mark.parametrize(
    ("response", "provider"),
    [({}, "openai"), ({"usage": {}}, "anthropic"), ({"usage": "many"}, "openai"), ({"usage": ANTHROPIC}, "nobody")],
)
def test_a_response_without_counts_that_can_be_read_has_none(response: dict[str, Any], provider: str) -> None:
    assert usage_of(response, provider, "default") is None


@pytest.mark.parametrize(
    ("flavor", "counts"),
    [
        ("chat", {"prompt_tokens": 160, "completion_tokens": 7, "prompt_tokens_details": {"cached_tokens": 100}}),
        ("responses", {"input_tokens": 160, "output_tokens": 7, "input_tokens_details": {"cached_tokens": 100}}),
        ("anthropic", {"input_tokens": 60, "cache_read_input_tokens": 100, "output_tokens": 7}),
    ],
)
def test_a_provider_that_the_list_lacks_is_read_by_the_wire_it_speaks(flavor: str, counts: dict[str, Any]) -> None:
    assert usage_of({"usage": counts}, "vllm", flavor) == Usage(
        input_tokens=160, output_tokens=7, cache_read_input_tokens=100
    )


def test_counts_that_the_common_ones_imply_are_not_kept_twice() -> None:
    counts = {"cache_creation": {"ephemeral_5m_input_tokens": 20, "ephemeral_1h_input_tokens": 30}}
    read = usage_of({"usage": {**ANTHROPIC, **counts}}, "anthropic", "default")
    assert read is not None
    assert (read.cache_write_1h_input_tokens, dict(read.other_units)) == (30, {})
    gemini = {"promptTokenCount": 9, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 9}]}
    text = usage_of({"usageMetadata": gemini}, "gcp.gemini", "default")
    assert text is not None
    assert dict(text.other_units) == {}


def test_later_usage_of_a_stream_overrides_earlier() -> None:
    start = {"type": "message_start", "message": {"id": "m-1", "usage": ANTHROPIC | {"output_tokens": 1}}}
    end = {"type": "message_delta", "usage": {"output_tokens": 7, "input_tokens": None}}
    assert merged([start, end])["usage"] == ANTHROPIC
    assert merged([start, end])["id"] == "m-1"


def test_events_without_usage_merge_to_nothing_billed() -> None:
    assert "usage" not in merged([{"type": "ping"}, {"type": "content_block_delta", "delta": {}}])
