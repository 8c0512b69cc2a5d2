"""Read the messages and tools of Anthropic's Messages into our own values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from finops_router.calls import Message, Tool, ToolCall
from finops_router.gateway.fields import NotCarriedError
from finops_router.gateway.problem import bad_request

HINTS = frozenset({"cache_control"})  # of prices, not of content: other wires cache by themselves, or not
CHOICES = {"auto": "auto", "any": "required", "none": "none"}


def system_of(sent: object) -> tuple[Message, ...]:
    """Return the system message, if there is one."""
    if not sent:
        return ()
    return (Message(role="system", text="\n\n".join(_texts("system", sent))),)


def messages_of(sent: object) -> tuple[Message, ...]:
    """Return the messages; raises NotCarriedError, and Refusal for what is no message at all."""
    if not isinstance(sent, list) or not sent:
        raise bad_request("messages is a list with at least one message", "invalid_value")
    return tuple(one for place, message in enumerate(sent) for one in _messages(f"messages[{place}]", message))


def _messages(place: str, sent: object) -> Iterator[Message]:
    """Yield the results of tools as messages of their own, then what else a turn says."""
    if not isinstance(sent, Mapping) or sent.get("role") not in ("user", "assistant", "system"):
        raise bad_request(f"{place} has no role of user, assistant, system", "invalid_value")
    content = sent.get("content")
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
    if not isinstance(blocks, list) or not all(isinstance(block, Mapping) for block in blocks):
        raise bad_request(f"{place}.content is neither a text nor a list of blocks", "invalid_value")
    texts, images, calls = list[str](), list[str](), list[ToolCall]()
    for block in blocks:
        kind = block.get("type")
        if kind == "tool_result":
            yield _result(place, block)
        elif kind == "text":
            texts.append(_text(place, block))
        elif kind == "image":
            images.append(_image(place, block.get("source")))
        elif kind == "tool_use":
            calls.append(_call(place, block))
        else:
            raise NotCarriedError(f"{place}, a block of type {kind}")
    if texts or images or calls:
        yield Message(role=sent["role"], text="".join(texts), image_urls=tuple(images), tool_calls=tuple(calls))


def _text(place: str, block: Mapping[str, Any]) -> str:
    if more := set(block) - {"type", "text"} - HINTS:
        raise NotCarriedError(f"{place}, {min(more)} of a text")
    text = block.get("text")
    if not isinstance(text, str):
        raise bad_request(f"{place} has a block of text without text", "invalid_value")
    return text


def _texts(place: str, content: object) -> list[str]:
    if content is None or isinstance(content, str):
        return [content or ""]
    blocks = content if isinstance(content, list) else []
    for block in blocks:
        if not isinstance(block, Mapping) or block.get("type") != "text":
            raise NotCarriedError(f"{place}, a block that is no text")
    return [_text(place, block) for block in blocks]


def _result(place: str, block: Mapping[str, Any]) -> Message:
    if block.get("is_error"):
        raise NotCarriedError(f"{place}, is_error of a tool's result")
    ident = block.get("tool_use_id")
    text = "".join(_texts(f"{place}, a tool's result", block.get("content")))
    return Message(role="tool", text=text, tool_call_id=ident if isinstance(ident, str) else None)


def _image(place: str, source: object) -> str:
    kind = source.get("type") if isinstance(source, Mapping) else None
    if isinstance(source, Mapping) and kind == "base64":
        return f"data:{source.get('media_type')};base64,{source.get('data')}"
    if isinstance(source, Mapping) and kind == "url" and isinstance(source.get("url"), str):
        return str(source["url"])
    raise NotCarriedError(f"{place}, an image from {kind}")


def _call(place: str, block: Mapping[str, Any]) -> ToolCall:
    ident, name = block.get("id"), block.get("name")
    if not (isinstance(ident, str) and isinstance(name, str)):
        raise bad_request(f"{place} has a call without id or name", "invalid_value")
    return ToolCall(id=ident, name=name, arguments=msgspec.json.encode(block.get("input") or {}).decode())


def tools_of(sent: object) -> tuple[Tool, ...]:
    """Return the tools; raises NotCarriedError for those that run at Anthropic."""
    return tuple(_tool(f"tools[{place}]", one) for place, one in enumerate(sent if isinstance(sent, list) else ()))


def _tool(place: str, sent: object) -> Tool:
    if not isinstance(sent, Mapping) or sent.get("type", "custom") != "custom":
        raise NotCarriedError(f"{place}, a tool of Anthropic's own")
    if more := set(sent) - {"type", "name", "description", "input_schema"} - HINTS:
        raise NotCarriedError(f"{place}.{min(more)}")
    name, schema = sent.get("name"), sent.get("input_schema")
    if not isinstance(name, str) or not isinstance(schema, Mapping):
        raise bad_request(f"{place} has no name or no input_schema", "invalid_value")
    return Tool(name=name, description=str(sent.get("description") or ""), parameters=schema)


def choice_of(sent: object) -> str | None:
    """Return which tools must be called, as `Request.tool_choice` has it."""
    if sent is None:
        return None
    if isinstance(sent, Mapping) and not sent.get("disable_parallel_tool_use"):
        if sent.get("type") == "tool" and isinstance(sent.get("name"), str):
            return f"={sent['name']}"
        if sent.get("type") in CHOICES:
            return CHOICES[sent["type"]]
    raise NotCarriedError("tool_choice")


def schema_of(sent: object) -> Mapping[str, Any] | None:
    """Return the schema of the answer; raises NotCarriedError for whatever else an output is configured by."""
    if not sent:
        return None
    described = sent.get("format") if isinstance(sent, Mapping) and set(sent) <= {"format"} else None
    schema = described.get("schema") if isinstance(described, Mapping) else None
    if isinstance(schema, Mapping):
        return schema
    raise NotCarriedError("output_config")
