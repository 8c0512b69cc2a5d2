"""What the router books for answers, refusals and cut streams of the real SDKs, in the shapes providers send."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import pytest
from finops_router.calls import Delta, Message, Reply, Request, Target
from finops_router.errors import CallFailed, Rejected
from finops_router.records import AttemptRecord, RequestRecord
from finops_router.router import Router

from tests.finops_router.providers.conftest import KEY, Server
from tests.finops_router.providers.wires import (
    ANTHROPIC,
    BEDROCK,
    GEMINI,
    OPENAI,
    Wire,
    anthropic_answer,
    bedrock_answer,
    block,
    closed,
    gemini_answer,
    openai_answer,
    openai_chunk,
    sse,
)
from tests.finops_router.router_fixture import RecordingRecorder, ScriptedProvider, chat

ASKED = Request(request_id="q", group="chat", messages=(Message(role="user", text="word " * 40),))
NOW_US = 1_795_564_800_000_000  # 2026-11-25 00:00 UTC
ESTIMATED = ("estimated", "estimated")
SIXTY_WORDS = "word " * 60
OUTCOMES = (CallFailed, Rejected)
LAST = Target(provider="nobody", model="m")  # refuses, so that what failed is not tried again
pytestmark = pytest.mark.filterwarnings("ignore:The model .* is deprecated:DeprecationWarning")  # by Anthropic's SDK


@pytest.fixture(autouse=True)
def _more_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XAI", "OPENROUTER", "GROQ", "DEEPSEEK", "PERPLEXITY"):
        monkeypatch.setenv(f"{name}_API_KEY", KEY)


def at(wire: Wire, model: str, provider: str | None = None) -> Wire:
    """The wire with a target whose price is known; at another provider that speaks it, if one is named."""
    name = provider or wire.name
    return replace(wire, name=name, target=Target(provider=name, model=model))


def booked(
    wire: Wire, server: Server, asked: Request = ASKED, pieces: int = 999
) -> tuple[AttemptRecord, RequestRecord]:
    """Send one request and leave its stream after so many `pieces`; its one attempt and its record."""
    records = RecordingRecorder()

    async def run() -> None:
        provider = wire.provider(server)
        providers = {wire.name: provider, LAST.provider: ScriptedProvider({LAST.provider: [Rejected("no", 400)]})}
        router = Router(chat((wire.target, LAST), "fixed"), providers, records, clock=lambda: NOW_US)
        try:
            if not asked.stream:
                await router.complete(asked)
                return
            async with aclosing(router.stream(asked, live=True)) as stream:
                for _ in range(pieces):
                    await anext(stream, None)
        except OUTCOMES:
            pass
        finally:
            await closed(provider)

    asyncio.run(run())
    (attempt, *last), (request,) = records.attempts, records.requests
    assert [one.provider for one in last] in ([], [LAST.provider])
    return attempt, request


STREAMED = replace(ASKED, stream=True)
SONNET, GPT = at(ANTHROPIC, "claude-sonnet-4-5"), at(OPENAI, "gpt-4o")
MANY = {"input_tokens": 50_000, "output_tokens": 1_000}
MANY_OPENAI = {"prompt_tokens": 50_000, "completion_tokens": 1_000, "total_tokens": 51_000}


def opened(model: str = "claude-sonnet-4-5", **usage: Any) -> dict[str, Any]:
    """Anthropic's message_start."""
    message = anthropic_answer() | {"model": model, "content": [], "stop_reason": None}
    return {
        "type": "message_start",
        "message": message | {"usage": {"input_tokens": 50_000, "output_tokens": 2} | usage},
    }


def ended(stop: str, **usage: int) -> tuple[dict[str, Any], ...]:
    """The end of an Anthropic stream."""
    return (
        {"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": None}, "usage": usage},
        {"type": "message_stop"},
    )


def text(words: str) -> dict[str, Any]:
    return block(0, "content_block_delta", delta={"type": "text_delta", "text": words})


def costs(
    records: tuple[AttemptRecord, RequestRecord], usd: float, input_tokens: int, output_tokens: int, *sources: str
) -> None:
    """Both records have these figures and these sources, those of usage and cost: what was reported, and the list."""
    for record in records:
        assert (record.input_tokens, record.output_tokens) == (input_tokens, output_tokens)
        assert (record.usage_source, record.cost_source) == (sources or ("provider", "list"))
        assert record.cost_estimated == pytest.approx(usd, rel=1e-9)


def test_a_refusal_of_anthropic_costs_what_it_used(server: Server) -> None:
    server.answers_with(200, anthropic_answer("refusal") | {"model": "claude-sonnet-4-5", "usage": MANY})
    costs(booked(SONNET, server), 0.165, 50_000, 1_000)  # 3 $ and 15 $ a million


def test_a_streamed_refusal_of_anthropic_does_too_and_a_later_0_takes_no_count_away(server: Server) -> None:
    SONNET.streams(server, opened(), *ended("refusal", input_tokens=0, output_tokens=1_000))
    costs(booked(SONNET, server, STREAMED), 0.165, 50_000, 1_000)


@pytest.mark.parametrize(
    "answer", [openai_answer("content_filter"), openai_answer("stop", refusal="I cannot help with that")]
)
def test_a_refusal_and_a_filtered_answer_of_openai_cost_what_they_used(server: Server, answer: dict[str, Any]) -> None:
    server.answers_with(200, answer | {"model": "gpt-4o", "usage": MANY_OPENAI})
    costs(booked(GPT, server), 0.135, 50_000, 1_000)  # 2.50 $ and 10 $ a million


def test_a_streamed_refusal_of_openai_waits_for_its_usage(server: Server) -> None:
    last = openai_chunk() | {"model": "gpt-4o", "choices": [], "usage": MANY_OPENAI}
    GPT.streams(server, openai_chunk(refusal="I cannot"), openai_chunk(refusal=" help"), openai_chunk("stop"), last)
    costs(booked(GPT, server, STREAMED), 0.135, 50_000, 1_000)


def test_a_stream_that_its_caller_closes_has_the_input_that_was_counted(server: Server) -> None:
    SONNET.streams(server, opened(), text("four" * 10), text("more"), *ended("end_turn", output_tokens=11))
    costs(booked(SONNET, server, STREAMED, pieces=1), 50_000 * 3e-6 + 10 * 15e-6, 50_000, 10, *ESTIMATED)


def test_a_stream_that_is_cut_has_the_input_that_was_counted(server: Server) -> None:
    tool = block(1, "content_block_start", content_block={"type": "tool_use", "id": "t", "name": "look", "input": {}})
    arguments = block(1, "content_block_delta", delta={"type": "input_json_delta", "partial_json": "x" * 76})
    SONNET.streams(server, opened(), text("four" * 10), tool, arguments)
    costs(booked(SONNET, server, STREAMED), 50_000 * 3e-6 + 30 * 15e-6, 50_000, 30, *ESTIMATED)


@pytest.mark.parametrize("message", [{"content": SIXTY_WORDS, "tool_calls": None}, {"content": None}])
def test_an_answer_without_usage_is_estimated_its_prompt_and_tool_calls_too(
    server: Server, message: Mapping[str, Any]
) -> None:
    answer = openai_answer("stop", **message) | {"model": "gpt-4o"}
    server.answers_with(200, {key: value for key, value in answer.items() if key != "usage"})
    output_tokens = 75 if message["content"] else 3  # look{"a": 1}
    costs(booked(GPT, server), 50 * 2.5e-6 + output_tokens * 10e-6, 50, output_tokens, *ESTIMATED)


def test_a_usage_of_nothing_for_sixty_words_is_unknown(server: Server) -> None:
    nothing = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    server.answers_with(200, openai_answer("stop", content=SIXTY_WORDS) | {"model": "gpt-4o", "usage": nothing})
    for record in booked(GPT, server):
        assert (record.input_tokens, record.output_tokens, record.cost_estimated) == (None, None, None)
        assert (record.usage_source, record.cost_source) == ("none", None)


def test_reasoning_of_xai_is_paid(server: Server) -> None:
    grok = at(OPENAI, "grok-4.20", "x_ai")
    usage = {
        "prompt_tokens": 10_120, "completion_tokens": 1_499, "total_tokens": 12_619,
        "prompt_tokens_details": {"cached_tokens": 128}, "completion_tokens_details": {"reasoning_tokens": 1_000},
    }  # fmt: skip
    server.answers_with(200, openai_answer("stop") | {"model": "grok-4.20", "usage": usage})
    costs(booked(grok, server), 0.0187631, 10_120, 2_499)


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    ("provider", "amount", "usd"),
    [
        ("openrouter", {"cost": 0.00123}, 0.00123),
        ("x_ai", {"cost_in_usd_ticks": 12_300_000}, 0.00123),
        ("perplexity", {"cost": {"request_cost": 0.001, "total_cost": 0.00123}}, 0.00123),
    ],
)
def test_the_amount_a_provider_itself_charged_is_the_cost(
    server: Server, provider: str, amount: dict[str, Any], usd: float, streamed: bool
) -> None:
    wire = at(OPENAI, "anthropic/claude-sonnet-4.5", provider)
    usage = {"prompt_tokens": 1_000, "completion_tokens": 100, "total_tokens": 1_100} | amount
    if streamed:
        wire.streams(server, openai_chunk(content="Hi"), openai_chunk("stop") | {"usage": usage})
    else:
        server.answers_with(200, openai_answer("stop") | {"usage": usage})
    records = booked(wire, server, STREAMED if streamed else ASKED)
    costs(records, usd, 1_000, 100, "provider", "provider")


def test_a_tier_that_was_asked_for_and_not_answered_is_the_one_that_is_paid(server: Server) -> None:
    server.answers_with(200, openai_answer("stop") | {"model": "gpt-5", "usage": MANY_OPENAI})
    attempt, record = booked(at(OPENAI, "gpt-5"), server, replace(ASKED, service_tier="flex"))
    assert record.service_tier == "flex"
    costs((attempt, record), (50_000 * 1.25e-6 + 1_000 * 10e-6) / 2, 50_000, 1_000)


def test_a_tier_that_was_answered_is_the_one_that_is_paid(server: Server) -> None:
    server.answers_with(
        200, openai_answer("stop") | {"model": "gpt-5", "usage": MANY_OPENAI, "service_tier": "default"}
    )
    attempt, record = booked(at(OPENAI, "gpt-5"), server, replace(ASKED, service_tier="flex"))
    assert record.service_tier == "default"
    costs((attempt, record), 50_000 * 1.25e-6 + 1_000 * 10e-6, 50_000, 1_000)


def test_speed_is_paid(server: Server) -> None:
    usage = {"input_tokens": 100_000, "output_tokens": 10_000, "speed": "fast"}
    server.answers_with(200, anthropic_answer("end_turn") | {"model": "claude-opus-4-8", "usage": usage})
    _, record = booked(at(ANTHROPIC, "claude-opus-4-8"), server)
    assert record.speed == "fast"
    assert record.cost_estimated == pytest.approx(1.50)


@pytest.mark.parametrize(("way", "factor"), [({"service_tier": "batch"}, 0.5), ({"inference_geo": "us"}, 1.1)])
def test_a_batch_and_a_region_of_anthropic_are_paid(server: Server, way: dict[str, str], factor: float) -> None:
    answer = anthropic_answer("end_turn") | {"model": "claude-opus-4-8", "usage": MANY | way}
    server.answers_with(200, answer)
    _, record = booked(at(ANTHROPIC, "claude-opus-4-8"), server)
    assert record.cost_estimated == pytest.approx((50_000 * 5e-6 + 1_000 * 25e-6) * factor)


def test_groq_streams_its_usage_in_a_place_of_its_own(server: Server) -> None:
    groq = at(OPENAI, "llama-3.3-70b-versatile", "groq")
    last = openai_chunk("stop") | {
        "x_groq": {"id": "req_1", "usage": {"prompt_tokens": 1_000, "completion_tokens": 100}}
    }
    server.answers_with(200, sse(openai_chunk(content="Hello"), last | {"model": groq.target.model}))
    costs(booked(groq, server, STREAMED), 1_000 * 0.59e-6 + 100 * 0.79e-6, 1_000, 100)  # 0.000669


def test_the_cache_of_deepseek_has_names_of_its_own(server: Server) -> None:
    deepseek = at(OPENAI, "deepseek-chat", "deepseek")
    usage = {
        "prompt_tokens": 1_000, "completion_tokens": 100, "total_tokens": 1_100,
        "prompt_cache_hit_tokens": 900, "prompt_cache_miss_tokens": 100,
    }  # fmt: skip
    server.answers_with(200, openai_answer("stop") | {"model": "deepseek-chat", "usage": usage})
    _, record = booked(deepseek, server)
    assert (record.input_tokens, record.cache_read_input_tokens) == (1_000, 900)


def reply_of(wire: Wire, server: Server, *, streamed: bool = False) -> Reply:
    reply = wire.listen(server)[-1] if streamed else wire.ask(server)
    assert not isinstance(reply, Delta)
    return reply


@pytest.mark.parametrize("streamed", [False, True])
def test_anthropic_says_how_it_served_beside_its_counts(server: Server, streamed: bool) -> None:
    way = {"service_tier": "priority", "speed": "fast", "inference_geo": "us"}
    if streamed:
        ANTHROPIC.streams(server, opened(**way), text("Hi"), *ended("end_turn", output_tokens=5))
    else:
        server.answers_with(200, anthropic_answer("end_turn") | {"usage": MANY | way})
    served = reply_of(ANTHROPIC, server, streamed=streamed).served
    assert (served.service_tier, served.speed, served.inference_region) == ("priority", "fast", "us")


@pytest.mark.parametrize("streamed", [False, True])
def test_openai_says_its_tier_beside_the_answer(server: Server, streamed: bool) -> None:
    if streamed:
        OPENAI.streams(server, *(event | {"service_tier": "flex"} for event in OPENAI.stream))
    else:
        server.answers_with(200, openai_answer() | {"service_tier": "flex"})
    assert reply_of(OPENAI, server, streamed=streamed).served.service_tier == "flex"


@pytest.mark.parametrize("streamed", [False, True])
def test_bedrock_says_its_tier_and_its_latency_beside_the_counts(server: Server, streamed: bool) -> None:
    way = {"serviceTier": {"type": "priority"}, "performanceConfig": {"latency": "optimized"}}
    if streamed:
        *events, (_, metadata) = BEDROCK.stream
        BEDROCK.streams(server, *events, ("metadata", metadata | way))
    else:
        server.answers_with(200, bedrock_answer() | way)
    reply = reply_of(BEDROCK, server, streamed=streamed)
    assert (reply.served.service_tier, reply.served.speed) == ("priority", "optimized")


def test_bedrock_keeps_the_profile_that_was_asked(server: Server) -> None:
    profile = at(BEDROCK, "global.anthropic.claude-sonnet-4-5-20250929-v1:0")
    counts = {"inputTokens": 1_000, "outputTokens": 100, "totalTokens": 1_100}
    server.answers_with(200, bedrock_answer() | {"usage": counts})
    attempt, record = booked(profile, server)
    assert record.model == profile.target.model
    costs((attempt, record), 0.0045, 1_000, 100, "provider", "corrected")  # 10 % less than in one region


def test_bedrock_names_the_model_that_its_prompt_router_chose(server: Server) -> None:
    server.answers_with(
        200, bedrock_answer() | {"trace": {"promptRouter": {"invokedModelId": "amazon.nova-lite-v1:0"}}}
    )
    assert reply_of(BEDROCK, server).model == "amazon.nova-lite-v1:0"


@pytest.mark.parametrize("streamed", [False, True])
def test_gemini_says_its_tier_in_a_header(server: Server, streamed: bool) -> None:
    content = GEMINI.encode(*GEMINI.stream) if streamed else gemini_answer()
    kind = {"Kind": GEMINI.stream_type} if streamed else {}
    server.answers_with(200, content, X_Gemini_Service_Tier="flex", **kind)
    assert reply_of(GEMINI, server, streamed=streamed).served.service_tier == "flex"


@pytest.mark.parametrize(
    ("traffic", "tier"),
    [
        ("ON_DEMAND", None),
        ("ON_DEMAND_PRIORITY", "priority"),
        ("ON_DEMAND_FLEX", "flex"),
        ("PROVISIONED_THROUGHPUT", "provisioned_throughput"),
        ("TRAFFIC_TYPE_UNSPECIFIED", None),
    ],
)
def test_vertex_says_its_tier_beside_the_counts(server: Server, traffic: str, tier: str | None) -> None:
    answer = gemini_answer()
    server.answers_with(200, answer | {"usageMetadata": answer["usageMetadata"] | {"trafficType": traffic}})
    assert reply_of(GEMINI, server).served.service_tier == tier


def test_a_prompt_that_gemini_blocked_costs_what_it_counted(server: Server) -> None:
    flash = at(GEMINI, "gemini-2.5-flash")
    server.answers_with(
        200,
        {
            "promptFeedback": {"blockReason": "PROHIBITED_CONTENT"},
            "usageMetadata": {"promptTokenCount": 50_000, "totalTokenCount": 50_000},
            "modelVersion": "gemini-2.5-flash",
        },
    )
    costs(booked(flash, server), 0.015, 50_000, 0)  # 0.30 $ a million
