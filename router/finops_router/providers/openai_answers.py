"""Read OpenAI's completions and their chunks, and those of servers that imitate it, each in its own way.

A field whose type is not certain is Any: a server that gets one wrong has still answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from finops_router.providers.openai_usage import counts_in
from finops_router.providers.streamed_reply import StreamedReply

TEXT_PARTS = frozenset({"text", "output_text"})


class Function(msgspec.Struct, gc=False):
    """What a tool call calls."""

    name: str | None = None
    arguments: Any = None


class ToolPart(msgspec.Struct, gc=False):
    """A tool call, or a piece of one."""

    index: Any = None
    id: str | None = None
    function: Function | None = None


class Part(msgspec.Struct):
    """What a choice brings: a whole message, or the next piece of one."""

    content: Any = None
    refusal: Any = None
    reasoning_content: Any = None
    reasoning: Any = None
    tool_calls: list[ToolPart] | None = None
    function_call: Function | None = None


class Choice(msgspec.Struct):
    """One of the answers; we ask for one."""

    delta: Part | None = None
    message: Part | None = None
    finish_reason: Any = None
    error: Any = None


class Completion(msgspec.Struct):
    """A completion or a chunk of one; `usage` is kept whole, as the provider sent it."""

    id: Any = None
    model: Any = None
    choices: list[Choice] | None = None
    usage: Any = None
    service_tier: Any = None
    x_groq: Any = None
    error: Any = None
    object: Any = None
    message: Any = None  # of a server that answers 200 and an error of its own shape
    detail: Any = None
    code: Any = None


def error_in(event: Completion) -> object:
    """Return the error that `event` is instead of an answer, or that ended its choice; None if it is none."""
    if event.error:
        return event.error
    if isinstance(event.x_groq, Mapping) and event.x_groq.get("error"):
        return event.x_groq["error"]
    if event.choices:
        return event.choices[0].error
    if event.object == "error" or (event.choices is None and event.usage is None and (event.message or event.detail)):
        return {"message": event.message, "detail": event.detail, "code": event.code}
    return None


def take(answer: StreamedReply, event: Completion) -> str:
    """Add a completion or a chunk of one to `answer` and return its text."""
    answer.add_head(event.model, event.id)
    if event.usage or event.x_groq:
        answer.add_usage(counts_in({"usage": event.usage, "x_groq": event.x_groq}))
    if event.service_tier or event.usage:
        answer.add_served({"service_tier": event.service_tier, "usage": event.usage})
    if not event.choices:
        return ""
    choice = event.choices[0]
    answer.add_stop(choice.finish_reason)
    part = choice.delta if choice.delta is not None else choice.message
    if part is None:
        return ""
    _take_beside(answer, part, is_whole=choice.delta is None)
    if type(part.content) is str:
        return part.content
    return "".join(_texts(answer, part.content))


def _take_beside(answer: StreamedReply, part: Part, *, is_whole: bool) -> None:
    """Add a refusal, or a piece of one, reasoning, which has two names among the imitators, and tool calls."""
    if isinstance(part.refusal, str) and part.refusal:
        answer.add_refusal(part.refusal)
    answer.add_hidden(part.reasoning_content or part.reasoning)
    for place, call in enumerate(part.tool_calls or ()):
        function = call.function or Function()
        arguments = _json_text(function.arguments)
        if is_whole:
            answer.add_tool(place, call.id or "", function.name or "", arguments)
        else:
            answer.add_tool_piece(call.index, call.id or "", function.name or "", arguments)
    if part.function_call is not None:  # before there were tools
        called = part.function_call
        answer.add_tool_piece(None, "", called.name or "", _json_text(called.arguments))


def _texts(answer: StreamedReply, content: object) -> Iterator[str]:
    """Yield the texts of a content in parts; add its thoughts, which are no part of the answer, to `answer`."""
    if isinstance(content, str):
        yield content
    for part in content if isinstance(content, list) else ():
        if isinstance(part, str):
            yield part
        elif isinstance(part, Mapping):
            text, kind = part.get("text"), part.get("type", "text")
            if kind in TEXT_PARTS and isinstance(text, str):
                yield text
            else:
                answer.add_hidden("".join(_thoughts(part.get("thinking") or text)))


def _thoughts(content: object) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    for part in content if isinstance(content, list) else ():
        if isinstance(part, Mapping) and isinstance(part.get("text"), str):
            yield part["text"]


def _json_text(arguments: object) -> str:
    """Return the arguments of a tool call as JSON, of servers that send an object as well."""
    if arguments is None or isinstance(arguments, str):
        return arguments or ""
    return msgspec.json.encode(arguments).decode()
