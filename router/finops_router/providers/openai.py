"""Speak OpenAI's chat completions with the official SDK: OpenAI itself and everybody who understands its protocol."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from finops_router.calls import Delta, Message, Reply, Request, Target
from finops_router.errors import StreamCut
from finops_router.pricing.usage import served_of
from finops_router.providers.contract import Alive, Progress
from finops_router.providers.openai_usage import counts_in, openai_usage
from finops_router.providers.sdk_clients import optional_sdk, sdk_client
from finops_router.providers.sdk_errors import provider_error
from finops_router.providers.settings import ProviderSettings
from finops_router.providers.streamed_reply import Event, StreamedReply, pieces

if TYPE_CHECKING:
    from openai import AsyncOpenAI

FILTERED = frozenset({"content_filter"})


def connect(settings: ProviderSettings) -> OpenAIProvider:
    """Return the provider that `settings` describe; raises ConfigError without the SDK or the key."""
    with optional_sdk("The openai SDK", "openai"):
        from openai import AsyncOpenAI  # noqa: PLC0415 -- an optional extra, and slow to import
    return OpenAIProvider(sdk_client(AsyncOpenAI, settings))


class OpenAIProvider:
    """One connection pool to one server; serves many calls at once."""

    def __init__(self, client: AsyncOpenAI) -> None:
        self._client = client

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def complete(self, target: Target, request: Request) -> Reply:
        """Answer in one piece; raises a leaf of ProviderError (finops_router/errors.py)."""
        try:
            # the SDK's own model of the answer would cost a tenth of a millisecond and drop nothing we want
            response = await self._client.chat.completions.with_raw_response.create(**_body(target, request))
        except Exception as err:
            raise provider_error(err) from err
        try:
            answer = _plain(target, msgspec.json.decode(response.content, type=dict[str, Any]))
        except (msgspec.MsgspecError, AttributeError, KeyError, TypeError) as err:
            raise StreamCut(f"The answer cannot be read: {target.name}") from err
        return _reply(request, answer)

    def stream(self, target: Target, request: Request) -> AsyncGenerator[Delta | Alive | Progress | Reply, None]:
        """Answer piece by piece; a stream that ends without a finish_reason raises StreamCut."""
        return pieces(_answer(target), self._events(target, request), _take, partial(_reply, request))

    async def _events(self, target: Target, request: Request) -> AsyncGenerator[Event, None]:
        create, body = self._client.chat.completions.create, _body(target, request)
        async with await create(stream=True, stream_options={"include_usage": True}, **body) as chunks:
            async for chunk in chunks:
                yield chunk.model_dump(exclude_none=True)


def _answer(target: Target) -> StreamedReply:
    return StreamedReply(target, partial(openai_usage, target.provider))


def _plain(target: Target, whole: Mapping[str, Any]) -> StreamedReply:
    answer = _answer(target)
    _take_head(answer, whole)
    choice = (whole.get("choices") or [{}])[0]
    message = choice.get("message") or {}
    answer.stop = choice.get("finish_reason")
    answer.add_text(str(message.get("content") or ""))
    _take_beside(answer, message)
    for index, call in enumerate(message.get("tool_calls") or []):
        answer.add_tool(index, call["id"], call["function"]["name"], call["function"]["arguments"])
    return answer


def _take(answer: StreamedReply, chunk: Event) -> str:
    """Add one chunk to `answer` and return its text."""
    _take_head(answer, chunk)
    for choice in (chunk.get("choices") or [])[:1]:
        delta = choice.get("delta") or {}
        _take_beside(answer, delta)
        answer.stop = choice.get("finish_reason") or answer.stop
        for part in delta.get("tool_calls") or []:
            _take_tool(answer, part)
        return str(delta.get("content") or "")
    return ""


def _take_head(answer: StreamedReply, whole: Mapping[str, Any]) -> None:
    answer.response_id = whole.get("id") or answer.response_id
    answer.model = whole.get("model") or answer.model
    answer.add_usage(counts_in(whole))
    answer.served = served_of(whole, answer.served)


def _take_beside(answer: StreamedReply, message: Mapping[str, Any]) -> None:
    """Add a refusal, or a piece of one, and reasoning, which servers that imitate OpenAI call by two names."""
    if refusal := message.get("refusal"):
        answer.refusal = (answer.refusal or "") + str(refusal)
    answer.add_hidden(message.get("refusal"))
    answer.add_hidden(message.get("reasoning_content") or message.get("reasoning"))


def _take_tool(answer: StreamedReply, part: Mapping[str, Any]) -> None:
    """Add a piece of a tool call; servers that imitate OpenAI may send its id and name in any piece."""
    function = part.get("function") or {}
    answer.add_tool(
        part.get("index", 0), part.get("id") or "", function.get("name") or "", function.get("arguments") or ""
    )


def _reply(request: Request, answer: StreamedReply) -> Reply:
    """Return the whole answer; raises Refused if it is a refusal or was filtered, StreamCut if it has no end."""
    stop = answer.stop
    others = {} if stop is None else {stop: stop}  # servers that imitate OpenAI have reasons of their own
    return answer.reply(request, answer.finish_reason(others | {"function_call": "tool_calls"}, FILTERED))


def _body(target: Target, request: Request) -> dict[str, Any]:
    body: dict[str, Any] = {"model": target.model, "messages": [_message(message) for message in request.messages]}
    if request.max_output_tokens is not None:
        # OpenAI has deprecated max_tokens; the servers that imitate it know nothing else
        key = "max_completion_tokens" if target.provider in ("openai", "azure.ai.openai") else "max_tokens"
        body[key] = request.max_output_tokens
    if request.temperature is not None:
        body["temperature"] = request.temperature
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
