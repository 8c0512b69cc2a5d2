"""Hand a native request on as its client wrote it, and its answer as the provider sent it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

import msgspec

from finops_router.calls import NOTHING_BESIDE, AnyRequest, EmbeddingReply, Native, Reply
from finops_router.errors import Rejected
from finops_router.providers.sse import ServerEvent

OTHER_TARGET = "It asks for what only its own wire can carry"
AnyReply = TypeVar("AnyReply", Reply, EmbeddingReply)


class Outgoing(NamedTuple):
    """What is sent; if it `is_native`, its client wrote it, and gets its answer as the provider sent it."""

    body: Mapping[str, Any] | bytes
    headers: Mapping[str, str] = NOTHING_BESIDE
    is_native: bool = False

    def answered(self, reply: AnyReply, content: bytes) -> AnyReply:
        """Return `reply`, with the `content` that it was read from if its client wants that."""
        return msgspec.structs.replace(reply, raw=content) if self.is_native else reply


def outgoing(request: AnyRequest, wire: str, body: Callable[[], Mapping[str, Any]], **changes: Any) -> Outgoing:
    """Return what the client of `wire` wrote, with `changes`; for a client of another, our own `body`.

    Raises Rejected for a native request of another wire that cannot be said in this one.
    """
    native = request.native
    if native is not None and native.wire == wire:
        return Outgoing(native_body(native, **changes), native.headers, is_native=True)
    if native is not None and native.bound_by:
        raise Rejected(f"{OTHER_TARGET}: {native.bound_by}")
    return Outgoing(body())


def native_body(native: Native, **changes: Any) -> bytes:
    """Return the body as its client wrote it, with `changes`."""
    return ENCODER.encode({**native.fields, **changes})


def raw_event(event: ServerEvent) -> bytes:
    """Return `event` as it is sent."""
    data = event.data if b"\n" not in event.data else event.data.replace(b"\n", b"\ndata: ")
    return b"event: %b\ndata: %b\n\n" % (event.name, data) if event.name else b"data: %b\n\n" % data


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"No JSON: {type(value).__name__}")


ENCODER = msgspec.json.Encoder(enc_hook=_plain)
