"""Read OpenAI's responses and the events of their streams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from finops_router.providers.streamed_reply import StreamedReply, json_text

ENDED = frozenset({"response.completed", "response.incomplete", "response.failed"})


class Content(msgspec.Struct):
    """A part of a message."""

    type: str = ""
    text: Any = None
    refusal: Any = None


class Item(msgspec.Struct):
    """What the model put out: a message, a function call, its reasoning."""

    type: str = ""
    content: list[Content] | None = None
    summary: list[Content] | None = None
    call_id: str | None = None
    name: str | None = None
    arguments: Any = None


class Response(msgspec.Struct):
    """A response as it stands; `usage` is kept whole, as the provider sent it."""

    id: Any = None
    model: Any = None
    status: Any = None
    error: Any = None
    incomplete_details: Any = None
    output: list[Item] | None = None
    usage: Any = None
    service_tier: Any = None


class Sent(Response):
    """A whole response, or any event of a stream."""

    object: Any = None
    type: str = ""
    response: Response | None = None
    item: Item | None = None
    output_index: Any = None
    delta: Any = None
    code: Any = None
    message: Any = None


def error_in(event: Sent) -> object:
    """Return the error that `event` is instead of an answer; None if it is none."""
    if event.type == "error":
        return event.error or {"code": event.code, "message": event.message}
    return event.error or (event.response.error if event.response is not None else None)


def is_last(event: Sent) -> bool:
    """Return whether nothing follows `event`."""
    return event.type in ENDED


def take(answer: StreamedReply, event: Sent) -> str:
    """Add a whole response or an event to `answer` and return its text."""
    if event.response is not None:
        _take_head(answer, event.response)
        return _take_output(answer, event.response) if event.type in ENDED and answer.is_empty else ""
    if event.output is not None or event.status is not None:
        _take_head(answer, event)
        return _take_output(answer, event)
    if event.type == "response.output_text.delta":
        return event.delta if isinstance(event.delta, str) else ""
    if event.type == "response.function_call_arguments.delta" and isinstance(event.delta, str):
        answer.add_tool_piece(event.output_index, "", "", event.delta)
    elif event.type == "response.refusal.delta" and isinstance(event.delta, str):
        answer.add_refusal(event.delta)
    elif event.type == "response.output_item.added" and event.item is not None and event.item.type == "function_call":
        answer.add_tool_piece(event.output_index, event.item.call_id or "", event.item.name or "", "")
    elif event.type.startswith("response.reasoning"):
        answer.add_hidden(event.delta)
    return ""


def _take_head(answer: StreamedReply, response: Response) -> None:
    """Add what stands beside the output: model, usage, tier, and how it ended."""
    answer.add_head(response.model, response.id)
    if isinstance(response.usage, Mapping):
        answer.add_usage(response.usage)
    if response.service_tier or response.usage:
        answer.add_served({"service_tier": response.service_tier, "usage": response.usage})
    details = response.incomplete_details
    reason = details.get("reason") if isinstance(details, Mapping) else None
    ending = reason if response.status == "incomplete" else response.status
    if isinstance(ending, str) and ending not in ("", "in_progress", "queued"):
        answer.stop = ending


def _take_output(answer: StreamedReply, response: Response) -> str:
    texts = []
    for place, item in enumerate(response.output or ()):
        if item.type == "function_call":
            answer.add_tool(place, item.call_id or "", item.name or "", json_text(item.arguments))
        for part in (*(item.content or ()), *(item.summary or ())):
            if item.type == "message" and isinstance(part.text, str):
                texts.append(part.text)
            elif isinstance(part.refusal, str) and part.refusal:
                answer.add_refusal(part.refusal)
            else:
                answer.add_hidden(part.text)
    return "".join(texts)
