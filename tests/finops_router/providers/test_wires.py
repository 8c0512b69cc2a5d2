"""Anthropic, Gemini and Bedrock by their real SDKs against recorded shapes: answers, streams, and what goes wrong."""

from __future__ import annotations

import asyncio
import binascii
import json
import struct
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
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
from finops_router.providers import Closing, Provider
from finops_router.providers.known import connect
from finops_router.providers.settings import ProviderSettings

from tests.finops_router.providers.conftest import Server

TOOL = Tool(name="look", description="Looks.", parameters={"type": "object", "properties": {"a": {"type": "integer"}}})
ASK = Request(
    request_id="q", group="chat", max_output_tokens=99, tools=(TOOL,),
    messages=(
        Message(role="system", text="Be brief."),
        Message(role="user", text="See", image_urls=("data:image/png;base64,AAAA",)),
        Message(role="assistant", text="", tool_calls=(
            ToolCall(id="t0", name="look", arguments='{"a":0}'), ToolCall(id="t1", name="look", arguments=""))),
        Message(role="tool", text="seen", tool_call_id="t0"),
        Message(role="tool", text="too", tool_call_id="t1"),
    ),
)  # fmt: skip


def sse(*events: dict[str, Any]) -> bytes:
    return b"".join(
        (f"event: {event['type']}\n" if "type" in event else "").encode()
        + b"data: " + json.dumps(event).encode() + b"\n\n"
        for event in events
    )  # fmt: skip


def frames(*events: tuple[str, dict[str, Any]]) -> bytes:
    """Encode events as application/vnd.amazon.eventstream: prelude, its CRC, headers, payload, CRC of all."""
    out = b""
    for name, payload in events:
        kind = "exception" if name.endswith("Exception") else "event"
        told = {f":{kind}-type": name, ":content-type": "application/json", ":message-type": kind}
        headers = b"".join(
            bytes([len(key)]) + key.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
            for key, value in told.items()
        )
        body = json.dumps(payload).encode()
        prelude = struct.pack(">II", 16 + len(headers) + len(body), len(headers))
        message = prelude + struct.pack(">I", binascii.crc32(prelude)) + headers + body
        out += message + struct.pack(">I", binascii.crc32(message))
    return out


@dataclass(frozen=True)
class Wire:
    """One protocol: how it says the same answer plain and streamed, and how its errors look."""

    name: str
    target: Target
    answer: Callable[..., dict[str, Any]]
    stream: tuple[Any, ...]
    encode: Callable[..., bytes]
    error: Callable[[str], dict[str, Any]]
    refused: str

    def provider(self, server: Server) -> Provider:
        settings = ProviderSettings(
            provider=self.name, wire="", base_url=server.root, api_version="v1beta", region="eu-central-1"
        )
        return connect(self.name, replace(settings, wire=WIRE_OF[self.name]))


WIRE_OF = {"anthropic": "anthropic", "gcp.gemini": "gemini", "aws.bedrock": "bedrock"}
A_USAGE = {
    "input_tokens": 300, "cache_read_input_tokens": 600, "cache_creation_input_tokens": 100, "output_tokens": 50,
    "cache_creation": {"ephemeral_5m_input_tokens": 60, "ephemeral_1h_input_tokens": 40}, "service_tier": "standard",
}  # fmt: skip


def anthropic_answer(stop: str = "end_turn") -> dict[str, Any]:
    content = [
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        {"type": "text", "text": "Hello"},
        {"type": "tool_use", "id": "t9", "name": "look", "input": {"a": 1}},
    ]
    return {"id": "m-1", "type": "message", "role": "assistant", "model": "claude-new-9", "content": content,
            "stop_reason": stop, "stop_sequence": None, "usage": A_USAGE}  # fmt: skip


def block(index: int, kind: str, **rest: Any) -> dict[str, Any]:
    return {"type": kind, "index": index, **rest}


ANTHROPIC = Wire(
    name="anthropic",
    target=Target(provider="anthropic", model="claude-new-9"),
    answer=anthropic_answer,
    stream=(
        {"type": "message_start", "message": anthropic_answer() | {"content": [], "stop_reason": None}},
        {"type": "ping"},
        block(0, "content_block_start", content_block={"type": "text", "text": ""}),
        block(0, "content_block_delta", delta={"type": "text_delta", "text": "Hel"}),
        block(0, "content_block_delta", delta={"type": "text_delta", "text": "lo"}),
        block(0, "content_block_stop"),
        block(1, "content_block_start", content_block={"type": "tool_use", "id": "t9", "name": "look", "input": {}}),
        block(1, "content_block_delta", delta={"type": "input_json_delta", "partial_json": '{"a"'}),
        block(1, "content_block_delta", delta={"type": "input_json_delta", "partial_json": ": 1}"}),
        block(1, "content_block_stop"),
        {"type": "message_delta", "delta": {"stop_reason": "tool_use", "stop_sequence": None},
         "usage": {"output_tokens": 50}},
        {"type": "message_stop"},
    ),
    encode=sse,
    error=lambda message: {"type": "error", "error": {"type": "x", "message": message}},
    refused="refusal",
)  # fmt: skip
G_USAGE = {"promptTokenCount": 1000, "cachedContentTokenCount": 600, "candidatesTokenCount": 30,
           "thoughtsTokenCount": 20, "totalTokenCount": 1050}  # fmt: skip


def gemini_answer(stop: str = "STOP", *parts: dict[str, Any]) -> dict[str, Any]:
    parts = parts or ({"text": "hm", "thought": True}, {"text": "Hello"},
                      {"functionCall": {"name": "look", "args": {"a": 1}, "id": "t9"}})  # fmt: skip
    candidate: dict[str, Any] = {"content": {"role": "model", "parts": list(parts)}, "index": 0}
    if stop:
        candidate["finishReason"] = stop
    return {"candidates": [candidate], "usageMetadata": G_USAGE, "modelVersion": "gemini-new-9", "responseId": "m-1"}


GEMINI = Wire(
    name="gcp.gemini",
    target=Target(provider="gcp.gemini", model="gemini-new-9"),
    answer=gemini_answer,
    stream=(
        gemini_answer("", {"text": "Hel"}),
        gemini_answer("", {"text": "lo"}),
        gemini_answer("STOP", {"functionCall": {"name": "look", "args": {"a": 1}, "id": "t9"}}),
    ),
    encode=sse,
    error=lambda message: {"error": {"code": 0, "message": message, "status": "X"}},
    refused="SAFETY",
)
B_USAGE = {"inputTokens": 300, "outputTokens": 50, "totalTokens": 1050, "cacheReadInputTokens": 600,
           "cacheWriteInputTokens": 100}  # fmt: skip


def bedrock_answer(stop: str = "end_turn") -> dict[str, Any]:
    content = [{"text": "Hello"}, {"toolUse": {"toolUseId": "t9", "name": "look", "input": {"a": 1}}}]
    return {"output": {"message": {"role": "assistant", "content": content}}, "stopReason": stop, "usage": B_USAGE,
            "metrics": {"latencyMs": 5}}  # fmt: skip


BEDROCK = Wire(
    name="aws.bedrock",
    target=Target(provider="aws.bedrock", model="anthropic.claude-new-9"),
    answer=bedrock_answer,
    stream=(
        ("messageStart", {"role": "assistant"}),
        ("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "Hel"}}),
        ("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "lo"}}),
        ("contentBlockStop", {"contentBlockIndex": 0}),
        ("contentBlockStart", {"contentBlockIndex": 1, "start": {"toolUse": {"toolUseId": "t9", "name": "look"}}}),
        ("contentBlockDelta", {"contentBlockIndex": 1, "delta": {"toolUse": {"input": '{"a": 1}'}}}),
        ("messageStop", {"stopReason": "tool_use"}),
        ("metadata", {"usage": B_USAGE, "metrics": {"latencyMs": 5}}),
    ),
    encode=frames,
    error=lambda message: {"message": message},
    refused="guardrail_intervened",
)
WIRES = (ANTHROPIC, GEMINI, BEDROCK)
each_wire = pytest.mark.parametrize("wire", WIRES, ids=[wire.name for wire in WIRES])


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ANTHROPIC_API_KEY", "GEMINI_API_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "key-0123456789abcdef")


def ask(wire: Wire, server: Server, request: Request = ASK) -> Reply:
    async def go() -> Reply:
        provider = wire.provider(server)
        try:
            return await provider.complete(wire.target, request)
        finally:
            if isinstance(provider, Closing):
                await provider.close()

    return asyncio.run(go())


def listen(wire: Wire, server: Server) -> list[Delta | Reply]:
    async def go() -> list[Delta | Reply]:
        provider = wire.provider(server)
        try:
            async with aclosing(provider.stream(wire.target, ASK)) as pieces:
                return [piece async for piece in pieces]
        finally:
            if isinstance(provider, Closing):
                await provider.close()

    return asyncio.run(go())


def is_the_answer(wire: Wire, reply: Delta | Reply) -> None:
    assert isinstance(reply, Reply)
    assert (reply.text, reply.model) == ("Hello", wire.target.model)
    (call,) = reply.tool_calls
    assert (call.id, call.name, json.loads(call.arguments)) == ("t9", "look", {"a": 1})
    usage = reply.usage
    assert (usage.input_tokens, usage.cache_read_input_tokens, usage.output_tokens) == (1000, 600, 50)
    if wire is ANTHROPIC:
        assert (usage.cache_write_input_tokens, usage.cache_write_1h_input_tokens) == (100, 40)
    if wire is GEMINI:
        assert usage.reasoning_output_tokens == 20


@each_wire
def test_an_answer_with_its_inclusive_usage(wire: Wire, server: Server) -> None:
    server.plays(200, wire.answer())
    is_the_answer(wire, ask(wire, server))
    (body,) = server.bodies
    assert "Be brief." in json.dumps([body.get("system"), body.get("systemInstruction")])
    turns = body.get("messages") or body["contents"]
    assert [turn["role"] for turn in turns] == ["user", "model" if wire is GEMINI else "assistant", "user"]
    assert len(turns[0].get("content") or turns[0]["parts"]) == 2  # the picture and the question
    assert len(turns[2].get("content") or turns[2]["parts"]) == 2  # both tools in one turn
    assert "look" in json.dumps(body.get("tools") or body["toolConfig"])
    assert "99" in json.dumps([body.get(key) for key in ("max_tokens", "generationConfig", "inferenceConfig")])


@each_wire
def test_a_stream_ends_in_the_whole_reply(wire: Wire, server: Server) -> None:
    kind = {"Kind": "application/vnd.amazon.eventstream"} if wire is BEDROCK else {}
    server.plays(200, wire.encode(*wire.stream), **kind)
    *deltas, reply = listen(wire, server)
    assert deltas == [Delta(text="Hel"), Delta(text="lo")]
    is_the_answer(wire, reply)
    assert isinstance(reply, Reply)
    assert reply.finish_reason == "tool_calls"
    assert reply.ttft_ms is not None


@each_wire
@pytest.mark.parametrize("kept", [1, 2, -1])
def test_a_stream_without_its_end_is_no_answer(wire: Wire, kept: int, server: Server) -> None:
    kind = {"Kind": "application/vnd.amazon.eventstream"} if wire is BEDROCK else {}
    events = wire.stream[:kept] if wire is not BEDROCK or kept > 0 else wire.stream[:-2]
    server.plays(200, wire.encode(*events), **kind)
    with pytest.raises(StreamCut):
        listen(wire, server)


@each_wire
def test_a_piece_that_cannot_be_read_is_no_answer(wire: Wire, server: Server) -> None:
    kind = {"Kind": "application/vnd.amazon.eventstream"} if wire is BEDROCK else {}
    broken = b"\0\0\0\x20garbage" * 9 if wire is BEDROCK else b"event: content_block_delta\ndata: {broken\n\n"
    server.plays(200, wire.encode(*wire.stream[:2]) + broken, **kind)
    with pytest.raises(StreamCut):
        listen(wire, server)


@each_wire
def test_an_error_in_the_middle_of_a_stream(wire: Wire, server: Server) -> None:
    if wire is BEDROCK:
        late: Any = ("throttlingException", {"message": "slow down"})
        server.plays(200, wire.encode(*wire.stream[:2], late), Kind="application/vnd.amazon.eventstream")
    elif wire is ANTHROPIC:
        server.plays(200, wire.encode(*wire.stream[:4], wire.error("Overloaded")))
    else:
        server.plays(200, wire.encode(*wire.stream[:1]) + b'data: {"error": {"code": 503, "message": "x"}}\n\n')
    with pytest.raises(ProviderError) as failed:
        listen(wire, server)
    assert not isinstance(failed.value, Rejected)


@each_wire
@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (429, "slow down", RateLimited),
        (500, "oops", ServerFailed),
        (503, "later", Unavailable),
        (529, "overloaded", Unavailable),
        (403, "no", Unavailable),
        (404, "no such model", Unavailable),
        (400, "prompt is too long: 9 tokens > 8 maximum", ContextTooLong),
        (400, "The input token count (9) exceeds the maximum number of tokens allowed (8)", ContextTooLong),
        (400, "Input is too long for requested model", ContextTooLong),
        (400, "no", Rejected),
    ],
)
def test_each_failure_is_one_of_ours_and_is_asked_once(
    wire: Wire, server: Server, status: int, message: str, kind: type[ProviderError]
) -> None:
    server.plays(status, wire.error(message), Retry_After="7")
    with pytest.raises(ProviderError) as failed:
        ask(wire, server)
    assert type(failed.value) is kind
    assert failed.value.http_status == status
    assert len(server.bodies) == 1
    if status == 429:
        assert failed.value.retry_after_s == 7


@each_wire
def test_a_refusal_is_passed_on_with_its_reason(wire: Wire, server: Server) -> None:
    server.plays(200, wire.answer(wire.refused))
    with pytest.raises(Refused, match=wire.refused):
        ask(wire, server)


@each_wire
def test_a_connection_that_is_cut(wire: Wire, server: Server) -> None:
    server.plays(0, b"")
    with pytest.raises(Unavailable):
        ask(wire, server)
    assert len(server.bodies) == 1


def test_google_says_its_wait_in_the_body(server: Server) -> None:
    detail = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "17s"}
    server.plays(429, {"error": {"code": 429, "message": "quota", "details": [detail]}})
    with pytest.raises(RateLimited) as failed:
        ask(GEMINI, server)
    assert failed.value.retry_after_s == 17


def test_a_blocked_prompt_is_refused(server: Server) -> None:
    server.plays(200, {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": G_USAGE})
    with pytest.raises(Refused, match="PROHIBITED_CONTENT"):
        ask(GEMINI, server)


@each_wire
def test_shapes_and_warmth_travel(wire: Wire, server: Server) -> None:
    server.plays(200, wire.answer())
    schema = {"type": "object", "properties": {}, "additionalProperties": False}
    ask(wire, server, replace(ASK, json_schema=schema, temperature=0.5))
    said = json.dumps(server.bodies[0])
    assert "additionalProperties" in said
    assert '"temperature": 0.5' in said


@pytest.mark.parametrize(
    ("wire", "message"),
    [
        (ANTHROPIC, Message(role="assistant", text="", tool_calls=(ToolCall(id="t", name="look", arguments="{"),))),
        (GEMINI, Message(role="assistant", text="", tool_calls=(ToolCall(id="t", name="look", arguments="[1]"),))),
        (BEDROCK, Message(role="user", text="See", image_urls=("https://example.com/a.png",))),
        (BEDROCK, Message(role="user", text="See", image_urls=("data:image/png;base64,?",))),
        (ANTHROPIC, Message(role="user", text="See", image_urls=("data:nothing",))),
    ],
)
def test_what_no_provider_could_take_is_refused_here(wire: Wire, message: Message, server: Server) -> None:
    with pytest.raises(Rejected):
        ask(wire, server, replace(ASK, messages=(message,)))
    assert server.bodies == []


def test_who_needs_a_region_or_an_address_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    with pytest.raises(ConfigError, match=r"No region for aws\.bedrock"):
        connect("aws.bedrock", None)
    with pytest.raises(ConfigError, match=r"No address for azure\.ai\.openai"):
        connect("azure.ai.openai", None)
