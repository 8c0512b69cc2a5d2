"""Clients that speak OpenAI's embeddings."""

from __future__ import annotations

import binascii
import sys
from collections.abc import Mapping
from typing import Any

import msgspec

from finops_router.calls import EmbeddingReply, Native, RoutedReply, Vector
from finops_router.gateway.client_wire import Answering, Asked, Portable, StreamWriter
from finops_router.gateway.fields import model_of, only_known, parsed, value_of
from finops_router.gateway.problem import Problem, bad_request
from finops_router.gateway.wires.openai_errors import openai_problem, openai_problem_event

CARRIED = frozenset({"model", "input", "dimensions", "encoding_format", "user"})
NEEDS = frozenset({"embeddings"})


class OpenAIEmbeddings:
    """Embeddings, as OpenAI documents them."""

    name = "embeddings"
    end_mark = b""

    def read(self, fields: dict[str, msgspec.Raw], headers: Mapping[str, str], model: str | None) -> Asked:
        """Return what is asked; raises Refusal without a model or inputs."""
        model = model_of(fields)
        sent = parsed(fields, "input")
        inputs = [sent] if isinstance(sent, str) or (sent and _are_tokens(sent)) else sent
        if (
            not isinstance(inputs, list)
            or not inputs
            or not all(isinstance(one, str) or _are_tokens(one) for one in inputs)
        ):
            raise bad_request("input is a text, a list of tokens, or a list of these", "invalid_input")
        return Asked(
            model=model,
            native=Native(wire=self.name, fields=fields, needs=NEEDS),
            inputs=tuple(inputs),
            dimensions=value_of(fields, "dimensions", int),
            end_user=value_of(fields, "user", str),
        )

    def portable(self, asked: Asked) -> Portable:
        """Raise NotCarriedError for what only OpenAI's wire has; all else is in `asked` already."""
        only_known(asked.native.fields, CARRIED, {})
        return Portable(messages=())

    def plain(self, answering: Answering, reply: RoutedReply) -> bytes:
        """Return the vectors, as numbers or in base64 as the client asked."""
        in_base64 = value_of(answering.asked.native.fields, "encoding_format", str) == "base64"
        vectors = reply.vectors if isinstance(reply, EmbeddingReply) else ()
        data = [
            {"object": "embedding", "index": place, "embedding": _base64(one) if in_base64 else one.tolist()}
            for place, one in enumerate(vectors)
        ]
        tokens = reply.usage.input_tokens
        counts = {"prompt_tokens": tokens, "total_tokens": tokens}
        return msgspec.json.encode({"object": "list", "data": data, "model": reply.model, "usage": counts})

    def stream(self, answering: Answering) -> StreamWriter:
        """Raise NotImplementedError: embeddings come in one piece."""
        raise NotImplementedError

    def problem(self, problem: Problem, request_id: str) -> bytes:
        """Return the body of an error."""
        return openai_problem(problem, request_id)

    def problem_event(self, problem: Problem, request_id: str) -> bytes:
        """Return an error as an event, which none follows."""
        return openai_problem_event(problem, request_id)


def _are_tokens(one: Any) -> bool:
    return isinstance(one, list) and bool(one) and all(type(token) is int for token in one)


def _base64(vector: Vector) -> str:
    if sys.byteorder == "big":
        vector = vector[:]
        vector.byteswap()
    return binascii.b2a_base64(vector.tobytes(), newline=False).decode()
