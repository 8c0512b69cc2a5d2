"""OpenAI's chat completions: what is sent, what it calls its failures, and how its imitators differ."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from finops_router.calls import Delta, Message, Reply, Request, Target, Tool, ToolCall
from finops_router.errors import (
    ContextTooLong,
    Declined,
    KeyRefused,
    ModelUnknown,
    ProviderError,
    RateLimited,
    Refused,
    Rejected,
    ServerFailed,
    StreamCut,
    Unavailable,
)
from finops_router.providers.known import connect
from finops_router.providers.settings import ProviderSettings
from finops_router.router import Router

from tests.finops_router.providers.conftest import KEY, Server
from tests.finops_router.providers.wires import OPENAI_LAST, openai_answer, openai_chunk, sse
from tests.finops_router.router_fixture import RecordingRecorder

TARGET = Target(provider="openai", model="gpt-4o-mini")
ASK = Request(request_id="q", group="chat", messages=(Message(role="user", text="Hi"),), max_output_tokens=99)


def answer(**message: Any) -> dict[str, Any]:
    return openai_answer("stop", **({"tool_calls": None} | message))


def chunk(finish: str | None = None, **delta: Any) -> bytes:
    return sse(openai_chunk(finish, **delta))


def last_chunk() -> bytes:
    return sse(OPENAI_LAST) + b"data: [DONE]\n\n"


def ask(server: Server, request: Request = ASK) -> Reply:
    provider = connect("openai", ProviderSettings(provider="openai", wire="openai", base_url=server.url))
    return asyncio.run(provider.complete(TARGET, request))


def pieces(server: Server) -> list[Delta | Reply]:
    provider = connect("openai", ProviderSettings(provider="openai", wire="openai", base_url=server.url))

    async def run() -> list[Delta | Reply]:
        async with aclosing(provider.stream(TARGET, ASK)) as stream:
            return [piece async for piece in stream if isinstance(piece, Delta | Reply)]

    return asyncio.run(run())


def test_an_answer_with_its_inclusive_usage(server: Server) -> None:
    server.answers_with(200, answer())
    reply = ask(server)
    assert (reply.text, reply.model, reply.finish_reason) == ("Hello", "gpt-new-9", "stop")
    usage = reply.usage
    assert (usage.input_tokens, usage.cache_read_input_tokens) == (1000, 600)
    assert (usage.output_tokens, usage.reasoning_output_tokens) == (50, 20)
    assert server.bodies == [
        {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Hi"}], "max_completion_tokens": 99}
    ]
    assert server.keys == [f"Bearer {KEY}"]


@pytest.mark.parametrize(
    "body", [{"choices": [None]}, {"choices": "x"}, {"choices": [{"message": {"tool_calls": [{"function": None}]}}]}]
)
def test_an_answer_of_another_shape_is_a_failure_of_the_provider(server: Server, body: dict[str, Any]) -> None:
    server.answers_with(200, answer() | body)
    with pytest.raises(StreamCut):
        ask(server)


def test_tools_images_and_schemas_travel(server: Server) -> None:
    call = {"id": "t1", "type": "function", "function": {"name": "look", "arguments": '{"a":1}'}}
    server.answers_with(200, answer(content=None, tool_calls=[call]))
    request = Request(
        request_id="q", group="chat", json_schema={"type": "object"},
        messages=(
            Message(role="user", text="See", image_urls=("data:image/png;base64,AA==",)),
            Message(role="assistant", text="", tool_calls=(ToolCall(id="t0", name="look", arguments="{}"),)),
            Message(role="tool", text="seen", tool_call_id="t0"),
        ),
        tools=(Tool(name="look", description="Looks.", parameters={"type": "object"}),),
    )  # fmt: skip
    assert ask(server, request).tool_calls == (ToolCall(id="t1", name="look", arguments='{"a":1}'),)
    (body,) = server.bodies
    assert body["messages"][0]["content"][1]["image_url"]["url"].startswith("data:")
    assert body["messages"][1]["tool_calls"][0]["function"]["name"] == "look"
    assert body["messages"][2]["tool_call_id"] == "t0"
    assert body["tools"][0]["function"]["parameters"] == {"type": "object"}
    assert body["response_format"]["json_schema"]["schema"] == {"type": "object"}


def error(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "type": "x"}}


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (429, error("rate_limit_exceeded", "slow down"), RateLimited),
        (500, error("server_error", "oops"), ServerFailed),
        (502, error("server_error", "oops"), ServerFailed),
        (503, error("overloaded", "later"), Unavailable),
        (529, error("overloaded", "later"), Unavailable),
        (401, error("invalid_api_key", "no"), KeyRefused),
        (404, error("model_not_found", "no"), ModelUnknown),
        (400, error("context_length_exceeded", "This model's maximum context length is 8192"), ContextTooLong),
        (400, error("content_filter", "The response was filtered: content_filter"), Refused),
        (400, error("invalid_request_error", "no"), Declined),
        (422, error("invalid_request_error", "no"), Declined),
        (400, error("invalid_request_error", "'messages' must contain at least one message"), Rejected),
        (200, answer(refusal="I cannot help with that"), Refused),
        (0, b"", Unavailable),
        (200, b"not json", StreamCut),
    ],
)
def test_each_failure_is_one_of_ours_and_is_asked_once(
    server: Server, status: int, body: object, kind: type[ProviderError]
) -> None:
    server.answers_with(status, body)
    with pytest.raises(kind) as failed:
        ask(server)
    assert type(failed.value) is kind
    assert failed.value.http_status == (status if status > 200 else None)
    assert len(server.bodies) == 1


def test_what_the_provider_asks_to_wait_is_kept(server: Server) -> None:
    server.answers_with(429, error("rate_limit_exceeded", "slow down"), Retry_After="7")
    with pytest.raises(RateLimited) as failed:
        ask(server)
    assert failed.value.retry_after_s == 7


def test_a_key_never_comes_back_in_an_error(server: Server) -> None:
    server.answers_with(401, error("invalid_api_key", f"Incorrect API key provided: {KEY}. Bearer {KEY}"))
    with pytest.raises(Unavailable) as failed:
        ask(server)
    assert KEY not in str(failed.value)


def test_a_stream_ends_in_the_whole_reply(server: Server) -> None:
    content = chunk(role="assistant", content="Hel") + chunk(content="lo") + chunk("stop") + last_chunk()
    server.answers_with(200, content)
    *deltas, reply = pieces(server)
    assert deltas == [Delta(text="Hel"), Delta(text="lo")]
    assert isinstance(reply, Reply)
    assert (reply.text, reply.finish_reason, reply.usage.cache_read_input_tokens) == ("Hello", "stop", 600)
    assert reply.ttft_ms is not None
    assert server.bodies[0]["stream_options"] == {"include_usage": True}


def test_a_finished_stream_without_done_is_whole(server: Server) -> None:
    server.answers_with(200, chunk(content="Hello") + chunk("stop"))
    reply = pieces(server)[-1]
    assert isinstance(reply, Reply)
    assert (reply.text, reply.usage.output_tokens) == ("Hello", 2)  # nobody reported the usage: estimated


def test_tool_calls_are_put_together_from_their_pieces(server: Server) -> None:
    first = {"index": 0, "id": "t1", "type": "function", "function": {"name": "look", "arguments": '{"a"'}}
    second = {"index": 0, "function": {"arguments": ":1}"}}
    server.answers_with(
        200, chunk(tool_calls=[first]) + chunk(tool_calls=[second]) + chunk("tool_calls") + last_chunk()
    )
    (reply,) = pieces(server)
    assert isinstance(reply, Reply)
    assert reply.tool_calls == (ToolCall(id="t1", name="look", arguments='{"a":1}'),)


@pytest.mark.parametrize(
    ("content", "headers", "kind"),
    [
        (chunk(content="Hel"), {}, StreamCut),
        (chunk(content="Hel") + b"data: [DONE]\n\n", {}, StreamCut),
        (chunk(content="Hel") + b"data: {broken\n\n" + last_chunk(), {}, StreamCut),
        (chunk(content="Hel"), {"Content_Length": "9999"}, StreamCut),
        (chunk(content="Hel") + chunk("content_filter") + last_chunk(), {}, Refused),
    ],
    ids=["ends", "done-without-finish", "malformed", "cut", "filtered"],
)
def test_a_stream_that_is_not_whole_is_no_answer(
    server: Server, content: bytes, headers: dict[str, str], kind: type[ProviderError]
) -> None:
    server.answers_with(200, content, **headers)
    with pytest.raises(kind):
        pieces(server)


def test_a_router_from_its_settings_alone(server: Server, tmp_path: Path) -> None:
    server.answers_with(200, answer() | {"model": "gpt-4o-mini-2024-07-18"})
    toml = tmp_path / "finops.toml"
    toml.write_text(
        f'[router.providers.openai]\nbase_url = "{server.url}"\n'
        '[[router.groups.chat.targets]]\nprovider = "openai"\nmodel = "gpt-4o-mini"\n'
    )
    records = RecordingRecorder()

    async def run() -> Reply:
        return await Router.from_toml(toml, records).complete(ASK)

    assert asyncio.run(run()).text == "Hello"
    (record,) = records.requests
    cost = (400 * 0.15 + 600 * 0.075 + 50 * 0.60) / 1e6
    assert record.model == "gpt-4o-mini-2024-07-18"
    assert record.cost_estimated == pytest.approx(cost)


def test_a_tool_call_without_arguments_has_an_empty_object(server: Server) -> None:
    call = {"id": "t1", "type": "function", "function": {"name": "look", "arguments": ""}}
    server.answers_with(200, answer(content=None, tool_calls=[call]))
    reply = ask(server)
    assert reply.tool_calls == (ToolCall(id="t1", name="look", arguments="{}"),)
    assert reply.finish_reason == "tool_calls"  # it was 'stop', as of a tool that was forced


@pytest.mark.parametrize(("stop", "finish_reason"), [("eos", "eos"), ("function_call", "tool_calls")])
def test_reasons_of_servers_that_imitate_it_pass(server: Server, stop: str, finish_reason: str) -> None:
    server.answers_with(200, openai_answer(stop))
    assert ask(server).finish_reason == finish_reason
