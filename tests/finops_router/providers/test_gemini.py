"""Google's Gemini API: what is sent, thoughts, blocked prompts, and a wait that stands in the body."""

from __future__ import annotations

import pytest
from finops_router.calls import Message, ToolCall
from finops_router.errors import RateLimited, Refused, Rejected

from tests.finops_router.providers.conftest import Server
from tests.finops_router.providers.wires import GEMINI, GEMINI_USAGE, asked, gemini_answer


def test_messages_become_alternating_turns(server: Server) -> None:
    server.answers_with(200, gemini_answer())
    GEMINI.ask(server)
    (body,) = server.bodies
    assert body["systemInstruction"]["parts"][0]["text"] == "Be brief."
    assert body["generationConfig"]["maxOutputTokens"] == 99
    assert [turn["role"] for turn in body["contents"]] == ["user", "model", "user"]
    assert len(body["contents"][0]["parts"]) == 2  # the picture and the question
    assert [part["functionResponse"]["name"] for part in body["contents"][2]["parts"]] == ["look", "look"]
    assert body["tools"][0]["functionDeclarations"][0]["name"] == "look"


def test_thoughts_are_counted_and_are_no_part_of_the_answer(server: Server) -> None:
    server.answers_with(200, gemini_answer())
    reply = GEMINI.ask(server)
    assert (reply.text, reply.usage.reasoning_output_tokens, reply.response_id) == ("Hello", 20, "m-1")


def test_tool_calls_without_an_id_get_one(server: Server) -> None:
    call = {"functionCall": {"name": "look", "args": {}}}
    server.answers_with(200, gemini_answer("STOP", call, call))
    assert [call.id for call in GEMINI.ask(server).tool_calls] == ["call-0", "call-1"]


def test_google_sends_its_wait_in_the_body(server: Server) -> None:
    detail = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "17s"}
    server.answers_with(429, {"error": {"code": 429, "message": "quota", "details": [detail]}})
    with pytest.raises(RateLimited) as failed:
        GEMINI.ask(server)
    assert failed.value.retry_after_s == 17


def test_a_blocked_prompt_is_refused(server: Server) -> None:
    server.answers_with(200, {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": GEMINI_USAGE})
    with pytest.raises(Refused, match="PROHIBITED_CONTENT"):
        GEMINI.ask(server)


def test_arguments_that_are_no_object_are_refused_before_they_are_sent(server: Server) -> None:
    message = Message(role="assistant", text="", tool_calls=(ToolCall(id="t", name="look", arguments="[1]"),))
    with pytest.raises(Rejected):
        GEMINI.ask(server, asked(messages=(message,)))
    assert server.bodies == []
