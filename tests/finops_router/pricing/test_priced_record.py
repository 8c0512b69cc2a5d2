"""Raw responses of providers, plain and streamed, become priced records."""

from __future__ import annotations

from typing import Any

import pytest
from finops_router.pricing.priced_record import with_usage
from finops_router.records import RequestRecord

MOMENT_US = 1_791_000_000_000_000


def record(provider: str) -> RequestRecord:
    return RequestRecord(timestamp_us=MOMENT_US, request_id="r", provider=provider)


OPENAI: dict[str, Any] = {
    "id": "chatcmpl-1",
    "model": "gpt-4o-mini-2024-07-18",
    "usage": {
        "prompt_tokens": 1000,
        "completion_tokens": 200,
        "prompt_tokens_details": {"cached_tokens": 400},
        "completion_tokens_details": {"reasoning_tokens": 50},
    },
}
ANTHROPIC: dict[str, Any] = {
    "id": "msg_1",
    "model": "claude-sonnet-4-5",
    "usage": {
        "input_tokens": 10,
        "cache_read_input_tokens": 100,
        "cache_creation_input_tokens": 50,
        "cache_creation": {"ephemeral_5m_input_tokens": 20, "ephemeral_1h_input_tokens": 30},
        "output_tokens": 7,
    },
}


def test_openai_counts_cached_tokens_once() -> None:
    priced = with_usage(record("openai"), OPENAI, api_flavor="chat")
    assert (priced.input_tokens, priced.cache_read_input_tokens, priced.output_tokens) == (1000, 400, 200)
    assert priced.reasoning_output_tokens == 50
    assert priced.cache_savings_estimated == pytest.approx(400 * 0.075 / 1e6)
    assert priced.cost_estimated == pytest.approx((600 * 0.15 + 400 * 0.075 + 200 * 0.60) / 1e6)
    assert (priced.price_source or "").startswith("genai-prices")
    assert (priced.response_id, priced.stream, priced.status) == ("chatcmpl-1", False, "ok")


def test_anthropic_counts_are_made_inclusive_and_hour_writes_cost_twice_the_input() -> None:
    priced = with_usage(record("anthropic"), ANTHROPIC)
    assert (priced.input_tokens, priced.cache_write_input_tokens, priced.cache_write_1h_input_tokens) == (160, 50, 30)
    assert priced.cost_estimated == pytest.approx((10 * 3 + 100 * 0.30 + 20 * 3.75 + 30 * 6 + 7 * 15) / 1e6)
    assert priced.cache_savings_estimated == pytest.approx((100 * 2.70 - 20 * 0.75 - 30 * 3) / 1e6)


def test_a_streamed_answer_costs_what_the_plain_one_does() -> None:
    openai = [{"id": "chatcmpl-1", "model": OPENAI["model"], "usage": None}, {**OPENAI, "choices": []}]
    plain = with_usage(record("openai"), OPENAI, api_flavor="chat")
    streamed = with_usage(record("openai"), openai, api_flavor="chat")
    assert (streamed.cost_estimated, streamed.stream) == (plain.cost_estimated, True)
    usage = ANTHROPIC["usage"]
    anthropic = [
        {"type": "message_start", "message": {**ANTHROPIC, "usage": {**usage, "output_tokens": 1}}},
        {"type": "content_block_delta", "delta": {"text": "hi"}},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 7}},
    ]
    assert (
        with_usage(record("anthropic"), anthropic).cost_estimated
        == with_usage(record("anthropic"), ANTHROPIC).cost_estimated
    )


def test_gemini() -> None:
    response = {
        "modelVersion": "gemini-2.5-flash",
        "responseId": "g1",
        "usageMetadata": {"promptTokenCount": 1000, "candidatesTokenCount": 100, "totalTokenCount": 1100},
    }
    priced = with_usage(record("gcp.gemini"), response)
    assert (priced.input_tokens, priced.output_tokens, priced.response_id) == (1000, 100, "g1")
    assert priced.cost_estimated == pytest.approx((1000 * 0.30 + 100 * 2.50) / 1e6)


@pytest.mark.parametrize(
    ("provider", "response"),
    [
        ("openai", {"model": "gpt-9-nonesuch", "usage": OPENAI["usage"]}),
        ("nobody", OPENAI),
        ("openai", {}),
        ("openai", []),
    ],
)
def test_what_is_not_known_stays_unknown(provider: str, response: Any) -> None:
    priced = with_usage(record(provider), response, api_flavor="chat")
    assert priced.cost_estimated is None
    assert priced.price_source is None
