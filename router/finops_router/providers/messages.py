"""Convert messages to alternating user/assistant turns, for providers without a 'tool' role."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from finops_router.calls import Message, ToolCall
from finops_router.errors import Rejected

DATA_URL = re.compile(r"data:([\w.+-]+/[\w.+-]+);base64,(.*)", re.DOTALL)


class Turn(NamedTuple):
    """What one side of the conversation sends at once, in the provider's own parts."""

    role: str
    parts: list[dict[str, Any]]


class Base64Data(NamedTuple):
    """A file inside a data: URL."""

    media_type: str
    text: str


def system_text(messages: Sequence[Message]) -> str:
    """Return the text of the system messages, which these providers take beside the turns."""
    return "\n\n".join(message.text for message in messages if message.role == "system")


def alternating(turns: Iterable[Turn]) -> list[Turn]:
    """Return `turns` with neighbours of the same role joined: the results of several tools are one turn."""
    joined: list[Turn] = []
    for turn in turns:
        if joined and joined[-1].role == turn.role:
            joined[-1].parts.extend(turn.parts)
        else:
            joined.append(Turn(turn.role, list(turn.parts)))
    return joined


def base64_data(url: str) -> Base64Data | None:
    """Return the content of a data: URL, None for an address. Raises Rejected for a broken data: URL."""
    if not url.startswith("data:"):
        return None
    found = DATA_URL.fullmatch(url)
    if found is None:
        raise Rejected("An image is a data: URL without a media type or without base64")
    return Base64Data(found[1], found[2])


def image_bytes(data: Base64Data) -> bytes:
    """Return the bytes of an image; raises Rejected if its text is not base64."""
    try:
        return base64.b64decode(data.text, validate=True)
    except binascii.Error as err:
        raise Rejected("An image is a data: URL that is not base64") from err


def tool_arguments(call: ToolCall) -> dict[str, Any]:
    """Return the arguments of a tool call; raises Rejected if the caller sends back what is no JSON object."""
    try:
        found = json.loads(call.arguments or "{}")
    except ValueError as err:
        raise Rejected(f"The arguments of {call.name} are no JSON") from err
    if not isinstance(found, dict):
        raise Rejected(f"The arguments of {call.name} are no JSON object")
    return found


def tool_name(messages: Sequence[Message], tool_call_id: str | None) -> str:
    """Return the name of the tool of that call; the id itself if no message has such a call."""
    calls = (call for message in messages for call in message.tool_calls)
    return next((call.name for call in calls if call.id == tool_call_id), tool_call_id or "tool")
