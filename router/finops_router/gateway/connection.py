"""One client's connection: uvicorn's HTTP/1.1 with bounds on what a client may send, and how slowly.

uvicorn bounds neither the head of a request nor the time for it, and waits for ever for a client that reads nothing.
Times are moments, looked at twice a second for all connections at once: a timer for each would cost more than parsing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import math
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from finops_router.gateway.gathering import GatheringTransport
from finops_router.settings.gateway import GatewayConfig

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
CONNECTION = "finops.connection"  # where the scope of a request has its connection
TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
IN_THE_CLEAR = b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
HEAD_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


def bounded(limits: GatewayConfig) -> type[HttpToolsProtocol]:
    """Return the class of connections that keep to `limits`."""

    class Bounded(BoundedConnection):
        bounds = limits
        networks = networks_of(limits)

    return Bounded


def networks_of(limits: GatewayConfig) -> tuple[Network, ...] | None:
    """Return the networks that may connect without TLS, None if all may: this machine, or everybody by TLS."""
    if limits.is_loopback or limits.tls_certificate is not None:
        return None
    return tuple(ipaddress.ip_network(network) for network in limits.trusted_proxies)


class BoundedConnection(HttpToolsProtocol):
    """A connection within the times and sizes of `bounds`, from one of the `networks`; `on_loss`: it is lost."""

    bounds: GatewayConfig
    networks: tuple[Network, ...] | None = None

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.on_loss: Callable[[], object] | None = None
        self._head_bytes = 0
        self._is_in_head = self._is_in_body = False
        self._head_due_s = self.loop.time() + self.bounds.header_timeout_s
        self._body_due_s = self._read_due_s = self._total_due_s = math.inf

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Begin, or close what comes from elsewhere: a key must not travel in the clear."""
        self._gathering = GatheringTransport(transport, self.loop)
        super().connection_made(self._gathering)
        if self.networks is not None and not self._is_trusted(self.networks):
            self._refuse(IN_THE_CLEAR)

    def _is_trusted(self, networks: tuple[Network, ...]) -> bool:
        try:
            address = ipaddress.ip_address(self.client[0] if self.client else "")
        except ValueError:
            return False
        return any(address in network for network in networks)

    def sweep(self, now_s: float) -> None:
        """Close the connection if one of its times is over at `now_s` of the event loop's clock."""
        if min(self._head_due_s, self._body_due_s) <= now_s:
            self._refuse(TOO_SLOW)
        elif min(self._read_due_s, self._total_due_s) <= now_s:
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take in bytes, and wait for the rest of a request that is not whole."""
        if self.transport.is_closing():
            return
        super().data_received(data)
        if self._is_in_head:
            self._head_bytes += len(data)
            if self._head_bytes > self.bounds.max_header_bytes:
                self._refuse(HEAD_TOO_LARGE)
            elif self._head_due_s == math.inf:
                self._head_due_s = self.loop.time() + self.bounds.header_timeout_s
        else:
            self._head_due_s = math.inf
            if not self._is_in_body:
                self._body_due_s = math.inf
            elif self._body_due_s == math.inf:
                self._body_due_s = self.loop.time() + self.bounds.body_timeout_s

    def on_message_begin(self) -> None:
        """Note that a request begins."""
        super().on_message_begin()
        self.scope[CONNECTION] = self  # type: ignore[literal-required] # beside what ASGI has
        self._is_in_head, self._head_bytes = True, 0

    def on_headers_complete(self) -> None:
        """Note that its head is whole, and bound the whole request."""
        self._is_in_head, self._is_in_body = False, True
        if sum([len(name) + len(value) for name, value in self.headers]) > self.bounds.max_header_bytes:
            self._refuse(HEAD_TOO_LARGE)
            return
        self._total_due_s = self.loop.time() + self.bounds.total_timeout_s
        super().on_headers_complete()

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
        self._total_due_s = math.inf
        self._gathering.flush()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Wait for the client to read on."""
        super().pause_writing()
        self._read_due_s = self.loop.time() + self.bounds.write_timeout_s

    def resume_writing(self) -> None:
        """Note that the client reads."""
        self._read_due_s = math.inf
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the request that is under way, and let go of uvicorn's timer."""
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
        super().connection_lost(exc)
        if self.on_loss is not None:
            self.on_loss()

    def _refuse(self, answer: bytes) -> None:
        """Say why, unless an answer is being sent, and close the connection."""
        self._head_due_s = self._body_due_s = math.inf
        if self.transport.is_closing():
            return
        if self.cycle is None or not self.cycle.response_started or self.cycle.response_complete:
            self.transport.write(answer)
        self.transport.close()


def sweep_all(connections: Any) -> None:
    """Close those of `connections` whose time is over."""
    now_s = asyncio.get_running_loop().time()
    for connection in list(connections):
        connection.sweep(now_s)
