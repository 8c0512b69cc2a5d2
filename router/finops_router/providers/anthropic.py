"""Speak Anthropic's Messages with the official SDK."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from finops_router.calls import Delta, Message, Reply, Request, Target, Usage
from finops_router.errors import StreamCut
from finops_router.pricing.usage import served_of, usage_of
from finops_router.providers.contract import Alive, Progress
from finops_router.providers.messages import Turn, alternating, base64_data, system_text, tool_arguments
from finops_router.providers.sdk_clients import optional_sdk, sdk_client
from finops_router.providers.sdk_errors import provider_error
from finops_router.providers.settings import ProviderSettings
from finops_router.providers.streamed_reply import Event, StreamedReply, pieces

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
FILTERED = frozenset({"refusal"})


def connect(settings: ProviderSettings) -> AnthropicProvider:
    """Return the provider that `settings` describe; raises ConfigError without the SDK or the key."""
    with optional_sdk("The anthropic SDK", "anthropic"):
        from anthropic import AsyncAnthropic  # noqa: PLC0415 -- an optional extra, and slow to import
    return AnthropicProvider(sdk_client(AsyncAnthropic, settings))


class AnthropicProvider:
    """One connection pool to one server; serves many calls at once."""

    def __init__(self, client: AsyncAnthropic) -> None:
        self._client = client

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def complete(self, target: Target, request: Request) -> Reply:
        """Answer in one piece; raises a leaf of ProviderError (finops_router/errors.py)."""
        try:
            answer = await self._client.messages.create(**_body(target, request))
        except Exception as err:
            raise provider_error(err) from err
        if isinstance(answer, str):  # what the SDK makes of an answer that is no JSON
            raise StreamCut(f"The answer cannot be read: {target.name}")
        return _reply(request, _plain(target, answer.model_dump(mode="json", exclude_none=True)))

    def stream(self, target: Target, request: Request) -> AsyncGenerator[Delta | Alive | Progress | Reply, None]:
        """Answer piece by piece; a stream without message_stop raises StreamCut."""
        return pieces(StreamedReply(target, _usage), self._events(target, request), _take, partial(_reply, request))

    async def _events(self, target: Target, request: Request) -> AsyncGenerator[Event, None]:
        has_ended = False
        async with await self._client.messages.create(stream=True, **_body(target, request)) as events:
            async for event in events:
                has_ended = has_ended or event.type == "message_stop"
                yield event.model_dump(mode="json", exclude_none=True)
        if not has_ended:
            raise StreamCut(f"The answer ended without message_stop: {target.name}")


def _plain(target: Target, message: Mapping[str, Any]) -> StreamedReply:
    answer = StreamedReply(target, _usage, stop=message.get("stop_reason"))
    _take_message(answer, message)
    for index, block in enumerate(message.get("content") or []):
        if block.get("type") == "text":
            answer.add_text(block.get("text", ""))
        elif block.get("type") == "tool_use":
            answer.add_tool(index, block["id"], block["name"], json.dumps(block.get("input") or {}))
        else:
            answer.add_hidden(block.get("thinking"))
    return answer


def _take(answer: StreamedReply, event: Event) -> str:
    """Add one event to `answer` and return its text; usage comes with the first and with the last."""
    _take_message(answer, event.get("message") or {})
    _take_usage(answer, event.get("usage") or {})
    block, delta = event.get("content_block") or {}, event.get("delta") or {}
    if block.get("type") == "tool_use":
        answer.add_tool(event["index"], block["id"], block["name"])
    if delta.get("type") == "input_json_delta":
        answer.add_arguments(event["index"], delta.get("partial_json", ""))
    answer.add_hidden(delta.get("thinking"))
    answer.stop = delta.get("stop_reason") or answer.stop
    return str(delta.get("text", "")) if delta.get("type") == "text_delta" else str(block.get("text") or "")


def _take_message(answer: StreamedReply, message: Mapping[str, Any]) -> None:
    _take_usage(answer, message.get("usage") or {})
    answer.model = message.get("model") or answer.model
    answer.response_id = message.get("id") or answer.response_id


def _take_usage(answer: StreamedReply, counts: Mapping[str, Any]) -> None:
    """Add to `answer` what was counted, and how it was served, which stands beside the counts."""
    answer.add_usage(counts)
    answer.served = served_of({"usage": counts}, answer.served)


def _usage(counts: Mapping[str, Any]) -> Usage | None:
    return usage_of({"usage": counts}, "anthropic", "default")


def _reply(request: Request, answer: StreamedReply) -> Reply:
    """Return the whole answer; raises Refused if the model refused, StreamCut if it has no good end."""
    return answer.reply(request, answer.finish_reason(FINISHED, FILTERED))


def _body(target: Target, request: Request) -> dict[str, Any]:
    turns = alternating(_turn(message) for message in request.messages if message.role != "system")
    body: dict[str, Any] = {
        "model": target.model,
        "max_tokens": request.max_output_tokens or USUAL_MAX_TOKENS,
        "messages": [{"role": turn.role, "content": turn.parts} for turn in turns],
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


def _turn(message: Message) -> Turn:
    if message.role == "tool":
        result = {"type": "tool_result", "tool_use_id": message.tool_call_id, "content": message.text}
        return Turn("user", [result])
    parts: list[dict[str, Any]] = [_image(url) for url in message.image_urls]
    if message.text:
        parts.append({"type": "text", "text": message.text})
    parts += [
        {"type": "tool_use", "id": call.id, "name": call.name, "input": tool_arguments(call)}
        for call in message.tool_calls
    ]
    return Turn(message.role, parts)


def _image(url: str) -> dict[str, Any]:
    data = base64_data(url)
    if data is None:
        return {"type": "image", "source": {"type": "url", "url": url}}
    return {"type": "image", "source": {"type": "base64", "media_type": data.media_type, "data": data.text}}
