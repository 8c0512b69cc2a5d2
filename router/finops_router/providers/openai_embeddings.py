"""Speak OpenAI's embeddings: OpenAI itself and everybody who understands its protocol."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec

from finops_router.calls import EmbeddingReply, EmbeddingRequest, Target, Usage
from finops_router.providers.causes import Cause
from finops_router.providers.embeddings import embedded, unreadable
from finops_router.providers.http_client import HttpClient
from finops_router.providers.http_wire import HttpWire
from finops_router.providers.native import outgoing
from finops_router.providers.openai_usage import counts_in, openai_usage
from finops_router.providers.streamed_reply import StreamedReply

PATH = "embeddings"
DIMENSIONS: Mapping[str, str] = {"mistral_ai": "output_dimension"}  # whose name for them is another


class Item(msgspec.Struct, gc=False):
    """The vector of the input at the place `index`, as JSON."""

    index: Any = None
    embedding: msgspec.Raw = msgspec.Raw()


class Embeddings(msgspec.Struct):
    """All vectors; `usage` is kept whole, as the provider sent it."""

    data: list[Item] | None = None
    id: Any = None
    model: Any = None
    usage: Any = None
    error: Any = None
    object: Any = None
    message: Any = None  # of a server that answers 200 and an error of its own shape
    detail: Any = None
    code: Any = None


class OpenAIEmbeddings:
    """The embeddings of one server; `causes` is the table of its wire."""

    def __init__(self, client: HttpClient, causes: tuple[Cause, ...]) -> None:
        self._wire = HttpWire(client, Embeddings, error_in, causes)

    async def embed(self, target: Target, request: EmbeddingRequest) -> EmbeddingReply:
        """Return a vector for each input; raises a leaf of ProviderError (finops_router/errors.py)."""
        sent = outgoing(request, "embeddings", lambda: request_body(target, request), model=target.model)
        found, _, content = await self._wire.answer(PATH, sent.body, sent.headers)
        answer = StreamedReply(target, partial(_usage, target.provider), secrets=self._wire.client.secrets)
        answer.add_head(found.model, found.id)
        answer.add_usage(counts_in({"usage": found.usage}))
        items = found.data or ()
        vectors = {item.index: item.embedding for item in items if type(item.index) is int}
        if sorted(vectors) != list(range(len(items))):
            raise unreadable(answer, "its vectors do not have an index each")
        return sent.answered(embedded(answer, request, [vectors[place] for place in range(len(items))]), content)


def error_in(event: Embeddings) -> object:
    """Return the error that `event` is instead of an answer; None if it is none."""
    if event.error:
        return event.error
    if event.object == "error" or (event.data is None and (event.message or event.detail)):
        return {"message": event.message, "detail": event.detail, "code": event.code}
    return None


def request_body(target: Target, request: EmbeddingRequest) -> dict[str, Any]:
    """Return what is asked of `target`.

    Vectors are asked for in base64, as OpenAI's SDK does of everybody: they take a third of the bytes, and of the time
    to read them. Whoever sends lists of numbers all the same is understood.
    """
    body: dict[str, Any] = {"model": target.model, "input": request.inputs, "encoding_format": "base64"}
    if request.dimensions is not None:
        body[DIMENSIONS.get(target.provider, "dimensions")] = request.dimensions
    return body


def _usage(provider: str, counts: Mapping[str, Any]) -> Usage | None:
    """Return the usage of `counts`; some name only a total, which is all input."""
    return openai_usage(provider, {"prompt_tokens": counts.get("total_tokens"), "completion_tokens": 0, **counts})
