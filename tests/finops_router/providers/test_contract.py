"""What the router may expect of every wire, by its real SDK against recorded shapes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator

import pytest
from finops_router.call.hedge import hedged
from finops_router.call.outcomes import LostRace
from finops_router.calls import Delta, Piece, Reply
from finops_router.errors import (
    ContextTooLong,
    ProviderError,
    RateLimited,
    Refused,
    Rejected,
    ServerFailed,
    StreamCut,
    Unavailable,
)

from tests.finops_router.providers.conftest import Server
from tests.finops_router.providers.wires import ASK, WIRES, Wire, asked, closed

pytestmark = pytest.mark.parametrize("wire", WIRES, ids=[wire.name for wire in WIRES])


def is_the_answer(wire: Wire, reply: Delta | Reply) -> None:
    assert isinstance(reply, Reply)
    assert (reply.text, reply.model, reply.finish_reason) == ("Hello", wire.target.model, "tool_calls")
    (call,) = reply.tool_calls
    assert (call.id, call.name, json.loads(call.arguments)) == ("t9", "look", {"a": 1})
    usage = reply.usage
    assert (usage.input_tokens, usage.cache_read_input_tokens, usage.output_tokens) == (1000, 600, 50)


def test_a_plain_answer_has_its_inclusive_usage(wire: Wire, server: Server) -> None:
    server.answers_with(200, wire.answer())
    reply = wire.ask(server)
    is_the_answer(wire, reply)
    assert reply.ttft_ms is None


def test_a_stream_ends_in_the_whole_reply(wire: Wire, server: Server) -> None:
    wire.streams(server, *wire.stream)
    *deltas, reply = wire.listen(server)
    assert deltas == [Delta(text="Hel"), Delta(text="lo")]
    is_the_answer(wire, reply)
    assert isinstance(reply, Reply)
    assert reply.ttft_ms is not None


def test_a_stream_without_its_end_mark_is_no_answer(wire: Wire, server: Server) -> None:
    for kept in range(1, len(wire.stream) - wire.end_events + 1):
        server.answers.clear()
        wire.streams(server, *wire.stream[:kept])
        with pytest.raises(StreamCut):
            wire.listen(server)


def test_a_piece_that_cannot_be_read_is_no_answer(wire: Wire, server: Server) -> None:
    wire.streams(server, *wire.stream[: wire.text_events], then=wire.broken)
    with pytest.raises(StreamCut):
        wire.listen(server)


def test_a_stream_that_breaks_off_in_the_middle_of_a_piece_is_no_answer(wire: Wire, server: Server) -> None:
    content = wire.encode(*wire.stream[: wire.text_events])
    server.answers_with(200, content[:-1], Kind=wire.stream_type, Content_Length="9999")
    with pytest.raises(StreamCut):
        wire.listen(server)


def test_an_error_in_the_middle_of_a_stream_is_one_of_the_provider(wire: Wire, server: Server) -> None:
    wire.streams(server, *wire.stream[: wire.text_events], then=wire.late_error)
    with pytest.raises(ProviderError) as failed:
        wire.listen(server)
    assert not isinstance(failed.value, Rejected)


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
    server.answers_with(status, wire.error(message), Retry_After="7")
    with pytest.raises(ProviderError) as failed:
        wire.ask(server)
    assert type(failed.value) is kind
    assert failed.value.http_status == status
    assert len(server.bodies) == 1
    if status == 429:
        assert failed.value.retry_after_s == 7


def test_a_failure_before_the_stream_starts_is_the_same(wire: Wire, server: Server) -> None:
    server.answers_with(429, wire.error("slow down"), Retry_After="7")
    with pytest.raises(RateLimited) as failed:
        wire.listen(server)
    assert failed.value.retry_after_s == 7


def test_a_refusal_is_passed_on_with_its_reason(wire: Wire, server: Server) -> None:
    server.answers_with(200, wire.answer(wire.refused))
    with pytest.raises(Refused, match=wire.refused):
        wire.ask(server)


def test_an_answer_that_is_no_json_is_no_answer(wire: Wire, server: Server) -> None:
    server.answers_with(200, b"not json", Kind="text/plain")
    with pytest.raises(StreamCut):
        wire.ask(server)


def test_a_connection_that_is_cut(wire: Wire, server: Server) -> None:
    server.answers_with(0, b"")
    with pytest.raises(Unavailable):
        wire.ask(server)
    assert len(server.bodies) == 1


def test_bounds_schemas_and_temperature_travel(wire: Wire, server: Server) -> None:
    server.answers_with(200, wire.answer())
    schema = {"type": "object", "properties": {}, "additionalProperties": False}
    wire.ask(server, asked(json_schema=schema, temperature=0.5, tools=()))
    sent = json.dumps(server.bodies[0])
    assert "additionalProperties" in sent
    assert '"temperature": 0.5' in sent
    assert "99" in sent
    assert "Be brief." in sent


@pytest.mark.parametrize("streamed", [False, True])
def test_one_that_waits_for_its_server_is_ended_by_the_error_of_a_lost_race(wire: Wire, streamed: bool) -> None:
    seen: list[type[BaseException]] = []

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # until the client lets go
        writer.close()

    async def second() -> AsyncGenerator[Piece, None]:
        yield Delta(text="second")

    async def run() -> list[Piece]:
        async with await asyncio.start_server(silent, "127.0.0.1", 0) as listening:
            port = listening.sockets[0].getsockname()[1]
            provider = wire.provider(Server(root=f"http://127.0.0.1:{port}"))

            async def first() -> AsyncGenerator[Piece, None]:
                try:
                    if not streamed:
                        yield await provider.complete(wire.target, ASK)
                    async for piece in provider.stream(wire.target, ASK):
                        yield piece
                except BaseException as err:
                    seen.append(type(err))
                    raise

            pieces = [piece async for piece in hedged(first(), second, late_s=0.5)]
            await closed(provider)
            return pieces

    assert asyncio.run(run()) == [Delta(text="second")]
    assert seen == [LostRace]
