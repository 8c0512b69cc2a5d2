"""Speak Amazon Bedrock's Converse with botocore's asynchronous client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, closing
from typing import Any

from finops_router.calls import Delta, Message, Reply, Request, Target, ToolCall
from finops_router.errors import ConfigError, Refused, StreamCut
from finops_router.pricing.usage import usage_of
from finops_router.providers.sdk_errors import fault
from finops_router.providers.settings import ProviderSettings
from finops_router.providers.turns import Spoken, arguments_of, bytes_of, joined, reply_of, system_text

A_DAY_S = 86_400  # botocore always has time limits: none that the router does not end before
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
    try:
        from aiobotocore.config import AioConfig  # noqa: PLC0415 -- an optional extra, and slow to import
        from aiobotocore.session import get_session  # noqa: PLC0415
    except ImportError as err:
        raise ConfigError("aiobotocore is not installed", "pip install 'finops-report[bedrock]'") from err
    session = get_session()
    region = settings.region or session.get_config_variable("region")
    if region is None:
        raise ConfigError(
            "No region for aws.bedrock", 'put region into [router.providers."aws.bedrock"], or into AWS_REGION'
        )
    config = AioConfig(retries={"total_max_attempts": 1}, read_timeout=A_DAY_S, max_pool_connections=1000)

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
        """Answer in one piece; raises a leaf of ProviderError (router/errors.py)."""
        body = _body(target, request)
        try:
            answer = await (await self._opened()).converse(**body)
        except Exception as err:
            raise fault(err) from err
        blocks = answer.get("output", {}).get("message", {}).get("content") or []
        text = "".join(block.get("text", "") for block in blocks)
        calls = tuple(
            ToolCall(id=use["toolUseId"], name=use["name"], arguments=json.dumps(use.get("input") or {}))
            for block in blocks
            if (use := block.get("toolUse"))
        )
        return _reply(target, request, answer, (text, calls), answer.get("stopReason"))

    async def stream(self, target: Target, request: Request) -> AsyncGenerator[Delta | Reply, None]:
        """Answer piece by piece; a stream without messageStop raises StreamCut."""
        loop, body = asyncio.get_running_loop(), _body(target, request)
        started_s, spoken, begun = loop.time(), Spoken(), False
        try:
            answer = await (await self._opened()).converse_stream(**body)
            with closing(answer["stream"]) as events:
                async for event in events:
                    begun = True
                    text = _take(spoken, event)
                    if text:
                        spoken.says(text, (loop.time() - started_s) * 1000)
                        yield Delta(text=text)
        except GeneratorExit:
            raise
        except Exception as err:
            raise fault(err, begun=begun) from err
        yield _reply(target, request, spoken.whole, (spoken.text, spoken.tool_calls()), spoken.stop, spoken.ttft_ms)

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


def _take(spoken: Spoken, event: Mapping[str, Any]) -> str:
    """Take in one event and return the text it brings."""
    if begins := event.get("contentBlockStart"):
        if use := begins.get("start", {}).get("toolUse"):
            spoken.begins_tool(begins["contentBlockIndex"], use["toolUseId"], use["name"])
    elif stop := event.get("messageStop"):
        spoken.stop = stop.get("stopReason")
    elif metadata := event.get("metadata"):
        spoken.whole["usage"] = metadata.get("usage") or {}
    elif piece := event.get("contentBlockDelta"):
        delta = piece.get("delta", {})
        if "toolUse" in delta:
            spoken.adds_arguments(piece["contentBlockIndex"], delta["toolUse"].get("input", ""))
        return str(delta.get("text", ""))
    return ""


def _body(target: Target, request: Request) -> dict[str, Any]:
    turns = joined([_turn(message) for message in request.messages if message.role != "system"])
    body: dict[str, Any] = {
        "modelId": target.model,
        "messages": [{"role": role, "content": parts} for role, parts in turns],
    }
    limits: dict[str, Any] = {}
    if request.max_output_tokens is not None:
        limits["maxTokens"] = request.max_output_tokens
    if request.temperature is not None:
        limits["temperature"] = request.temperature
    if limits:
        body["inferenceConfig"] = limits
    if system := system_text(request.messages):
        body["system"] = [{"text": system}]
    if request.tools:
        specs = [
            {"name": tool.name, "description": tool.description, "inputSchema": {"json": tool.parameters}}
            for tool in request.tools
        ]
        body["toolConfig"] = {"tools": [{"toolSpec": spec} for spec in specs]}
    if request.json_schema is not None:
        schema = {"schema": json.dumps(request.json_schema), "name": "answer"}
        body["outputConfig"] = {"textFormat": {"type": "json_schema", "structure": {"jsonSchema": schema}}}
    if request.service_tier is not None:
        body["serviceTier"] = {"type": request.service_tier}
    return body


def _turn(message: Message) -> tuple[str, list[dict[str, Any]]]:
    if message.role == "tool":
        return "user", [{"toolResult": {"toolUseId": message.tool_call_id, "content": [{"text": message.text}]}}]
    parts: list[dict[str, Any]] = []
    for url in message.image_urls:
        kind, content = bytes_of(url, "Bedrock")
        parts.append({"image": {"format": kind.partition("/")[2], "source": {"bytes": content}}})
    if message.text:
        parts.append({"text": message.text})
    parts += [
        {"toolUse": {"toolUseId": call.id, "name": call.name, "input": arguments_of(call)}}
        for call in message.tool_calls
    ]
    return message.role, parts


def _reply(
    target: Target,
    request: Request,
    whole: Mapping[str, Any],
    said: tuple[str, tuple[ToolCall, ...]],
    stop: str | None,
    ttft_ms: float | None = None,
) -> Reply:
    """Put the answer together; raises Refused where a filter ended it, StreamCut where it has no good end."""
    if stop in FILTERED:
        raise Refused(f"The provider's content filter ended the answer: {stop}")
    if stop not in FINISHED:
        raise StreamCut(f"An answer with stopReason {stop}: {target.name}")
    usage = usage_of({"usage": dict(whole.get("usage") or {})}, "aws", "default")
    told = {
        "id": (whole.get("ResponseMetadata") or {}).get("RequestId"),
        "service_tier": (whole.get("serviceTier") or {}).get("type"),
    }
    return reply_of(target, request, told, usage, (*said, FINISHED[stop]), ttft_ms)
