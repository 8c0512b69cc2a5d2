"""One client's connection: uvicorn's HTTP/1.1 with bounds on what a client may send, and how slowly.

uvicorn bounds neither the head of a request nor the time for it, and waits for ever for a client that reads nothing.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from finops_router.settings.gateway import GatewayConfig

TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
HEAD_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


def bounded(limits: GatewayConfig) -> type[HttpToolsProtocol]:
    """Return the class of connections that keep to `limits`."""

    class Bounded(BoundedConnection):
        bounds = limits

    return Bounded


class BoundedConnection(HttpToolsProtocol):
    """A connection within the times and sizes of `bounds`."""

    bounds: GatewayConfig

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._head_bytes = 0
        self._is_in_head = self._is_in_body = False
        self._due: asyncio.TimerHandle | None = None  # for what is still to come of a request
        self._due_stage = ""
        self._unread: asyncio.TimerHandle | None = None  # for a client that reads nothing
        self._total: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._wait_for("head")

    def data_received(self, data: bytes) -> None:
        """Take in bytes, and wait for the rest of a request that is not whole."""
        if self.transport.is_closing():
            return
        super().data_received(data)
        if self._is_in_head:
            self._head_bytes += len(data)
            if self._head_bytes > self.bounds.max_header_bytes:
                self._refuse(HEAD_TOO_LARGE)
                return
        if self._is_in_head or self._is_in_body:
            self._wait_for("head" if self._is_in_head else "body")
        elif self._due is not None:
            self._due.cancel()
            self._due, self._due_stage = None, ""

    def on_message_begin(self) -> None:
        """Note that a request begins."""
        super().on_message_begin()
        self._is_in_head, self._head_bytes = True, 0

    def on_headers_complete(self) -> None:
        """Note that its head is whole, and bound the whole request."""
        self._is_in_head, self._is_in_body = False, True
        if sum([len(name) + len(value) for name, value in self.headers]) > self.bounds.max_header_bytes:
            self._is_in_body = False
            self._refuse(HEAD_TOO_LARGE)
            return
        super().on_headers_complete()
        self._stop(self._total)
        self._total = self.loop.call_later(self.bounds.total_timeout_s, self._abort)

    def on_body(self, body: bytes) -> None:
        """Take in a part of the body."""
        if not self.transport.is_closing():
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Note that the request is whole."""
        self._is_in_body = False
        if not self.transport.is_closing():
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """Note that the answer is whole."""
        self._stop(self._total)
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Wait for the client to read on."""
        super().pause_writing()
        self._unread = self.loop.call_later(self.bounds.write_timeout_s, self._abort)

    def resume_writing(self) -> None:
        """Note that the client reads."""
        self._stop(self._unread)
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of all timers."""
        for timer in (self._due, self._unread, self._total, self.timeout_keep_alive_task):
            self._stop(timer)
        super().connection_lost(exc)

    def _wait_for(self, stage: str) -> None:
        """Close the connection if the `stage` of a request is not over in its time, however often a byte comes."""
        if self._due_stage == stage:
            return
        self._stop(self._due)
        seconds = self.bounds.header_timeout_s if stage == "head" else self.bounds.body_timeout_s
        self._due, self._due_stage = self.loop.call_later(seconds, self._refuse, TOO_SLOW), stage

    def _refuse(self, answer: bytes) -> None:
        if self.transport.is_closing():
            return
        if self.cycle is None or not self.cycle.response_started or self.cycle.response_complete:
            self.transport.write(answer)
        self.transport.close()

    def _abort(self) -> None:
        self.transport.abort()

    @staticmethod
    def _stop(timer: asyncio.TimerHandle | None) -> None:
        if timer is not None:
            timer.cancel()
