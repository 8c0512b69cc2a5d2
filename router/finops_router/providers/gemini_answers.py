"""Read Gemini's responses, and the chunks of streamed ones, which have the same shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from finops_router.providers.streamed_reply import StreamedReply, json_text


class FunctionCall(msgspec.Struct):
    """A tool the model wants called."""

    name: str | None = None
    args: Any = None
    id: str | None = None


class Part(msgspec.Struct):
    """A part of the content; `thought`: it is no part of the answer."""

    text: Any = None
    thought: Any = None
    functionCall: FunctionCall | None = None  # noqa: N815 -- as it is sent


class Content(msgspec.Struct):
    """The content of a candidate."""

    parts: list[Part] | None = None


class Candidate(msgspec.Struct):
    """One of the answers; we ask for one."""

    content: Content | None = None
    finishReason: Any = None  # noqa: N815


class Response(msgspec.Struct):
    """A response or a chunk of one; `usageMetadata` is kept whole, as the provider sent it."""

    candidates: list[Candidate] | None = None
    promptFeedback: Any = None  # noqa: N815
    usageMetadata: Any = None  # noqa: N815
    modelVersion: Any = None  # noqa: N815
    responseId: Any = None  # noqa: N815
    error: Any = None


def error_in(event: Response) -> object:
    """Return the error that `event` is instead of an answer; None if it is none."""
    return event.error


def take(answer: StreamedReply, event: Response) -> str:
    """Add a response, or a chunk of one, to `answer` and return its text; thoughts are no part of the answer."""
    feedback = event.promptFeedback
    if isinstance(feedback, Mapping) and (blocked := feedback.get("blockReason")):
        answer.refusal = f"The prompt was blocked: {blocked}"
    if isinstance(event.usageMetadata, Mapping):
        answer.add_usage(event.usageMetadata)
        answer.add_served({"usageMetadata": event.usageMetadata})
    answer.add_head(event.modelVersion, event.responseId)
    candidate = event.candidates[0] if event.candidates else Candidate()
    answer.add_stop(candidate.finishReason)
    parts = (candidate.content.parts if candidate.content else None) or ()
    for part in parts:
        if part.thought:
            answer.add_hidden(part.text)
        elif part.functionCall is not None:
            _take_call(answer, part.functionCall)
    return "".join(part.text for part in parts if isinstance(part.text, str) and not part.thought)


def _take_call(answer: StreamedReply, call: FunctionCall) -> None:
    answer.add_tool(len(answer.tool_calls), call.id or "", call.name or "", json_text(call.args))
