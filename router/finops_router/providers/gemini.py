"""Speak Google's Gemini API with the official SDK."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from typing import TYPE_CHECKING, Any

from finops_router.calls import Delta, Message, Reply, Request, Target
from finops_router.errors import ConfigError, Refused, StreamCut
from finops_router.pricing.usage import usage_of
from finops_router.providers.keys import api_key
from finops_router.providers.sdk_errors import fault
from finops_router.providers.settings import ProviderSettings
from finops_router.providers.turns import Spoken, arguments_of, data_of, joined, reply_of, system_text, tool_name

if TYPE_CHECKING:
    from google.genai import Client
    from httpx2 import AsyncClient

FINISHED = {"STOP": "stop", "MAX_TOKENS": "length"}
FILTERED = frozenset(  # https://ai.google.dev/api/generate-content#FinishReason
    {"SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE", "IMAGE_SAFETY", "MODEL_ARMOR"}
)


def connect(settings: ProviderSettings) -> GeminiProvider:
    """Return the provider that `settings` describe; raises ConfigError without the SDK or the key."""
    try:
        from google.genai import Client  # noqa: PLC0415 -- an optional extra, and slow to import
        from google.genai.types import HttpOptions  # noqa: PLC0415
        from httpx2 import AsyncClient  # noqa: PLC0415
    except ImportError as err:
        raise ConfigError("The google-genai SDK is not installed", "pip install 'finops-report[gemini]'") from err
    # without retry_options it makes one try, without timeout it waits: the router does both; its own client, because
    # the SDK would take another library where it finds one
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
        """Answer in one piece; raises a leaf of ProviderError (router/errors.py)."""
        try:
            answer = await self._models.generate_content(**_body(target, request))
            told = answer.model_dump(mode="json", by_alias=True, exclude_none=True)
        except Exception as err:
            raise fault(err) from err
        spoken = Spoken()
        _take(spoken, told, 0.0)
        return _reply(target, request, spoken, None)

    async def stream(self, target: Target, request: Request) -> AsyncGenerator[Delta | Reply, None]:
        """Answer piece by piece; a stream without a finishReason raises StreamCut."""
        loop = asyncio.get_running_loop()
        started_s, spoken, begun = loop.time(), Spoken(), False
        try:
            async for chunk in await self._models.generate_content_stream(**_body(target, request)):
                begun = True
                told = chunk.model_dump(mode="json", by_alias=True, exclude_none=True)
                text = _take(spoken, told, (loop.time() - started_s) * 1000)
                if text:
                    yield Delta(text=text)
        except GeneratorExit:
            raise
        except Exception as err:
            raise fault(err, begun=begun) from err
        yield _reply(target, request, spoken, spoken.ttft_ms)


def _take(spoken: Spoken, told: Mapping[str, Any], since_ms: float) -> str:
    """Take in a response or a chunk of one and return its text; thoughts are no part of the answer."""
    blocked = (told.get("promptFeedback") or {}).get("blockReason")
    if blocked:
        raise Refused(f"The prompt was blocked: {blocked}")
    if told.get("usageMetadata"):
        spoken.whole["usageMetadata"] = told["usageMetadata"]
    spoken.whole |= {ours: told[theirs] for ours, theirs in (("id", "responseId"), ("model", "modelVersion"))
                     if told.get(theirs)}  # fmt: skip
    candidate = (told.get("candidates") or [{}])[0]
    spoken.stop = candidate.get("finishReason") or spoken.stop
    parts = [part for part in (candidate.get("content") or {}).get("parts") or [] if not part.get("thought")]
    for part in parts:
        if call := part.get("functionCall"):
            index = len(spoken.tool_calls())
            spoken.begins_tool(index, call.get("id") or f"call-{index}", call["name"])
            spoken.adds_arguments(index, json.dumps(call.get("args") or {}))
    text = "".join(part.get("text", "") for part in parts)
    if text:
        spoken.says(text, since_ms)
    return text


def _body(target: Target, request: Request) -> dict[str, Any]:
    turns = joined([_turn(request, message) for message in request.messages if message.role != "system"])
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
    contents = [{"role": role, "parts": parts} for role, parts in turns]
    return {"model": target.model, "contents": contents, "config": config}


def _turn(request: Request, message: Message) -> tuple[str, list[dict[str, Any]]]:
    if message.role == "tool":
        name = tool_name(request.messages, message.tool_call_id)
        return "user", [{"function_response": {"name": name, "response": {"result": message.text}}}]
    parts: list[dict[str, Any]] = [_image(url) for url in message.image_urls]
    if message.text:
        parts.append({"text": message.text})
    parts += [{"function_call": {"name": call.name, "args": arguments_of(call)}} for call in message.tool_calls]
    return ("model" if message.role == "assistant" else "user"), parts


def _image(url: str) -> dict[str, Any]:
    data = data_of(url)
    if data is None:
        return {"file_data": {"file_uri": url}}
    return {"inline_data": {"mime_type": data[0], "data": data[1]}}


def _reply(target: Target, request: Request, spoken: Spoken, ttft_ms: float | None) -> Reply:
    """Put the answer together; raises Refused where a filter ended it, StreamCut where it has no good end."""
    if spoken.stop in FILTERED:
        raise Refused(f"The provider's content filter ended the answer: {spoken.stop}")
    if spoken.stop not in FINISHED:
        raise StreamCut(f"An answer with finishReason {spoken.stop}: {target.name}")
    calls = spoken.tool_calls()
    finish_reason = "tool_calls" if calls else FINISHED[spoken.stop]
    usage = usage_of(spoken.whole, "google", "default")
    return reply_of(target, request, spoken.whole, usage, (spoken.text, calls, finish_reason), ttft_ms)
