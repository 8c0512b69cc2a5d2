"""Speak Anthropic's Messages."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Mapping
from functools import partial
from typing import Any

from finops_router.calls import Delta, Message, Native, Reply, Request, Target, Usage
from finops_router.errors import Declined, ModelUnknown
from finops_router.pricing.usage import usage_of
from finops_router.providers.anthropic_answers import Sent, error_in, is_last, take
from finops_router.providers.causes import Cause, cause
from finops_router.providers.contract import Alive, Progress
from finops_router.providers.http_client import HttpClient
from finops_router.providers.http_wire import HttpWire
from finops_router.providers.keys import api_key
from finops_router.providers.messages import Turn, alternating, base64_data, system_text, tool_arguments
from finops_router.providers.native import native_body, outgoing
from finops_router.providers.settings import ProviderSettings
from finops_router.providers.streamed_reply import StreamedReply, pieces, whole

ADDRESS = "https://api.anthropic.com"
STREAMED = {"stream": True}
PATH = "v1/messages"
COUNT_PATH = "v1/messages/count_tokens"
VERSION = "2026-10-21"  # that of the official SDK
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
CAUSES: tuple[Cause, ...] = (
    cause(Declined, {413}, "request_too_large", r"."),  # 32 MB, whatever the window
    cause(ModelUnknown, {404}, "not_found_error", r"^model:"),
)


def connect(settings: ProviderSettings) -> AnthropicProvider:
    """Return the provider that `settings` describe; raises ConfigError without the key."""
    key = api_key(settings)
    address = settings.base_url or os.environ.get("ANTHROPIC_BASE_URL") or ADDRESS
    headers = {"Authorization": f"Bearer {key}", "anthropic-version": VERSION} | dict(settings.headers)
    return AnthropicProvider(HttpClient(address, headers, (key,), settings.connect_timeout_s))


class AnthropicProvider:
    """One connection pool to one server; serves many calls at once."""

    wires = frozenset({"anthropic"})

    def __init__(self, client: HttpClient) -> None:
        self._wire = HttpWire(client, Sent, error_in, CAUSES, is_last)

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.client.close()

    async def complete(self, target: Target, request: Request) -> Reply:
        """Answer in one piece; raises a leaf of ProviderError (finops_router/errors.py)."""
        sent = outgoing(request, "anthropic", lambda: request_body(target, request), model=target.model)
        found = await self._wire.answer(PATH, sent.body, sent.headers)
        return sent.answered(whole(self._answer(target), found.event, take, partial(_reply, request)), found.content)

    def stream(self, target: Target, request: Request) -> AsyncGenerator[Delta | Alive | Progress | Reply, None]:
        """Answer piece by piece; a stream without a stop_reason raises StreamCut."""
        sent = outgoing(request, "anthropic", lambda: request_body(target, request) | STREAMED, model=target.model)
        answer = self._answer(target)
        answer.is_native = sent.is_native
        events = self._wire.events(PATH, sent.body, keep=answer.keep if sent.is_native else None, headers=sent.headers)
        return pieces(answer, events, take, partial(_reply, request))

    async def count_tokens(self, target: Target, native: Native) -> bytes:
        """Return Anthropic's own count of what a native request would send, as it answers; raises as `complete` does.

        It costs nothing and is no request for an answer.
        """
        found = await self._wire.answer(COUNT_PATH, native_body(native, model=target.model), native.headers)
        return found.content

    def _answer(self, target: Target) -> StreamedReply:
        return StreamedReply(target, _usage, secrets=self._wire.client.secrets)


def _usage(counts: Mapping[str, Any]) -> Usage | None:
    return usage_of({"usage": counts}, "anthropic", "default")


def _reply(request: Request, answer: StreamedReply) -> Reply:
    """Return the whole answer; raises Refused if the model refused, StreamCut if it has no good end."""
    return answer.reply(request, answer.finish_reason(FINISHED, FILTERED))


def request_body(target: Target, request: Request) -> dict[str, Any]:
    """Return what is asked of `target`; raises Rejected for images and arguments that cannot be sent."""
    turns = alternating(_turn(message) for message in request.messages if message.role != "system")
    body: dict[str, Any] = {
        "model": target.model,
        "max_tokens": request.max_output_tokens or USUAL_MAX_TOKENS,
        "messages": [{"role": turn.role, "content": turn.parts} for turn in turns],
    }
    if system := system_text(request.messages):
        body["system"] = system
    if request.top_p is not None:
        body["top_p"] = request.top_p
    if request.stop:
        body["stop_sequences"] = request.stop
    if request.tool_choice is not None:
        body["tool_choice"] = _tool_choice(request.tool_choice)
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
        body["temperature"] = request.temperature
    return body


def _tool_choice(choice: str) -> dict[str, str]:
    if choice.startswith("="):
        return {"type": "tool", "name": choice[1:]}
    return {"type": {"required": "any"}.get(choice, choice)}


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
