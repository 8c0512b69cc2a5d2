"""Anthropic's Messages: what is sent, and what only this wire counts."""

from __future__ import annotations

import pytest
from finops_router.calls import Delta, Message, Reply, ToolCall
from finops_router.errors import Rejected

from tests.finops_router.providers.conftest import Server
from tests.finops_router.providers.wires import ANTHROPIC, anthropic_answer, asked, block


def test_messages_become_alternating_turns(server: Server) -> None:
    server.answers_with(200, anthropic_answer())
    ANTHROPIC.ask(server)
    (body,) = server.bodies
    assert (body["model"], body["max_tokens"], body["system"]) == ("claude-new-9", 99, "Be brief.")
    assert [turn["role"] for turn in body["messages"]] == ["user", "assistant", "user"]
    assert [part["type"] for part in body["messages"][0]["content"]] == ["image", "text"]
    assert [part["input"] for part in body["messages"][1]["content"]] == [{"a": 0}, {}]
    assert [part["tool_use_id"] for part in body["messages"][2]["content"]] == ["t0", "t1"]
    assert body["tools"][0]["name"] == "look"


def test_cache_writes_are_counted_those_for_an_hour_too(server: Server) -> None:
    server.answers_with(200, anthropic_answer())
    usage = ANTHROPIC.ask(server).usage
    assert (usage.cache_write_input_tokens, usage.cache_write_1h_input_tokens) == (100, 40)


def test_a_streamed_answer_counts_the_same_and_knows_its_tier(server: Server) -> None:
    server.answers_with(200, anthropic_answer())
    ANTHROPIC.streams(server, *ANTHROPIC.stream)
    plain, streamed = ANTHROPIC.ask(server), ANTHROPIC.listen(server)[-1]
    assert isinstance(streamed, Reply)
    assert (streamed.usage, streamed.response_id) == (plain.usage, "m-1")
    assert (streamed.served.service_tier, plain.served.service_tier) == ("standard", "standard")


def test_a_tool_call_without_arguments_has_an_empty_object(server: Server) -> None:
    start = block(0, "content_block_start", content_block={"type": "tool_use", "id": "t9", "name": "look", "input": {}})
    ANTHROPIC.streams(server, ANTHROPIC.stream[0], start, *ANTHROPIC.stream[-2:])
    (reply,) = ANTHROPIC.listen(server)
    assert isinstance(reply, Reply)
    assert reply.tool_calls == (ToolCall(id="t9", name="look", arguments="{}"),)


def test_text_at_the_start_of_a_block_is_part_of_the_answer(server: Server) -> None:
    start = block(0, "content_block_start", content_block={"type": "text", "text": "Hi"})
    ANTHROPIC.streams(server, ANTHROPIC.stream[0], start, *ANTHROPIC.stream[-2:])
    assert ANTHROPIC.listen(server)[0] == Delta(text="Hi")


@pytest.mark.parametrize(
    "message",
    [
        Message(role="assistant", text="", tool_calls=(ToolCall(id="t", name="look", arguments="{"),)),
        Message(role="user", text="See", image_urls=("data:nothing",)),
    ],
)
def test_what_it_could_not_take_is_refused_before_it_is_sent(message: Message, server: Server) -> None:
    with pytest.raises(Rejected):
        ANTHROPIC.ask(server, asked(messages=(message,)))
    assert server.bodies == []


def test_an_image_at_an_address_is_sent_as_such(server: Server) -> None:
    server.answers_with(200, anthropic_answer())
    ANTHROPIC.ask(
        server, asked(messages=(Message(role="user", text="See", image_urls=("https://example.com/a.png",)),))
    )
    source = server.bodies[0]["messages"][0]["content"][0]["source"]
    assert source == {"type": "url", "url": "https://example.com/a.png"}
