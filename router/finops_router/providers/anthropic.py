"""Speak Anthropic's Messages with the official SDK."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from typing import TYPE_CHECKING, Any

from finops_router.calls import Delta, Message, Reply, Request, Target, ToolCall
from finops_router.errors import ConfigError, Refused, StreamCut
from finops_router.pricing.usage import usage_of
from finops_router.providers.keys import api_key
from finops_router.providers.sdk_errors import fault
from finops_router.providers.settings import ProviderSettings
from finops_router.providers.turns import Spoken, arguments_of, data_of, joined, reply_of, system_text

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic

USUAL_MAX_TOKENS = 8192  # the API wants a bound; a request's own counts first
FINISHED = {  # https://docs.anthropic.com/en/api/handling-stop-reasons
    "end_turn": "stop",
    "stop_sequence": "stop",
    "pause_turn": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
}


def connect(settings: ProviderSettings) -> AnthropicProvider:
    """Return the provider that `settings` describe; raises ConfigError without the SDK or the key."""
    try:
        from anthropic import AsyncAnthropic  # noqa: PLC0415 -- an optional extra, and slow to import
    except ImportError as err:
        raise ConfigError("The anthropic SDK is not installed", "pip install 'finops-report[anthropic]'") from err
    client = AsyncAnthropic(
        api_key=api_key(settings),
        base_url=settings.base_url,
        default_headers=dict(settings.headers),
        max_retries=0,  # the router retries,
        timeout=None,  # and the router keeps the time
    )
    return AnthropicProvider(client)


class AnthropicProvider:
    """One connection pool to one server; serves many calls at once."""

    def __init__(self, client: AsyncAnthropic) -> None:
        self._client = client

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def complete(self, target: Target, request: Request) -> Reply:
        """Answer in one piece; raises a leaf of ProviderError (router/errors.py)."""
        try:
            answer = await self._client.messages.create(**_body(target, request))
        except Exception as err:
            raise fault(err) from err
        if isinstance(answer, str):  # what the SDK makes of an answer that is no JSON
            raise StreamCut(f"The answer cannot be read: {target.name}")
        whole = answer.model_dump(mode="json", exclude_none=True)
        blocks = whole.get("content") or []
        text = "".join(block.get("text", "") for block in blocks if block.get("type") == "text")
        calls = tuple(
            ToolCall(id=block["id"], name=block["name"], arguments=json.dumps(block.get("input") or {}))
            for block in blocks
            if block.get("type") == "tool_use"
        )
        return _reply(target, request, whole, (text, calls), whole.get("stop_reason"))

    async def stream(self, target: Target, request: Request) -> AsyncGenerator[Delta | Reply, None]:
        """Answer piece by piece; a stream without message_stop raises StreamCut."""
        loop = asyncio.get_running_loop()
        started_s, spoken, begun, ended = loop.time(), Spoken(), False, False
        try:
            async with await self._client.messages.create(stream=True, **_body(target, request)) as events:
                async for event in events:
                    begun = True
                    told = event.model_dump(mode="json", exclude_none=True)
                    ended = ended or told.get("type") == "message_stop"
                    text = _take(spoken, told)
                    if text:
                        spoken.says(text, (loop.time() - started_s) * 1000)
                        yield Delta(text=text)
        except GeneratorExit:
            raise
        except Exception as err:
            raise fault(err, begun=begun) from err
        if not ended:
            raise StreamCut(f"The answer ended without message_stop: {target.name}")
        yield _reply(target, request, spoken.whole, (spoken.text, spoken.tool_calls()), spoken.stop, spoken.ttft_ms)


def _take(spoken: Spoken, event: Mapping[str, Any]) -> str:
    """Take in one event and return the text it brings; usage comes with the first and the last."""
    message = event.get("message") or {}
    spoken.whole["usage"] |= (message.get("usage") or {}) | (event.get("usage") or {})
    spoken.whole |= {key: message[key] for key in ("id", "model") if message.get(key)}
    block, delta = event.get("content_block") or {}, event.get("delta") or {}
    if block.get("type") == "tool_use":
        spoken.begins_tool(event["index"], block["id"], block["name"])
    if delta.get("type") == "input_json_delta":
        spoken.adds_arguments(event["index"], delta.get("partial_json", ""))
    spoken.stop = delta.get("stop_reason") or spoken.stop
    return str(delta.get("text", "")) if delta.get("type") == "text_delta" else str(block.get("text") or "")


def _body(target: Target, request: Request) -> dict[str, Any]:
    turns = joined([_turn(message) for message in request.messages if message.role != "system"])
    body: dict[str, Any] = {
        "model": target.model,
        "max_tokens": request.max_output_tokens or USUAL_MAX_TOKENS,
        "messages": [{"role": role, "content": parts} for role, parts in turns],
    }
    if system := system_text(request.messages):
        body["system"] = system
    if request.tools:
        body["tools"] = [
            {"name": tool.name, "description": tool.description, "input_schema": tool.parameters}
            for tool in request.tools
        ]
    if request.json_schema is not None:
        body["output_config"] = {"format": {"type": "json_schema", "schema": request.json_schema}}
    if request.service_tier is not None:
        body["service_tier"] = request.service_tier
    if request.temperature is not None:
        body["extra_body"] = {"temperature": request.temperature}  # newer models refuse it, so the SDK dropped it
    return body


def _turn(message: Message) -> tuple[str, list[dict[str, Any]]]:
    if message.role == "tool":
        result = {"type": "tool_result", "tool_use_id": message.tool_call_id, "content": message.text}
        return "user", [result]
    parts: list[dict[str, Any]] = [_image(url) for url in message.image_urls]
    if message.text:
        parts.append({"type": "text", "text": message.text})
    parts += [
        {"type": "tool_use", "id": call.id, "name": call.name, "input": arguments_of(call)}
        for call in message.tool_calls
    ]
    return message.role, parts


def _image(url: str) -> dict[str, Any]:
    data = data_of(url)
    if data is None:
        return {"type": "image", "source": {"type": "url", "url": url}}
    return {"type": "image", "source": {"type": "base64", "media_type": data[0], "data": data[1]}}


def _reply(
    target: Target,
    request: Request,
    whole: Mapping[str, Any],
    said: tuple[str, tuple[ToolCall, ...]],
    stop: str | None,
    ttft_ms: float | None = None,
) -> Reply:
    """Put the answer together; raises Refused where the model refused, StreamCut where it has no end."""
    if stop == "refusal":
        raise Refused("The model refused to answer (stop_reason: refusal)")
    if stop not in FINISHED:
        raise StreamCut(f"An answer with stop_reason {stop}: {target.name}")
    tier = (whole.get("usage") or {}).get("service_tier")
    usage = usage_of(whole, "anthropic", "default")
    return reply_of(target, request, {**whole, "service_tier": tier}, usage, (*said, FINISHED[stop]), ttft_ms)
