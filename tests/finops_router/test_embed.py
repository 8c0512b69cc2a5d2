"""Embeddings go the way of every call: chosen, retried, failed over, recorded and paid for alike."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from finops_router import attribution
from finops_router.calls import EmbeddingReply, EmbeddingRequest, Partial, Reply, Request, Target, Usage
from finops_router.choice.strategies import StrategySettings
from finops_router.demo.clock import run_virtual
from finops_router.errors import (
    AllTargetsFailed,
    ContextTooLong,
    DeadlineExceeded,
    NoTargetFits,
    RouterError,
    ServerFailed,
    StreamCut,
    Unavailable,
)
from finops_router.providers import Provider
from finops_router.router import Router

from tests.finops_router.router_fixture import (
    SILENCE,
    START_US,
    RecordingRecorder,
    RouterFixture,
    ScriptedProvider,
    chat,
    request,
    router_fixture,
)

SMALL = Target(provider="openai", model="text-embedding-3-small")
SAME_AT_AZURE = Target(provider="azure.ai.openai", model="text-embedding-3-small")
LARGE = Target(provider="openai", model="text-embedding-3-large")
CLAUDE = Target(provider="anthropic", model="claude-haiku-4-5")
USD_PER_TOKEN = 0.02e-6  # of text-embedding-3-small, in the list


def asked(number: int = 1, inputs: Any = ("a red fox", "a grey goose"), **settings: Any) -> EmbeddingRequest:
    return EmbeddingRequest(request_id=f"q-{number}", group="chat", inputs=inputs, **settings)


def embed(fixture: RouterFixture, *requests: EmbeddingRequest) -> list[EmbeddingReply | RouterError]:
    """Embed one after the other, in virtual time; an error stands where it was raised."""

    async def one(wanted: EmbeddingRequest) -> EmbeddingReply | RouterError:
        try:
            return await fixture.router.embed(wanted)
        except RouterError as error:
            return error

    async def run() -> list[EmbeddingReply | RouterError]:
        return [await one(wanted) for wanted in requests]

    return run_virtual(run())


def test_an_answer_has_vectors_and_what_the_call_came_to() -> None:
    fixture = router_fixture(targets=(SMALL,))
    (reply,) = embed(fixture, asked())
    assert isinstance(reply, EmbeddingReply)
    assert [vector.tolist() for vector in reply.vectors] == [[0.0, 1.0], [1.0, 1.0]]
    assert (reply.provider, reply.model, reply.request_id) == ("openai", "text-embedding-3-small", "q-1")
    assert float(reply.cost_usd or 0) == pytest.approx(1000 * USD_PER_TOKEN)
    assert [attempt.outcome for attempt in reply.attempts] == ["ok"]


def test_a_call_is_recorded_like_any_other_by_the_name_of_its_operation() -> None:
    fixture = router_fixture(targets=(SMALL,))
    with attribution(team="search", tags={"release": "7"}):
        embed(fixture, asked(project="answers", end_user="u-1"))
    (record,) = fixture.records.requests
    assert (record.operation, record.requested_model, record.strategy) == ("embeddings", "chat", "cost-first")
    assert (record.input_tokens, record.output_tokens, record.usage_source) == (1000, 0, "provider")
    assert (record.stream, record.ttft_ms, record.latency_ms, record.status) == (False, None, 1000.0, "ok")
    assert (record.team, record.project, record.end_user, record.tags) == ("search", "answers", "u-1", {"release": "7"})
    assert record.cost_estimated == pytest.approx(1000 * USD_PER_TOKEN)
    assert (record.cost_source, record.unpriced_reason) == ("list", None)
    (attempt,) = fixture.records.attempts
    assert (attempt.outcome, attempt.input_tokens, attempt.output_tokens) == ("ok", 1000, 0)


def test_a_failed_target_gives_way_to_the_next() -> None:
    fixture = router_fixture(targets=(SMALL, SAME_AT_AZURE), openai=[Unavailable("down", 503)])
    (reply,) = embed(fixture, asked(strategy="fixed"))
    assert isinstance(reply, EmbeddingReply)
    assert reply.provider == "azure.ai.openai"
    assert fixture.records.outcomes() == [("openai", "error", "unavailable"), ("azure.ai.openai", "ok", None)]


def test_a_500_is_tried_once_more() -> None:
    fixture = router_fixture(targets=(SMALL, SAME_AT_AZURE), openai=[ServerFailed("oops", 500)])
    (reply,) = embed(fixture, asked(strategy="fixed"))
    assert isinstance(reply, EmbeddingReply)
    assert fixture.provider.seen == {"openai": 2}


def test_failures_open_the_circuit_of_the_target() -> None:
    fixture = router_fixture(targets=(SMALL, SAME_AT_AZURE), openai=[Unavailable("down", 503)] * 9)
    embed(fixture, *(asked(number, strategy="fixed") for number in range(6)))
    assert ("openai", "skipped", None) in fixture.records.outcomes()
    assert fixture.provider.seen["openai"] < 6


def test_the_last_target_is_asked_again() -> None:
    fixture = router_fixture(targets=(SMALL,), openai=[Unavailable("down", 503)])
    (reply,) = embed(fixture, asked())
    assert isinstance(reply, EmbeddingReply)
    assert fixture.provider.seen == {"openai": 2}


def test_the_deadline_ends_a_call_and_what_was_sent_is_estimated() -> None:
    fixture = router_fixture(targets=(SMALL,), deadline_s=4.0, openai=[SILENCE])
    (error,) = embed(fixture, asked(inputs=["x" * 4000]))
    assert isinstance(error, DeadlineExceeded)
    (record,) = fixture.records.requests
    assert (record.operation, record.status, record.error_type) == ("embeddings", "error", "deadline_exceeded")
    assert (record.input_tokens, record.output_tokens, record.usage_source) == (1000, 0, "estimated")
    assert record.cost_estimated == pytest.approx(1000 * USD_PER_TOKEN)


def test_vectors_that_could_not_be_read_are_paid_for() -> None:
    used = Partial(usage=Usage(input_tokens=500, output_tokens=0), is_final=True)
    fixture = router_fixture(targets=(SMALL, SAME_AT_AZURE), openai=[StreamCut("no", partial=used)])
    embed(fixture, asked(strategy="fixed"))
    (record,) = fixture.records.requests
    assert record.cost_estimated == pytest.approx((500 + 1000) * USD_PER_TOKEN)
    assert [attempt.cost_estimated for attempt in fixture.records.attempts] == [
        pytest.approx(500 * USD_PER_TOKEN),
        pytest.approx(1000 * USD_PER_TOKEN),
    ]


def test_an_unknown_price_stays_unknown() -> None:
    fixture = router_fixture(targets=(Target(provider="vllm", model="acme-vectors"),))
    (reply,) = embed(fixture, asked())
    assert isinstance(reply, EmbeddingReply)
    assert reply.cost_usd is None
    (record,) = fixture.records.requests
    assert (record.cost_estimated, record.unpriced_reason) == (None, "model")


def test_cost_first_compares_prices_of_input_though_nobody_has_counted_it() -> None:
    fixture = router_fixture(targets=(LARGE, SMALL))
    (reply,) = embed(fixture, asked())
    assert isinstance(reply, EmbeddingReply)
    assert reply.model == "text-embedding-3-small"


@pytest.mark.parametrize(
    ("inputs", "tokens"),
    [(["x" * 10, "y"], 3 + 1), ([[1, 2, 3], [4]], 4), (["x" * 4, [7, 8]], 3)],
)
def test_what_nobody_counted_is_estimated_from_what_is_sent(inputs: list[Any], tokens: int) -> None:
    fixture = router_fixture(targets=(SMALL,))
    dear = asked(1, inputs, max_cost_usd=0)
    (error,) = embed(fixture, dear)
    assert isinstance(error, NoTargetFits)
    assert error.hint.endswith(f"${tokens * 0.02 / 1e6:.8f}".rstrip("0"))


def test_a_wire_without_embeddings_is_not_asked() -> None:
    class ChatAlone:
        """A provider as they were before."""

        def __init__(self, scripted: ScriptedProvider) -> None:
            self.complete, self.stream = scripted.complete, scripted.stream

    records, scripted = RecordingRecorder(), ScriptedProvider({})
    providers: dict[str, Provider] = {"anthropic": ChatAlone(scripted), "openai": scripted}

    def fixture(*targets: Target) -> RouterFixture:
        router = Router(chat(targets), providers, records, clock=lambda: START_US)
        return RouterFixture(records, scripted, router)

    (error,) = embed(fixture(CLAUDE), asked())
    assert isinstance(error, NoTargetFits)
    assert error.hint == "anthropic/claude-haiku-4-5 cannot do embeddings: its wire has none"
    assert scripted.seen == {}
    (record,) = records.requests
    assert (record.operation, record.status, record.error_type, record.attempts, record.cost_estimated) == (
        *("embeddings", "error", "no_target_fits", 0, None),
    )
    (reply,) = embed(fixture(CLAUDE, SMALL), asked(strategy="fixed"))
    assert isinstance(reply, EmbeddingReply)
    assert scripted.seen == {"openai": 1}


def test_a_target_whose_capabilities_are_others_is_not_asked() -> None:
    fixture = router_fixture(targets=(replace(SMALL, capabilities=frozenset({"tools", "json"})), SAME_AT_AZURE))
    (reply,) = embed(fixture, asked(strategy="fixed"))
    assert isinstance(reply, EmbeddingReply)
    assert fixture.provider.seen == {"azure.ai.openai": 1}


def test_a_team_embeds_with_its_own_providers_alone() -> None:
    config = replace(chat((SMALL, SAME_AT_AZURE)), teams={"law": frozenset({"azure.ai.openai"})})
    fixture = router_fixture(config=config)
    embed(fixture, asked(strategy="fixed", team="law"))
    assert fixture.provider.seen == {"azure.ai.openai": 1}


def test_a_list_of_tokens_that_no_window_holds_goes_to_a_larger_one() -> None:
    narrow, wide = replace(SMALL, context_tokens=3), replace(SAME_AT_AZURE, context_tokens=8)
    fixture = router_fixture(targets=(narrow, wide))
    embed(fixture, asked(inputs=[[1, 2, 3], [1, 2, 3, 4]], strategy="fixed"))
    assert fixture.provider.seen == {"azure.ai.openai": 1}
    embed(fixture, asked(2, inputs=[[1, 2, 3], [1, 2, 3]], strategy="fixed"))  # each input by itself
    assert fixture.provider.seen == {"azure.ai.openai": 1, "openai": 1}


def test_a_text_that_is_too_long_goes_to_a_larger_window() -> None:
    narrow, wide = replace(SMALL, context_tokens=100), replace(SAME_AT_AZURE, context_tokens=8000)
    fixture = router_fixture(targets=(narrow, wide), openai=[ContextTooLong("too long", 400)])
    (reply,) = embed(fixture, asked(strategy="fixed"))
    assert isinstance(reply, EmbeddingReply)
    assert fixture.records.outcomes() == [("openai", "error", "context_too_long"), ("azure.ai.openai", "ok", None)]


def test_all_that_failed_is_told() -> None:
    fixture = router_fixture(targets=(SMALL,), openai=[StreamCut("2 vectors for 3 inputs")] * 9)
    (error,) = embed(fixture, asked())
    assert isinstance(error, AllTargetsFailed)
    assert "2 vectors for 3 inputs" in str(error)


def hedging() -> RouterFixture:
    """A router that hedges and has seen twenty-five batches of one text take a second each."""
    quick = replace(SMALL, expected_ttft_ms=100)
    slow = replace(SAME_AT_AZURE, expected_ttft_ms=5000, expected_ms_per_output_token=1000)
    config = chat((quick, slow), "performance-first", deadline_s=900.0)
    settings = StrategySettings(explore_share=0.0)
    group = replace(config.groups["chat"], hedge=True, strategy_settings=settings)
    provider = ScriptedProvider({"openai": [*[1.0] * 25, 40.0], "azure.ai.openai": [0.5]})
    fixture = router_fixture(config=replace(config, groups={"chat": group}), provider=provider)
    embed(fixture, *(asked(number, ["one"]) for number in range(25)))
    assert set(fixture.provider.seen) == {"openai"}
    return fixture


def test_a_large_batch_is_not_late_because_small_ones_were_quick() -> None:
    one, many = hedging(), hedging()
    embed(one, asked(99, ["one"]))
    embed(many, asked(99, ["one"] * 500))
    assert one.provider.seen["azure.ai.openai"] == 1  # 40 s for one text: late, so a rival was asked
    assert many.provider.seen["azure.ai.openai"] == 0  # 40 s for five hundred: in time, and paid for once


def test_large_batches_do_not_make_a_target_slow_for_single_texts() -> None:
    as_expected_s = (SMALL.expected_ttft_ms + 500 * SMALL.expected_ms_per_output_token) / 1000
    fixture = router_fixture(targets=(replace(SMALL, attempt_timeout_s=60.0),), openai=[as_expected_s] * 20)
    embed(fixture, *(asked(number, ["one"] * 500) for number in range(20)))
    (reply,) = embed(fixture, asked(99, ["one"], max_latency_ms=900.0))
    assert isinstance(reply, EmbeddingReply)
    (error,) = embed(fixture, asked(100, ["one"] * 500, max_latency_ms=900.0))
    assert isinstance(error, NoTargetFits)


def test_chat_and_embeddings_share_a_router() -> None:
    fixture = router_fixture(targets=(SMALL,))
    (reply,) = fixture.ask(request(1))
    assert isinstance(reply, Reply)
    (vectors,) = embed(fixture, asked(2))
    assert isinstance(vectors, EmbeddingReply)
    assert [record.operation for record in fixture.records.requests] == ["chat", "embeddings"]


@pytest.mark.parametrize("inputs", ["one text", [1, 2, 3], [None], ["text", 5]])
def test_what_is_no_list_of_inputs_is_refused_at_once(inputs: Any) -> None:
    with pytest.raises(TypeError, match="inputs is a list"):
        asked(inputs=inputs)


def test_nothing_to_embed_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="nothing to embed"):
        asked(inputs=[])


def test_a_request_keeps_what_it_was_given() -> None:
    inputs: list[Any] = ["a", [1, 2]]
    wanted = asked(inputs=inputs)
    inputs.append("b")
    assert wanted.inputs == ("a", (1, 2))


def test_a_request_for_an_answer_is_what_it_was() -> None:
    assert Request(request_id="1", group="chat").operation == "chat"
    assert asyncio.run(router_fixture().router.close()) is None
