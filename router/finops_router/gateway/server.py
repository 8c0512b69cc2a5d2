"""Serve an application on sockets that are open already: uvicorn with uvloop and httptools, without its own signals."""

from __future__ import annotations

import asyncio
import contextlib
import math
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn

from finops_router.errors import ConfigError
from finops_router.gateway.connection import bounded, sweep_all
from finops_router.settings.gateway import GatewayConfig

BACKLOG = 2048
SWEEP_TICKS = 5  # of a tenth of a second


class Server(uvicorn.Server):
    """A server that ends when `should_exit` is set, and whose process keeps its own handling of signals."""

    _drained_by_s = math.inf
    _is_draining = False

    def drain(self) -> None:
        """End as soon as no request is under way, at the latest after the time to drain; listen until then.

        Who listens no more cannot say that it is draining.
        """
        if not self._is_draining:
            self._is_draining = True
            self._drained_by_s = asyncio.get_running_loop().time() + (self.config.timeout_graceful_shutdown or 0)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the process."""
        yield

    async def on_tick(self, counter: int) -> bool:
        """Close connections whose time is over, twice a second; uvicorn calls this ten times a second."""
        if counter % SWEEP_TICKS == 0:
            sweep_all(self.server_state.connections)
        if self._is_draining:
            self._end_if_drained()
        return await super().on_tick(counter)

    def _end_if_drained(self) -> None:
        left_s = self._drained_by_s - asyncio.get_running_loop().time()
        if not self.server_state.tasks or left_s <= 0:
            self.config.timeout_graceful_shutdown = max(1, round(left_s))
            self.should_exit = True


def server_of(app: Any, config: GatewayConfig) -> Server:
    """Return a server of `app` within the limits of `config`; `serve(sockets=[...])` runs it.

    Raises ConfigError for files of TLS that cannot be used.
    """
    made = uvicorn.Config(
        app,
        http=bounded(config),
        loop="uvloop",
        ws="none",
        lifespan="off",
        interface="asgi3",
        access_log=False,
        log_config=None,
        log_level="critical",  # what happens to single requests is told to their clients
        server_header=False,
        date_header=False,
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_keep_alive=max(1, round(config.idle_timeout_s)),
        timeout_graceful_shutdown=max(1, round(config.drain_s)),
        ssl_certfile=_text(config.tls_certificate),
        ssl_keyfile=_text(config.tls_key),
    )
    try:
        made.load()  # else it would be done when everybody thinks that it serves
    except OSError as err:
        raise ConfigError(
            f"TLS cannot be used: {config.tls_certificate} and {config.tls_key}: {err.strerror or err}",
            "give files of PEM that belong together, which the user that runs the gateway may read",
        ) from err
    return Server(made)


def listening(config: GatewayConfig) -> socket.socket:
    """Return a socket that listens where `config` says, which several processes may share. Raises OSError."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        config.host, config.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    found = socket.socket(family, kind, protocol)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "SO_REUSEPORT"):
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        found.bind(address)
        found.listen(BACKLOG)  # from now on nobody is turned away
        found.setblocking(False)
    except OSError:
        found.close()
        raise
    return found


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)
