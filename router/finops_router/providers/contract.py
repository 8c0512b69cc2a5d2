"""What the router needs of a provider: an answer, plain or streamed, or a ProviderError."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Protocol, runtime_checkable

import msgspec

from finops_router.calls import Delta, EmbeddingReply, EmbeddingRequest, Partial, Reply, Request, Target


class Progress(Protocol):
    """An answer on its way. It is not a frozen value: it is asked only if the answer does not become whole."""

    def so_far(self) -> Partial:
        """Return what has come of the answer, and what the provider has counted of it."""
        ...


class Alive(msgspec.Struct, frozen=True):
    """Something came from the provider that is no text: tool arguments, reasoning, usage.

    `is_idle`: it was headers, a role, a comment or a ping, which show that the server is there but not that the model
    works.
    """

    is_idle: bool = False


ALIVE = Alive()
IDLE = Alive(is_idle=True)


class Provider(Protocol):
    """The seam between the router and a provider; one instance serves many calls at once."""

    async def complete(self, target: Target, request: Request) -> Reply:
        """Answer `request` with `target.model`.

        Returns the reply with its token counts made inclusive (see `finops_router.calls.Usage`).
        Raises a leaf of ProviderError (finops_router/errors.py) for every failure of the provider, with its `partial`
        if the provider counted usage all the same. It limits the time of connecting alone, and makes no second try: the
        router does both.
        """
        ...

    def stream(self, target: Target, request: Request) -> AsyncGenerator[Delta | Alive | Progress | Reply, None]:
        """Answer `request` piece by piece: deltas as they come, then exactly one Reply with the whole answer.

        A Progress may come before all of them: without it, what a stream used that does not end is estimated. It is no
        sign of life: it comes before the request is sent. Whatever the provider sends is one: what brings no text is
        passed on as ALIVE or IDLE.
        Raises as `complete` does, at any moment; StreamCut if the provider's end mark never came or a
        piece cannot be read. `aclose()` lets go of the connection.
        """
        ...


@runtime_checkable
class Embedder(Protocol):
    """A provider whose wire makes embeddings, too."""

    async def embed(self, target: Target, request: EmbeddingRequest) -> EmbeddingReply:
        """Return a vector for each input of `request`; raises as `complete` does."""
        ...


@runtime_checkable
class Native(Protocol):
    """A provider that takes a native request of one of its `wires` as it is (`finops_router.calls.Native`)."""

    wires: frozenset[str]


@runtime_checkable
class Closing(Protocol):
    """A provider that holds connections open until it is closed."""

    async def close(self) -> None: ...
