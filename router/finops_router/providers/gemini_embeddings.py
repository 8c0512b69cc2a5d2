"""Speak the embeddings of Google's Gemini API: those of a batch of texts at once."""

from __future__ import annotations

from typing import Any

import msgspec

from finops_router.calls import EmbeddingRequest
from finops_router.errors import Declined


class Embedding(msgspec.Struct, gc=False):
    """One vector, as JSON."""

    values: msgspec.Raw = msgspec.Raw()


class Embeddings(msgspec.Struct):
    """The vectors in the order of the inputs; `usageMetadata` is kept whole, of models that count."""

    embeddings: list[Embedding] | None = None
    usageMetadata: Any = None  # noqa: N815 -- as it is sent
    error: Any = None


def error_in(event: Embeddings) -> object:
    """Return the error that `event` is instead of an answer; None if it is none."""
    return event.error


def request_body(model: str, request: EmbeddingRequest) -> dict[str, Any]:
    """Return what is asked of `model`, named as 'models/...'; raises Declined for tokens: it takes texts alone."""
    if not all(isinstance(one, str) for one in request.inputs):
        raise Declined(f"{model} takes texts alone, no lists of tokens")
    asked: dict[str, Any] = {"model": model}
    if request.dimensions is not None:
        asked["outputDimensionality"] = request.dimensions
    return {"requests": [asked | {"content": {"parts": [{"text": text}], "role": "user"}} for text in request.inputs]}
