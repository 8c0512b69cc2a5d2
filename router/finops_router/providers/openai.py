"""Speak OpenAI's chat completions: OpenAI itself and everybody who understands its protocol."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable
from functools import partial
from typing import Any

from finops_router.calls import Delta, EmbeddingReply, EmbeddingRequest, Message, Reply, Request, Target
from finops_router.errors import ContextTooLong, Declined
from finops_router.providers.causes import Cause, cause
from finops_router.providers.contract import Alive, Progress
from finops_router.providers.http_client import HttpClient
from finops_router.providers.http_wire import HttpWire
from finops_router.providers.keys import api_key
from finops_router.providers.native import outgoing
from finops_router.providers.openai_answers import Completion, error_in, take
from finops_router.providers.openai_embeddings import OpenAIEmbeddings
from finops_router.providers.openai_usage import openai_usage
from finops_router.providers.settings import ProviderSettings
from finops_router.providers.sse import ServerEvent
from finops_router.providers.streamed_reply import StreamedReply, pieces, whole

ADDRESS = "https://api.openai.com/v1"
PATH = "chat/completions"
STREAMED = {"stream": True, "stream_options": {"include_usage": True}}
OWN = ("openai", "azure.ai.openai")  # who has deprecated max_tokens; the servers that imitate them know nothing else
OWN_HEADERS = (("OpenAI-Organization", "OPENAI_ORG_ID"), ("OpenAI-Project", "OPENAI_PROJECT_ID"))
FILTERED = frozenset({"content_filter"})
FINISHED = {  # its own words and those of servers that imitate it; every other one ends no whole answer
    "stop": "stop", "length": "length", "tool_calls": "tool_calls", "function_call": "tool_calls", "eos": "eos",
    "eos_token": "stop", "stop_sequence": "stop", "end_turn": "stop", "COMPLETE": "stop", "STOP": "stop",
    "max_tokens": "length", "MAX_TOKENS": "length", "tool_use": "tool_calls",
}  # fmt: skip
CAUSES: tuple[Cause, ...] = (
    cause(ContextTooLong, {400, 413, 422, 500}, "", r"exceeds? the available context|n_ctx|prompt exceeds"),
    cause(Declined, {403}, "", r"not allowed to (sample|generate embeddings) from this model"),
    cause(Declined, {413}, "", r"."),  # Groq sends it for tokens a minute, others for bytes: another may take it
)


def connect(settings: ProviderSettings) -> OpenAIProvider:
    """Return the provider that `settings` describe; raises ConfigError without the key."""
    return OpenAIProvider(openai_client(settings))


def openai_client(settings: ProviderSettings) -> HttpClient:
    """Return the connections to OpenAI, or to who imitates it; raises ConfigError without the key."""
    key, headers = api_key(settings), dict(settings.headers)
    if settings.provider == "openai":
        headers = {name: os.environ[variable] for name, variable in OWN_HEADERS if os.environ.get(variable)} | headers
    address = settings.base_url or os.environ.get("OPENAI_BASE_URL") or ADDRESS
    authorized = {"Authorization": f"Bearer {key}"} | headers
    return HttpClient(address, authorized, (key,), settings.connect_timeout_s)


class OpenAIProvider:
    """One connection pool to one server; serves many calls at once."""

    wires = frozenset({"openai", "embeddings"})

    def __init__(self, client: HttpClient) -> None:
        self._wire = HttpWire(client, Completion, error_in, CAUSES)
        self._embeddings = OpenAIEmbeddings(client, CAUSES)

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.client.close()

    async def complete(self, target: Target, request: Request) -> Reply:
        """Answer in one piece; raises a leaf of ProviderError (finops_router/errors.py)."""
        sent = outgoing(request, "openai", lambda: request_body(target, request), model=target.model)
        found = await self._wire.answer(PATH, sent.body, sent.headers)
        return sent.answered(whole(self._answer(target), found.event, take, partial(_reply, request)), found.content)

    def stream(self, target: Target, request: Request) -> AsyncGenerator[Delta | Alive | Progress | Reply, None]:
        """Answer piece by piece; a stream that ends without a finish_reason raises StreamCut."""
        sent = outgoing(request, "openai", lambda: request_body(target, request) | STREAMED, model=target.model)
        answer = self._answer(target)
        answer.is_native = sent.is_native
        events = self._wire.events(PATH, sent.body, keep=_keeping(answer, request), headers=sent.headers)
        return pieces(answer, events, take, partial(_reply, request))

    async def embed(self, target: Target, request: EmbeddingRequest) -> EmbeddingReply:
        """Return a vector for each input; raises as `complete` does."""
        return await self._embeddings.embed(target, request)

    def _answer(self, target: Target) -> StreamedReply:
        return StreamedReply(target, partial(openai_usage, target.provider), secrets=self._wire.client.secrets)


def _keeping(answer: StreamedReply, request: Request) -> Callable[[ServerEvent, Completion], None] | None:
    """Return what keeps events for a client that speaks this wire; None for any other."""
    if not answer.is_native or request.native is None:
        return None
    return answer.keep if request.native.counts else partial(_keep_without_counts, answer)


def _keep_without_counts(answer: StreamedReply, sent: ServerEvent, event: Completion) -> None:
    """Keep an event unless it brings nothing but the counts, which we ask for though the client did not."""
    if event.choices or not event.usage:
        answer.keep(sent, event)


def _reply(request: Request, answer: StreamedReply) -> Reply:
    """Return the whole answer; raises Refused if it is a refusal or was filtered, StreamCut if it has no good end."""
    return answer.reply(request, answer.finish_reason(FINISHED, FILTERED))


def request_body(target: Target, request: Request) -> dict[str, Any]:
    """Return what is asked of `target`, as OpenAI's documents have it."""
    body: dict[str, Any] = {"model": target.model, "messages": [_message(message) for message in request.messages]}
    if request.max_output_tokens is not None:
        body["max_completion_tokens" if target.provider in OWN else "max_tokens"] = request.max_output_tokens
    if request.temperature is not None:
        body["temperature"] = request.temperature
    if request.top_p is not None:
        body["top_p"] = request.top_p
    if request.stop:
        body["stop"] = request.stop
    if request.tool_choice is not None:
        body["tool_choice"] = tool_choice(request.tool_choice, lambda name: {"type": "function", "function": name})
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


def tool_choice(choice: str, of_name: Callable[[dict[str, str]], Any]) -> Any:
    """Return OpenAI's word for which tools must be called; one that is named is said as `of_name` has it."""
    return of_name({"name": choice[1:]}) if choice.startswith("=") else choice


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
