"""Read the address of a ClickHouse, and say where it leads without any secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from finops_report.errors import ConfigError

PORTS = {False: 8123, True: 8443}  # by whether the connection is encrypted
KNOWN = frozenset({"table", "secure", "ca_cert", "connect_timeout"})
CONNECT_S = 10
TRUE, FALSE = frozenset({"1", "true", "yes"}), frozenset({"0", "false", "no"})
WRITE = (
    "write clickhouse://USER@HOST:8123/DATABASE with the password in CLICKHOUSE_PASSWORD, "
    "or in the address with its special characters as %40; ?secure=1 encrypts"
)


@dataclass(frozen=True, slots=True)
class ClickhouseAddress:
    """How to connect over HTTP, the table that is named (None: none is), and what may be shown."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    database: str | None
    secure: bool
    ca_cert: str | None
    connect_s: int
    table: str | None
    shown: str


def clickhouse_address(written: str, environment: Mapping[str, str]) -> ClickhouseAddress:
    """Return what an address says; user and password may be in CLICKHOUSE_USER and CLICKHOUSE_PASSWORD instead.

    Raises ConfigError if it cannot be read, without any part of it that may be one of a password.
    """
    try:
        parts = urlsplit(written)
        port = parts.port
    except ValueError:
        raise _unreadable() from None
    said = dict(parse_qsl(parts.query, keep_blank_values=True))
    place = parts.netloc.rpartition("@")[2]
    if "@" in parts.path + parts.query or "/" in parts.path[1:] or parts.fragment or not parts.hostname:
        raise _unreadable()  # a part of a password that is not written as an address has it
    if unknown := sorted(said.keys() - KNOWN):
        raise ConfigError(f"Unknown parameters in the address of ClickHouse: {len(unknown)}", f"it takes {_listed()}")
    secure = _secure(said.get("secure", "0"))
    database = unquote(parts.path[1:])
    return ClickhouseAddress(
        parts.hostname,
        port or PORTS[secure],
        unquote(parts.username or environment.get("CLICKHOUSE_USER") or "default"),
        unquote(parts.password) if parts.password is not None else environment.get("CLICKHOUSE_PASSWORD", ""),
        database or None,
        secure,
        said.get("ca_cert"),
        _seconds("connect_timeout", said, CONNECT_S),
        said.get("table"),
        f"clickhouse://{place}{database and f'/{database}'}",
    )


def _secure(said: str) -> bool:
    if said.lower() not in TRUE | FALSE:
        raise ConfigError("secure= in the address of ClickHouse is neither 1 nor 0", WRITE)
    return said.lower() in TRUE


def _seconds(name: str, said: Mapping[str, str], usual: int) -> int:
    value = said.get(name, str(usual))
    if not (value.isascii() and value.isdecimal()):
        raise ConfigError(f"{name}= in the address of ClickHouse is no number of seconds", WRITE)
    return int(value)


def _listed() -> str:
    return ", ".join(f"{name}=" for name in sorted(KNOWN))


def _unreadable() -> ConfigError:
    return ConfigError("The address of ClickHouse cannot be read", WRITE)
