"""Clients that speak OpenAI's chat completions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from finops_router.calls import Native, Reply, ToolCall, Usage
from finops_router.gateway.client_wire import Answering, Asked, Portable
from finops_router.gateway.fields import (
    estimated_tokens,
    has,
    is_streamed,
    messages_in,
    model_of,
    only_known,
    parsed,
    value_of,
)
from finops_router.gateway.wires.openai_content import choice_of, messages_of, schema_of, tools_of
from finops_router.gateway.wires.openai_errors import openai_problem, openai_problem_event

CARRIED = frozenset({
    "model", "messages", "stream", "stream_options", "max_tokens", "max_completion_tokens", "temperature", "top_p",
    "stop", "tools", "tool_choice", "response_format", "service_tier", "user", "safety_identifier",
})  # fmt: skip
NEUTRAL: Mapping[str, tuple[Any, ...]] = {
    "n": (1,), "presence_penalty": (0,), "frequency_penalty": (0,), "parallel_tool_calls": (True,),
}  # fmt: skip
USUAL_TIERS = ("auto", "default")


class OpenAIChat:
    """Chat completions, as OpenAI documents them."""

    name = "openai"
    end_mark = b"data: [DONE]\n\n"

    def read(self, fields: dict[str, msgspec.Raw], headers: Mapping[str, str], model: str | None) -> Asked:
        """Return what is asked; raises Refusal without a model or messages."""
        model, messages = model_of(fields), messages_in(fields)
        stream, counts = is_streamed(fields), True
        if stream:
            options = value_of(fields, "stream_options", dict) or {}
            counts = options.get("include_usage") is True
            if not counts:
                fields["stream_options"] = msgspec.Raw(msgspec.json.encode({**options, "include_usage": True}))
        most, tier = value_of(fields, "max_completion_tokens", int), value_of(fields, "service_tier", str)
        return Asked(
            model=model,
            native=Native(wire=self.name, fields=fields, needs=_needs(fields), counts=counts),
            stream=stream,
            estimated_input_tokens=estimated_tokens(messages, fields.get("tools"), fields.get("response_format")),
            max_output_tokens=value_of(fields, "max_tokens", int) if most is None else most,
            service_tier=None if tier in USUAL_TIERS else tier,
            answers=max(value_of(fields, "n", int) or 1, 1),
            end_user=value_of(fields, "safety_identifier", str) or value_of(fields, "user", str),
        )

    def portable(self, asked: Asked) -> Portable:
        """Return the same in our own values."""
        fields = asked.native.fields
        only_known(fields, CARRIED, NEUTRAL)
        stop = parsed(fields, "stop")
        return Portable(
            messages=messages_of(parsed(fields, "messages")),
            tools=tools_of(parsed(fields, "tools")),
            json_schema=schema_of(parsed(fields, "response_format")),
            temperature=value_of(fields, "temperature", float),
            top_p=value_of(fields, "top_p", float),
            stop=(stop,) if isinstance(stop, str) else tuple(stop or ()),
            tool_choice=choice_of(parsed(fields, "tool_choice")),
        )

    def plain(self, answering: Answering, reply: Reply) -> bytes:
        """Return a completion."""
        message: dict[str, Any] = {"role": "assistant", "content": reply.text or None, "refusal": None}
        if reply.tool_calls:
            message["tool_calls"] = [_call(call) for call in reply.tool_calls]
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": _finish(reply)}
        head = _head(answering, "chat.completion", reply.model, reply.response_id)
        return msgspec.json.encode(head | {"choices": [choice], "usage": _usage(reply.usage)})

    def stream(self, answering: Answering) -> _Chunks:
        """Return who writes chunks."""
        return _Chunks(answering)

    def problem(self, problem: Any, request_id: str) -> bytes:
        """Return the body of an error."""
        return openai_problem(problem, request_id)

    def problem_event(self, problem: Any, request_id: str) -> bytes:
        """Return the chunk that is an error."""
        return openai_problem_event(problem, request_id)


class _Chunks:
    def __init__(self, answering: Answering) -> None:
        self._head = _head(answering, "chat.completion.chunk", answering.asked.model, None)
        self._counts = answering.asked.native.counts
        self._has_begun = False

    def text(self, text: str) -> bytes:
        return self._begun() + self._chunk({"content": text})

    def end(self, reply: Reply) -> bytes:
        calls = [{"index": place, **_call(call)} for place, call in enumerate(reply.tool_calls)]
        data = self._begun() + (self._chunk({"tool_calls": calls}) if calls else b"")
        data += self._chunk({}, _finish(reply))
        if self._counts:
            data += _event(self._head | {"choices": [], "usage": _usage(reply.usage)})
        return data + OpenAIChat.end_mark

    def _begun(self) -> bytes:
        if self._has_begun:
            return b""
        self._has_begun = True
        return self._chunk({"role": "assistant", "content": ""})

    def _chunk(self, delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _event(self._head | {"choices": [choice]})


def _event(value: object) -> bytes:
    return b"data: %b\n\n" % msgspec.json.encode(value)


def _head(answering: Answering, kind: str, model: str, response_id: str | None) -> dict[str, Any]:
    ident = response_id or f"chatcmpl-{answering.request_id}"
    return {"id": ident, "object": kind, "created": answering.created_s, "model": model}


def _call(call: ToolCall) -> dict[str, Any]:
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}


def _finish(reply: Reply) -> str:
    return reply.finish_reason or "stop"


def _usage(usage: Usage) -> dict[str, Any] | None:
    if usage.source == "none":
        return None
    return {
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.input_tokens + usage.output_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cache_read_input_tokens},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning_output_tokens},
    }


def _needs(fields: Mapping[str, msgspec.Raw]) -> frozenset[str]:
    has_images = b'"image_url"' in bytes(fields["messages"])
    asks_json = b"json" in bytes(fields.get("response_format", b""))
    if not (has_images or asks_json or "tools" in fields):
        return frozenset()
    found = (("tools", has(fields, "tools")), ("vision", has_images), ("json", asks_json))
    return frozenset(name for name, is_needed in found if is_needed)
