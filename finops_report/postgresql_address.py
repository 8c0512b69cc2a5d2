"""Read the address of a PostgreSQL, also one as Prisma has it, and say where it leads without any secret."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode

from finops_report.errors import ConfigError

PRISMAS = frozenset(  # what the DATABASE_URL of LiteLLM may say to Prisma, and PostgreSQL's own library does not know
    {"schema", "connection_limit", "pool_timeout", "socket_timeout", "pgbouncer", "statement_cache_size", "sslaccept"}
)
PATIENCE = {"connect_timeout": "10", "keepalives_idle": "5", "tcp_user_timeout": "30000"}  # the last in milliseconds
PORTS = re.compile(r"\d*(,\d*)*")
UNREADABLE = (
    "The address of PostgreSQL cannot be read",
    "write postgresql://USER@HOST:5432/DATABASE with the password in PGPASSWORD or ~/.pgpass, "
    "or in the address with its special characters as %40",
)


@dataclass(frozen=True, slots=True)
class PostgresqlAddress:
    """How to connect, the password in it, the schema of the tables (None: the usual one), and what may be shown."""

    conninfo: str = field(repr=False)
    password: str | None = field(repr=False)
    schema: str | None
    shown: str


def postgresql_address(written: str, environment: Mapping[str, str]) -> PostgresqlAddress:
    """Return what an address says; the rest is as PostgreSQL's own variables have it (PGHOST, PGPASSWORD, ...).

    Raises ConfigError if it cannot be read, without the words of the library, which has parts of passwords in them.
    """
    from psycopg import ProgrammingError  # noqa: PLC0415 -- it comes with an extra
    from psycopg.conninfo import conninfo_to_dict, make_conninfo  # noqa: PLC0415

    place, _, query = written.partition("?") if "@" not in written.partition("?")[2] else (written, "", "")
    said = parse_qsl(query, keep_blank_values=True)
    own = urlencode([(name, value) for name, value in said if name not in PRISMAS], quote_via=quote)
    try:
        found = {name: str(value) for name, value in conninfo_to_dict(f"{place}?{own}" if own else place).items()}
    except ProgrammingError:
        raise ConfigError(*UNREADABLE) from None
    host, port, database = (found.get(name, "") for name in ("host", "port", "dbname"))
    if "@" in host + port + database or not PORTS.fullmatch(port):
        raise ConfigError(*UNREADABLE)  # a part of a password that is not written as an address has it
    patience = {name: limit for name, limit in PATIENCE.items() if f"PG{name.upper()}" not in environment}
    schema = dict(said).get("schema")
    return PostgresqlAddress(
        make_conninfo(**{**patience, **found}),
        found.get("password"),
        _quoted(schema) if schema else None,
        _shown(host, port, database),
    )


def _shown(host: str, port: str, database: str) -> str:
    return f"postgresql://{host}{port and f':{port}'}{database and f'/{database}'}"


def _quoted(schema: str) -> str:
    """Return a schema as a search path has it."""
    return '"' + schema.replace('"', '""') + '"'
