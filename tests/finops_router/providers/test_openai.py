"""The OpenAI wire against a server on loopback: real shapes, and everything that goes wrong on a wire."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from finops_router.calls import Delta, Message, Reply, Request, Target, Tool, ToolCall
from finops_router.errors import (
    ConfigError,
    ContextTooLong,
    ProviderError,
    RateLimited,
    Refused,
    Rejected,
    ServerFailed,
    StreamCut,
    Unavailable,
)
from finops_router.providers.known import KNOWN, connect
from finops_router.providers.sdk_errors import retry_after_s
from finops_router.providers.settings import ProviderSettings
from finops_router.router import Router

from tests.finops_router.providers.conftest import Server
from tests.finops_router.stage import Kept

KEY = "sk-test-0123456789abcdef"
USAGE = {
    "prompt_tokens": 1000,
    "completion_tokens": 50,
    "total_tokens": 1050,
    "prompt_tokens_details": {"cached_tokens": 600},
    "completion_tokens_details": {"reasoning_tokens": 20},
}
TARGET = Target(provider="openai", model="gpt-4o-mini")
ASK = Request(request_id="q", group="chat", messages=(Message(role="user", text="Hi"),), max_output_tokens=99)


def answer(**message: Any) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": "Hello"} | message, "finish_reason": "stop"}
    return {"id": "c-1", "object": "chat.completion", "created": 1, "model": "gpt-4o-mini-2024-07-18",
            "choices": [choice], "usage": USAGE}  # fmt: skip


def chunk(finish: str | None = None, **delta: Any) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    body = {"id": "c-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o-mini-2024-07-18"}
    return b"data: " + json.dumps(body | {"choices": [choice]}).encode() + b"\n\n"


def last_chunk() -> bytes:
    body = {"id": "c-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o-mini-2024-07-18"}
    return b"data: " + json.dumps(body | {"choices": [], "usage": USAGE}).encode() + b"\n\ndata: [DONE]\n\n"


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


def ask(server: Server, request: Request = ASK) -> Reply:
    provider = connect("openai", ProviderSettings(provider="openai", wire="openai", base_url=server.url))
    return asyncio.run(provider.complete(TARGET, request))


def pieces(server: Server) -> list[Delta | Reply]:
    provider = connect("openai", ProviderSettings(provider="openai", wire="openai", base_url=server.url))

    async def play() -> list[Delta | Reply]:
        async with aclosing(provider.stream(TARGET, ASK)) as stream:
            return [piece async for piece in stream]

    return asyncio.run(play())


def test_an_answer_with_its_inclusive_usage(server: Server) -> None:
    server.plays(200, answer())
    reply = ask(server)
    assert (reply.text, reply.model, reply.finish_reason) == ("Hello", "gpt-4o-mini-2024-07-18", "stop")
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
    server.plays(200, answer() | body)
    with pytest.raises(StreamCut):
        ask(server)


def test_tools_images_and_schemas_travel(server: Server) -> None:
    call = {"id": "t1", "type": "function", "function": {"name": "look", "arguments": '{"a":1}'}}
    server.plays(200, answer(content=None, tool_calls=[call]))
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
        (401, error("invalid_api_key", "no"), Unavailable),
        (404, error("model_not_found", "no"), Unavailable),
        (400, error("context_length_exceeded", "This model's maximum context length is 8192"), ContextTooLong),
        (400, error("content_filter", "The response was filtered: content_filter"), Refused),
        (400, error("invalid_request_error", "no"), Rejected),
        (422, error("invalid_request_error", "no"), Rejected),
        (200, answer(refusal="I cannot help with that"), Refused),
        (0, b"", Unavailable),
        (200, b"not json", StreamCut),
    ],
)
def test_each_failure_is_one_of_ours_and_is_asked_once(
    server: Server, status: int, body: object, kind: type[ProviderError]
) -> None:
    server.plays(status, body)
    with pytest.raises(kind) as failed:
        ask(server)
    assert type(failed.value) is kind
    assert failed.value.http_status == (status if status > 200 else None)
    assert len(server.bodies) == 1


def test_what_the_provider_asks_to_wait_is_kept(server: Server) -> None:
    server.plays(429, error("rate_limit_exceeded", "slow down"), Retry_After="7")
    with pytest.raises(RateLimited) as failed:
        ask(server)
    assert failed.value.retry_after_s == 7


def test_retry_after_is_read_in_all_its_forms() -> None:
    now = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)
    assert retry_after_s({"retry-after": "Tue, 24 Nov 2026 12:00:30 GMT"}, now) == 30
    assert retry_after_s({"retry-after-ms": "1500", "retry-after": "9"}, now) == 1.5
    assert retry_after_s({"retry-after": "soon"}, now) is None
    assert retry_after_s({}, now) is None


def test_a_key_never_comes_back_in_an_error(server: Server) -> None:
    server.plays(401, error("invalid_api_key", f"Incorrect API key provided: {KEY}. Bearer {KEY}"))
    with pytest.raises(Unavailable) as failed:
        ask(server)
    assert KEY not in str(failed.value)


def test_a_stream_ends_in_the_whole_reply(server: Server) -> None:
    content = chunk(role="assistant", content="Hel") + chunk(content="lo") + chunk("stop") + last_chunk()
    server.plays(200, content)
    *deltas, reply = pieces(server)
    assert deltas == [Delta(text="Hel"), Delta(text="lo")]
    assert isinstance(reply, Reply)
    assert (reply.text, reply.finish_reason, reply.usage.cache_read_input_tokens) == ("Hello", "stop", 600)
    assert reply.ttft_ms is not None
    assert server.bodies[0]["stream_options"] == {"include_usage": True}


def test_a_finished_stream_without_done_is_whole(server: Server) -> None:
    server.plays(200, chunk(content="Hello") + chunk("stop"))
    reply = pieces(server)[-1]
    assert isinstance(reply, Reply)
    assert (reply.text, reply.usage.output_tokens) == ("Hello", 2)  # nobody told the usage: estimated


def test_tool_calls_are_put_together_from_their_pieces(server: Server) -> None:
    first = {"index": 0, "id": "t1", "type": "function", "function": {"name": "look", "arguments": '{"a"'}}
    second = {"index": 0, "function": {"arguments": ":1}"}}
    server.plays(200, chunk(tool_calls=[first]) + chunk(tool_calls=[second]) + chunk("tool_calls") + last_chunk())
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
    server.plays(200, content, **headers)
    with pytest.raises(kind):
        pieces(server)


def test_a_router_from_its_settings_alone(server: Server, tmp_path: Path) -> None:
    server.plays(200, answer())
    toml = tmp_path / "finops.toml"
    toml.write_text(
        f'[router.providers.openai]\nbase_url = "{server.url}"\n'
        '[[router.groups.chat.targets]]\nprovider = "openai"\nmodel = "gpt-4o-mini"\n'
    )
    kept = Kept()

    async def play() -> Reply:
        return await Router.from_toml(toml, kept).complete(ASK)

    assert asyncio.run(play()).text == "Hello"
    (record,) = kept.requests
    cost = (400 * 0.15 + 600 * 0.075 + 50 * 0.60) / 1e6
    assert (record.model, record.cost_estimated) == ("gpt-4o-mini-2024-07-18", pytest.approx(cost))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "No such provider: acme"),
        (ProviderSettings(provider="acme", wire="gopher"), "No such wire: gopher"),
        (ProviderSettings(provider="acme", wire="openai", api_key_env="NO_SUCH_VARIABLE"), "No key for acme"),
        (ProviderSettings(provider="acme", wire="openai", api_key_file=Path("/nowhere")), "cannot be read"),
    ],
)
def test_settings_that_lead_nowhere_are_refused(given: ProviderSettings | None, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        connect("acme", given)


def test_the_router_is_imported_without_any_sdk() -> None:
    code = "import sys, router; print(sorted({'openai', 'httpx2', 'genai_prices', 'duckdb'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_the_usual_providers_need_a_key_only() -> None:
    assert {settings.wire for settings in KNOWN.values()} == {"openai", "anthropic", "gemini", "bedrock"}
    assert KNOWN["vllm"].api_key_env is None
