"""One request of a client and its answer: ASGI's messages as a body to read and bytes to write."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from finops_router.gateway.connection import CONNECTION, BoundedConnection
from finops_router.gateway.problem import Problem, Refusal

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = Iterable[tuple[bytes, bytes]]
JSON, EVENTS = b"application/json", b"text/event-stream"


class ClientLeft(Exception):  # noqa: N818 -- named for what happened
    """The client is gone before it had its answer."""


class Exchange:
    """A request and its answer. `has_begun`: the head of the answer is sent, `is_whole`: all of it is."""

    __slots__ = ("_connection", "_receive", "_send", "has_begun", "headers", "is_whole", "method", "path", "query")

    def __init__(self, scope: Message, receive: Receive, send: Send) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query: bytes = scope["query_string"]
        self.headers: list[tuple[bytes, bytes]] = scope["headers"]
        self.has_begun = self.is_whole = False
        self._receive = receive
        self._send = send
        self._connection: BoundedConnection = scope[CONNECTION]

    def header(self, name: bytes) -> bytes | None:
        """Return the value of the first header of that name, None without one."""
        return next((value for key, value in self.headers if key == name), None)

    async def body(self, most_bytes: int) -> bytes:
        """Return the whole body; raises Refusal for one that is larger, ClientLeft if it does not come whole."""
        length = self.header(b"content-length")
        if length is not None and int(length) > most_bytes:
            raise too_large(most_bytes)
        found, size = [], 0
        while True:
            message = await self._receive()
            if message["type"] != "http.request":
                raise ClientLeft
            found.append(message["body"])
            size += len(found[-1])
            if size > most_bytes:
                raise too_large(most_bytes)
            if not message["more_body"]:
                return found[0] if len(found) == 1 else b"".join(found)

    async def while_connected(self, work: Awaitable[None]) -> None:
        """Do `work`, and cancel it as soon as the client leaves; raises ClientLeft then."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("nobody to cancel: this is no task")
        self._connection.on_loss = task.cancel
        try:
            await work
        except asyncio.CancelledError:
            if self._connection.transport.is_closing() and task.uncancel() == 0:
                raise ClientLeft from None
            raise
        finally:
            self._connection.on_loss = None

    async def begin(self, status: int, kind: bytes, headers: Headers = ()) -> None:
        """Send the head of the answer."""
        self.has_begun = True
        await self._send({
            "type": "http.response.start", "status": status, "headers": [(b"content-type", kind), *headers]
        })  # fmt: skip

    async def write(self, data: bytes) -> None:
        """Send the next bytes of an answer that has begun."""
        await self._send({"type": "http.response.body", "body": data, "more_body": True})

    async def end(self, data: bytes = b"") -> None:
        """Send the last bytes of an answer that has begun."""
        self.is_whole = True
        await self._send({"type": "http.response.body", "body": data, "more_body": False})

    async def answer(self, status: int, kind: bytes, body: bytes, headers: Headers = ()) -> None:
        """Send a whole answer."""
        await self.begin(status, kind, ((b"content-length", b"%d" % len(body)), *headers))
        await self.end(body)


def too_large(most_bytes: int) -> Refusal:
    """Return the refusal of a body of more than `most_bytes`."""
    message = f"The request is larger than {most_bytes} bytes, which is all that this gateway takes"
    return Refusal(Problem(status=413, kind="request_too_large", message=message, code="request_too_large"))
