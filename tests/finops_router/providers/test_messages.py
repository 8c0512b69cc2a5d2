"""Conversations as alternating turns; what no provider could take is refused."""

from __future__ import annotations

import pytest
from finops_router.calls import Message, ToolCall
from finops_router.errors import Rejected
from finops_router.providers.messages import (
    Base64Data,
    Turn,
    alternating,
    base64_data,
    image_bytes,
    system_text,
    tool_arguments,
    tool_name,
)

CALL = ToolCall(id="t1", name="look", arguments='{"a": 1}')


def test_neighbours_of_the_same_role_are_one_turn() -> None:
    turns = [Turn("user", [{"a": 1}]), Turn("user", [{"b": 2}]), Turn("model", [{"c": 3}]), Turn("user", [{"d": 4}])]
    assert alternating(turns) == [
        Turn("user", [{"a": 1}, {"b": 2}]),
        Turn("model", [{"c": 3}]),
        Turn("user", [{"d": 4}]),
    ]
    assert turns[0] == Turn("user", [{"a": 1}])  # what was given stays as it was


def test_system_messages_are_one_text() -> None:
    messages = [
        Message(role="system", text="One."),
        Message(role="user", text="Hi"),
        Message(role="system", text="Two."),
    ]
    assert system_text(messages) == "One.\n\nTwo."


def test_images() -> None:
    assert base64_data("https://example.com/a.png") is None
    data = base64_data("data:image/png;base64,AAAA")
    assert data == Base64Data("image/png", "AAAA")
    assert image_bytes(data) == b"\0\0\0"
    with pytest.raises(Rejected):
        base64_data("data:nothing")
    with pytest.raises(Rejected):
        image_bytes(Base64Data("image/png", "?"))


def test_tool_calls() -> None:
    messages = [Message(role="assistant", text="", tool_calls=(CALL,))]
    assert (tool_name(messages, "t1"), tool_name(messages, "t2"), tool_name(messages, None)) == ("look", "t2", "tool")
    assert tool_arguments(CALL) == {"a": 1}
    assert tool_arguments(ToolCall(id="t", name="look", arguments="")) == {}
    for arguments in ("{", "[1]"):
        with pytest.raises(Rejected):
            tool_arguments(ToolCall(id="t", name="look", arguments=arguments))
