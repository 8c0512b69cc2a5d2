"""What the router may expect of every wire, by its real SDK against recorded shapes."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest
from finops_router.call.hedge import Piece, hedged
from finops_router.call.outcomes import LostRace
from finops_router.calls import UNKNOWN_USAGE, Delta, Partial, Reply
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
from finops_router.pricing.estimate import tokens_of
from finops_router.providers import IDLE, Alive, Progress

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
        (403, "no", KeyRefused),
        (404, "no such model", ModelUnknown),
        (400, "prompt is too long: 9 tokens > 8 maximum", ContextTooLong),
        (400, "The input token count (9) exceeds the maximum number of tokens allowed (8)", ContextTooLong),
        (400, "Input is too long for requested model", ContextTooLong),
        (400, "no", Declined),
        (400, "messages: at least one message is required", Rejected),
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


def has_the_counts(partial: Partial | None, is_final: bool) -> None:
    assert partial is not None
    usage = partial.usage
    assert usage is not None
    assert (usage.input_tokens, usage.cache_read_input_tokens, usage.output_tokens) == (1000, 600, 50)
    assert (usage.source, partial.is_final) == ("provider", is_final)


def test_a_refusal_has_its_usage(wire: Wire, server: Server) -> None:
    server.answers_with(200, wire.answer(wire.refused))
    with pytest.raises(Refused) as refused:
        wire.ask(server)
    has_the_counts(refused.value.partial, is_final=True)


def test_a_stream_that_ends_in_a_refusal_has_its_usage(wire: Wire, server: Server) -> None:
    wire.streams(server, *wire.stream[: wire.text_events], *wire.refused_end)
    with pytest.raises(Refused, match=wire.refused) as refused:
        wire.listen(server)
    has_the_counts(refused.value.partial, is_final=True)


def test_a_stream_that_is_cut_has_the_usage_that_was_counted_by_then(wire: Wire, server: Server) -> None:
    wire.streams(server, *wire.stream[: wire.text_events], then=wire.broken)
    partial = wire.cut(server).partial
    if wire.counts_early:
        has_the_counts(partial, is_final=False)
    else:
        assert partial is not None
        assert (partial.usage, partial.is_final) == (None, False)


def test_a_stream_that_its_caller_leaves_has_the_usage_that_was_counted_by_then(wire: Wire, server: Server) -> None:
    wire.streams(server, *wire.stream)

    async def leave() -> Progress:
        provider = wire.provider(server)
        async with aclosing(provider.stream(wire.target, ASK)) as pieces:
            progress = await anext(pieces)
            assert not isinstance(progress, Alive | Delta | Reply)
            assert progress.so_far().usage is None
            while await anext(pieces) == IDLE:  # headers
                pass
        await closed(provider)
        return progress

    partial = asyncio.run(leave()).so_far()
    if wire.counts_early:
        has_the_counts(partial, is_final=False)
    assert partial.unseen_characters == 0


def test_a_tool_call_that_is_cut_is_output_all_the_same(wire: Wire, server: Server) -> None:
    wire.streams(server, *wire.stream[: -wire.end_events], then=wire.broken)
    partial = wire.cut(server).partial
    assert partial is not None
    sent = "" if wire.name == "gcp.gemini" else 'look{"a": 1}'  # Gemini sends calls with the end mark
    assert partial.unseen_characters == len(sent)


def test_an_answer_without_counts_is_estimated_and_marked(wire: Wire, server: Server) -> None:
    answer = {key: value for key, value in wire.answer().items() if key not in ("usage", "usageMetadata")}
    server.answers_with(200, answer | ({"usage": {}} if wire.name == "anthropic" else {}))
    usage = wire.ask(server).usage
    assert usage.source == "estimated"
    assert usage.input_tokens > 765  # the image, and the words
    assert usage.output_tokens >= tokens_of(len('Hellolook{"a": 1}'))


def test_an_answer_that_is_no_json_is_no_answer(wire: Wire, server: Server) -> None:
    server.answers_with(200, b"not json", Kind="text/plain")
    with pytest.raises(StreamCut):
        wire.ask(server)


def test_a_connection_that_is_cut(wire: Wire, server: Server) -> None:
    server.answers_with(0, b"")
    with pytest.raises(Unavailable) as lost:
        wire.ask(server)
    assert len(server.bodies) == 1
    assert lost.value.partial is not None
    assert lost.value.partial.usage == UNKNOWN_USAGE  # it had the request, and may have worked on it


def test_a_server_that_is_not_there_has_used_nothing(wire: Wire) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(Unavailable) as failed:
        wire.ask(Server(root=f"http://127.0.0.1:{port}"))
    assert failed.value.partial is None


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
                        if isinstance(piece, Delta | Reply):
                            yield piece
                except BaseException as err:
                    seen.append(type(err))
                    raise

            pieces = [piece async for piece in hedged(first(), second, late_s=0.5)]
            await closed(provider)
            return pieces

    assert asyncio.run(run()) == [Delta(text="second")]
    assert seen == [LostRace]
