"""Clients that speak Anthropic's Messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from finops_router.calls import Native, Reply, Usage
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
from finops_router.gateway.problem import Problem
from finops_router.gateway.wires.anthropic_content import choice_of, messages_of, schema_of, system_of, tools_of

CARRIED = frozenset({
    "model", "messages", "system", "max_tokens", "stream", "temperature", "top_p", "stop_sequences", "tools",
    "tool_choice", "metadata", "service_tier", "output_config",
})  # fmt: skip
FORWARDED = frozenset({"anthropic-version", "anthropic-beta"})
STOPS = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use"}
TYPES = {
    "authentication": "authentication_error",
    "permission": "permission_error",
    "not_found": "not_found_error",
    "request_too_large": "request_too_large",
    "rate_limit": "rate_limit_error",
    "budget": "rate_limit_error",
    "overloaded": "overloaded_error",
    "timeout": "timeout_error",
    "internal": "api_error",
    "upstream": "api_error",
}


class AnthropicMessages:
    """Messages, as Anthropic documents them."""

    name = "anthropic"
    end_mark = b""

    def read(self, fields: dict[str, msgspec.Raw], headers: Mapping[str, str], model: str | None) -> Asked:
        """Return what is asked; raises Refusal without a model or messages."""
        model, messages = model_of(fields), messages_in(fields)
        forwarded = {name: value for name, value in headers.items() if name in FORWARDED}
        tier, metadata = value_of(fields, "service_tier", str), value_of(fields, "metadata", dict) or {}
        user = metadata.get("user_id")
        return Asked(
            model=model,
            native=Native(wire=self.name, fields=fields, headers=forwarded, needs=_needs(fields)),
            stream=is_streamed(fields),
            estimated_input_tokens=estimated_tokens(messages, fields.get("system"), fields.get("tools")),
            max_output_tokens=value_of(fields, "max_tokens", int),
            service_tier=None if tier == "auto" else tier,
            end_user=user if isinstance(user, str) else None,
        )

    def portable(self, asked: Asked) -> Portable:
        """Return the same in our own values."""
        fields = asked.native.fields
        only_known(fields, CARRIED, {})
        return Portable(
            messages=(*system_of(parsed(fields, "system")), *messages_of(parsed(fields, "messages"))),
            tools=tools_of(parsed(fields, "tools")),
            json_schema=schema_of(parsed(fields, "output_config")),
            temperature=value_of(fields, "temperature", float),
            top_p=value_of(fields, "top_p", float),
            stop=tuple(parsed(fields, "stop_sequences") or ()),
            tool_choice=choice_of(parsed(fields, "tool_choice")),
        )

    def plain(self, answering: Answering, reply: Reply) -> bytes:
        """Return a message."""
        content: list[dict[str, Any]] = [{"type": "text", "text": reply.text}] if reply.text else []
        content += [_tool_use(call.id, call.name, _json(call.arguments)) for call in reply.tool_calls]
        return msgspec.json.encode(
            _head(answering, reply.model, reply.response_id, content)
            | {"stop_reason": _stop(reply), "usage": _usage(reply.usage)}
        )

    def stream(self, answering: Answering) -> _Events:
        """Return who writes events."""
        return _Events(answering)

    def problem(self, problem: Problem, request_id: str) -> bytes:
        """Return the body of an error."""
        kind = TYPES.get(problem.kind, "invalid_request_error")
        error = {"type": kind, "message": problem.message}
        return msgspec.json.encode({"type": "error", "error": error, "request_id": request_id})

    def problem_event(self, problem: Problem, request_id: str) -> bytes:
        """Return the event that ends a stream in an error."""
        return b"event: error\ndata: %b\n\n" % self.problem(problem, request_id)


class _Events:
    def __init__(self, answering: Answering) -> None:
        self._answering = answering
        self._has_begun = self._has_text = False

    def text(self, text: str) -> bytes:
        data = self._begun()
        if not self._has_text:
            self._has_text = True
            data += _event("content_block_start", index=0, content_block={"type": "text", "text": ""})
        return data + _event("content_block_delta", index=0, delta={"type": "text_delta", "text": text})

    def end(self, reply: Reply) -> bytes:
        data, first = self._begun(), int(self._has_text)
        if self._has_text:
            data += _event("content_block_stop", index=0)
        for index, call in enumerate(reply.tool_calls, first):
            data += _event("content_block_start", index=index, content_block=_tool_use(call.id, call.name, {}))
            piece = {"type": "input_json_delta", "partial_json": call.arguments}
            data += _event("content_block_delta", index=index, delta=piece)
            data += _event("content_block_stop", index=index)
        ended = {"stop_reason": _stop(reply), "stop_sequence": None}
        return data + _event("message_delta", delta=ended, usage=_usage(reply.usage)) + _event("message_stop")

    def _begun(self) -> bytes:
        if self._has_begun:
            return b""
        self._has_begun = True
        usage = {"input_tokens": self._answering.asked.estimated_input_tokens, "output_tokens": 0}
        message = _head(self._answering, self._answering.asked.model, None, []) | {"stop_reason": None, "usage": usage}
        return _event("message_start", message=message)


def _event(kind: str, **values: Any) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (kind.encode(), msgspec.json.encode({"type": kind, **values}))


def _head(answering: Answering, model: str, response_id: str | None, content: list[dict[str, Any]]) -> dict[str, Any]:
    ident = response_id or f"msg_{answering.request_id}"
    return {"id": ident, "type": "message", "role": "assistant", "model": model, "content": content,
            "stop_sequence": None}  # fmt: skip


def _tool_use(ident: str, name: str, arguments: Any) -> dict[str, Any]:
    return {"type": "tool_use", "id": ident, "name": name, "input": arguments}


def _json(arguments: str) -> Any:
    """Return the arguments of a tool call, which must be JSON here; what is none is kept as a text."""
    try:
        return msgspec.json.decode(arguments)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return {"arguments": arguments}


def _stop(reply: Reply) -> str:
    return STOPS.get(reply.finish_reason or "stop", "end_turn")


def _usage(usage: Usage) -> dict[str, Any]:
    """Return the counts as Anthropic has them: without what came from the cache or went into it."""
    if usage.source == "none":
        return {"input_tokens": 0, "output_tokens": 0}
    cached = usage.cache_read_input_tokens + usage.cache_write_input_tokens
    return {
        "input_tokens": usage.input_tokens - cached,
        "output_tokens": usage.output_tokens,
        "cache_read_input_tokens": usage.cache_read_input_tokens,
        "cache_creation_input_tokens": usage.cache_write_input_tokens,
    }


def _needs(fields: Mapping[str, msgspec.Raw]) -> frozenset[str]:
    has_images = b'"image"' in bytes(fields["messages"])
    asks_json = b'"json_schema"' in bytes(fields.get("output_config", b""))
    found = (("tools", has(fields, "tools")), ("vision", has_images), ("json", asks_json))
    return frozenset(name for name, is_needed in found if is_needed)
