"""Speak Google's Gemini API."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Mapping
from functools import partial
from typing import Any

from finops_router.calls import (
    Delta,
    EmbeddingReply,
    EmbeddingRequest,
    Message,
    Reply,
    Request,
    Served,
    Target,
    Usage,
)
from finops_router.errors import ModelUnknown, RateLimited
from finops_router.pricing.usage import usage_of
from finops_router.providers import gemini_embeddings
from finops_router.providers.causes import Cause, cause
from finops_router.providers.contract import Alive, Progress
from finops_router.providers.embeddings import embedded
from finops_router.providers.gemini_answers import Response, error_in, take
from finops_router.providers.http_client import HttpClient
from finops_router.providers.http_wire import HttpWire
from finops_router.providers.keys import api_key
from finops_router.providers.messages import Turn, alternating, base64_data, system_text, tool_arguments, tool_name
from finops_router.providers.native import outgoing
from finops_router.providers.settings import ProviderSettings
from finops_router.providers.streamed_reply import StreamedReply, pieces, whole

ADDRESS = "https://generativelanguage.googleapis.com"
API_VERSION = "v1"
TIER_HEADER = "x-gemini-service-tier"
TIERS = frozenset({"standard", "flex", "priority"})
FINISHED = {"STOP": "stop", "MAX_TOKENS": "length"}
FILTERED = frozenset(  # https://ai.google.dev/api/generate-content#FinishReason
    {"SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE", "IMAGE_SAFETY", "MODEL_ARMOR"}
)
CAUSES: tuple[Cause, ...] = (
    cause(RateLimited, {429}, "resource_exhausted", r"quota"),  # its word for requests a minute, too
    cause(ModelUnknown, {404}, "not_found", r"models?/"),
)


def connect(settings: ProviderSettings) -> GeminiProvider:
    """Return the provider that `settings` describe; raises ConfigError without the key."""
    key = api_key(settings)
    address = settings.base_url or os.environ.get("GOOGLE_GEMINI_BASE_URL") or ADDRESS
    version = settings.api_version or os.environ.get("GOOGLE_GENAI_API_VERSION") or API_VERSION
    return GeminiProvider(
        HttpClient(address, {"x-goog-api-key": key} | dict(settings.headers), (key,), settings.connect_timeout_s),
        version,
    )


class GeminiProvider:
    """One connection pool to one server; serves many calls at once."""

    wires = frozenset({"gemini"})

    def __init__(self, client: HttpClient, api_version: str) -> None:
        self._wire = HttpWire(client, Response, error_in, CAUSES)
        self._embeddings = HttpWire(client, gemini_embeddings.Embeddings, gemini_embeddings.error_in, CAUSES)
        self._version = api_version

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.client.close()

    async def complete(self, target: Target, request: Request) -> Reply:
        """Answer in one piece; raises a leaf of ProviderError (finops_router/errors.py)."""
        sent, answer = outgoing(request, "gemini", lambda: request_body(request)), self._answer(target)
        found = await self._wire.answer(self._path(target, "generateContent"), sent.body, sent.headers)
        _take_head(answer, found.headers)
        return sent.answered(whole(answer, found.event, take, partial(_reply, request)), found.content)

    def stream(self, target: Target, request: Request) -> AsyncGenerator[Delta | Alive | Progress | Reply, None]:
        """Answer piece by piece; a stream without a finishReason raises StreamCut."""
        path, sent = (
            self._path(target, "streamGenerateContent?alt=sse"),
            outgoing(request, "gemini", lambda: request_body(request)),
        )
        answer = self._answer(target)
        answer.is_native = sent.is_native
        keep = answer.keep if sent.is_native else None
        events = self._wire.events(path, sent.body, partial(_take_head, answer), keep, sent.headers)
        return pieces(answer, events, take, partial(_reply, request))

    async def embed(self, target: Target, request: EmbeddingRequest) -> EmbeddingReply:
        """Return a vector for each input; raises as `complete` does."""
        body = gemini_embeddings.request_body(_named(target), request)
        found = (await self._embeddings.answer(self._path(target, "batchEmbedContents"), body)).event
        answer = self._answer(target)
        if isinstance(found.usageMetadata, Mapping):
            answer.add_usage(found.usageMetadata)
        return embedded(answer, request, [one.values for one in found.embeddings or ()])

    def _path(self, target: Target, method: str) -> str:
        return f"{self._version}/{_named(target)}:{method}"

    def _answer(self, target: Target) -> StreamedReply:
        return StreamedReply(target, _usage, secrets=self._wire.client.secrets)


def _named(target: Target) -> str:
    return target.model if "/" in target.model else f"models/{target.model}"


def _take_head(answer: StreamedReply, headers: Mapping[str, str]) -> None:
    """Add to `answer` how it is served, which the Gemini API says in a header, and Vertex beside the counts."""
    if (tier := headers.get(TIER_HEADER)) in TIERS:
        answer.served = Served(service_tier=tier)


def _usage(counts: Mapping[str, Any]) -> Usage | None:
    return usage_of({"usageMetadata": counts}, "gcp.gemini", "default")


def _reply(request: Request, answer: StreamedReply) -> Reply:
    """Return the whole answer; raises Refused if a filter ended it, StreamCut if it has no good end."""
    return answer.reply(request, answer.finish_reason(FINISHED, FILTERED))


def request_body(request: Request) -> dict[str, Any]:
    """Return what is asked of any model; raises Rejected for images and arguments that cannot be sent."""
    turns = alternating(_turn(request, message) for message in request.messages if message.role != "system")
    body: dict[str, Any] = {"contents": [{"role": turn.role, "parts": turn.parts} for turn in turns]}
    config: dict[str, Any] = {}
    if system := system_text(request.messages):
        body["systemInstruction"] = {"parts": [{"text": system}], "role": "user"}
    if request.max_output_tokens is not None:
        config["maxOutputTokens"] = request.max_output_tokens
    if request.temperature is not None:
        config["temperature"] = request.temperature
    if request.top_p is not None:
        config["topP"] = request.top_p
    if request.stop:
        config["stopSequences"] = request.stop
    if request.json_schema is not None:
        config |= {"responseMimeType": "application/json", "responseJsonSchema": request.json_schema}
    body["generationConfig"] = config
    if request.service_tier is not None:
        body["serviceTier"] = request.service_tier
    if request.tools:
        declared = [
            {"name": tool.name, "description": tool.description, "parametersJsonSchema": tool.parameters}
            for tool in request.tools
        ]
        body["tools"] = [{"functionDeclarations": declared}]
    if request.tool_choice is not None:
        body["toolConfig"] = {"functionCallingConfig": _tool_choice(request.tool_choice)}
    return body


def _tool_choice(choice: str) -> dict[str, Any]:
    if choice.startswith("="):
        return {"mode": "ANY", "allowedFunctionNames": [choice[1:]]}
    return {"mode": {"required": "ANY"}.get(choice, choice.upper())}


def _turn(request: Request, message: Message) -> Turn:
    if message.role == "tool":
        name = tool_name(request.messages, message.tool_call_id)
        return Turn("user", [{"functionResponse": {"name": name, "response": {"result": message.text}}}])
    parts: list[dict[str, Any]] = [_image(url) for url in message.image_urls]
    if message.text:
        parts.append({"text": message.text})
    parts += [{"functionCall": {"name": call.name, "args": tool_arguments(call)}} for call in message.tool_calls]
    return Turn("model" if message.role == "assistant" else "user", parts)


def _image(url: str) -> dict[str, Any]:
    data = base64_data(url)
    if data is None:
        return {"fileData": {"fileUri": url}}
    return {"inlineData": {"mimeType": data.media_type, "data": data.text}}
