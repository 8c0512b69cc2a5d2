"""Hand a native request on as its client wrote it, and its answer as the provider sent it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from finops_router.calls import AnyRequest, Native
from finops_router.errors import Rejected
from finops_router.providers.sse import ServerEvent

OTHER_TARGET = "It asks for what only its own wire can carry"


def native_of(request: AnyRequest, wire: str) -> Native | None:
    """Return what the client of `wire` wrote, None if `request` is no such request.

    Raises Rejected for a native request of another wire that cannot be said in this one.
    """
    found = request.native
    if found is None or found.wire == wire:
        return found
    if found.bound_by:
        raise Rejected(f"{OTHER_TARGET}: {found.bound_by}")
    return None


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
