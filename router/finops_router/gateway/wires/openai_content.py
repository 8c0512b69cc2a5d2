"""Read the messages and tools of OpenAI's chat completions into our own values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from finops_router.calls import Message, Tool, ToolCall
from finops_router.gateway.fields import NotCarriedError
from finops_router.gateway.problem import bad_request

ROLES = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant", "tool": "tool"}
MESSAGE_KEYS = frozenset({"role", "content", "tool_calls", "tool_call_id"})
PART_KEYS = {"text": {"type", "text"}, "image_url": {"type", "image_url"}, "refusal": {"type", "refusal"}}
DETAILS = (None, "auto")


def messages_of(sent: object) -> tuple[Message, ...]:
    """Return the messages; raises NotCarriedError, and Refusal for what is no message at all."""
    if not isinstance(sent, list) or not sent:
        raise bad_request("messages is a list with at least one message", "invalid_value")
    return tuple(_message(f"messages[{place}]", one) for place, one in enumerate(sent))


def _message(place: str, sent: object) -> Message:
    if not isinstance(sent, Mapping) or sent.get("role") not in ROLES:
        raise bad_request(f"{place} has no role of {', '.join(ROLES)}", "invalid_value")
    for key, value in sent.items():
        if key not in MESSAGE_KEYS and value not in (None, []):
            raise NotCarriedError(f"{place}.{key}")
    texts, images = _content(f"{place}.content", sent.get("content"))
    call_id = sent.get("tool_call_id")
    return Message(
        role=ROLES[sent["role"]],
        text="".join(texts),
        image_urls=tuple(images),
        tool_calls=tuple(_call(f"{place}.tool_calls", one) for one in sent.get("tool_calls") or ()),
        tool_call_id=call_id if isinstance(call_id, str) else None,
    )


def _content(place: str, content: object) -> tuple[list[str], list[str]]:
    if content is None or isinstance(content, str):
        return [content or ""], []
    if not isinstance(content, list):
        raise bad_request(f"{place} is neither a text nor a list of parts", "invalid_value")
    texts: list[str] = []
    images: list[str] = []
    for part in content:
        kind = part.get("type") if isinstance(part, Mapping) else None
        if kind == "text" and isinstance(part["text"], str):
            texts.append(part["text"])
        elif kind == "image_url" and isinstance(part.get("image_url"), Mapping):
            images.append(_image(place, part["image_url"]))
        else:
            raise NotCarriedError(f"{place}, a part of type {kind}")
        if more := set(part) - PART_KEYS[kind]:
            raise NotCarriedError(f"{place}, {min(more)} of a part")
    return texts, images


def _image(place: str, image: Mapping[str, Any]) -> str:
    if image.get("detail") not in DETAILS:
        raise NotCarriedError(f"{place}, detail of an image")
    url = image.get("url")
    if not isinstance(url, str):
        raise bad_request(f"{place} has an image without url", "invalid_value")
    return url


def _call(place: str, sent: object) -> ToolCall:
    function = sent.get("function") if isinstance(sent, Mapping) else None
    if not isinstance(sent, Mapping) or not isinstance(function, Mapping):
        raise NotCarriedError(f"{place}, a call of another type")
    ident, name, arguments = sent.get("id"), function.get("name"), function.get("arguments")
    if not (isinstance(ident, str) and isinstance(name, str) and isinstance(arguments, str)):
        raise bad_request(f"{place} has a call without id, name or arguments", "invalid_value")
    return ToolCall(id=ident, name=name, arguments=arguments)


def tools_of(sent: object) -> tuple[Tool, ...]:
    """Return the tools; raises NotCarriedError for those that are no functions."""
    return tuple(_tool(f"tools[{place}]", one) for place, one in enumerate(sent if isinstance(sent, list) else ()))


def _tool(place: str, sent: object) -> Tool:
    if not isinstance(sent, Mapping) or sent.get("type") != "function" or not isinstance(sent.get("function"), Mapping):
        raise NotCarriedError(f"{place}, a tool that is no function")
    return function_tool(place, sent["function"])


def function_tool(place: str, function: Mapping[str, Any]) -> Tool:
    """Return one function; raises NotCarriedError for a strict one, which only its own wire keeps to."""
    if function.get("strict"):
        raise NotCarriedError(f"{place}.strict")
    name = function.get("name")
    if not isinstance(name, str) or not name:
        raise bad_request(f"{place} has no name", "invalid_value")
    parameters = function.get("parameters")
    return Tool(
        name=name,
        description=str(function.get("description") or ""),
        parameters=parameters if isinstance(parameters, Mapping) else {"type": "object", "properties": {}},
    )


def choice_of(sent: object) -> str | None:
    """Return which tools must be called: 'auto', 'none', 'required', or the name of one; None if it does not say."""
    if sent is None or (isinstance(sent, str) and sent in ("auto", "none", "required")):
        return sent
    function = sent.get("function", sent) if isinstance(sent, Mapping) and sent.get("type") == "function" else None
    if isinstance(function, Mapping) and isinstance(function.get("name"), str):
        return f"={function['name']}"
    raise NotCarriedError("tool_choice")


def schema_of(sent: object) -> Mapping[str, Any] | None:
    """Return the schema that the answer must have; raises NotCarriedError for JSON without one."""
    if sent is None or not isinstance(sent, Mapping) or sent.get("type") == "text":
        return None
    described = sent.get("json_schema")
    if sent.get("type") == "json_schema" and isinstance(described, Mapping):
        schema = described.get("schema")
        if isinstance(schema, Mapping):
            return schema
    raise NotCarriedError("response_format without a schema")
