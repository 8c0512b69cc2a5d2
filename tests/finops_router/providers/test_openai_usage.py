"""The usage of each provider that speaks OpenAI's protocol, in the shapes they send: one reading for each."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from finops_router.calls import Usage
from finops_router.providers import openai_usage as module
from finops_router.providers.openai_usage import counts_in, openai_usage
from hypothesis import given
from hypothesis import strategies as st


def counted(provider: str, **counts: Any) -> Usage:
    usage = openai_usage(provider, counts)
    assert usage is not None
    return usage


GROK = {
    "prompt_tokens": 10_120,
    "completion_tokens": 1_499,
    "prompt_tokens_details": {"text_tokens": 10_120, "cached_tokens": 128},
    "completion_tokens_details": {"reasoning_tokens": 1_000},
}


@pytest.mark.parametrize("total", [{}, {"total_tokens": 12_619}], ids=["without a total", "with it"])
def test_reasoning_of_xai_lies_outside_of_its_completion_tokens(total: dict[str, int]) -> None:
    usage = counted("x_ai", **GROK, **total)
    assert (usage.input_tokens, usage.cache_read_input_tokens) == (10_120, 128)
    assert (usage.output_tokens, usage.reasoning_output_tokens) == (2_499, 1_000)


def test_a_total_that_says_otherwise_decides() -> None:
    assert counted("x_ai", **GROK, total_tokens=11_619).output_tokens == 1_499
    assert counted("acme-proxy", **GROK, total_tokens=12_619).output_tokens == 2_499


def test_reasoning_of_all_others_lies_inside() -> None:
    assert counted("openai", **GROK, total_tokens=11_619).output_tokens == 1_499


@pytest.mark.parametrize(
    ("provider", "counts"),
    [
        ("openai", {"prompt_tokens_details": {"cached_tokens": 600}}),
        ("deepseek", {"prompt_cache_hit_tokens": 600, "prompt_cache_miss_tokens": 400}),
        ("deepseek", {"prompt_cache_hit_tokens": 600, "prompt_tokens_details": {"cached_tokens": 600}}),
        ("deepseek", {"prompt_cache_hit_tokens": 600, "prompt_tokens_details": {"cached_tokens": 0}}),
        ("moonshot_ai", {"cached_tokens": 600}),
        ("groq", {"prompt_tokens_details": {"cached_tokens": 600}, "queue_time": 0.01, "total_time": 0.2}),
        ("mistral_ai", {"prompt_tokens_details": {"cached_tokens": 600}}),
        ("azure.ai.openai", {"prompt_tokens_details": {"cached_tokens": 600, "audio_tokens": 0}}),
        ("together_ai", {"prompt_tokens_details": {"cached_tokens": 600}}),
        ("cohere", {"prompt_tokens_details": {"cached_tokens": 600}}),  # through its OpenAI endpoint
    ],
)
def test_cached_tokens_have_several_names(provider: str, counts: dict[str, Any]) -> None:
    usage = counted(provider, prompt_tokens=1000, completion_tokens=50, total_tokens=1050, **counts)
    assert usage == Usage(input_tokens=1000, output_tokens=50, cache_read_input_tokens=600)


def test_perplexity_counts_reasoning_and_citations_beside_the_answer() -> None:
    usage = counted(
        "perplexity", prompt_tokens=30, completion_tokens=100, reasoning_tokens=40, citation_tokens=10,
        num_search_queries=2, total_tokens=180,
    )  # fmt: skip
    assert (usage.input_tokens, usage.output_tokens, usage.reasoning_output_tokens) == (30, 150, 40)


@pytest.mark.parametrize(
    ("provider", "counts", "charged_usd"),
    [
        ("openrouter", {"cost": 0.00123}, "0.00123"),
        ("openrouter", {"cost": 0.002, "is_byok": False, "cost_details": {"upstream_inference_cost": 0.002}}, "0.002"),
        ("openrouter", {"cost": 0.0001, "is_byok": True, "cost_details": {"upstream_inference_cost": 0.002}}, "0.0021"),
        ("openrouter", {"cost": 0.0001, "is_byok": True}, None),
        ("openrouter", {"cost": 0}, "0"),
        ("openrouter", {"cost": -1}, None),
        ("openrouter", {"cost": True}, None),
        ("openrouter", {}, None),
        ("perplexity", {"cost": {"input_tokens_cost": 0.001, "request_cost": 0.005, "total_cost": 0.006}}, "0.006"),
        ("perplexity", {}, None),
        ("x_ai", {"cost_in_usd_ticks": 37_756_000}, "0.0037756"),
        ("openai", {"cost": 0.5, "cost_in_usd_ticks": 1}, None),
    ],
)  # fmt: skip
def test_the_amount_a_provider_itself_charged_is_kept(
    provider: str, counts: dict[str, Any], charged_usd: str | None
) -> None:
    usage = counted(provider, prompt_tokens=1000, completion_tokens=100, **counts)
    assert usage.charged_usd == (None if charged_usd is None else Decimal(charged_usd))


def test_groq_streams_its_usage_in_a_place_of_its_own() -> None:
    counts = {"prompt_tokens": 1000, "completion_tokens": 50}
    assert counts_in({"choices": [], "x_groq": {"id": "req_1", "usage": counts}}) == counts
    assert counts_in({"choices": [], "usage": counts}) == counts
    assert counts_in({"choices": [], "usage": None, "x_groq": {"id": "req_1"}}) is None


def test_usage_without_counts_is_none() -> None:
    assert openai_usage("openai", {"total_tokens": 7}) is None


TOKENS = st.one_of(st.none(), st.integers(-1, 20), st.integers(0, 10**6), st.booleans(), st.floats(0, 9))
DETAILS = st.one_of(
    st.none(),
    st.dictionaries(st.sampled_from(("cached_tokens", "reasoning_tokens", "audio_tokens", "x_tokens")), TOKENS),
)
COUNTS = st.fixed_dictionaries(
    {"prompt_tokens": TOKENS, "completion_tokens": TOKENS},
    optional={"total_tokens": TOKENS, "prompt_tokens_details": DETAILS, "completion_tokens_details": DETAILS},
)


@given(COUNTS, st.sampled_from(("openai", "vllm", "wall", "azure.ai.openai", "deepseek", "openrouter", "ollama")))
def test_the_quick_reading_of_usual_counts_is_that_of_genai_prices(counts: dict[str, Any], provider: str) -> None:
    def read_by_genai_prices() -> Usage | None:
        with patch.object(module, "_usual", return_value=None):
            return openai_usage(provider, counts)

    try:
        expected = read_by_genai_prices()
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as err:
        with pytest.raises(type(err)):
            openai_usage(provider, counts)
    else:
        assert openai_usage(provider, counts) == expected
