"""Clients that speak OpenAI's Responses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from finops_router.calls import Message, Native, Reply, ToolCall, Usage
from finops_router.gateway.client_wire import Answering, Asked, Portable
from finops_router.gateway.fields import (
    NotCarriedError,
    estimated_tokens,
    has,
    is_streamed,
    model_of,
    only_known,
    parsed,
    value_of,
)
from finops_router.gateway.problem import Problem, bad_request
from finops_router.gateway.wires.openai_content import ROLES, choice_of, function_tool
from finops_router.gateway.wires.openai_errors import openai_problem

CARRIED = frozenset({
    "model", "input", "instructions", "stream", "max_output_tokens", "temperature", "top_p", "tools", "tool_choice",
    "text", "service_tier", "user", "safety_identifier", "metadata", "prompt_cache_key",
})  # fmt: skip
NEUTRAL: Mapping[str, tuple[Any, ...]] = {
    "parallel_tool_calls": (True,), "truncation": ("disabled",), "store": (True, False),
}  # fmt: skip
TEXTS = ("input_text", "output_text", "text")


class OpenAIResponses:
    """Responses, as OpenAI documents them; nothing is stored here, so none can be asked for later."""

    name = "responses"
    end_mark = b""

    def read(self, fields: dict[str, msgspec.Raw], headers: Mapping[str, str], model: str | None) -> Asked:
        """Return what is asked; raises Refusal without a model or input."""
        model, tier = model_of(fields), value_of(fields, "service_tier", str)
        if "input" not in fields:
            raise bad_request("input is missing", "missing_input")
        if has(fields, "background"):
            raise bad_request("background is not served: the answer would be nobody's to count", "unsupported_value")
        return Asked(
            model=model,
            native=Native(wire=self.name, fields=fields, needs=_needs(fields)),
            stream=is_streamed(fields),
            estimated_input_tokens=estimated_tokens(
                fields["input"], fields.get("instructions"), fields.get("tools"), fields.get("text")
            ),
            max_output_tokens=value_of(fields, "max_output_tokens", int),
            service_tier=None if tier in ("auto", "default") else tier,
            end_user=value_of(fields, "safety_identifier", str) or value_of(fields, "user", str),
        )

    def portable(self, asked: Asked) -> Portable:
        """Return the same in our own values."""
        fields = asked.native.fields
        only_known(fields, CARRIED, NEUTRAL)
        instructions = value_of(fields, "instructions", str)
        said = (Message(role="system", text=instructions),) if instructions else ()
        tools = parsed(fields, "tools") or []
        for place, tool in enumerate(tools):
            if not isinstance(tool, Mapping) or tool.get("type") != "function":
                raise NotCarriedError(f"tools[{place}], a tool that is no function")
        return Portable(
            messages=(*said, *_messages(parsed(fields, "input"))),
            tools=tuple(function_tool(f"tools[{place}]", tool) for place, tool in enumerate(tools)),
            json_schema=_schema(parsed(fields, "text")),
            temperature=value_of(fields, "temperature", float),
            top_p=value_of(fields, "top_p", float),
            tool_choice=choice_of(parsed(fields, "tool_choice")),
        )

    def plain(self, answering: Answering, reply: Reply) -> bytes:
        """Return a response."""
        return msgspec.json.encode(_response(answering, reply))

    def stream(self, answering: Answering) -> _Events:
        """Return who writes events."""
        return _Events(answering)

    def problem(self, problem: Problem, request_id: str) -> bytes:
        """Return the body of an error."""
        return openai_problem(problem, request_id)

    def problem_event(self, problem: Problem, request_id: str) -> bytes:
        """Return the event that ends a stream in an error."""
        error = {"message": problem.message, "code": problem.code, "param": None}
        event = {**error, "type": "error", "error": {**error, "type": "server_error"}}
        return b"event: error\ndata: %b\n\n" % msgspec.json.encode(event)


class _Events:
    def __init__(self, answering: Answering) -> None:
        self._answering = answering
        self._number = 0
        self._has_begun = self._has_text = False

    def text(self, text: str) -> bytes:
        data = self._begun()
        if not self._has_text:
            self._has_text = True
            item = _message(self._answering, "") | {"status": "in_progress", "content": []}
            data += self._event("response.output_item.added", output_index=0, item=item)
            data += self._of_text("response.content_part.added", part=_part(""))
        return data + self._of_text("response.output_text.delta", delta=text, logprobs=[])

    def end(self, reply: Reply) -> bytes:
        data, whole = self._begun(), _response(self._answering, reply)
        if self._has_text:
            data += self._of_text("response.output_text.done", text=reply.text, logprobs=[])
            data += self._of_text("response.content_part.done", part=_part(reply.text))
            data += self._event("response.output_item.done", output_index=0, item=whole["output"][0])
        for place, item in enumerate(whole["output"]):
            if item["type"] == "function_call":
                data += self._of_call(place, item)
        return data + self._event("response." + whole["status"], response=whole)

    def _of_call(self, place: int, item: dict[str, Any]) -> bytes:
        arguments = {"item_id": item["id"], "output_index": place}
        added = item | {"arguments": "", "status": "in_progress"}
        return (
            self._event("response.output_item.added", output_index=place, item=added)
            + self._event("response.function_call_arguments.delta", **arguments, delta=item["arguments"])
            + self._event(
                "response.function_call_arguments.done", **arguments, arguments=item["arguments"], name=item["name"]
            )
            + self._event("response.output_item.done", output_index=place, item=item)
        )

    def _begun(self) -> bytes:
        if self._has_begun:
            return b""
        self._has_begun = True
        response = _head(self._answering, self._answering.asked.model) | {"status": "in_progress", "output": []}
        return self._event("response.created", response=response) + self._event(
            "response.in_progress", response=response
        )

    def _of_text(self, kind: str, **values: Any) -> bytes:
        item = _message(self._answering, "")["id"]
        return self._event(kind, item_id=item, output_index=0, content_index=0, **values)

    def _event(self, kind: str, **values: Any) -> bytes:
        body = msgspec.json.encode({"type": kind, "sequence_number": self._number, **values})
        self._number += 1
        return b"event: %b\ndata: %b\n\n" % (kind.encode(), body)


def _head(answering: Answering, model: str) -> dict[str, Any]:
    return {
        "id": f"resp_{answering.request_id}", "object": "response", "created_at": answering.created_s, "model": model,
        "error": None, "incomplete_details": None, "instructions": None, "metadata": {}, "parallel_tool_calls": True,
        "temperature": None, "top_p": None, "tool_choice": "auto", "tools": [], "usage": None,
    }  # fmt: skip


def _response(answering: Answering, reply: Reply) -> dict[str, Any]:
    output = [_message(answering, reply.text)] if reply.text else []
    output += [_call(answering, place, call) for place, call in enumerate(reply.tool_calls)]
    is_cut = reply.finish_reason == "length"
    return _head(answering, reply.model) | {
        "status": "incomplete" if is_cut else "completed",
        "incomplete_details": {"reason": "max_output_tokens"} if is_cut else None,
        "output": output,
        "usage": _usage(reply.usage),
    }


def _message(answering: Answering, text: str) -> dict[str, Any]:
    ident = f"msg_{answering.request_id}"
    return {"type": "message", "id": ident, "status": "completed", "role": "assistant", "content": [_part(text)]}


def _part(text: str) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _call(answering: Answering, place: int, call: ToolCall) -> dict[str, Any]:
    ident = f"fc_{answering.request_id}_{place}"
    return {"type": "function_call", "id": ident, "call_id": call.id, "name": call.name, "arguments": call.arguments,
            "status": "completed"}  # fmt: skip


def _usage(usage: Usage) -> dict[str, Any] | None:
    if usage.source == "none":
        return None
    return {
        "input_tokens": usage.input_tokens,
        "input_tokens_details": {"cached_tokens": usage.cache_read_input_tokens},
        "output_tokens": usage.output_tokens,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning_output_tokens},
        "total_tokens": usage.input_tokens + usage.output_tokens,
    }


def _messages(sent: object) -> list[Message]:
    if isinstance(sent, str):
        return [Message(role="user", text=sent)]
    if not isinstance(sent, list) or not sent:
        raise bad_request("input is a text, or a list of items", "invalid_value")
    return [_item(f"input[{place}]", one) for place, one in enumerate(sent)]


def _item(place: str, item: Any) -> Message:
    match item:
        case {"type": "function_call", "call_id": str(ident), "name": str(name), "arguments": str(arguments)}:
            return Message(role="assistant", text="", tool_calls=(ToolCall(id=ident, name=name, arguments=arguments),))
        case {"type": "function_call_output", "call_id": str(ident), "output": output}:
            return Message(role="tool", text=_content(place, output)[0], tool_call_id=ident)
        case {"role": str(role), "content": content} if role in ROLES and item.get("type", "message") == "message":
            text, images = _content(place, content)
            return Message(role=ROLES[role], text=text, image_urls=images)
        case _:
            kind = item.get("type") if isinstance(item, Mapping) else "no object"
            raise NotCarriedError(f"{place}, an item of type {kind}")


def _content(place: str, content: object) -> tuple[str, tuple[str, ...]]:
    if isinstance(content, str):
        return content, ()
    texts, images = list[str](), list[str]()
    for part in content if isinstance(content, list) else ():
        match part:
            case {"type": kind, "text": str(text)} if kind in TEXTS:
                texts.append(text)
            case {"type": "input_image", "image_url": str(url)} if part.get("detail", "auto") == "auto":
                images.append(url)
            case _:
                kind = part.get("type") if isinstance(part, Mapping) else "no object"
                raise NotCarriedError(f"{place}, a part of type {kind}")
    return "".join(texts), tuple(images)


def _schema(text: object) -> Mapping[str, Any] | None:
    described = text.get("format") if isinstance(text, Mapping) else None
    if isinstance(text, Mapping) and text.get("verbosity") not in (None, "medium"):
        raise NotCarriedError("text.verbosity")
    if not isinstance(described, Mapping) or described.get("type") == "text":
        return None
    if described.get("type") == "json_schema" and isinstance(described.get("schema"), Mapping):
        schema: Mapping[str, Any] = described["schema"]
        return schema
    raise NotCarriedError("text.format without a schema")


def _needs(fields: Mapping[str, msgspec.Raw]) -> frozenset[str]:
    has_images = b'"input_image"' in bytes(fields["input"])
    asks_json = b'"json_' in bytes(fields.get("text", b""))
    found = (("tools", has(fields, "tools")), ("vision", has_images), ("json", asks_json))
    return frozenset(name for name, is_needed in found if is_needed)
