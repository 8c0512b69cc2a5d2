"""Every client's wire against every target's wire: the same answer, plain and streamed, and what cannot be carried."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import anthropic
import openai
import pytest

from tests.finops_router.gateway.running import Running, group, provider, running
from tests.finops_router.gateway.sdk_clients import CLIENTS, Client
from tests.finops_router.providers.conftest import Server
from tests.finops_router.providers.wires import ANTHROPIC, GEMINI, OPENAI, RESPONSES, Wire

TARGETS = (OPENAI, replace(RESPONSES, name="openai-responses"), ANTHROPIC, GEMINI)
STOPS = {"openai": "tool_calls", "responses": "completed", "anthropic": "tool_use", "gemini": "STOP"}
CALLS = [("look", {"a": 1})]


@pytest.fixture(scope="module")
def gateway(upstream: Server) -> Iterator[Running]:
    """A group for each wire that targets speak, all of them at one server."""
    settings = "[router]\ndeadline_s = 3\n"
    for wire in TARGETS:
        settings += group((wire.name, wire.target.model), name=f"over-{wire.wire}")
    settings += group((OPENAI.name, OPENAI.target.model), (ANTHROPIC.name, ANTHROPIC.target.model), name="mixed")
    names = {wire.name: wire for wire in TARGETS}
    for name, wire in names.items():
        settings += provider(name, wire.wire, upstream.root + wire.path)
        settings += 'api_version = "v1beta"\n' if wire.wire == "gemini" else ""
    with running(settings) as found:
        yield found


def ready(upstream: Server) -> None:
    upstream.answers.clear()
    upstream.bodies.clear()
    upstream.paths.clear()


@pytest.mark.parametrize("is_streamed", [False, True], ids=["plain", "streamed"])
@pytest.mark.parametrize("wire", TARGETS, ids=lambda wire: f"to-{wire.wire}")
@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: f"from-{client.wire}")
def test_any_client_is_answered_by_any_target(
    gateway: Running, upstream: Server, client: Client, wire: Wire, is_streamed: bool
) -> None:
    ready(upstream)
    if is_streamed:
        wire.streams(upstream, *wire.stream, then=b"data: [DONE]\n\n" if wire.wire == "openai" else b"")
    else:
        upstream.answers_with(200, wire.answer())
    gateway.records.requests.clear()
    read = (client.listen if is_streamed else client.ask)(gateway.root, f"over-{wire.wire}")
    assert (read.text, read.calls) == ("Hello", CALLS)
    assert (read.input_tokens, read.cached_tokens, read.output_tokens) == (1000, 600, 50)
    assert read.stop == STOPS[client.wire]
    (record,) = gateway.records.requests
    assert (record.input_tokens, record.cache_read_input_tokens, record.output_tokens) == (1000, 600, 50)
    (body,) = upstream.bodies
    assert "Look at this" in json.dumps(body)
    if client.wire != "openai":
        assert "Be brief." in json.dumps(body)


@pytest.mark.parametrize("wire", TARGETS, ids=lambda wire: f"to-{wire.wire}")
@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: f"from-{client.wire}")
def test_a_stream_that_breaks_off_is_an_error_for_every_client(
    gateway: Running, upstream: Server, client: Client, wire: Wire
) -> None:
    ready(upstream)
    wire.streams(upstream, *wire.stream[: -wire.end_events])
    with pytest.raises(client.errors):
        client.listen(gateway.root, f"over-{wire.wire}")


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: f"from-{client.wire}")
def test_errors_before_an_answer_are_those_of_the_client(gateway: Running, upstream: Server, client: Client) -> None:
    for ask in (client.ask, client.listen):
        with pytest.raises(client.errors, match="No such group"):
            ask(gateway.root, "nobody")


def test_what_cannot_be_carried_is_refused_before_anybody_is_asked(gateway: Running, upstream: Server) -> None:
    ready(upstream)
    client = openai.OpenAI(base_url=gateway.v1, api_key="x", max_retries=0)
    with pytest.raises(openai.BadRequestError, match="cannot carry logprobs"):
        client.chat.completions.create(
            model="over-anthropic", messages=[{"role": "user", "content": "Hi"}], logprobs=True
        )
    assert upstream.bodies == []
    upstream.answers_with(200, OPENAI.answer())
    answer = client.chat.completions.create(model="mixed", messages=[{"role": "user", "content": "Hi"}], logprobs=True)
    assert answer.choices[0].message.content == "Hello"
    assert upstream.bodies[0]["logprobs"] is True


def test_a_conversation_with_pictures_and_tools_crosses(gateway: Running, upstream: Server) -> None:
    ready(upstream)
    upstream.answers_with(200, ANTHROPIC.answer())
    call = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": '{"a":0}'}}
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    messages: Any = [
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "See"}, picture]},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": "seen"},
    ]
    schema: Any = {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "object"}}}
    openai.OpenAI(base_url=gateway.v1, api_key="x").chat.completions.create(
        model="over-anthropic", messages=messages, response_format=schema, stop=["END"], top_p=0.5,
        tool_choice="required", tools=[{"type": "function", "function": {"name": "look", "parameters": {}}}],
    )  # fmt: skip
    (body,) = upstream.bodies
    assert body["system"] == "Be brief."
    assert [turn["role"] for turn in body["messages"]] == ["user", "assistant", "user"]
    assert body["messages"][0]["content"][0]["source"]["data"] == "AAAA"
    assert body["messages"][1]["content"][0]["input"] == {"a": 0}
    assert (body["stop_sequences"], body["top_p"], body["tool_choice"]) == (["END"], 0.5, {"type": "any"})
    assert body["output_config"]["format"]["schema"] == {"type": "object"}


@pytest.mark.parametrize("asked", ["float", "base64"])
def test_embeddings(gateway: Running, upstream: Server, asked: Any) -> None:
    ready(upstream)
    vector = [0.5, -1.0]
    sent: Any = base64.b64encode(struct.pack("<2f", *vector)).decode() if asked == "base64" else vector
    upstream.answers_with(200, {
        "object": "list", "model": "gpt-new-9", "usage": {"prompt_tokens": 4, "total_tokens": 4},
        "data": [{"object": "embedding", "index": 0, "embedding": sent}],
    })  # fmt: skip
    client = openai.OpenAI(base_url=gateway.v1, api_key="x")
    found = client.embeddings.create(model="over-openai", input="a fox", encoding_format=asked)
    assert found.usage.prompt_tokens == 4
    assert upstream.bodies[0]["encoding_format"] == asked
    assert found.data[0].embedding in (vector, sent)


def test_embeddings_of_another_wire(gateway: Running, upstream: Server) -> None:
    ready(upstream)
    upstream.answers_with(200, {"embeddings": [{"values": [0.5, -1.0]}, {"values": [1.0, 2.0]}]})
    client = openai.OpenAI(base_url=gateway.v1, api_key="x")
    found = client.embeddings.create(model="over-gemini", input=["a fox", "a goose"], dimensions=2)
    assert [one.embedding for one in found.data] == [[0.5, -1.0], [1.0, 2.0]]


def test_tokens_are_counted_by_anthropic_or_about(gateway: Running, upstream: Server) -> None:
    ready(upstream)
    upstream.answers_with(200, {"input_tokens": 14})
    client = anthropic.Anthropic(base_url=gateway.root, api_key="x")
    asked: Any = [{"role": "user", "content": "Hello, how are you?"}]
    assert client.messages.count_tokens(model="over-anthropic", messages=asked).input_tokens == 14
    assert upstream.paths == ["/v1/messages/count_tokens"]
    raw = client.messages.with_raw_response.count_tokens(model="over-openai", messages=asked)
    assert raw.headers["x-finops-estimated"] == "true"
    assert 5 < raw.parse().input_tokens < 30
    assert len(upstream.bodies) == 1
