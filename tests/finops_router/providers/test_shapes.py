"""Answers as servers really shape and end them: tool calls, contents, errors within, and untidy ends."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import aclosing
from typing import Any

import pytest
from finops_router.calls import Delta, Reply, ToolCall
from finops_router.errors import ProviderError, RateLimited, Refused, ServerFailed, StreamCut, Unavailable
from finops_router.providers import ALIVE, IDLE, Alive
from finops_router.providers import streamed_reply as streaming

from tests.finops_router.providers.conftest import Server
from tests.finops_router.providers.test_http_client import Connection, server
from tests.finops_router.providers.wires import (
    ANTHROPIC,
    ASK,
    GEMINI,
    OPENAI,
    OPENAI_LAST,
    RESPONSES,
    Wire,
    anthropic_answer,
    block,
    closed,
    gemini_answer,
    openai_answer,
    openai_chunk,
    sse,
)

HTTP_WIRES = pytest.mark.parametrize("wire", [OPENAI, ANTHROPIC, GEMINI], ids=lambda wire: str(wire.name))
SSE_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
LOOK, RUN = ToolCall(id="t1", name="look", arguments='{"a":1}'), ToolCall(id="t2", name="run", arguments='{"b":2}')


def part(index: int | None, ident: str | None, name: str | None, arguments: Any = None) -> dict[str, Any]:
    function = {"name": name, "arguments": arguments}
    found = {
        "index": index,
        "id": ident,
        "function": {key: value for key, value in function.items() if value is not None},
    }
    return {key: value for key, value in found.items() if value is not None}


def tools_of(server: Server, *parts: list[dict[str, Any]]) -> tuple[ToolCall, ...]:
    chunks = [openai_chunk(tool_calls=some) for some in parts]
    OPENAI.streams(server, *chunks, openai_chunk("tool_calls"), OPENAI_LAST)
    reply = OPENAI.listen(server)[-1]
    assert isinstance(reply, Reply)
    return reply.tool_calls


@pytest.mark.parametrize(
    "parts",
    [
        [[part(0, "t1", "look", '{"a":1}'), part(0, "t2", "run", '{"b":2}')]],
        [[part(0, "t1", "look", '{"a"')], [part(0, None, None, ":1}")], [part(0, "t2", "run", '{"b":2}')]],
        [[part(None, "t1", "look", '{"a":1}')], [part(None, "t2", "run", '{"b":2}')]],
        [[part(None, "t1", "look", "")], [part(None, None, None, '{"a":1}')], [part(None, "t2", "run", '{"b":2}')]],
        [[part(0, "t1", "look", '{"a"'), part(1, "t2", "run", '{"b"')], [part(1, None, None, ":2}")],
         [part(0, None, None, ":1}")]],
        [[part(0, "t1", "look", {"a": 1})], [part(1, "t2", "run", {"b": 2})]],
        [[part(0, "t1", "look", '{"a"')], [part(0, "t1", "look", ":1}")], [part(1, "t2", "run", '{"b":2}')]],
    ],
    ids=["equal", "equal-in-pieces", "missing", "missing-in-pieces", "mixed", "objects", "repeated-heads"],
)  # fmt: skip
def test_tool_calls_are_kept_apart(server: Server, parts: list[list[dict[str, Any]]]) -> None:
    assert tools_of(server, *parts) == (LOOK, RUN)


def test_calls_of_equal_index_without_ids_are_told_by_their_names(server: Server) -> None:
    calls = tools_of(server, [part(0, None, "look", '{"a":1}')], [part(0, None, "look", '{"a":2}')])
    assert [(call.id, call.name, call.arguments) for call in calls] == [
        ("call-0", "look", '{"a":1}'),
        ("call-1", "look", '{"a":2}'),
    ]


def test_a_plain_call_may_have_an_object_of_arguments(server: Server) -> None:
    calls = [part(None, "t1", "look", {"a": 1}), part(None, "t1", "look", '{"a":1}')]
    server.answers_with(200, openai_answer(tool_calls=calls))
    assert OPENAI.ask(server).tool_calls == (LOOK, LOOK)


@pytest.mark.parametrize("call", [part(0, "t1", None, "{}"), {"index": 0}])
def test_a_call_without_a_name_is_no_answer(server: Server, call: dict[str, Any]) -> None:
    with pytest.raises(StreamCut):
        tools_of(server, [call])


def test_an_answer_that_ends_for_tool_calls_and_has_none_is_cut(server: Server) -> None:
    server.answers_with(200, openai_answer(content=None, tool_calls=[]))
    with pytest.raises(StreamCut):
        OPENAI.ask(server)


PARTS = [
    {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]},
    {"type": "text", "text": "Hel"},
    {"type": "output_text", "text": "lo"},
]


def test_content_may_come_in_parts(server: Server) -> None:
    server.answers_with(200, openai_answer("stop", content=PARTS, tool_calls=None))
    assert OPENAI.ask(server).text == "Hello"
    server.answers.clear()
    OPENAI.streams(server, openai_chunk(content=PARTS[:2]), openai_chunk(content=PARTS[2:]), openai_chunk("stop"))
    assert OPENAI.listen(server)[:-1] == [Delta(text="Hel"), Delta(text="lo")]


@pytest.mark.parametrize(
    "stop",
    ["error", "abort", "cancelled", "network_error", "", "insufficient_system_resource", "model_length", "new", None],
)
def test_an_end_that_nobody_knows_is_no_success(server: Server, stop: str | None) -> None:
    server.answers_with(200, openai_answer(stop))  # type: ignore[arg-type] # servers send null as well
    with pytest.raises(StreamCut):
        OPENAI.ask(server)
    server.answers.clear()
    OPENAI.streams(server, openai_chunk(content="Hello"), openai_chunk(stop), OPENAI_LAST, then=b"data: [DONE]\n\n")
    with pytest.raises(StreamCut):
        OPENAI.listen(server)


BAD: list[tuple[Wire, Any, type[ProviderError], int | None]] = [
    (OPENAI, {"error": {"message": "slow down", "code": 429}}, RateLimited, 429),
    (OPENAI, {"error": {"message": "slow down", "type": "rate_limit_exceeded"}}, RateLimited, 429),
    (OPENAI, {"error": "slow down"}, ServerFailed, None),
    (OPENAI, {"x_groq": {"error": "slow down"}, "choices": []}, ServerFailed, None),
    (OPENAI, {"object": "error", "message": "slow down", "code": 503}, Unavailable, 503),
    (
        OPENAI,
        {"choices": [{"finish_reason": "error", "error": {"message": "slow down", "code": 502}}]},
        ServerFailed,
        502,
    ),
    (OPENAI, {"error": {"message": "slow down", "code": "content_policy_violation"}}, Refused, 400),
    (ANTHROPIC, {"type": "error", "error": {"type": "overloaded_error", "message": "slow down"}}, Unavailable, 529),
    (ANTHROPIC, {"type": "error", "error": {"type": "rate_limit_error", "message": "slow down"}}, RateLimited, 429),
    (GEMINI, {"error": {"code": 429, "message": "slow down", "status": "RESOURCE_EXHAUSTED"}}, RateLimited, 429),
    (GEMINI, [{"error": {"code": 503, "message": "slow down", "status": "UNAVAILABLE"}}], Unavailable, 503),
]


@pytest.mark.parametrize(("wire", "body", "kind", "status"), BAD)
def test_an_error_with_status_200_counts_as_its_own(
    server: Server, wire: Wire, body: Any, kind: type[ProviderError], status: int | None
) -> None:
    if isinstance(body, dict):
        server.answers_with(200, body)
        with pytest.raises(ProviderError, match="slow down") as failed:
            wire.ask(server)
        assert (type(failed.value), failed.value.http_status) == (kind, status)
        server.answers.clear()
        wire.streams(server, *wire.stream[: wire.text_events], body)
        cut = wire.cut(server)
        assert (type(cut), "slow down" in cut.message) == (kind, True)
        assert cut.partial is not None
        server.answers.clear()
    server.answers_with(200, body)  # to a request for a stream, and not streamed
    assert type(wire.cut(server)) is kind


@HTTP_WIRES
def test_an_error_that_only_its_event_names_is_one(server: Server, wire: Wire) -> None:
    event = b'event: error\ndata: {"message": "slow down", "code": 429}\n\n'
    wire.streams(server, *wire.stream[: wire.text_events], then=event)
    assert isinstance(wire.cut(server), RateLimited)


def test_a_bare_line_of_json_is_read_as_an_event(server: Server) -> None:
    OPENAI.streams(server, openai_chunk(content="Hel"), then=b'{"error": {"message": "slow down", "code": 429}}\n')
    assert isinstance(OPENAI.cut(server), RateLimited)


@HTTP_WIRES
def test_a_server_that_does_not_stream_has_answered_all_the_same(server: Server, wire: Wire) -> None:
    server.answers_with(200, wire.answer())
    delta, reply = wire.listen(server)
    assert delta == Delta(text="Hello")
    assert isinstance(reply, Reply)
    assert len(reply.tool_calls) == 1


def test_gemini_may_send_a_list_of_its_chunks(server: Server) -> None:
    server.answers_with(200, list(GEMINI.stream))
    assert GEMINI.listen(server)[:-1] == [Delta(text="Hel"), Delta(text="lo")]


def test_bytes_that_are_no_text_are_no_answer(server: Server) -> None:
    for body in (b'{"choices": [{"message": {"content": "\xe9"}, "finish_reason": "stop"}]}', b"5", b"null", b"[1]"):
        server.answers.clear()
        server.answers_with(200, body, Kind="application/json")
        with pytest.raises(StreamCut):
            OPENAI.ask(server)


def test_anthropic_blocks_of_equal_index_and_without_ids(server: Server) -> None:
    start = block(0, "content_block_start", content_block={"type": "tool_use", "name": "look", "input": {}})
    pieces = block(0, "content_block_delta", delta={"type": "input_json_delta", "partial_json": '{"a":1}'})
    ANTHROPIC.streams(server, ANTHROPIC.stream[0], start, pieces, start, pieces, *ANTHROPIC.stream[-2:])
    (reply,) = ANTHROPIC.listen(server)
    assert isinstance(reply, Reply)
    assert [(call.id, call.arguments) for call in reply.tool_calls] == [("call-0", '{"a":1}'), ("call-1", '{"a":1}')]


@pytest.mark.parametrize(
    ("wire", "body"),
    [
        (ANTHROPIC, anthropic_answer() | {"content": [{"type": "tool_use", "input": {}}]}),
        (ANTHROPIC, anthropic_answer() | {"content": [None]}),
        (GEMINI, gemini_answer("STOP", {"functionCall": {"args": {}}})),
        (GEMINI, gemini_answer("STOP", None)),  # type: ignore[arg-type] # as a server sent it
        (OPENAI, openai_answer() | {"choices": []}),
    ],
)
def test_what_no_caller_could_use_is_no_answer(server: Server, wire: Wire, body: Any) -> None:
    server.answers_with(200, body)
    with pytest.raises(StreamCut):
        wire.ask(server)


def ends(wire: Wire, how: str, events: bytes) -> tuple[list[Any], float]:
    """What a stream of `events` gives that ends in that way, and the seconds it takes."""

    async def answer(connection: Connection) -> None:
        await connection.read()
        await connection.send(SSE_HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n" % (len(events), events))
        if how == "open":
            await connection.read()
        elif how == "reset":
            await asyncio.sleep(0.05)
            connection.reset()
        elif how == "error":
            await connection.send(b"9\r\ndata: {x\n\r\n")
        elif how == "done":
            await connection.send(b"e\r\ndata: [DONE]\n\n\r\n")
            await connection.read()

    async def run() -> tuple[list[Any], float]:
        async with server(answer) as listening:
            provider = wire.provider(Server(root=listening.root))
            started_s = time.monotonic()
            async with aclosing(provider.stream(wire.target, ASK)) as stream:
                found = [piece async for piece in stream]
            await closed(provider)
            return found, time.monotonic() - started_s

    return asyncio.run(run())


@pytest.fixture
def _short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "END_GRACE_S", 0.3)


@pytest.mark.usefixtures("_short_grace")
@HTTP_WIRES
@pytest.mark.parametrize("how", ["fin", "reset", "open", "error"])
def test_after_the_word_for_its_end_an_answer_is_whole_however_the_wire_ends(wire: Wire, how: str) -> None:
    last = {"openai": 2, "anthropic": 1, "gcp.gemini": 0}[wire.name]  # what comes after the word: usage, or a mark
    kept = wire.stream[: len(wire.stream) - last + (wire is OPENAI)]
    found, seconds = ends(wire, how, wire.encode(*kept))
    reply = found[-1]
    assert isinstance(reply, Reply)
    assert (reply.text, len(reply.tool_calls), reply.finish_reason) == ("Hello", 1, "tool_calls")
    assert seconds < 1.5


@pytest.mark.usefixtures("_short_grace")
def test_usage_that_comes_after_the_word_is_waited_for() -> None:
    found, _ = ends(OPENAI, "open", OPENAI.encode(*OPENAI.stream))
    assert (found[-1].usage.input_tokens, found[-1].usage.source) == (1000, "provider")


@pytest.mark.parametrize("wire", [OPENAI, ANTHROPIC, RESPONSES], ids=lambda wire: str(wire.wire))
def test_the_end_mark_ends_a_stream_at_once_even_if_its_socket_stays_open(wire: Wire) -> None:
    found, seconds = ends(wire, "done" if wire is OPENAI else "open", wire.encode(*wire.stream))
    assert isinstance(found[-1], Reply)
    assert seconds < 1


@pytest.mark.usefixtures("_short_grace")
def test_a_server_that_ends_with_every_piece_is_heard_to_its_end() -> None:
    async def answer(connection: Connection) -> None:
        await connection.read()
        await connection.send(SSE_HEAD + b"\r\n")
        for text, wait_s in (("one ", 0.0), ("two ", 0.1), ("three", 0.6)):
            await asyncio.sleep(wait_s)
            await connection.send(sse(gemini_answer("STOP", {"text": text})))

    async def run() -> Any:
        async with server(answer) as listening:
            provider = GEMINI.provider(Server(root=listening.root))
            async with aclosing(provider.stream(GEMINI.target, ASK)) as stream:
                found = [piece async for piece in stream]
            await closed(provider)
            return found[-1]

    assert asyncio.run(run()).text == "one two three"


def test_a_stream_under_a_wrong_name_is_read_all_the_same(server: Server) -> None:
    server.answers_with(200, OPENAI.encode(*OPENAI.stream), Kind="application/json")
    assert OPENAI.listen(server)[:-1] == [Delta(text="Hel"), Delta(text="lo")]


def test_every_kind_of_byte_is_a_sign_of_life(server: Server) -> None:
    OPENAI.streams(
        server,
        openai_chunk(role="assistant"),
        openai_chunk(reasoning_content="hm"),
        openai_chunk(tool_calls=[part(0, "t1", "look", "{}")]),
        openai_chunk("tool_calls"),
        OPENAI_LAST,
    )

    async def run() -> list[Any]:
        provider = OPENAI.provider(server)
        async with aclosing(provider.stream(OPENAI.target, ASK)) as stream:
            found = [piece async for piece in stream]
        await closed(provider)
        return found

    assert asyncio.run(run())[1:-1] == [ALIVE] * 5


def test_a_comment_is_an_idle_sign_and_half_an_event_is_not() -> None:
    async def answer(connection: Connection) -> None:
        await connection.read()
        await connection.send(SSE_HEAD + b"\r\n")
        content = json.dumps(openai_chunk("stop", content="Hello")).encode()
        for piece in (b": ping\n\n", b"data: " + content[:9], content[9:] + b"\n\n", b"data: [DONE]\n\n"):
            await asyncio.sleep(0.05)
            await connection.send(piece)

    async def run() -> list[Any]:
        async with server(answer) as listening:
            provider = OPENAI.provider(Server(root=listening.root))
            async with aclosing(provider.stream(OPENAI.target, ASK)) as stream:
                found = [piece async for piece in stream]
            await closed(provider)
            return [piece for piece in found if isinstance(piece, Alive | Delta)]

    assert asyncio.run(run()) == [IDLE, ALIVE, Delta(text="Hello")]


def test_a_streamed_answer_leaves_its_connection_for_the_next() -> None:
    sent = OPENAI.encode(*OPENAI.stream) + b"data: [DONE]\n\n"

    async def answer(connection: Connection) -> None:
        while await connection.read():
            head = SSE_HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n" % (len(sent), sent)
            await connection.send(head)
            await asyncio.sleep(0.02)
            await connection.send(b"0\r\n\r\n")

    async def run() -> None:
        async with server(answer) as listening:
            provider = OPENAI.provider(Server(root=listening.root))
            for _ in range(3):
                async with aclosing(provider.stream(OPENAI.target, ASK)) as stream:
                    assert isinstance([piece async for piece in stream][-1], Reply)
                await asyncio.sleep(0.1)
            assert len(listening.connections) == 1
            await closed(provider)

    asyncio.run(run())
