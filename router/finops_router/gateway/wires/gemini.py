"""Clients that speak Google's Gemini API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from finops_router.calls import Message, Native, Reply, Tool, ToolCall, Usage
from finops_router.gateway.client_wire import Answering, Asked, Portable
from finops_router.gateway.fields import NotCarriedError, estimated_tokens, has, only_known, parsed, value_of
from finops_router.gateway.problem import Problem, bad_request

CARRIED = frozenset({"contents", "systemInstruction", "generationConfig", "tools", "toolConfig", "serviceTier"})
CONFIG = frozenset({
    "maxOutputTokens", "temperature", "topP", "stopSequences", "responseMimeType", "responseJsonSchema",
    "responseSchema",
})  # fmt: skip
FINISHED = {"stop": "STOP", "length": "MAX_TOKENS", "tool_calls": "STOP"}
STATUSES = {
    "authentication": "UNAUTHENTICATED",
    "permission": "PERMISSION_DENIED",
    "not_found": "NOT_FOUND",
    "rate_limit": "RESOURCE_EXHAUSTED",
    "budget": "RESOURCE_EXHAUSTED",
    "overloaded": "UNAVAILABLE",
    "timeout": "DEADLINE_EXCEEDED",
    "internal": "INTERNAL",
    "upstream": "UNAVAILABLE",
}
CHOICES = {"AUTO": "auto", "ANY": "required", "NONE": "none"}


class Gemini:
    """`generateContent`, and `streamGenerateContent` if it `streams`; the path names the model."""

    name = "gemini"
    end_mark = b""

    def __init__(self, streams: bool) -> None:
        self._streams = streams

    def read(self, fields: dict[str, msgspec.Raw], headers: Mapping[str, str], model: str | None) -> Asked:
        """Return what is asked; raises Refusal without contents."""
        contents = fields.get("contents")
        if not model or contents is None:
            raise bad_request("contents is missing", "missing_contents")
        if "system_instruction" in fields:  # both spellings are Google's
            fields["systemInstruction"] = fields.pop("system_instruction")
        config = value_of(fields, "generationConfig", dict) or {}
        most = config.get("maxOutputTokens")
        return Asked(
            model=model,
            native=Native(wire=self.name, fields=fields, needs=_needs(fields, config)),
            stream=self._streams,
            estimated_input_tokens=estimated_tokens(contents, fields.get("systemInstruction"), fields.get("tools")),
            max_output_tokens=most if isinstance(most, int) else None,
            service_tier=value_of(fields, "serviceTier", str),
            answers=count if isinstance(count := config.get("candidateCount", 1), int) and count > 0 else 1,
        )

    def portable(self, asked: Asked) -> Portable:
        """Return the same in our own values."""
        fields = asked.native.fields
        only_known(fields, CARRIED, {})
        config = parsed(fields, "generationConfig") or {}
        for key in config:
            if key not in CONFIG and not (key == "candidateCount" and config[key] == 1):
                raise NotCarriedError(f"generationConfig.{key}")
        system = parsed(fields, "systemInstruction")
        asks_json = config.get("responseMimeType") == "application/json"
        if asks_json and not isinstance(config.get("responseJsonSchema"), Mapping):
            raise NotCarriedError("generationConfig.responseMimeType without responseJsonSchema")
        system_messages = (Message(role="system", text=_text("systemInstruction", system)),) if system else ()
        return Portable(
            messages=(*system_messages, *_messages(parsed(fields, "contents"))),
            tools=tuple(_tools(parsed(fields, "tools"))),
            json_schema=config["responseJsonSchema"] if asks_json else None,
            temperature=config.get("temperature"),
            top_p=config.get("topP"),
            stop=tuple(config.get("stopSequences") or ()),
            tool_choice=_choice(parsed(fields, "toolConfig")),
        )

    def plain(self, answering: Answering, reply: Reply) -> bytes:
        """Return a response."""
        parts = [{"text": reply.text}] if reply.text else []
        return msgspec.json.encode(_response(answering, [*parts, *_calls(reply)], reply))

    def stream(self, answering: Answering) -> _Chunks:
        """Return who writes chunks."""
        return _Chunks(answering)

    def problem(self, problem: Problem, request_id: str) -> bytes:
        """Return the body of an error."""
        status = STATUSES.get(problem.kind, "INVALID_ARGUMENT")
        return msgspec.json.encode({"error": {"code": problem.status, "message": problem.message, "status": status}})

    def problem_event(self, problem: Problem, request_id: str) -> bytes:
        """Return the chunk that is an error."""
        return b"data: %b\n\n" % self.problem(problem, request_id)


class _Chunks:
    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    def text(self, text: str) -> bytes:
        return _event(_response(self._answering, [{"text": text}], None))

    def end(self, reply: Reply) -> bytes:
        return _event(_response(self._answering, _calls(reply), reply))


def _event(value: object) -> bytes:
    return b"data: %b\n\n" % msgspec.json.encode(value)


def _response(answering: Answering, parts: list[Any], reply: Reply | None) -> dict[str, Any]:
    """Return a response with `parts`; the last one has what is known of the whole `reply`."""
    candidate: dict[str, Any] = {"index": 0, "content": {"role": "model", "parts": parts}}
    found: dict[str, Any] = {
        "candidates": [candidate],
        "responseId": answering.request_id,
        "modelVersion": answering.asked.model,
    }
    if reply is not None:
        candidate["finishReason"] = FINISHED.get(reply.finish_reason or "stop", "STOP")
        found |= {"modelVersion": reply.model, "usageMetadata": _usage(reply.usage)}
    return found


def _calls(reply: Reply) -> list[Any]:
    return [
        {"functionCall": {"id": call.id, "name": call.name, "args": _arguments(call.arguments)}}
        for call in reply.tool_calls
    ]


def _arguments(arguments: str) -> Any:
    try:
        return msgspec.json.decode(arguments)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return {"arguments": arguments}


def _usage(usage: Usage) -> dict[str, int]:
    if usage.source == "none":
        return {}
    return {
        "promptTokenCount": usage.input_tokens,
        "cachedContentTokenCount": usage.cache_read_input_tokens,
        "candidatesTokenCount": usage.output_tokens - usage.reasoning_output_tokens,
        "thoughtsTokenCount": usage.reasoning_output_tokens,
        "totalTokenCount": usage.input_tokens + usage.output_tokens,
    }


def _messages(sent: object) -> list[Message]:
    contents = [sent] if isinstance(sent, Mapping) else sent
    if not isinstance(contents, list) or not all(isinstance(one, Mapping) for one in contents):
        raise bad_request("contents is a list of contents", "invalid_value")
    messages: list[Message] = []
    called: dict[str, str] = {}  # the newest call of each function: results name the function
    for place, content in enumerate(contents):
        messages += _turn(f"contents[{place}]", content, called)
    return messages


def _turn(place: str, content: Mapping[str, Any], called: dict[str, str]) -> list[Message]:
    role = {"user": "user", "model": "assistant", "function": "user", None: "user"}.get(content.get("role"))
    if role is None:
        raise bad_request(f"{place} has no role of user, model", "invalid_value")
    texts, images, calls, results = list[str](), list[str](), list[ToolCall](), list[Message]()
    for part in content.get("parts") or ():
        match part:
            case {"text": str(text), **rest} if not rest:
                texts.append(text)
            case {"inlineData": {"mimeType": str(kind), "data": str(data)}, **rest} if not rest:
                if not kind.startswith("image/"):
                    raise NotCarriedError(f"{place}, {kind}")
                images.append(f"data:{kind};base64,{data}")
            case {"functionCall": {"name": str(name), **rest}}:
                ident = str(rest.get("id") or f"call-{len(called)}")
                called[name] = ident
                arguments = msgspec.json.encode(rest.get("args") or {}).decode()
                calls.append(ToolCall(id=ident, name=name, arguments=arguments))
            case {"functionResponse": {"name": str(name), **rest}}:
                text = msgspec.json.encode(rest.get("response")).decode()
                results.append(Message(role="tool", text=text, tool_call_id=str(rest.get("id") or called.get(name))))
            case _:
                names = ", ".join(part) if isinstance(part, Mapping) else "no object"
                raise NotCarriedError(f"{place}, a part with {names}")
    if texts or images or calls:
        return [*results, Message(role=role, text="".join(texts), image_urls=tuple(images), tool_calls=tuple(calls))]
    return results


def _text(place: str, content: object) -> str:
    parts = content.get("parts") if isinstance(content, Mapping) else [{"text": content}]
    texts = [part.get("text") for part in parts or () if isinstance(part, Mapping)]
    if not all(isinstance(text, str) for text in texts):
        raise NotCarriedError(f"{place}, a part that is no text")
    return "\n\n".join(map(str, texts))


def _tools(sent: object) -> list[Tool]:
    found = []
    for place, one in enumerate(sent if isinstance(sent, list) else ()):
        if not isinstance(one, Mapping) or set(one) - {"functionDeclarations"}:
            raise NotCarriedError(f"tools[{place}], a tool of Google's own")
        for declared in one.get("functionDeclarations") or ():
            schema = declared.get("parametersJsonSchema")
            if declared.get("parameters") and schema is None:
                schema = _json_schema(declared["parameters"])
            found.append(
                Tool(
                    name=str(declared.get("name")),
                    description=str(declared.get("description") or ""),
                    parameters=schema if isinstance(schema, Mapping) else {"type": "object", "properties": {}},
                )
            )
    return found


def _json_schema(schema: Any) -> Any:
    """Return Google's schema, whose types are in capitals, as JSON Schema."""
    if isinstance(schema, list):
        return [_json_schema(one) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    return {
        key: value.lower() if key == "type" and isinstance(value, str) else _json_schema(value)
        for key, value in schema.items()
    }


def _choice(sent: object) -> str | None:
    config = sent.get("functionCallingConfig") if isinstance(sent, Mapping) else None
    if config is None:
        return None
    mode, names = str(config.get("mode", "AUTO")), config.get("allowedFunctionNames") or []
    if mode == "ANY" and len(names) == 1:
        return f"={names[0]}"
    if mode in CHOICES and not names:
        return CHOICES[mode]
    raise NotCarriedError("toolConfig.functionCallingConfig")


def _needs(fields: Mapping[str, msgspec.Raw], config: Mapping[str, Any]) -> frozenset[str]:
    has_images = b'"image/' in bytes(fields["contents"])
    asks_json = config.get("responseMimeType") == "application/json"
    found = (("tools", has(fields, "tools")), ("vision", has_images), ("json", asks_json))
    return frozenset(name for name, is_needed in found if is_needed)
