"""Whatever a provider sends, plain or streamed, is an answer or a ProviderError, and no key is in it."""

from __future__ import annotations

import asyncio
import copy
import json
import math
import os
import random
import string
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any, cast

import msgspec
import pytest
from finops_router.calls import Delta, EmbeddingReply, Reply
from finops_router.demo.clock import run_virtual
from finops_router.errors import CallFailed, ProviderError, Rejected, StreamCut
from finops_router.providers import Alive, Provider
from finops_router.providers.anthropic import AnthropicProvider
from finops_router.providers.bedrock import BedrockProvider
from finops_router.providers.gemini import GeminiProvider
from finops_router.providers.http_client import HttpAnswer, HttpClient
from finops_router.providers.openai import OpenAIProvider
from finops_router.providers.responses import ResponsesProvider

from tests.finops_router.providers.embedding_wires import EMBED, EMBEDDING_WIRES, VECTORS, EmbeddingWire
from tests.finops_router.providers.wires import ANTHROPIC, ASK, BEDROCK, GEMINI, OPENAI, RESPONSES, WIRES, Wire, sse
from tests.finops_router.router_fixture import chat, router_over

SECRET = "9f3kQ-zzTOPz-0451"
CASES = 600
SOAK = "FINOPS_SOAK" in os.environ
JUNK: tuple[Any, ...] = (
    None, True, False, 0, 5, -1, 10**30, 1.5, -1e308, "", "x", "\x00", "é" * 3, SECRET, f"Bearer {SECRET}", [], [None],
    [[]], {}, {"": None}, {"text": 5}, {"error": {"message": SECRET, "code": 429}}, [{"type": "text", "text": "t"}],
    "429", 429, "error", "stop", {"code": "context_length_exceeded"}, [5, "x", {"type": 5}], {"index": "0"},
)  # fmt: skip
VECTOR_JUNK: tuple[Any, ...] = (
    "AACAPwAAgD8AAIA/", "AACAPw==", "AACAPw", "AADAfwAAgD8AAIA/", "AACAfwAAgD8AAIA/", "AACA\nPw==", "=", [1, 2, 3],
    [1e39, 0, 0], [1, 2], [None] * 3, ["1", "2", "3"], [[1], [2], [3]], [True, False, True], "\ud800", [0] * 3,
)  # fmt: skip
STATUSES = (200,) * 12 + (201, 204, 302, 400, 401, 402, 403, 404, 413, 418, 422, 429, 500, 502, 503, 529, 599)
BODIES = (
    b"",
    b"5",
    b"null",
    b"[]",
    b"{}",
    b'"x"',
    b"<html><body>502 Bad Gateway</body>",
    b"\xe9",
    b"[" * 2000,
    b"{" * 9,
)
HEADERS: tuple[dict[str, str], ...] = (
    {}, {}, {"retry-after": "inf"}, {"retry-after-ms": "nan"}, {"retry-after": "9" * 400}, {"retry-after": SECRET},
    {"retry-after": "Tue, 99 Foo"}, {"Content-Type": "application/json"}, {"Content-Type": "text/event-stream"},
)  # fmt: skip


class CannedAnswer:
    """An HTTP answer whose bytes are known; `cut`: the connection breaks after them."""

    def __init__(self, status: int, headers: dict[str, str], chunks: list[bytes], cut: bool) -> None:
        self.status, self.headers, self.is_whole = status, headers, False
        self._chunks, self._cut = iter(chunks), cut

    async def next(self) -> bytes:
        found = next(self._chunks, b"")
        if not found and self._cut:
            raise StreamCut("The answer broke off")
        return found

    async def read(self) -> bytes:
        found = b""
        while chunk := await self.next():
            found += chunk
        return found


class CannedClient:
    """Stands for the connections: everything above them is real."""

    secrets = (SECRET,)

    def __init__(self, answer: CannedAnswer) -> None:
        self.canned = answer

    @asynccontextmanager
    async def post(
        self, path: str, body: bytes, headers: Mapping[str, str] | None = None
    ) -> AsyncGenerator[HttpAnswer, None]:
        yield cast(HttpAnswer, self.canned)


class CannedBedrock:
    """Stands for botocore's client: `answer` to a plain call, `events` of a streamed one."""

    def __init__(self, answer: Any, events: list[Any]) -> None:
        self.answer, self.events = answer, events

    async def converse(self, **body: Any) -> Any:
        return self.answer

    async def converse_stream(self, **body: Any) -> Any:
        return {"stream": self}

    def close(self) -> None:
        """Nothing is open."""

    async def __aiter__(self) -> AsyncGenerator[Any, None]:
        for event in self.events:
            yield event


def places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every container in `node` with each of its keys."""
    for key in list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
        yield node, key
        yield from places(node[key])


def spoiled(rng: random.Random, node: Any) -> Any:
    """A copy of `node` with one to three of its values replaced, taken away or doubled."""
    node = copy.deepcopy(node)
    for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
        found = list(places(node))
        if not found:
            return rng.choice(JUNK)
        holder, key = rng.choice(found)
        kind = rng.randrange(4)
        if kind == 0:
            del holder[key]
        elif kind == 1 and isinstance(holder, list):
            holder.insert(key, copy.deepcopy(holder[key]))
        elif kind == 2:
            holder[key] = copy.deepcopy(rng.choice(found)[0])
        else:
            holder[key] = copy.deepcopy(rng.choice(JUNK))
    return node


def encoded(node: Any) -> bytes:
    try:
        return json.dumps(node).encode()
    except (ValueError, RecursionError):  # it holds itself
        return b"{}"


def bitten(rng: random.Random, content: bytes) -> bytes:
    """`content`, sometimes with bytes changed, put in or cut off."""
    kind, place = rng.randrange(8), rng.randrange(len(content) + 1)
    if kind == 0:
        return content[:place]
    if kind == 1:
        return content[:place] + rng.randbytes(rng.randrange(1, 4)) + content[place:]
    if kind == 2:
        return (
            content[:place] + rng.choice((b"\xe9", b"\r", b"\n\n", b"\0", b"data: ", b"\xef\xbb\xbf")) + content[place:]
        )
    return content


def chunked(rng: random.Random, content: bytes) -> list[bytes]:
    cuts = sorted(rng.randrange(len(content) + 1) for _ in range(rng.choice((0, 1, 3, 20))))
    return [part for start, end in zip([0, *cuts], [*cuts, len(content)], strict=True) if (part := content[start:end])]


def events_of(rng: random.Random, wire: Wire) -> list[Any]:
    events = [spoiled(rng, event) if rng.random() < 0.3 else event for event in wire.stream]
    for _ in range(rng.choice((0, 0, 1, 2))):
        kind, place = rng.randrange(4), rng.randrange(len(events))
        if kind == 0 and len(events) > 1:
            del events[place]
        elif kind == 1:
            events.insert(place, events[rng.randrange(len(events))])
        elif kind == 2:
            events.insert(place, rng.choice(JUNK))
        else:
            rng.shuffle(events)
    return events


def streamed_bytes(rng: random.Random, wire: Wire) -> bytes:
    found = b""
    for event in events_of(rng, wire):
        name = b"event: error\n" if rng.random() < 0.01 else b""
        found += rng.choice((b"", b"", b"", b": ping\n\n", b"id: 7\n", b"retry: 5\n")) + name
        found += b"data: " + encoded(event) + b"\n\n"
    found += rng.choice((b"data: [DONE]\n\n", b"", b"data: [DO"))
    return found.replace(b"\n", rng.choice((b"\n", b"\n", b"\r\n", b"\r"))) if rng.random() < 0.2 else found


def canned(rng: random.Random, wire: Wire, streamed: bool) -> Provider:
    """A provider whose next answer is a spoiled one."""
    if wire is BEDROCK:
        events = [{event[0]: event[1]} if isinstance(event, tuple) else event for event in events_of(rng, wire)]
        client = CannedBedrock(spoiled(rng, wire.answer()), events)

        @asynccontextmanager
        async def opened() -> AsyncGenerator[CannedBedrock, None]:
            yield client

        return BedrockProvider(opened)
    status, headers = rng.choice(STATUSES), dict(rng.choice(HEADERS))
    if rng.random() < 0.05:
        content = rng.choice(BODIES)
    elif status != 200 or rng.random() < 0.1:
        content = encoded(spoiled(rng, wire.error(rng.choice((SECRET, "prompt is too long", "no")))))
    else:
        content = streamed_bytes(rng, wire) if streamed and rng.random() < 0.9 else encoded(spoiled(rng, wire.answer()))
    http = canned_client(rng, status, headers, content)
    if wire is GEMINI:
        return GeminiProvider(http, "v1")
    if wire is RESPONSES:
        return ResponsesProvider(http)
    return OpenAIProvider(http) if wire is OPENAI else AnthropicProvider(http)


def canned_client(rng: random.Random, status: int, headers: dict[str, str], content: bytes) -> HttpClient:
    """Connections over which `content` comes, bitten and in pieces."""
    answer = CannedAnswer(status, headers, chunked(rng, bitten(rng, content)), rng.random() < 0.1)
    return cast(HttpClient, CannedClient(answer))


def canned_embedder(rng: random.Random, wire: EmbeddingWire) -> OpenAIProvider | ResponsesProvider | GeminiProvider:
    """A provider whose next vectors are spoiled ones."""
    status, answer = rng.choice(STATUSES), wire.answer([rng.choice((one, list(one))) for one in VECTORS])
    if rng.random() < 0.3:
        answer[wire.place][rng.randrange(len(VECTORS))][wire.value] = rng.choice((*VECTOR_JUNK, *JUNK))
    answer = spoiled(rng, answer) if rng.random() < 0.6 else answer
    content = rng.choice(BODIES) if rng.random() < 0.05 else encoded(answer)
    if status != 200 or rng.random() < 0.1:
        content = encoded(spoiled(rng, wire.error(rng.choice((SECRET, "no", "does not support embeddings")))))
    http = canned_client(rng, status, dict(rng.choice(HEADERS)), content)
    if wire.wire == "gemini":
        return GeminiProvider(http, "v1")
    return OpenAIProvider(http) if wire.wire == "openai" else ResponsesProvider(http)


def has_the_key(error: BaseException | None) -> bool:
    while error is not None:
        # not as repr, which may spell a byte before the rest of a key as its first letter
        if any(SECRET in str(part) for part in (error, *error.args)) or SECRET in str(getattr(error, "object", "")):
            return True
        error = error.__cause__ or error.__context__
    return False


def is_clean(error: ProviderError, *, has_keys: bool) -> None:
    assert error.message
    assert error.retry_after_s is None or 0 <= error.retry_after_s <= 86_400
    assert not (has_keys and has_the_key(error))


def is_sound(reply: Reply) -> None:
    msgspec.json.decode(msgspec.json.encode(reply, enc_hook=dict), type=Reply)  # every field is of its type
    assert isinstance(reply.text, str)
    assert reply.finish_reason in ("stop", "length", "tool_calls", "eos")
    assert all(call.id and call.name and isinstance(call.arguments, str) for call in reply.tool_calls)
    assert reply.usage.source in ("provider", "estimated", "none")
    assert 0 <= reply.usage.input_tokens <= 10**12
    assert 0 <= reply.usage.output_tokens <= 10**12


def is_sound_embedding(reply: EmbeddingReply) -> None:
    assert isinstance(reply.model, str)
    assert len(reply.vectors) == len(EMBED.inputs)
    assert len({len(vector) for vector in reply.vectors}) == 1
    assert len(reply.vectors[0]) > 0
    assert all(math.isfinite(number) for vector in reply.vectors for number in vector)
    assert reply.usage.source in ("provider", "estimated", "none")
    assert 0 <= reply.usage.input_tokens <= 10**12


async def embedded(rng: random.Random, wire: EmbeddingWire) -> str:
    try:
        is_sound_embedding(await canned_embedder(rng, wire).embed(wire.target, EMBED))
        return "answered"
    except ProviderError as err:
        is_clean(err, has_keys=True)
        return "failed"


async def outcome(rng: random.Random, wire: Wire, streamed: bool) -> str:
    provider = canned(rng, wire, streamed)
    try:
        if not streamed:
            is_sound(await provider.complete(wire.target, ASK))
            return "answered"
        texts = []
        async for piece in provider.stream(wire.target, ASK):
            if isinstance(piece, Delta):
                texts.append(piece.text)
            elif isinstance(piece, Reply):
                is_sound(piece)
                assert piece.text == "".join(texts)
                return "answered"
            elif not isinstance(piece, Alive):
                progress = piece
        raise AssertionError(f"a stream without an end: {progress.so_far()}")
    except ProviderError as err:
        is_clean(err, has_keys=wire is not BEDROCK)  # it signs: the key itself never leaves
        return "failed"


def all_are_answers_or_errors(wire: Wire | EmbeddingWire, streamed: bool, cases: int, seed: int) -> None:
    seen = {"answered": 0, "failed": 0}

    async def run() -> None:
        for number in range(cases):
            rng = random.Random(f"{seed} {wire.wire} {streamed} {number}")
            try:
                ended = embedded(rng, wire) if isinstance(wire, EmbeddingWire) else outcome(rng, wire, streamed)
                seen[await ended] += 1
            except Exception as err:
                raise AssertionError(f"case {number} of seed {seed}: {err!r}") from err

    asyncio.run(run())
    assert min(seen.values()) > cases / 20  # neither all too broken nor all sound


each_wire = pytest.mark.parametrize("wire", WIRES, ids=[wire.wire for wire in WIRES])
each_embedding_wire = pytest.mark.parametrize(
    "embedding_wire", EMBEDDING_WIRES, ids=[wire.wire for wire in EMBEDDING_WIRES]
)
plain_and_streamed = pytest.mark.parametrize("streamed", [False, True], ids=["plain", "streamed"])


@each_wire
@plain_and_streamed
def test_spoiled_answers_are_answers_or_errors(wire: Wire, streamed: bool) -> None:
    all_are_answers_or_errors(wire, streamed, CASES, 1)


@pytest.mark.skipif(not SOAK, reason="make soak")
@each_wire
@plain_and_streamed
def test_soak_a_million_spoiled_answers(wire: Wire, streamed: bool) -> None:
    all_are_answers_or_errors(wire, streamed, 100_000, random.SystemRandom().randrange(10**9))


@each_embedding_wire
def test_spoiled_embeddings_are_all_vectors_or_an_error(embedding_wire: EmbeddingWire) -> None:
    all_are_answers_or_errors(embedding_wire, False, CASES, 1)


@pytest.mark.skipif(not SOAK, reason="make soak")
@each_embedding_wire
def test_soak_spoiled_embeddings(embedding_wire: EmbeddingWire) -> None:
    all_are_answers_or_errors(embedding_wire, False, 100_000, random.SystemRandom().randrange(10**9))


@each_embedding_wire
def test_a_call_of_spoiled_embeddings_ends_as_it_may_and_has_its_record(embedding_wire: EmbeddingWire) -> None:
    async def run() -> None:
        for number in range(150):
            rng = random.Random(f"{embedding_wire.wire} {number}")
            router, records = router_over(canned_embedder(rng, embedding_wire), chat((embedding_wire.target,), "fixed"))
            with suppress(CallFailed, Rejected):
                is_sound_embedding(await router.embed(replace(EMBED, group="chat")))
            (record,) = records.requests
            assert (record.operation, record.output_tokens) in {("embeddings", 0), ("embeddings", None)}
            msgspec.json.encode(record, enc_hook=str)

    run_virtual(run())


@each_wire
@plain_and_streamed
def test_a_call_of_a_spoiled_answer_ends_as_it_may_and_has_its_records(wire: Wire, streamed: bool) -> None:
    async def run() -> None:
        for number in range(150):
            rng = random.Random(f"{wire.wire} {streamed} {number}")
            router, records = router_over(canned(rng, wire, streamed), chat((wire.target,), "fixed"))
            try:
                if streamed:
                    pieces = [piece async for piece in router.stream(replace(ASK, stream=True), live=True)]
                    assert isinstance(pieces[-1], Reply)
                else:
                    is_sound(await router.complete(ASK))
            except (CallFailed, Rejected):
                pass
            (record,) = records.requests
            msgspec.json.encode(record, enc_hook=str)
            msgspec.json.encode(records.attempts, enc_hook=str)

    run_virtual(run())


@pytest.mark.parametrize("wire", [OPENAI, ANTHROPIC, GEMINI], ids=lambda wire: str(wire.name))
def test_noise_is_an_error(wire: Wire) -> None:
    rng = random.Random(7)
    letters = string.printable.encode() + bytes(range(256))

    async def run() -> None:
        for number in range(300):
            noise = bytes(rng.choice(letters) for _ in range(rng.randrange(200)))
            content = noise if number % 2 else sse(*wire.stream[:2]) + noise
            http = cast(HttpClient, CannedClient(CannedAnswer(200, {}, chunked(rng, content), cut=False)))
            provider: Provider = OpenAIProvider(http) if wire is OPENAI else AnthropicProvider(http)
            provider = GeminiProvider(http, "v1") if wire is GEMINI else provider
            with pytest.raises(ProviderError):
                await provider.complete(wire.target, ASK)
            with pytest.raises(ProviderError):
                [piece async for piece in provider.stream(wire.target, ASK)]

    asyncio.run(run())
