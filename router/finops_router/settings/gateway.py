"""The [gateway] part of finops.toml: where it listens, with how many workers, and what it takes from a client."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from finops_router.settings.gateway_state import STATE_KEYS
from finops_router.settings.toml import Table

KEYS = (
    *("host", "port", "workers", "tls_certificate", "tls_key", "trusted_proxies"),
    *("max_body_bytes", "max_header_bytes", "header_timeout_s", "body_timeout_s", "idle_timeout_s"),
    *("write_timeout_s", "total_timeout_s", "drain_s"),
    *STATE_KEYS,
)
MOST_WORKERS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayConfig:
    """Where the gateway listens and what it takes; times in seconds, sizes in bytes.

    A request must have its head within `header_timeout_s` and be whole within `body_timeout_s`; a connection without
    one is closed after `idle_timeout_s`, one whose client reads nothing for `write_timeout_s` is cut, and no request
    takes longer than `total_timeout_s`. `drain_s` is how long a worker that is told to stop finishes what is under way.
    `trusted_proxies` are the networks of those that end TLS in front of it: elsewhere than on loopback only they may
    connect without TLS.
    """

    host: str = "127.0.0.1"
    port: int = 4000
    workers: int = 1
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    trusted_proxies: tuple[str, ...] = ()
    max_body_bytes: int = 32 * 2**20
    max_header_bytes: int = 32 * 2**10
    header_timeout_s: float = 10.0
    body_timeout_s: float = 60.0
    idle_timeout_s: float = 75.0
    write_timeout_s: float = 60.0
    total_timeout_s: float = 3600.0
    drain_s: float = 60.0

    @property
    def is_loopback(self) -> bool:
        """Whether it listens where only this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def gateway_settings(section: Table) -> GatewayConfig:
    """Return the settings of [gateway]. Raises ConfigError for a key or value that cannot be used."""
    section.only((*KEYS, *STATE_KEYS))
    usual = GatewayConfig()
    certificate, key = section.optional("tls_certificate"), section.optional("tls_key")
    if (certificate is None) != (key is None):
        raise section.wrong("tls_key" if key is None else "tls_certificate", "give both files of TLS, or none")
    port, workers = section.count("port", usual.port), section.count("workers", usual.workers)
    if port > 65535:
        raise section.wrong("port", "give a port up to 65535")
    if workers > MOST_WORKERS:
        raise section.wrong("workers", f"give at most {MOST_WORKERS}: one a core is enough")
    return GatewayConfig(
        host=section.optional("host") or usual.host,
        port=port,
        workers=workers,
        tls_certificate=Path(certificate) if certificate else None,
        tls_key=Path(key) if key else None,
        trusted_proxies=_networks(section, "trusted_proxies"),
        max_body_bytes=section.count("max_body_bytes", usual.max_body_bytes),
        max_header_bytes=section.count("max_header_bytes", usual.max_header_bytes),
        header_timeout_s=section.number("header_timeout_s", usual.header_timeout_s),
        body_timeout_s=section.number("body_timeout_s", usual.body_timeout_s),
        idle_timeout_s=section.number("idle_timeout_s", usual.idle_timeout_s),
        write_timeout_s=section.number("write_timeout_s", usual.write_timeout_s),
        total_timeout_s=section.number("total_timeout_s", usual.total_timeout_s),
        drain_s=section.number("drain_s", usual.drain_s),
    )


def _networks(section: Table, key: str) -> tuple[str, ...]:
    if not section.has(key):
        return ()
    networks: Sequence[str] = sorted(section.words(key))
    for network in networks:
        try:
            ipaddress.ip_network(network)
        except ValueError:
            raise section.wrong(key, 'give networks, as ["10.0.0.0/8", "192.168.1.7"]') from None
    return tuple(networks)
