"""Speak Amazon Bedrock's Converse with botocore's asynchronous client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, closing
from functools import partial
from typing import Any

from finops_router.calls import Delta, Message, Reply, Request, Served, Target, Usage
from finops_router.errors import ConfigError, Declined, Rejected
from finops_router.pricing.usage import served_of, usage_of
from finops_router.providers.contract import Alive, Progress
from finops_router.providers.messages import (
    Turn,
    alternating,
    base64_data,
    image_bytes,
    system_text,
    tool_arguments,
)
from finops_router.providers.sdk_clients import optional_sdk
from finops_router.providers.sdk_errors import provider_error
from finops_router.providers.settings import ProviderSettings
from finops_router.providers.streamed_reply import Event, StreamedReply, pieces, whole

A_DAY_S = 86_400  # botocore insists on a time limit: longer than any of the router's
FINISHED = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
}
FILTERED = frozenset({"guardrail_intervened", "content_filtered", "refusal"})


def connect(settings: ProviderSettings) -> BedrockProvider:
    """Return the provider that `settings` describe; AWS finds the credentials its usual way.

    Raises ConfigError without the SDK or a region.
    """
    with optional_sdk("aiobotocore", "bedrock"):
        from aiobotocore.config import AioConfig  # noqa: PLC0415 -- an optional extra, and slow to import
        from aiobotocore.session import get_session  # noqa: PLC0415
    session = get_session()
    region = settings.region or session.get_config_variable("region")
    if region is None:
        raise ConfigError(
            "No region for aws.bedrock", 'put region into [router.providers."aws.bedrock"], or into AWS_REGION'
        )
    config = AioConfig(
        retries={"total_max_attempts": 1},
        connect_timeout=settings.connect_timeout_s,
        read_timeout=A_DAY_S,
        max_pool_connections=1000,
    )

    def client() -> AbstractAsyncContextManager[Any]:
        opened: AbstractAsyncContextManager[Any] = session.create_client(
            "bedrock-runtime", region_name=region, endpoint_url=settings.base_url, config=config
        )
        return opened

    return BedrockProvider(client)


class BedrockProvider:
    """One connection pool to one region, opened by the first call; serves many calls at once."""

    def __init__(self, client: Callable[[], AbstractAsyncContextManager[Any]]) -> None:
        self._open = client
        self._context: AbstractAsyncContextManager[Any] | None = None
        self._client: Any = None
        self._opening = asyncio.Lock()

    async def complete(self, target: Target, request: Request) -> Reply:
        """Answer in one piece; raises a leaf of ProviderError (finops_router/errors.py)."""
        body = _body(target, request)
        try:
            response = await (await self._opened()).converse(**body)
        except Exception as err:
            raise provider_error(err) from err
        return whole(_answer(target), response, _take_whole, partial(_reply, request))

    def stream(self, target: Target, request: Request) -> AsyncGenerator[Delta | Alive | Progress | Reply, None]:
        """Answer piece by piece; a stream without messageStop raises StreamCut."""
        return pieces(_answer(target), self._events(target, request), _take, partial(_reply, request))

    async def _events(self, target: Target, request: Request) -> AsyncGenerator[Event, None]:
        response = await (await self._opened()).converse_stream(**_body(target, request))
        with closing(response["stream"]) as events:
            async for event in events:
                yield event

    async def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        context, self._context, self._client = self._context, None, None
        if context is not None:
            await context.__aexit__(None, None, None)

    async def _opened(self) -> Any:
        async with self._opening:
            if self._client is None:
                self._context = self._open()
                self._client = await self._context.__aenter__()
        return self._client


def _answer(target: Target) -> StreamedReply:
    """Return an empty answer; Bedrock names no model in it: its price is that of the profile that was asked."""
    return StreamedReply(target, _usage)


def _take_whole(answer: StreamedReply, response: Event) -> str:
    """Add a whole answer to `answer` and return its text."""
    answer.stop = response.get("stopReason")
    answer.response_id = (response.get("ResponseMetadata") or {}).get("RequestId")
    texts = []
    _take_metadata(answer, response)
    for index, block in enumerate(response.get("output", {}).get("message", {}).get("content") or []):
        texts.append(block.get("text", ""))
        if use := block.get("toolUse"):
            answer.add_tool(index, str(use["toolUseId"]), str(use["name"]), json.dumps(use.get("input") or {}))
        answer.add_hidden(((block.get("reasoningContent") or {}).get("reasoningText") or {}).get("text"))
    return "".join(texts)


def _take(answer: StreamedReply, event: Event) -> str:
    """Add one event to `answer` and return its text."""
    if start := event.get("contentBlockStart"):
        if use := start.get("start", {}).get("toolUse"):
            answer.add_tool(start["contentBlockIndex"], str(use["toolUseId"]), str(use["name"]))
    elif stop := event.get("messageStop"):
        answer.stop = stop.get("stopReason")
    elif metadata := event.get("metadata"):
        _take_metadata(answer, metadata)
    elif piece := event.get("contentBlockDelta"):
        delta = piece.get("delta", {})
        if "toolUse" in delta:
            answer.add_arguments(piece["contentBlockIndex"], delta["toolUse"].get("input", ""))
        answer.add_hidden((delta.get("reasoningContent") or {}).get("text"))
        return str(delta.get("text", ""))
    return ""


def _take_metadata(answer: StreamedReply, metadata: Mapping[str, Any]) -> None:
    """Add to `answer` what was counted, how it was served, and the model if a prompt router chose it."""
    answer.add_usage(metadata.get("usage"))
    latency = (metadata.get("performanceConfig") or {}).get("latency")
    answer.served = served_of(metadata, Served(speed=latency))
    answer.model = ((metadata.get("trace") or {}).get("promptRouter") or {}).get("invokedModelId")


def _usage(counts: Mapping[str, Any]) -> Usage | None:
    return usage_of({"usage": counts}, "aws.bedrock", "default")


def _reply(request: Request, answer: StreamedReply) -> Reply:
    """Return the whole answer; raises Refused if a filter ended it, StreamCut if it has no good end."""
    return answer.reply(request, answer.finish_reason(FINISHED, FILTERED))


def _body(target: Target, request: Request) -> dict[str, Any]:
    turns = alternating(_turn(message) for message in request.messages if message.role != "system")
    body: dict[str, Any] = {
        "modelId": target.model,
        "messages": [{"role": turn.role, "content": turn.parts} for turn in turns],
    }
    limits: dict[str, Any] = {}
    if request.max_output_tokens is not None:
        limits["maxTokens"] = request.max_output_tokens
    if request.temperature is not None:
        limits["temperature"] = request.temperature
    if request.top_p is not None:
        limits["topP"] = request.top_p
    if request.stop:
        limits["stopSequences"] = list(request.stop)
    if limits:
        body["inferenceConfig"] = limits
    if system := system_text(request.messages):
        body["system"] = [{"text": system}]
    if request.tools:
        specs = [
            {"name": tool.name, "description": tool.description, "inputSchema": {"json": tool.parameters}}
            for tool in request.tools
        ]
        body["toolConfig"] = {"tools": [{"toolSpec": spec} for spec in specs], **_tool_choice(request.tool_choice)}
    if request.json_schema is not None:
        schema = {"schema": json.dumps(request.json_schema), "name": "answer"}
        body["outputConfig"] = {"textFormat": {"type": "json_schema", "structure": {"jsonSchema": schema}}}
    if request.service_tier is not None:
        body["serviceTier"] = {"type": request.service_tier}
    return body


def _tool_choice(choice: str | None) -> dict[str, Any]:
    """Return which tools must be called; raises Declined for none of those that are there."""
    if choice == "none":
        raise Declined("Bedrock's Converse cannot be told to call none of its tools")
    if choice is None:
        return {}
    if choice.startswith("="):
        return {"toolChoice": {"tool": {"name": choice[1:]}}}
    return {"toolChoice": {{"required": "any"}.get(choice, choice): {}}}


def _turn(message: Message) -> Turn:
    if message.role == "tool":
        result = {"toolUseId": message.tool_call_id, "content": [{"text": message.text}]}
        return Turn("user", [{"toolResult": result}])
    parts: list[dict[str, Any]] = [_image(url) for url in message.image_urls]
    if message.text:
        parts.append({"text": message.text})
    parts += [
        {"toolUse": {"toolUseId": call.id, "name": call.name, "input": tool_arguments(call)}}
        for call in message.tool_calls
    ]
    return Turn(message.role, parts)


def _image(url: str) -> dict[str, Any]:
    data = base64_data(url)
    if data is None:
        raise Rejected("Bedrock fetches no images: give them as data: URLs")
    return {"image": {"format": data.media_type.partition("/")[2], "source": {"bytes": image_bytes(data)}}}
