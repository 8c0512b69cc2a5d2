"""Read Anthropic's messages and the events of their streams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from finops_router.providers.streamed_reply import StreamedReply


class Block(msgspec.Struct):
    """A block of content, or the next piece of one (`partial_json`, `stop_reason` are of pieces alone)."""

    type: str = ""
    text: Any = None
    thinking: Any = None
    id: str | None = None
    name: str | None = None
    input: Any = None
    partial_json: Any = None
    stop_reason: Any = None


class Message(msgspec.Struct):
    """A message as it stands when its stream starts; `usage` is kept whole, as the provider sent it."""

    id: Any = None
    model: Any = None
    usage: Any = None


class Sent(msgspec.Struct):
    """A whole message, or any event of a stream."""

    type: str = ""
    index: Any = None
    message: Message | None = None
    content_block: Block | None = None
    delta: Block | None = None
    usage: Any = None
    error: Any = None
    id: Any = None
    model: Any = None
    content: list[Block] | None = None
    stop_reason: Any = None


def error_in(event: Sent) -> object:
    """Return the error that `event` is instead of an answer; None if it is none."""
    return event.error or ({"message": "an error without words"} if event.type == "error" else None)


def is_last(event: Sent) -> bool:
    """Return whether nothing follows `event`."""
    return event.type == "message_stop"


def take(answer: StreamedReply, event: Sent) -> str:
    """Add a whole message or an event to `answer` and return its text; usage comes with the first and with the last."""
    if event.message is not None:
        answer.add_head(event.message.model, event.message.id)
        _take_usage(answer, event.message.usage)
    if event.usage:
        _take_usage(answer, event.usage)
    if event.content is not None:
        return _take_whole(answer, event)
    if event.delta is not None:
        return _take_piece(answer, event.index, event.delta)
    return "" if event.content_block is None else _take_start(answer, event.index, event.content_block)


def _take_whole(answer: StreamedReply, event: Sent) -> str:
    answer.add_head(event.model, event.id)
    answer.add_stop(event.stop_reason)
    texts = []
    for index, block in enumerate(event.content or ()):
        if block.type == "text":
            texts.append(block.text if isinstance(block.text, str) else "")
        elif block.type == "tool_use":
            answer.add_tool(index, block.id or "", block.name or "", _json_text(block.input))
        else:
            answer.add_hidden(block.thinking)
    return "".join(texts)


def _take_start(answer: StreamedReply, index: object, block: Block) -> str:
    if block.type == "tool_use":
        # its input comes in pieces; of servers that imitate it, sometimes at once
        arguments = _json_text(block.input) if block.input else ""
        answer.add_tool_piece(index, block.id or "", block.name or "", arguments)
    answer.add_hidden(block.thinking)
    return block.text if block.type == "text" and isinstance(block.text, str) else ""


def _take_piece(answer: StreamedReply, index: object, piece: Block) -> str:
    if piece.type == "text_delta":
        return piece.text if isinstance(piece.text, str) else ""
    if isinstance(piece.partial_json, str):
        answer.add_tool_piece(index, "", "", piece.partial_json)
    answer.add_hidden(piece.thinking)
    answer.add_stop(piece.stop_reason)
    return ""


def _take_usage(answer: StreamedReply, counts: object) -> None:
    """Add to `answer` what was counted, and how it was served, which stands beside the counts."""
    if isinstance(counts, Mapping):
        answer.add_usage(counts)
        answer.add_served({"usage": counts})


def _json_text(value: object) -> str:
    if isinstance(value, str):
        return value
    return msgspec.json.encode({} if value is None else value).decode()
