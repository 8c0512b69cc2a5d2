"""Speak Google's Gemini API with the official SDK."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from finops_router.calls import Delta, Message, Reply, Request, Served, Target, Usage
from finops_router.pricing.usage import served_of, usage_of
from finops_router.providers.contract import Alive, Progress
from finops_router.providers.keys import api_key
from finops_router.providers.messages import Turn, alternating, base64_data, system_text, tool_arguments, tool_name
from finops_router.providers.sdk_clients import optional_sdk
from finops_router.providers.sdk_errors import provider_error
from finops_router.providers.settings import ProviderSettings
from finops_router.providers.streamed_reply import Event, StreamedReply, pieces

if TYPE_CHECKING:
    from google.genai import Client
    from httpx2 import AsyncClient

FINISHED = {"STOP": "stop", "MAX_TOKENS": "length"}
FILTERED = frozenset(  # https://ai.google.dev/api/generate-content#FinishReason
    {"SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE", "IMAGE_SAFETY", "MODEL_ARMOR"}
)

TIERS = frozenset({"standard", "flex", "priority"})


def connect(settings: ProviderSettings) -> GeminiProvider:
    """Return the provider that `settings` describe; raises ConfigError without the SDK or the key."""
    with optional_sdk("The google-genai SDK", "gemini"):
        from google.genai import Client  # noqa: PLC0415 -- an optional extra, and slow to import
        from google.genai.types import HttpOptions  # noqa: PLC0415
        from httpx2 import AsyncClient  # noqa: PLC0415
    # Without retry_options it makes one try, without timeout it waits: the router retries and keeps the time. The
    # client is ours, because the SDK would take another HTTP library if it finds one.
    http = AsyncClient(timeout=None)
    options = HttpOptions(
        base_url=settings.base_url,
        api_version=settings.api_version,
        headers=dict(settings.headers) or None,
        httpx_async_client=http,
    )
    return GeminiProvider(Client(api_key=api_key(settings), http_options=options), http)


class GeminiProvider:
    """One connection pool to one server; serves many calls at once."""

    def __init__(self, client: Client, http: AsyncClient) -> None:
        self._models = client.aio.models
        self._http = http

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def complete(self, target: Target, request: Request) -> Reply:
        """Answer in one piece; raises a leaf of ProviderError (finops_router/errors.py)."""
        try:
            response = await self._models.generate_content(**_body(target, request))
            whole = response.model_dump(mode="json", by_alias=True, exclude_none=True)
        except Exception as err:
            raise provider_error(err) from err
        answer = StreamedReply(target, _usage)
        answer.add_text(_take(answer, whole))
        return _reply(request, answer)

    def stream(self, target: Target, request: Request) -> AsyncGenerator[Delta | Alive | Progress | Reply, None]:
        """Answer piece by piece; a stream without a finishReason raises StreamCut."""
        return pieces(StreamedReply(target, _usage), self._events(target, request), _take, partial(_reply, request))

    async def _events(self, target: Target, request: Request) -> AsyncGenerator[Event, None]:
        async for chunk in await self._models.generate_content_stream(**_body(target, request)):
            yield chunk.model_dump(mode="json", by_alias=True, exclude_none=True)


def _take(answer: StreamedReply, chunk: Event) -> str:
    """Add a response, or a chunk of one, to `answer` and return its text; thoughts are no part of the answer."""
    if blocked := (chunk.get("promptFeedback") or {}).get("blockReason"):
        answer.refusal = f"The prompt was blocked: {blocked}"
    answer.add_usage(chunk.get("usageMetadata"))
    answer.served = _served(chunk, answer.served)
    answer.model = chunk.get("modelVersion") or answer.model
    answer.response_id = chunk.get("responseId") or answer.response_id
    candidate = (chunk.get("candidates") or [{}])[0]
    answer.stop = candidate.get("finishReason") or answer.stop
    parts = (candidate.get("content") or {}).get("parts") or []
    for part in parts:
        if part.get("thought"):
            answer.add_hidden(part.get("text"))
        elif call := part.get("functionCall"):
            index = len(answer.tool_calls)
            answer.add_tool(index, call.get("id") or f"call-{index}", call["name"], json.dumps(call.get("args") or {}))
    return "".join(part.get("text", "") for part in parts if not part.get("thought"))


def _served(chunk: Event, said: Served) -> Served:
    """Return how it was served: the Gemini API says its tier in a header, Vertex beside the counts."""
    headers = (chunk.get("sdkHttpResponse") or {}).get("headers") or {}
    tier = headers.get("x-gemini-service-tier")
    return served_of(chunk, Served(service_tier=tier) if tier in TIERS else said)


def _usage(counts: Mapping[str, Any]) -> Usage | None:
    return usage_of({"usageMetadata": counts}, "gcp.gemini", "default")


def _reply(request: Request, answer: StreamedReply) -> Reply:
    """Return the whole answer; raises Refused if a filter ended it, StreamCut if it has no good end."""
    finish_reason = answer.finish_reason(FINISHED, FILTERED)
    return answer.reply(request, "tool_calls" if answer.tool_calls else finish_reason)


def _body(target: Target, request: Request) -> dict[str, Any]:
    turns = alternating(_turn(request, message) for message in request.messages if message.role != "system")
    config: dict[str, Any] = {"automatic_function_calling": {"disable": True}}
    if system := system_text(request.messages):
        config["system_instruction"] = system
    if request.max_output_tokens is not None:
        config["max_output_tokens"] = request.max_output_tokens
    if request.temperature is not None:
        config["temperature"] = request.temperature
    if request.json_schema is not None:
        config |= {"response_mime_type": "application/json", "response_json_schema": dict(request.json_schema)}
    if request.service_tier is not None:
        config["service_tier"] = request.service_tier
    if request.tools:
        declared = [
            {"name": tool.name, "description": tool.description, "parameters_json_schema": dict(tool.parameters)}
            for tool in request.tools
        ]
        config["tools"] = [{"function_declarations": declared}]
    contents = [{"role": turn.role, "parts": turn.parts} for turn in turns]
    return {"model": target.model, "contents": contents, "config": config}


def _turn(request: Request, message: Message) -> Turn:
    if message.role == "tool":
        name = tool_name(request.messages, message.tool_call_id)
        return Turn("user", [{"function_response": {"name": name, "response": {"result": message.text}}}])
    parts: list[dict[str, Any]] = [_image(url) for url in message.image_urls]
    if message.text:
        parts.append({"text": message.text})
    parts += [{"function_call": {"name": call.name, "args": tool_arguments(call)}} for call in message.tool_calls]
    return Turn("model" if message.role == "assistant" else "user", parts)


def _image(url: str) -> dict[str, Any]:
    data = base64_data(url)
    if data is None:
        return {"file_data": {"file_uri": url}}
    return {"inline_data": {"mime_type": data.media_type, "data": data.text}}
