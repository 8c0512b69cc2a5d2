"""The same answer as each protocol sends it, plain and streamed, and how its errors look."""

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
from finops_router.errors import ProviderError
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
Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Wire:
    """One protocol.

    `answer` and `stream` are the same answer: the text 'Hello', then the tool call t9 of look with {"a": 1}, for 1000
    tokens in, 600 of them from the cache, and 50 out. `answer` takes the provider's word for its end. The first
    `text_events` of `stream` bring the text in two pieces, and without its last `end_events` it has no end mark.
    `broken` is a piece that cannot be read, `late_error` an error after the status was sent, each encoded;
    `refused` is the word of the content filter, and `refused_end` are the last events of a stream that it ended, with
    the same counts. `counts_early`: the counts come with the text, not after it. `path` comes after the server's
    address.
    """

    name: str
    wire: str
    target: Target
    answer: Callable[..., Json]
    stream: tuple[Any, ...]
    encode: Callable[..., bytes]
    error: Callable[[str], Json]
    refused: str
    refused_end: tuple[Any, ...]
    counts_early: bool
    text_events: int
    broken: bytes
    late_error: bytes
    end_events: int = 1
    path: str = ""
    stream_type: str = "text/event-stream"

    def provider(self, server: Server) -> Provider:
        settings = ProviderSettings(
            provider=self.name, wire=self.wire, base_url=server.root + self.path, api_version="v1beta",
            region="eu-central-1",
        )  # fmt: skip
        return connect(self.name, settings)

    def ask(self, server: Server, request: Request = ASK) -> Reply:
        async def run() -> Reply:
            provider = self.provider(server)
            try:
                return await provider.complete(self.target, request)
            finally:
                await closed(provider)

        return asyncio.run(run())

    def listen(self, server: Server, request: Request = ASK) -> list[Delta | Reply]:
        async def run() -> list[Delta | Reply]:
            provider = self.provider(server)
            try:
                async with aclosing(provider.stream(self.target, request)) as pieces:
                    return [piece async for piece in pieces if isinstance(piece, Delta | Reply)]
            finally:
                await closed(provider)

        return asyncio.run(run())

    def cut(self, server: Server) -> ProviderError:
        """The error of a stream that breaks off."""
        with pytest.raises(ProviderError) as failed:
            self.listen(server)
        return failed.value

    def streams(self, server: Server, *events: Any, then: bytes = b"") -> None:
        """Let the server stream `events`, and `then` bytes that are encoded already."""
        server.answers_with(200, self.encode(*events) + then, Kind=self.stream_type)


async def closed(provider: object) -> None:
    if isinstance(provider, Closing):
        await provider.close()


def sse(*events: Json) -> bytes:
    """Encode events as text/event-stream."""
    return b"".join(
        (f"event: {event['type']}\n" if "type" in event else "").encode()
        + b"data: " + json.dumps(event).encode() + b"\n\n"
        for event in events
    )  # fmt: skip


def frames(*events: tuple[str, Json]) -> bytes:
    """Encode events as application/vnd.amazon.eventstream: prelude, its CRC, headers, payload, CRC of all."""
    out = b""
    for name, payload in events:
        kind = "exception" if name.endswith("Exception") else "event"
        values = {f":{kind}-type": name, ":content-type": "application/json", ":message-type": kind}
        headers = b"".join(
            bytes([len(key)]) + key.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
            for key, value in values.items()
        )
        body = json.dumps(payload).encode()
        prelude = struct.pack(">II", 16 + len(headers) + len(body), len(headers))
        message = prelude + struct.pack(">I", binascii.crc32(prelude)) + headers + body
        out += message + struct.pack(">I", binascii.crc32(message))
    return out


OPENAI_USAGE = {
    "prompt_tokens": 1000,
    "completion_tokens": 50,
    "total_tokens": 1050,
    "prompt_tokens_details": {"cached_tokens": 600},
    "completion_tokens_details": {"reasoning_tokens": 20},
}
OPENAI_CALL = {"id": "t9", "type": "function", "function": {"name": "look", "arguments": '{"a": 1}'}}
OPENAI_HEAD = {"id": "m-1", "created": 1, "model": "gpt-new-9"}


def openai_answer(stop: str = "tool_calls", **message: Any) -> Json:
    body = {"role": "assistant", "content": "Hello", "tool_calls": [OPENAI_CALL]} | message
    choice = {"index": 0, "message": body, "finish_reason": stop}
    return OPENAI_HEAD | {"object": "chat.completion", "choices": [choice], "usage": OPENAI_USAGE}


def openai_chunk(stop: str | None = None, **delta: Any) -> Json:
    choice = {"index": 0, "delta": delta, "finish_reason": stop}
    return OPENAI_HEAD | {"object": "chat.completion.chunk", "choices": [choice]}


def openai_tool(name: str | None, arguments: str) -> Json:
    """A chunk with a piece of the tool call; the first has its name."""
    part: Json = {"index": 0, "function": {"arguments": arguments}}
    if name is not None:
        part |= {"id": "t9", "type": "function", "function": {"name": name, "arguments": arguments}}
    return openai_chunk(tool_calls=[part])


OPENAI_LAST = OPENAI_HEAD | {"object": "chat.completion.chunk", "choices": [], "usage": OPENAI_USAGE}
OPENAI = Wire(
    name="openai",
    wire="openai",
    path="/v1",
    target=Target(provider="openai", model="gpt-new-9"),
    answer=openai_answer,
    stream=(
        openai_chunk(role="assistant", content="Hel"),
        openai_chunk(content="lo"),
        openai_tool("look", '{"a"'),
        openai_tool(None, ": 1}"),
        openai_chunk("tool_calls"),
        OPENAI_LAST,
    ),
    end_events=2,
    encode=sse,
    error=lambda message: {"error": {"code": "x", "message": message, "type": "x"}},
    refused="content_filter",
    refused_end=(openai_chunk("content_filter"), OPENAI_LAST),
    counts_early=False,
    text_events=2,
    broken=b"data: {broken\n\n",
    late_error=b'data: {"error": {"message": "overloaded", "code": 503}}\n\n',
)
RESPONSES_USAGE = {
    "input_tokens": 1000,
    "output_tokens": 50,
    "total_tokens": 1050,
    "input_tokens_details": {"cached_tokens": 600},
    "output_tokens_details": {"reasoning_tokens": 20},
}
RESPONSES_CALL = {"type": "function_call", "id": "f-1", "call_id": "t9", "name": "look", "status": "completed"}


def responses_answer(stop: str = "completed", **changes: Any) -> Json:
    ended = {"status": "completed"} if stop == "completed" else {
        "status": "incomplete", "incomplete_details": {"reason": stop}
    }  # fmt: skip
    text = {"type": "output_text", "text": "Hello", "annotations": []}
    output = [
        {"type": "reasoning", "id": "r-1", "summary": [{"type": "summary_text", "text": "hm"}]},
        {"type": "message", "id": "o-1", "role": "assistant", "status": "completed", "content": [text]},
        RESPONSES_CALL | {"arguments": '{"a": 1}'},
    ]
    head: Json = {"id": "m-1", "object": "response", "created_at": 1, "model": "gpt-new-9", "error": None}
    head |= {"parallel_tool_calls": True, "tool_choice": "auto", "tools": [], "incomplete_details": None}
    return head | ended | {"output": output, "usage": RESPONSES_USAGE} | changes


def responses_event(kind: str, **rest: Any) -> Json:
    return {"type": f"response.{kind}", **rest}


RESPONSES = Wire(
    name="openai",
    wire="responses",
    path="/v1",
    target=Target(provider="openai", model="gpt-new-9"),
    answer=responses_answer,
    stream=(
        responses_event("created", response=responses_answer(output=[], usage=None, status="in_progress")),
        responses_event("output_text.delta", output_index=1, item_id="o-1", content_index=0, delta="Hel"),
        responses_event("output_text.delta", output_index=1, item_id="o-1", content_index=0, delta="lo"),
        responses_event("output_item.added", output_index=2, item=RESPONSES_CALL | {"arguments": ""}),
        responses_event("function_call_arguments.delta", output_index=2, item_id="f-1", delta='{"a"'),
        responses_event("function_call_arguments.delta", output_index=2, item_id="f-1", delta=": 1}"),
        responses_event("output_item.done", output_index=2, item=RESPONSES_CALL | {"arguments": '{"a": 1}'}),
        responses_event("completed", response=responses_answer()),
    ),
    encode=sse,
    error=lambda message: {"error": {"code": "x", "message": message, "type": "x"}},
    refused="content_filter",
    refused_end=(responses_event("incomplete", response=responses_answer("content_filter")),),
    counts_early=False,
    text_events=3,
    broken=b"data: {broken\n\n",
    late_error=b'data: {"type": "error", "code": "server_error", "message": "overloaded"}\n\n',
)
ANTHROPIC_USAGE = {
    "input_tokens": 300, "cache_read_input_tokens": 600, "cache_creation_input_tokens": 100, "output_tokens": 50,
    "cache_creation": {"ephemeral_5m_input_tokens": 60, "ephemeral_1h_input_tokens": 40}, "service_tier": "standard",
}  # fmt: skip


def anthropic_answer(stop: str = "tool_use") -> Json:
    content = [
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        {"type": "text", "text": "Hello"},
        {"type": "tool_use", "id": "t9", "name": "look", "input": {"a": 1}},
    ]
    return {"id": "m-1", "type": "message", "role": "assistant", "model": "claude-new-9", "content": content,
            "stop_reason": stop, "stop_sequence": None, "usage": ANTHROPIC_USAGE}  # fmt: skip


def block(index: int, kind: str, **rest: Any) -> Json:
    return {"type": kind, "index": index, **rest}


ANTHROPIC = Wire(
    name="anthropic",
    wire="anthropic",
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
    refused_end=(
        {"type": "message_delta", "delta": {"stop_reason": "refusal", "stop_sequence": None},
         "usage": {"input_tokens": 0, "output_tokens": 50}},
        {"type": "message_stop"},
    ),
    counts_early=True,
    text_events=5,
    end_events=2,
    broken=b"event: content_block_delta\ndata: {broken\n\n",
    late_error=sse({"type": "error", "error": {"type": "x", "message": "Overloaded"}}),
)  # fmt: skip
GEMINI_USAGE = {"promptTokenCount": 1000, "cachedContentTokenCount": 600, "candidatesTokenCount": 30,
                "thoughtsTokenCount": 20, "totalTokenCount": 1050}  # fmt: skip
GEMINI_CALL = {"functionCall": {"name": "look", "args": {"a": 1}, "id": "t9"}}


def gemini_answer(stop: str = "STOP", *parts: Json) -> Json:
    parts = parts or ({"text": "hm", "thought": True}, {"text": "Hello"}, GEMINI_CALL)
    candidate: Json = {"content": {"role": "model", "parts": list(parts)}, "index": 0}
    if stop:
        candidate["finishReason"] = stop
    return {"candidates": [candidate], "usageMetadata": GEMINI_USAGE, "modelVersion": "gemini-new-9",
            "responseId": "m-1"}  # fmt: skip


GEMINI = Wire(
    name="gcp.gemini",
    wire="gemini",
    target=Target(provider="gcp.gemini", model="gemini-new-9"),
    answer=gemini_answer,
    stream=(
        gemini_answer("", {"text": "Hel"}),
        gemini_answer("", {"text": "lo"}),
        gemini_answer("STOP", GEMINI_CALL),
    ),
    encode=sse,
    error=lambda message: {"error": {"code": 0, "message": message, "status": "X"}},
    refused="SAFETY",
    refused_end=(gemini_answer("SAFETY", {"text": ""}),),
    counts_early=True,
    text_events=2,
    broken=b"data: {broken\n\n",
    late_error=b'data: {"error": {"code": 503, "message": "x"}}\n\n',
)
BEDROCK_USAGE = {"inputTokens": 300, "outputTokens": 50, "totalTokens": 1050, "cacheReadInputTokens": 600,
                 "cacheWriteInputTokens": 100}  # fmt: skip


def bedrock_answer(stop: str = "tool_use") -> Json:
    content = [{"text": "Hello"}, {"toolUse": {"toolUseId": "t9", "name": "look", "input": {"a": 1}}}]
    return {"output": {"message": {"role": "assistant", "content": content}}, "stopReason": stop,
            "usage": BEDROCK_USAGE, "metrics": {"latencyMs": 5}}  # fmt: skip


BEDROCK = Wire(
    name="aws.bedrock",
    wire="bedrock",
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
        ("metadata", {"usage": BEDROCK_USAGE, "metrics": {"latencyMs": 5}}),
    ),
    end_events=2,
    encode=frames,
    error=lambda message: {"message": message},
    refused="guardrail_intervened",
    refused_end=(
        ("messageStop", {"stopReason": "guardrail_intervened"}),
        ("metadata", {"usage": BEDROCK_USAGE, "metrics": {"latencyMs": 5}}),
    ),
    counts_early=False,
    text_events=3,
    broken=b"\0\0\0\x20garbage" * 9,
    late_error=frames(("throttlingException", {"message": "slow down"})),
    stream_type="application/vnd.amazon.eventstream",
)
WIRES = (OPENAI, RESPONSES, ANTHROPIC, GEMINI, BEDROCK)


def asked(**changes: Any) -> Request:
    """The usual request; name what should differ."""
    return replace(ASK, **changes)
