"""Speak OpenAI's Responses: for models and servers that answer there better, or alone."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from functools import partial
from typing import Any

from finops_router.calls import Delta, EmbeddingReply, EmbeddingRequest, Message, Reply, Request, Target, Usage
from finops_router.errors import Declined
from finops_router.pricing.usage import usage_of
from finops_router.providers.contract import Alive, Progress
from finops_router.providers.http_client import HttpClient
from finops_router.providers.http_wire import HttpWire
from finops_router.providers.native import outgoing
from finops_router.providers.openai import CAUSES, openai_client, tool_choice
from finops_router.providers.openai_embeddings import OpenAIEmbeddings
from finops_router.providers.responses_answers import Sent, error_in, is_last, take
from finops_router.providers.settings import ProviderSettings
from finops_router.providers.streamed_reply import StreamedReply, pieces, whole

STREAMED = {"stream": True}
PATH = "responses"
FINISHED = {"completed": "stop", "max_output_tokens": "length", "max_tokens": "length"}
FILTERED = frozenset({"content_filter"})


def connect(settings: ProviderSettings) -> ResponsesProvider:
    """Return the provider that `settings` describe; raises ConfigError without the key."""
    return ResponsesProvider(openai_client(settings))


class ResponsesProvider:
    """One connection pool to one server; serves many calls at once."""

    wires = frozenset({"responses", "embeddings"})

    def __init__(self, client: HttpClient) -> None:
        self._wire = HttpWire(client, Sent, error_in, CAUSES, is_last)
        self._embeddings = OpenAIEmbeddings(client, CAUSES)

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.client.close()

    async def complete(self, target: Target, request: Request) -> Reply:
        """Answer in one piece; raises a leaf of ProviderError (finops_router/errors.py)."""
        sent = outgoing(request, "responses", lambda: request_body(target, request), model=target.model)
        found = await self._wire.answer(PATH, sent.body, sent.headers)
        return sent.answered(whole(self._answer(target), found.event, take, partial(_reply, request)), found.content)

    def stream(self, target: Target, request: Request) -> AsyncGenerator[Delta | Alive | Progress | Reply, None]:
        """Answer piece by piece; a stream without response.completed raises StreamCut."""
        sent = outgoing(request, "responses", lambda: request_body(target, request) | STREAMED, model=target.model)
        answer = self._answer(target)
        answer.is_native = sent.is_native
        events = self._wire.events(PATH, sent.body, keep=answer.keep if sent.is_native else None, headers=sent.headers)
        return pieces(answer, events, take, partial(_reply, request))

    async def embed(self, target: Target, request: EmbeddingRequest) -> EmbeddingReply:
        """Return a vector for each input; raises as `complete` does."""
        return await self._embeddings.embed(target, request)

    def _answer(self, target: Target) -> StreamedReply:
        return StreamedReply(target, partial(_usage, target.provider), secrets=self._wire.client.secrets)


def _usage(provider: str, counts: Mapping[str, Any]) -> Usage | None:
    response = {"usage": counts}
    return usage_of(response, provider, "responses") or usage_of(response, "openai", "responses")


def _reply(request: Request, answer: StreamedReply) -> Reply:
    """Return the whole answer; raises Refused if it is a refusal or was filtered, StreamCut if it has no good end."""
    return answer.reply(request, answer.finish_reason(FINISHED, FILTERED))


def request_body(target: Target, request: Request) -> dict[str, Any]:
    """Return what is asked of `target`; nothing of it is to be stored there."""
    items = [item for message in request.messages for item in _items(message)]
    body: dict[str, Any] = {"model": target.model, "input": items, "store": False}
    if request.max_output_tokens is not None:
        body["max_output_tokens"] = request.max_output_tokens
    if request.temperature is not None:
        body["temperature"] = request.temperature
    if request.top_p is not None:
        body["top_p"] = request.top_p
    if request.stop:
        raise Declined("Responses have no stop sequences")
    if request.tool_choice is not None:
        body["tool_choice"] = tool_choice(request.tool_choice, lambda name: {"type": "function", **name})
    if request.tools:
        body["tools"] = [
            {"type": "function", "name": t.name, "description": t.description, "parameters": t.parameters,
             "strict": False}  # as it is for chat completions
            for t in request.tools
        ]  # fmt: skip
    if request.service_tier is not None:
        body["service_tier"] = request.service_tier
    if request.json_schema is not None:
        schema = {"type": "json_schema", "name": "answer", "schema": request.json_schema, "strict": True}
        body["text"] = {"format": schema}
    return body


def _items(message: Message) -> list[dict[str, Any]]:
    if message.role == "tool":
        return [{"type": "function_call_output", "call_id": message.tool_call_id, "output": message.text}]
    content: Any = message.text
    if message.image_urls:
        images = [{"type": "input_image", "image_url": url, "detail": "auto"} for url in message.image_urls]
        content = [{"type": "input_text", "text": message.text}, *images]
    said = [{"role": message.role, "content": content}] if content or not message.tool_calls else []
    return said + [
        {"type": "function_call", "call_id": call.id, "name": call.name, "arguments": call.arguments or "{}"}
        for call in message.tool_calls
    ]
