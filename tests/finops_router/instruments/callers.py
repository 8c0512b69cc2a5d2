"""The official SDKs as applications call them, plain and streamed, sync and async."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import anthropic
import openai
from finops_router.records import Record, RequestRecord
from google.genai import Client
from google.genai.types import HttpOptions

from tests.finops_router.providers.conftest import KEY, Server
from tests.finops_router.providers.wires import ANTHROPIC, GEMINI, OPENAI, RESPONSES, Wire

ASK = [{"role": "user", "content": "the question"}]


class Kept:
    """A recorder that keeps what it is given."""

    def __init__(self) -> None:
        self.records: list[RequestRecord] = []

    def record(self, record: Record) -> None:
        assert isinstance(record, RequestRecord)
        self.records.append(record)

    record_attempt = record_guardrail = record

    @property
    def only(self) -> RequestRecord:
        (record,) = self.records
        return record


@dataclass(frozen=True)
class Caller:
    """An SDK's client on one wire: how it is made for a server, and asked; streams come as their events."""

    name: str
    wire: Wire
    client: Callable[[Server, int], Any]
    plain: Callable[[Any], Any]
    streamed: Callable[[Any], list[Any]]


def _streamed(stream: Any) -> list[Any]:
    return list(stream)


def _sync(name: str, wire: Wire, client: Any, plain: Any, streamed: Any) -> Caller:
    return Caller(name, wire, client, plain, lambda made: list(streamed(made)))


def _async(name: str, wire: Wire, client: Any, plain: Any, streamed: Any) -> Caller:
    """Each call in a loop of its own, with the client closed in it."""

    def one(made: Any) -> Any:
        async def run() -> Any:
            try:
                return await plain(made)
            finally:
                await _closed(made)

        return asyncio.run(run())

    def events(made: Any) -> list[Any]:
        async def run() -> list[Any]:
            try:
                return [event async for event in await streamed(made)]
            finally:
                await _closed(made)

        return asyncio.run(run())

    return Caller(name, wire, client, one, events)


async def _closed(client: Any) -> None:
    await (client.aio.aclose() if isinstance(client, Client) else client.close())


def _openai(kind: Any) -> Callable[[Server, int], Any]:
    return lambda server, retries: kind(api_key=KEY, base_url=server.url, max_retries=retries)


def _anthropic(kind: Any) -> Callable[[Server, int], Any]:
    return lambda server, retries: kind(api_key=KEY, base_url=server.root, max_retries=retries)


def gemini(server: Server, retries: int = 0) -> Client:
    del retries  # it has none by default
    return Client(api_key=KEY, vertexai=False, http_options=HttpOptions(base_url=server.root))


def _chat(client: Any, **how: Any) -> Any:
    return client.chat.completions.create(model="gpt-new-9", messages=ASK, user="u-1", **how)


def _responses(client: Any, **how: Any) -> Any:
    return client.responses.create(model="gpt-new-9", input="the question", user="u-1", **how)


def _messages(client: Any, **how: Any) -> Any:
    metadata = {"user_id": "u-1"}
    return client.messages.create(model="claude-new-9", max_tokens=99, messages=ASK, metadata=metadata, **how)


USAGE = {"stream_options": {"include_usage": True}, "stream": True}
CALLERS = (
    _sync("openai", OPENAI, _openai(openai.OpenAI), _chat, lambda c: _chat(c, **USAGE)),
    _async("openai async", OPENAI, _openai(openai.AsyncOpenAI), _chat, lambda c: _chat(c, **USAGE)),
    _sync("responses", RESPONSES, _openai(openai.OpenAI), _responses, lambda c: _responses(c, stream=True)),
    _async("responses async", RESPONSES, _openai(openai.AsyncOpenAI), _responses, lambda c: _responses(c, stream=True)),
    _sync("anthropic", ANTHROPIC, _anthropic(anthropic.Anthropic), _messages, lambda c: _messages(c, stream=True)),
    _async(
        *("anthropic async", ANTHROPIC, _anthropic(anthropic.AsyncAnthropic)),
        *(_messages, lambda c: _messages(c, stream=True)),
    ),
    _sync(
        *("gemini", GEMINI, gemini),
        lambda c: c.models.generate_content(model="gemini-new-9", contents="the question"),
        lambda c: c.models.generate_content_stream(model="gemini-new-9", contents="the question"),
    ),
    _async(
        *("gemini async", GEMINI, gemini),
        lambda c: c.aio.models.generate_content(model="gemini-new-9", contents="the question"),
        lambda c: c.aio.models.generate_content_stream(model="gemini-new-9", contents="the question"),
    ),
)
