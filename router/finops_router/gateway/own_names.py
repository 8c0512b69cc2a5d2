"""Serve without a key under this machine's own names alone: a page of elsewhere may have a name that leads here.

A browser takes such a page (DNS rebinding) for one of this machine, and would let it read what is answered.
"""

from __future__ import annotations

from collections.abc import Iterable

from finops_router.errors import RouterError
from finops_router.settings.gateway import GatewayConfig

OWN = frozenset({"localhost", "127.0.0.1", "[::1]"})


class UnknownHost(RouterError):  # noqa: N818 -- named by what happened, as those of finops_router.errors
    """A request without a key names a host that is not this machine."""

    error_type = "unknown_host"


class OwnNames:
    """The names under which the gateway of `config` may be asked without a key; behind a proxy it may be any."""

    def __init__(self, config: GatewayConfig) -> None:
        self._names = OWN | {f"[{config.host}]" if ":" in config.host else config.host.lower()}
        self._is_any = bool(config.trusted_proxies)

    def check(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Raise UnknownHost if the Host header has none of them."""
        if self._is_any:
            return
        host = next((value for name, value in headers if name == b"host"), b"").decode("latin-1").lower()
        name, colon, port = host.rpartition(":")
        if (name if colon and (port.isdecimal() or not port) else host) not in self._names:
            raise UnknownHost(
                "Without a key this is served under this machine's own names alone: localhost, 127.0.0.1",
                "make a key with: finops-report keys add",
            )
