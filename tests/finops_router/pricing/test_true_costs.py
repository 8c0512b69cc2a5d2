"""What real responses cost, by the providers' own price pages: searches, pages, images, tiers, regions, own amounts.

Each case is one that was priced wrong, or for nothing, until 2026-11-27; its right value was worked out by hand.
"""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from finops_router.pricing.priced_record import with_usage
from finops_router.records import RequestRecord

NOVEMBER_US = 1_794_000_000_000_000  # 2026-11-06 20:40 UTC, a Friday
ANTHROPIC_TOKENS = {"input_tokens": 1000, "output_tokens": 100}
OPENAI_TOKENS = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}


def priced(provider: str, response: Any, flavor: str = "default", **known: Any) -> RequestRecord:
    """The record of a response of November; `known` is what its caller knows of the request."""
    record = RequestRecord(timestamp_us=NOVEMBER_US, request_id="r", provider=provider)
    return with_usage(msgspec.structs.replace(record, **known), response, api_flavor=flavor)


def claude(usage: dict[str, Any], model: str = "claude-sonnet-4-5", **more: Any) -> dict[str, Any]:
    return {"id": "msg_1", "model": model, "usage": usage, **more}


SEARCHED = {"input_tokens": 10_000, "output_tokens": 1_000, "server_tool_use": {"web_search_requests": 3}}
LONG_OPENAI = {"prompt_tokens": 100_000, "completion_tokens": 10_000}
LONG_ANTHROPIC = {"input_tokens": 100_000, "output_tokens": 10_000}
IMAGE_TOKENS = {
    "promptTokenCount": 1000,
    "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 1000}],
    "candidatesTokenCount": 1290,
    "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 1290}],
}
GPT_IMAGE_TOKENS = {
    "input_tokens": 1050,
    "input_tokens_details": {"text_tokens": 50, "image_tokens": 1000},
    "output_tokens": 4160,
    "output_tokens_details": {"text_tokens": 0, "image_tokens": 4160},
}
ANNOTATED = {"pages": [], "document_annotation": '{"invoice": 7}'}
SUMMARIZED = {
    "input_tokens": 23_000,
    "output_tokens": 1_000,
    "iterations": [
        {"type": "compaction", "input_tokens": 180_000, "output_tokens": 3_500},
        {"type": "message", "input_tokens": 23_000, "output_tokens": 1_000},
    ],
}


@pytest.mark.parametrize(
    ("provider", "response", "flavor", "known", "usd"),
    [
        # 10,000 at 3, 1,000 at 15 $/M and three searches at 10 $ a thousand
        ("anthropic", claude(SEARCHED), "default", {}, 0.075),
        # 4 $ a thousand pages: https://docs.mistral.ai/models/ocr-4-1
        ("mistral_ai", {"model": "mistral-ocr-latest", "usage_info": {"pages_processed": 3}}, "ocr", {}, 0.012),
        # 0.006 $ a minute
        ("openai", {"usage": {"type": "duration", "seconds": 60}}, "live", {"model": "whisper-1"}, 0.006),
        # 0.30 $/M of text in, 30 $/M of image out: 0.039 $ an image
        ("gcp.gemini", {"modelVersion": "gemini-2.5-flash-image", "usageMetadata": IMAGE_TOKENS}, "default", {}, 0.039),
        # 5 $/M of text and 8 of image in, 32 of image out
        ("openai", {"model": "gpt-image-1.5", "usage": GPT_IMAGE_TOKENS}, "images", {}, 0.14137),
        # flex costs half of 1.25 and 10, priority twice as much
        ("openai", {"model": "gpt-5", "usage": LONG_OPENAI, "service_tier": "flex"}, "chat", {}, 0.1125),
        ("openai", {"model": "gpt-5", "usage": LONG_OPENAI, "service_tier": "priority"}, "chat", {}, 0.45),
        ("openai", {"model": "gpt-5", "usage": LONG_OPENAI}, "chat", {"service_tier": "flex"}, 0.1125),
        ("openai", {"model": "gpt-5", "usage": LONG_OPENAI}, "chat", {"service_tier": "default"}, 0.225),
        # fast costs 10 and 50 $/M where 5 and 25 are the rule
        ("anthropic", claude({**LONG_ANTHROPIC, "speed": "fast"}, "claude-opus-4-8"), "default", {}, 1.5),
        ("anthropic", claude({**LONG_ANTHROPIC, "speed": "standard"}, "claude-opus-4-8"), "default", {}, 0.75),
        # kept in the US: a tenth more; a batch: half
        ("anthropic", claude({**LONG_ANTHROPIC, "inference_geo": "us"}, "claude-opus-4-8"), "default", {}, 0.825),
        ("anthropic", claude({**LONG_ANTHROPIC, "service_tier": "batch"}, "claude-opus-4-8"), "default", {}, 0.375),
        (
            "anthropic",
            claude({**LONG_ANTHROPIC, "service_tier": "batch", "inference_geo": "us"}, "claude-opus-4-8"),
            "default",
            {},
            0.4125,
        ),
        # 5 $ a thousand pages that are annotated
        (
            "mistral_ai",
            {"model": "mistral-ocr-latest", "usage_info": {"pages_processed": 3}, **ANNOTATED},
            "ocr",
            {},
            0.015,
        ),
        # 0.18 $ an hour of audio, nothing for what is written: https://mistral.ai/pricing
        (
            "mistral_ai",
            {
                "model": "voxtral-mini-latest",
                "usage": {"prompt_audio_seconds": 60, "prompt_tokens": 4, "completion_tokens": 100},
            },
            "default",
            {},
            0.003,
        ),
        # the summary before the answer is not in the totals: 203,000 at 5, 4,500 at 25 $/M
        # https://platform.claude.com/docs/en/build-with-claude/compaction-threshold
        ("anthropic", claude(SUMMARIZED, "claude-opus-4-8"), "default", {}, 1.1275),
        # reasoning is not in xAI's completion tokens: 9,992 at 1.25, 128 cached at 0.20, 2,499 at 2.50 $/M
        (
            "x_ai",
            {
                "model": "grok-4.20",
                "usage": {
                    "prompt_tokens": 10_120,
                    "completion_tokens": 1_499,
                    "prompt_tokens_details": {"cached_tokens": 128},
                    "completion_tokens_details": {"reasoning_tokens": 1_000},
                },
            },
            "chat",
            {},
            0.0187631,
        ),
        # DeepSeek's own name of cached tokens; Friday evening is off-peak: 400 at 0.66, 600 at 0.022, 100 at 1.98 $/M
        (
            "deepseek",
            {"model": "deepseek-v4-pro", "usage": {**OPENAI_TOKENS, "prompt_cache_hit_tokens": 600}},
            "chat",
            {},
            (400 * 0.66 + 600 * 0.022 + 100 * 1.98) / 1e6,
        ),
    ],
)
def test_a_response_costs_what_its_provider_charges(
    provider: str, response: dict[str, Any], flavor: str, known: dict[str, Any], usd: float
) -> None:
    assert priced(provider, response, flavor, **known).cost_estimated == pytest.approx(usd, rel=1e-12)


def test_how_an_answer_was_served_is_recorded() -> None:
    usage = {**LONG_ANTHROPIC, "speed": "fast", "inference_geo": "us", "service_tier": "priority"}
    record = priced("anthropic", claude(usage, "claude-opus-4-8"))
    assert (record.service_tier, record.speed, record.inference_region) == ("priority", "fast", "us")
    assert (record.cost_estimated, record.unpriced_reason) == (None, "serving")  # no price of all that at once
    vertex = {"modelVersion": "gemini-2.5-flash", "usageMetadata": {**IMAGE_TOKENS, "trafficType": "ON_DEMAND_FLEX"}}
    assert priced("gcp.vertex_ai", vertex).service_tier == "flex"
    assert priced("gcp.vertex_ai", {**vertex, "usageMetadata": {"trafficType": "ON_DEMAND"}}).service_tier is None
    converse = {"usage": {"inputTokens": 1, "outputTokens": 1}, "serviceTier": {"type": "flex"}}
    assert priced("aws.bedrock", converse, model="amazon.nova-lite-v1:0").service_tier == "flex"


def test_a_line_of_a_batch_is_priced_as_a_batch() -> None:
    body = {"id": "c", "model": "gpt-5", "service_tier": "default", "usage": LONG_OPENAI}
    openai = priced("openai", {"custom_id": "7", "response": {"status_code": 200, "body": body}}, "chat")
    assert openai.cost_estimated == pytest.approx(0.1125)
    assert openai.service_tier == "batch"
    message = {"type": "succeeded", "message": claude(LONG_ANTHROPIC, "claude-opus-4-8")}
    assert priced("anthropic", {"custom_id": "7", "result": message}).cost_estimated == pytest.approx(0.375)


def test_a_profile_of_bedrock_has_the_price_of_its_reach_and_keeps_its_name() -> None:
    body = claude(ANTHROPIC_TOKENS, "claude-sonnet-4-5-20250929")
    reach = {"global": 0.0045, "us": 0.00495}
    for prefix, usd in reach.items():
        profile = f"{prefix}.anthropic.claude-sonnet-4-5-20250929-v1:0"
        record = priced("aws.bedrock", body, "anthropic", model=profile)
        assert record.cost_estimated == pytest.approx(usd)
        assert record.model == profile


ITEMS: list[dict[str, Any]] = [
    {"type": "web_search_call", "id": "ws_1", "action": {"type": "search", "query": "a"}},
    {"type": "web_search_call", "id": "ws_2", "action": {"type": "open_page", "url": "u"}},
    {"type": "web_search_call", "id": "ws_3", "action": {"type": "search", "query": "b"}},
    {"type": "file_search_call", "id": "fs_1"},
    {"type": "message", "id": "m_1"},
]


def responses(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": "resp_1",
        "model": "gpt-5",
        "output": items,
        "usage": {"input_tokens": 1000, "output_tokens": 100},
        "service_tier": "default",
    }


def test_searches_that_only_the_output_shows_are_charged_once_each() -> None:
    tokens_usd = (1000 * 1.25 + 100 * 10) / 1e6
    plain = priced("openai", responses(ITEMS), "responses")
    assert plain.cost_estimated == pytest.approx(tokens_usd + 2 * 0.010 + 0.0025)
    assert plain.other_units == {"web_searches": 2, "storage_searches": 1}
    events = [
        {"type": "response.created", "response": {"id": "resp_1", "usage": None, "output": []}},
        *({"type": "response.output_item.added", "item": item} for item in ITEMS),
        *({"type": "response.output_item.done", "item": item} for item in ITEMS),
        {"type": "response.completed", "response": responses(ITEMS)},
    ]
    streamed = priced("openai", events, "responses")
    assert (streamed.cost_estimated, streamed.other_units) == (plain.cost_estimated, plain.other_units)


@pytest.mark.parametrize(
    ("model", "searches", "usd"), [("gemini-3-flash-preview", 2, 0.028), ("gemini-2.5-flash", 1, 0.035)]
)
def test_grounding_is_charged_by_query_and_before_gemini_3_by_prompt(model: str, searches: int, usd: float) -> None:
    tokens = {"promptTokenCount": 1000, "candidatesTokenCount": 100}
    grounded = [{"groundingMetadata": {"webSearchQueries": ["a", "b", "a", ""]}}]
    without = priced("gcp.gemini", {"modelVersion": model, "usageMetadata": tokens})
    found = priced("gcp.gemini", {"modelVersion": model, "usageMetadata": tokens, "candidates": grounded})
    assert found.other_units == {"web_searches": searches}
    assert found.cost_estimated == pytest.approx((without.cost_estimated or 0) + usd)


def test_what_was_used_and_has_no_price_leaves_the_request_without_a_cost_and_says_what() -> None:
    code = priced("openai", responses([{"type": "code_interpreter_call", "id": "c"}]), "responses")
    assert (code.cost_estimated, code.price_source, code.cost_source) == (None, None, None)
    assert (code.unpriced_reason, code.other_units) == ("code_executions", {"code_executions": 1})
    images = priced("openai", responses([{"type": "image_generation_call", "id": "i"}]), "responses")
    assert images.unpriced_reason == "image_generations"
    searched = priced("anthropic", claude(SEARCHED, "claude-3-haiku-20240307"))
    assert (searched.cost_estimated, searched.unpriced_reason) == (None, "web_searches")
    whisper = priced("openai", {"usage": {"input_tokens": 9, "output_tokens": 9}}, "responses", model="whisper-1")
    assert (whisper.cost_estimated, whisper.unpriced_reason) == (None, "input_tokens,output_tokens")


ADVISED = {
    **ANTHROPIC_TOKENS,
    "iterations": [{"type": "advisor_message", "model": "m", "input_tokens": 7, "output_tokens": 5}],
}
CITED = [{"message": {"content": "x", "annotations": [{"type": "url_citation", "url_citation": {"url": "u"}}]}}]


@pytest.mark.parametrize(
    ("provider", "response", "missing", "used"),
    [
        # live search is charged by the source: https://docs.x.ai/docs/guides/live-search
        ("x_ai", {"model": "grok-4", "usage": {**OPENAI_TOKENS, "num_sources_used": 4}}, "search_sources", 4),
        # another model's advice, at that model's price: https://platform.claude.com/docs/en/agents-and-tools/tool-use/advisor-tool
        ("anthropic", claude(ADVISED), "advisor_tokens", 12),
        # a search of a model that searches for chats has a fee: https://developers.openai.com/api/docs/pricing
        ("openai", {"model": "gpt-4o-search-preview", "usage": OPENAI_TOKENS, "choices": CITED}, "web_searches", 1),
    ],
)
def test_a_fee_that_no_list_has_leaves_the_request_without_a_cost(
    provider: str, response: dict[str, Any], missing: str, used: int
) -> None:
    record = priced(provider, response, "default" if provider == "anthropic" else "chat")
    assert (record.cost_estimated, record.unpriced_reason, record.other_units) == (None, missing, {missing: used})


def test_why_a_request_has_no_price_is_said() -> None:
    unknown = priced("openai", {"model": "gpt-99", "usage": OPENAI_TOKENS}, "chat")
    assert (unknown.unpriced_reason, unknown.usage_source, unknown.input_tokens) == ("model", "provider", 1000)
    untold = priced("openai", {"model": "gpt-5", "choices": []}, "chat")
    assert (untold.unpriced_reason, untold.usage_source, untold.input_tokens) == ("usage", "none", None)
    nothing = priced("openai", {"model": "gpt-5", "usage": {"prompt_tokens": 0, "completion_tokens": 0}}, "chat")
    assert (nothing.unpriced_reason, nothing.usage_source, nothing.input_tokens) == ("usage", "none", None)
    tier = priced("azure.ai.openai", {"model": "gpt-5", "usage": OPENAI_TOKENS, "service_tier": "flex"}, "chat")
    assert (tier.cost_estimated, tier.unpriced_reason) == (None, "serving")  # OpenAI's own tiers are not Azure's


def test_a_cost_that_the_caller_knows_stays_if_the_response_says_nothing() -> None:
    assert priced("openai", {"model": "gpt-5"}, "chat", cost_estimated=0.5).cost_estimated == 0.5


@pytest.mark.parametrize(
    ("provider", "usage", "usd"),
    [
        ("openrouter", {**OPENAI_TOKENS, "cost": 0.00123}, 0.00123),
        ("openrouter", {**OPENAI_TOKENS, "cost": 0}, 0.0),  # a free model
        # with a key of one's own OpenRouter takes a fee and the provider its price
        (
            "openrouter",
            {**OPENAI_TOKENS, "cost": 0.0002, "is_byok": True, "cost_details": {"upstream_inference_cost": 0.004}},
            0.0042,
        ),
        ("openrouter", {**OPENAI_TOKENS, "cost": 0.002, "cost_details": {"upstream_inference_cost": 0.002}}, 0.002),
        ("perplexity", {**OPENAI_TOKENS, "cost": {"currency": "USD", "total_cost": 0.0061}}, 0.0061),
        ("x_ai", {**OPENAI_TOKENS, "cost_in_usd_ticks": 37_756_000}, 0.0037756),
    ],
)
def test_the_amount_that_the_provider_charged_wins(provider: str, usage: dict[str, Any], usd: float) -> None:
    record = priced(provider, {"model": "anything", "usage": usage}, "default" if provider == "perplexity" else "chat")
    assert record.cost_estimated == pytest.approx(usd, abs=1e-15)
    assert (record.cost_source, record.price_source) == ("provider", "charged by the provider")
    assert (record.input_tokens, record.unpriced_reason) == (1000, None)


@pytest.mark.parametrize(
    ("provider", "usage"),
    [
        ("openai", {**OPENAI_TOKENS, "cost": 7}),
        ("perplexity", {**OPENAI_TOKENS, "cost": {"currency": "EUR", "total_cost": 7}}),
        ("openrouter", {**OPENAI_TOKENS, "cost": -7}),
        ("openrouter", {**OPENAI_TOKENS, "cost": "7"}),
        ("openrouter", {**OPENAI_TOKENS, "cost": 0.1, "is_byok": True}),
    ],
)
def test_an_amount_that_is_none_we_know_is_not_believed(provider: str, usage: dict[str, Any]) -> None:
    model = {"perplexity": "sonar-deep-research", "openrouter": "openai/gpt-4o"}.get(provider, "gpt-4o")
    record = priced(provider, {"model": model, "usage": usage}, "default" if provider == "perplexity" else "chat")
    assert record.cost_source in {"list", "corrected"}
    assert record.cost_estimated is not None
    assert record.cost_estimated < 0.1


def test_an_amount_without_counts_that_can_be_read_is_the_cost_all_the_same() -> None:
    record = priced("openrouter", {"model": "x", "usage": {"cost": 0.00123}}, "chat", cost_estimated=9.0)
    assert (record.cost_estimated, record.cost_source) == (0.00123, "provider")
    assert (record.usage_source, record.input_tokens) == ("none", None)
