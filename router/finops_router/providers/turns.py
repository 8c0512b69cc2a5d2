"""Put a conversation into turns as providers want them that know no 'tool' role and no two turns of one side."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from finops_router.calls import Message, Reply, Request, Target, ToolCall, Usage
from finops_router.errors import Rejected, StreamCut
from finops_router.pricing.usage import used_so_far

DATA_URL = re.compile(r"data:([\w.+-]+/[\w.+-]+);base64,(.*)", re.DOTALL)


def system_text(messages: Sequence[Message]) -> str:
    """Return what the system messages say; these providers take it apart from the turns."""
    return "\n\n".join(message.text for message in messages if message.role == "system")


def joined(turns: Sequence[tuple[str, list[dict[str, Any]]]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Join the parts of neighbouring turns of the same role: answers to several tools are one turn."""
    found: list[tuple[str, list[dict[str, Any]]]] = []
    for role, parts in turns:
        if found and found[-1][0] == role:
            found[-1][1].extend(parts)
        else:
            found.append((role, list(parts)))
    return found


def data_of(url: str) -> tuple[str, str] | None:
    """Return media type and base64 text of a data: URL, None for an address. Raises Rejected for a broken one."""
    if not url.startswith("data:"):
        return None
    found = DATA_URL.fullmatch(url)
    if found is None:
        raise Rejected("An image is a data: URL without a media type or without base64")
    return found[1], found[2]


def bytes_of(url: str, provider: str) -> tuple[str, bytes]:
    """Return media type and bytes of a data: URL; raises Rejected for an address, which `provider` does not fetch."""
    data = data_of(url)
    if data is None:
        raise Rejected(f"{provider} fetches no images: give them as data: URLs")
    try:
        return data[0], base64.b64decode(data[1], validate=True)
    except binascii.Error as err:
        raise Rejected("An image is a data: URL that is not base64") from err


def arguments_of(call: ToolCall) -> dict[str, Any]:
    """Return the arguments of a tool call; raises Rejected where the caller gives back what is no JSON object."""
    try:
        found = json.loads(call.arguments or "{}")
    except ValueError as err:
        raise Rejected(f"The arguments of {call.name} are no JSON") from err
    if not isinstance(found, dict):
        raise Rejected(f"The arguments of {call.name} are no JSON object")
    return found


def tool_name(messages: Sequence[Message], tool_call_id: str | None) -> str:
    """Return the name of the tool that was called by that id; the id where nobody called it."""
    calls = (call for message in messages for call in message.tool_calls)
    return next((call.name for call in calls if call.id == tool_call_id), tool_call_id or "tool")


class Spoken:
    """What a stream has said so far: its texts, and its tool calls by the index of their block."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.whole: dict[str, Any] = {"usage": {}}
        self.stop: str | None = None
        self.ttft_ms: float | None = None
        self._tools: dict[int, dict[str, str]] = {}

    @property
    def text(self) -> str:
        return "".join(self.texts)

    def says(self, text: str, since_ms: float) -> None:
        """Take in a piece of text that came `since_ms` after the request."""
        self.texts.append(text)
        self.ttft_ms = since_ms if self.ttft_ms is None else self.ttft_ms

    def begins_tool(self, index: int, ident: str, name: str) -> None:
        self._tools[index] = {"id": ident, "name": name, "arguments": ""}

    def adds_arguments(self, index: int, text: str) -> None:
        if index not in self._tools:
            raise StreamCut("Arguments of a tool call that never began")
        self._tools[index]["arguments"] += text

    def tool_calls(self) -> tuple[ToolCall, ...]:
        calls = (self._tools[index] for index in sorted(self._tools))
        return tuple(ToolCall(id=call["id"], name=call["name"], arguments=call["arguments"] or "{}") for call in calls)


def reply_of(
    target: Target,
    request: Request,
    whole: Mapping[str, Any],
    usage: Usage | None,
    said: tuple[str, tuple[ToolCall, ...], str],
    ttft_ms: float | None = None,
) -> Reply:
    """Put an answer together; `said` is its text, tool calls and finish_reason; usage unknown is estimated."""
    text, tool_calls, finish_reason = said
    return Reply(
        model=str(whole.get("model") or target.model),
        usage=usage or used_so_far(target, request, len(text), 0).usage,
        text=text,
        tool_calls=tool_calls,
        finish_reason=finish_reason,
        response_id=whole.get("id"),
        ttft_ms=None if ttft_ms is None else round(ttft_ms, 3),
        service_tier=whole.get("service_tier"),
    )
