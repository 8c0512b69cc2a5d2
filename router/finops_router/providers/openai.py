"""Speak OpenAI's chat completions with the official SDK: OpenAI itself and everybody who understands its protocol."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from finops_router.calls import Delta, Message, Reply, Request, Target, ToolCall
from finops_router.errors import ConfigError, Refused, StreamCut
from finops_router.pricing.usage import usage_of
from finops_router.providers.keys import api_key
from finops_router.providers.sdk_errors import fault
from finops_router.providers.settings import ProviderSettings
from finops_router.providers.turns import reply_of

if TYPE_CHECKING:
    from openai import AsyncOpenAI


def connect(settings: ProviderSettings) -> OpenAIProvider:
    """Return the provider that `settings` describe; raises ConfigError without the SDK or the key."""
    try:
        from openai import AsyncOpenAI  # noqa: PLC0415 -- an optional extra, and slow to import
    except ImportError as err:
        raise ConfigError("The openai SDK is not installed", "pip install 'finops-report[openai]'") from err
    client = AsyncOpenAI(
        api_key=api_key(settings),
        base_url=settings.base_url,
        default_headers=dict(settings.headers),
        max_retries=0,  # the router retries,
        timeout=None,  # and the router keeps the time
    )
    return OpenAIProvider(client)


class OpenAIProvider:
    """One connection pool to one server; serves many calls at once."""

    def __init__(self, client: AsyncOpenAI) -> None:
        self._client = client

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def complete(self, target: Target, request: Request) -> Reply:
        """Answer in one piece; raises a leaf of ProviderError (router/errors.py)."""
        try:
            # the SDK's own model of the answer would cost a tenth of a millisecond and drop nothing we want
            answer = await self._client.chat.completions.with_raw_response.create(**_body(target, request))
        except Exception as err:
            raise fault(err) from err
        whole = _object(answer.content, target)
        try:
            choice = (whole.get("choices") or [{}])[0]
            message = choice.get("message") or {}
            refusal = message.get("refusal")
            told = (_text(message), _tool_calls(message), choice.get("finish_reason"))
        except (AttributeError, KeyError, TypeError) as err:
            raise StreamCut(f"The answer cannot be read: {target.name}") from err
        if refusal:
            raise Refused(refusal)
        return _reply(target, request, whole, *told)

    async def stream(self, target: Target, request: Request) -> AsyncGenerator[Delta | Reply, None]:
        """Answer piece by piece; a stream that ends without a finish_reason raises StreamCut."""
        loop = asyncio.get_running_loop()
        started_s, heard = loop.time(), Heard()
        try:
            create = self._client.chat.completions.create
            async with await create(
                stream=True, stream_options={"include_usage": True}, **_body(target, request)
            ) as chunks:
                async for chunk in chunks:
                    text = heard.take(chunk.model_dump(exclude_none=True))
                    if text:
                        heard.ttft_ms = heard.ttft_ms or (loop.time() - started_s) * 1000
                        yield Delta(text=text)
        except GeneratorExit:
            raise
        except Exception as err:
            raise fault(err, begun=heard.begun) from err
        if heard.finish_reason is None:
            raise StreamCut(f"The answer ended without a finish_reason: {target.name}")
        yield _reply(
            target, request, heard.whole, "".join(heard.texts), heard.called(), heard.finish_reason, heard.ttft_ms
        )


class Heard:
    """What a stream has said so far: its texts, tool calls by index, usage, and whether it came to its end."""

    def __init__(self) -> None:
        self.begun = False
        self.texts: list[str] = []
        self.whole: dict[str, Any] = {}
        self.finish_reason: str | None = None
        self.ttft_ms: float | None = None
        self._tools: dict[int, dict[str, str]] = {}

    def take(self, chunk: Mapping[str, Any]) -> str:
        """Take in one chunk and return the text it brings; raises Refused for a refusal."""
        self.begun = True
        self.whole |= {key: chunk[key] for key in ("id", "model", "usage", "service_tier") if chunk.get(key)}
        for choice in (chunk.get("choices") or [])[:1]:
            delta = choice.get("delta") or {}
            if delta.get("refusal"):
                raise Refused(delta["refusal"])
            self.finish_reason = choice.get("finish_reason") or self.finish_reason
            for part in delta.get("tool_calls") or []:
                self._tool(part)
            if delta.get("content"):
                self.texts.append(delta["content"])
                return str(delta["content"])
        return ""

    def called(self) -> tuple[ToolCall, ...]:
        """The tool calls, put together from their pieces."""
        return tuple(ToolCall(**self._tools[index]) for index in sorted(self._tools))

    def _tool(self, part: Mapping[str, Any]) -> None:
        known = self._tools.setdefault(part.get("index", 0), {"id": "", "name": "", "arguments": ""})
        function = part.get("function") or {}
        known["id"] = part.get("id") or known["id"]
        known["name"] = function.get("name") or known["name"]
        known["arguments"] += function.get("arguments") or ""


def _body(target: Target, request: Request) -> dict[str, Any]:
    body: dict[str, Any] = {"model": target.model, "messages": [_message(message) for message in request.messages]}
    if request.max_output_tokens is not None:
        # OpenAI has deprecated max_tokens; the servers that imitate it know nothing else
        key = "max_completion_tokens" if target.provider in ("openai", "azure.ai.openai") else "max_tokens"
        body[key] = request.max_output_tokens
    if request.temperature is not None:
        body["temperature"] = request.temperature
    if request.tools:
        body["tools"] = [
            {"type": "function", "function": {"name": t.name, "description": t.description, "parameters": t.parameters}}
            for t in request.tools
        ]
    if request.service_tier is not None:
        body["service_tier"] = request.service_tier
    if request.json_schema is not None:
        schema = {"name": "answer", "schema": request.json_schema, "strict": True}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    return body


def _message(message: Message) -> dict[str, Any]:
    content: Any = message.text
    if message.image_urls:
        images = [{"type": "image_url", "image_url": {"url": url}} for url in message.image_urls]
        content = [{"type": "text", "text": message.text}, *images]
    body: dict[str, Any] = {"role": message.role, "content": content}
    if message.tool_calls:
        body["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.tool_calls
        ]
    if message.tool_call_id is not None:
        body["tool_call_id"] = message.tool_call_id
    return body


def _object(body: bytes, target: Target) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.MsgspecError as err:
        raise StreamCut(f"The answer cannot be read: {target.name}") from err


def _text(message: Mapping[str, Any]) -> str:
    return str(message.get("content") or "")


def _tool_calls(message: Mapping[str, Any]) -> tuple[ToolCall, ...]:
    return tuple(
        ToolCall(id=call["id"], name=call["function"]["name"], arguments=call["function"]["arguments"])
        for call in message.get("tool_calls") or []
    )


def _reply(
    target: Target,
    request: Request,
    whole: Mapping[str, Any],
    text: str,
    tool_calls: tuple[ToolCall, ...],
    finish_reason: str | None,
    ttft_ms: float | None = None,
) -> Reply:
    """Put the answer together; raises Refused where the content filter ended it, StreamCut where it has no end."""
    if finish_reason == "content_filter":
        raise Refused("The provider's content filter ended the answer")
    if finish_reason is None:
        raise StreamCut(f"An answer without a finish_reason: {target.name}")
    said = (text, tool_calls, "tool_calls" if finish_reason == "function_call" else finish_reason)
    return reply_of(target, request, whole, usage_of(whole, "openai", "chat"), said, ttft_ms)
