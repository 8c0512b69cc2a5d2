"""The official OpenAI SDK as a client of the gateway: what it sends and reads, and that all of it is accounted for."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import openai
import pytest

from tests.finops_router.gateway.conftest import Wall
from tests.finops_router.gateway.running import Running, group, provider, running
from tests.finops_router.providers.conftest import Server
from tests.finops_router.providers.wires import OPENAI, openai_answer, sse
from tests.finops_router.scenarios.misbehaving import ANSWER, INPUT_TOKENS, OUTPUT_TOKENS

HELLO: Any = [{"role": "user", "content": "Hello"}]
COST_USD = INPUT_TOKENS * Decimal("1e-6") + OUTPUT_TOKENS * Decimal("2e-6")


@pytest.fixture
def client(walled: Running, wall: Wall) -> openai.OpenAI:
    wall.reset()
    walled.records.requests.clear()
    walled.records.attempts.clear()
    return openai.OpenAI(base_url=walled.v1, api_key="anything")


def ask(client: openai.OpenAI, model: str, **more: Any) -> Any:
    return client.chat.completions.create(model=model, messages=HELLO, **more)


def words(stream: Any) -> str:
    return "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)


def test_a_plain_answer_is_the_providers_own_and_is_recorded(client: openai.OpenAI, walled: Running) -> None:
    raw = client.chat.completions.with_raw_response.create(
        model="ok", messages=HELLO, extra_headers={"x-finops-team": "search", "x-finops-tags": "feature=chat, a=b"},
        user="customer-17",
    )  # fmt: skip
    answer = raw.parse()
    assert (answer.choices[0].message.content, answer.id, answer.model) == (ANSWER, "c-1", "ok")
    (record,) = walled.records.requests
    assert (record.team, record.tags, record.end_user) == ("search", {"feature": "chat", "a": "b"}, "customer-17")
    assert (record.input_tokens, record.output_tokens) == (INPUT_TOKENS, OUTPUT_TOKENS)
    assert raw.headers["x-finops-provider"] == "wall"
    assert raw.headers["x-request-id"] == record.request_id
    assert Decimal(raw.headers["x-finops-cost-usd"]) == COST_USD == Decimal(str(record.cost_estimated))


@pytest.mark.parametrize("asks_counts", [True, False])
def test_a_stream_has_its_counts_if_the_client_asked_and_is_counted_anyway(
    client: openai.OpenAI, walled: Running, asks_counts: bool
) -> None:
    more = {"stream_options": {"include_usage": True}} if asks_counts else {}
    chunks = list(ask(client, "ok", stream=True, **more))
    assert words(chunks) == ANSWER
    assert [chunk.usage.total_tokens for chunk in chunks if chunk.usage] == [80] * asks_counts
    (record,) = walled.records.requests
    assert (record.input_tokens, record.output_tokens, record.stream) == (INPUT_TOKENS, OUTPUT_TOKENS, True)


def test_a_target_that_is_down_is_replaced_and_a_target_can_be_named(client: openai.OpenAI, walled: Running) -> None:
    assert ask(client, "chat").choices[0].message.content == ANSWER
    assert ask(client, "wall/ok").choices[0].message.content == ANSWER
    assert [record.requested_model for record in walled.records.requests] == ["chat", "wall/ok"]


@pytest.mark.parametrize(
    ("model", "kind", "code"),
    [
        ("nobody", openai.NotFoundError, "model_not_found"),
        ("filtered", openai.BadRequestError, "content_filter"),
        ("too-long", openai.BadRequestError, "context_length_exceeded"),
        ("down", openai.InternalServerError, "all_targets_failed"),
        ("echo-401", openai.InternalServerError, "all_targets_failed"),
    ],
)
def test_errors_are_those_of_the_sdk(
    client: openai.OpenAI, wall: Wall, model: str, kind: type[openai.APIStatusError], code: str
) -> None:
    with pytest.raises(kind) as failed:
        ask(client, model)
    assert failed.value.code == code
    asked = len(wall.ledger())
    assert asked <= 4, "the SDK repeated what the router had tried"
    assert "sk-test" not in str(failed.value)


@pytest.mark.parametrize("model", ["cut", "cut-then-ok", "malformed"])
def test_a_stream_that_breaks_off_ends_in_an_error(client: openai.OpenAI, walled: Running, model: str) -> None:
    stream, got = ask(client, model, stream=True), []
    with pytest.raises(openai.APIError):
        got.extend(stream)
    assert ANSWER.startswith(words(got))
    assert len(words(got)) < len(ANSWER)
    (record,) = walled.records.requests
    assert (record.status, record.error_type) == ("error", "stream_cut")
    assert record.output_tokens, "what came was paid"


def test_every_request_is_accounted_for_to_the_last_digit(client: openai.OpenAI, walled: Running, wall: Wall) -> None:
    for number in range(20):
        if number % 2:
            ask(client, "ok")
        else:
            list(ask(client, "ok", stream=True))
    charged = sum(one["output_tokens"] for one in wall.ledger())
    records = walled.records.requests
    assert sum(record.output_tokens or 0 for record in records) == charged == 20 * OUTPUT_TOKENS
    assert sum(Decimal(str(record.cost_estimated)) for record in records) == 20 * COST_USD


def test_unknown_fields_pass_untouched_both_ways(upstream: Server) -> None:
    upstream.bodies.clear()
    upstream.answers[:] = []
    upstream.answers_with(200, openai_answer("stop") | {"x_own": {"deep": [1, 2.50]}})
    with running(group(("mine", "m-1")) + provider("mine", "openai", upstream.url)) as gateway:
        client = openai.OpenAI(base_url=gateway.v1, api_key="anything")
        answer = ask(client, "chat", n=2, logprobs=True, seed=7, extra_body={"x_new": {"a": [1, None]}})
    assert answer.x_own == {"deep": [1, 2.5]}
    (body,) = upstream.bodies
    assert body["model"] == "m-1"
    assert (body["n"], body["logprobs"], body["seed"], body["x_new"]) == (2, True, 7, {"a": [1, None]})
    assert "anything" not in json.dumps(upstream.headers)


def test_a_native_stream_is_passed_on_byte_for_byte(upstream: Server) -> None:
    import urllib.request

    upstream.answers[:] = []
    content = sse(*OPENAI.stream) + b"data: [DONE]\n\n"
    upstream.answers_with(200, content)
    with running(group(("mine", "m-1")) + provider("mine", "openai", upstream.url)) as gateway:
        body = {"model": "chat", "messages": HELLO, "stream": True, "stream_options": {"include_usage": True}}
        request = urllib.request.Request(f"{gateway.v1}/chat/completions", json.dumps(body).encode())
        with urllib.request.urlopen(request) as answer:
            assert answer.read() == content
