"""A usage is read as what it is, whatever its caller calls the kind of answer, and costs what the list says."""

from __future__ import annotations

from typing import Any

import pytest
from finops_router.pricing.priced_record import with_usage
from finops_router.pricing.readings import extracted
from finops_router.records import RequestRecord

MOMENT_US = 1_794_000_000_000_000  # 2026-11-06
CHAT = {"prompt_tokens": 1000, "completion_tokens": 100}
RESPONSES = {"input_tokens": 1000, "output_tokens": 100}
SPOKEN = {
    **RESPONSES,
    "input_token_details": {"text_tokens": 400, "audio_tokens": 600},
    "output_token_details": {"text_tokens": 20, "audio_tokens": 80},
}
HEARD = {"type": "tokens", **RESPONSES, "input_token_details": {"text_tokens": 0, "audio_tokens": 1000}}
PAINTED = {
    "input_tokens": 1050,
    "input_tokens_details": {"text_tokens": 50, "image_tokens": 1000},
    "output_tokens": 4160,
    "output_tokens_details": {"text_tokens": 0, "image_tokens": 4160},
}
REASONED = {
    "prompt_tokens": 10_120,
    "completion_tokens": 1_499,
    "prompt_tokens_details": {"cached_tokens": 128},
    "completion_tokens_details": {"reasoning_tokens": 1_000},
}
FLAVORS = ["default", "chat", "responses", "anthropic", "what?"]


@pytest.mark.parametrize("flavor", FLAVORS)
@pytest.mark.parametrize(
    ("provider", "model", "usage", "usd"),
    [
        ("openai", "gpt-5", CHAT, 0.00225),
        ("openai", "gpt-5", RESPONSES, 0.00225),
        ("groq", "llama-3.3-70b-versatile", CHAT, 0.000669),  # 0.59 and 0.79 $/M
        ("anthropic", "claude-sonnet-4-5", RESPONSES, 0.0045),
        ("openai", "text-embedding-3-small", {"prompt_tokens": 1000, "total_tokens": 1000}, 0.00002),
        ("openai", "whisper-1", {"type": "duration", "seconds": 60}, 0.006),
        ("openai", "gpt-4o-transcribe", HEARD, (1000 * 6 + 100 * 10) / 1e6),
        ("openai", "gpt-realtime", SPOKEN, (400 * 4 + 600 * 32 + 20 * 16 + 80 * 64) / 1e6),
        ("openai", "gpt-image-1.5", PAINTED, 0.14137),
        ("x_ai", "grok-4.20", REASONED, 0.0187631),  # the reasoning is not in the completion tokens
        ("mistral_ai", "mistral-small-latest", CHAT, (1000 * 0.15 + 100 * 0.60) / 1e6),
    ],
)
def test_the_cost_is_the_same_whatever_the_caller_calls_it(
    provider: str, model: str, usage: dict[str, Any], usd: float, flavor: str
) -> None:
    record = RequestRecord(timestamp_us=MOMENT_US, request_id="r", provider=provider, model=model)
    priced = with_usage(record, {"usage": usage}, api_flavor=flavor)
    assert priced.cost_estimated == pytest.approx(usd, rel=1e-12)


@pytest.mark.parametrize(
    ("flavor", "unit"), [("rerank", "rerank_searches"), ("embeddings", "input_tokens"), ("chat", "input_tokens")]
)
def test_cohere_counts_what_it_bills_for_in_its_meta(flavor: str, unit: str) -> None:
    units = {"search_units": 1} if unit == "rerank_searches" else {"input_tokens": 7}
    record = RequestRecord(timestamp_us=MOMENT_US, request_id="r", provider="cohere", model="m")
    counted = with_usage(record, {"results": [], "meta": {"api_version": {}, "billed_units": units}}, api_flavor=flavor)
    assert counted.usage_source == "provider"
    assert counted.other_units == ({"rerank_searches": 1} if unit == "rerank_searches" else None)
    assert counted.input_tokens == (0 if unit == "rerank_searches" else 7)


@pytest.mark.parametrize("counts", [{}, {"prompt_tokens": 0, "completion_tokens": 0}, {"what": 7}])
def test_what_counts_nothing_has_no_counts(counts: dict[str, int]) -> None:
    assert extracted({"usage": counts}, "openai", "chat") == {}
    assert extracted({"usage": counts}, "nobody", "chat") == {}
