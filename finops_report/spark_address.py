"""Read the address of a Spark Connect, and say where it leads without any secret."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

from finops_report.errors import ConfigError

PORT = 15002  # Spark Connect's own
PLACE = re.compile(r"sc://([^/;?]*)(?:/([^;?]*))?(?:[;?](.*))?", re.IGNORECASE | re.DOTALL)
BETWEEN = re.compile("[;&?]")
TOKEN = "token"  # noqa: S105 -- the name of a parameter
WRITE = (
    "write sc://HOST:15002/DATABASE with the token, if one is needed, in SPARK_CONNECT_AUTHENTICATE_TOKEN; "
    "?table=NAME names the table, ;use_ssl=true and other parameters are those of Spark Connect"
)
SHARED = "session_id"  # it would be others' session, whose settings we would change


@dataclass(frozen=True, slots=True)
class SparkAddress:
    """How to connect, the token (None: none is needed), the schema and table that are named, and what may be shown."""

    connection: str = field(repr=False)
    token: str | None = field(repr=False)
    schema: str | None
    table: str | None
    shown: str


def spark_address(written: str, environment: Mapping[str, str]) -> SparkAddress:
    """Return what an address says: Spark Connect's own, with a schema as its path, and a table among its parameters.

    A schema may have its catalog before it ('lake.llm'). The token may be in SPARK_CONNECT_AUTHENTICATE_TOKEN instead.
    Raises ConfigError if it cannot be read, without any part of it that may be one of a token.
    """
    host, port, schema, rest = _parts(written)
    pairs = [one.partition("=") for one in BETWEEN.split(rest) if one]
    if any(not sign for _, sign, _ in pairs):
        raise _unreadable()
    said = {name: unquote(value) for name, _, value in pairs}
    if SHARED in said:
        raise ConfigError("The address of Spark names a session of others", f"leave out {SHARED}=")
    table = said.pop("table", None)
    token = said.pop(TOKEN, None) or environment.get("SPARK_CONNECT_AUTHENTICATE_TOKEN") or None
    given = said if token is None else {**said, TOKEN: token}
    parameters = "".join(f";{name}={quote(value, safe='')}" for name, value in given.items())
    shown = f"sc://{host}:{port}{schema and f'/{schema}'}"
    return SparkAddress(f"sc://{host}:{port}/{parameters}", token, schema or None, table, shown)


def _parts(written: str) -> tuple[str, int, str, str]:
    found = PLACE.fullmatch(written)
    if found is None:
        raise _unreadable()
    place, schema, rest = found[1], unquote(found[2] or "").strip("/"), found[3] or ""
    try:
        parts = urlsplit(f"//{place}")
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _unreadable() from None
    if not host or "@" in place or "/" in schema:
        raise _unreadable()
    return (f"[{host}]" if ":" in host else host), port or PORT, schema, rest


def _unreadable() -> ConfigError:
    return ConfigError("The address of Spark Connect cannot be read", WRITE)
