"""Speak with a PostgreSQL: one turn after the other, rows in and out as text, and no secret in any error."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, cast

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from finops_router.telemetry.places import Address
from finops_router.telemetry.sinks.contract import SinkBusyError, SinkError
from finops_router.telemetry.sinks.sql_files import postgres_statement
from finops_router.telemetry.waiting import Waiting

VALUE = re.compile(r"\$([a-z_]+)")
# What the address and PostgreSQL's own variables do not say; the last is in milliseconds.
USUAL = {"connect_timeout": "10", "keepalives_idle": "5", "tcp_user_timeout": "30000", "application_name": "finops"}
LEAST_LOCK_S = 1.0  # to wait for a table that somebody has locked, however little patience there is
MASK = "[secret]"
LEAST_MASKED = 4  # characters of a password: a shorter one is a part of words
FIRST_WAIT_S, LONGEST_WAIT_S = 0.01, 0.25
UNREADABLE = (
    "The address of PostgreSQL cannot be read",
    "write postgresql://USER@HOST:5432/DATABASE with the password in PGPASSWORD or ~/.pgpass, "
    "or in the address with its special characters as %40",
)
REACH = "check that it runs, and host, database, user and password of the address, or PGHOST, PGUSER, PGPASSWORD"
RIGHTS = "let the user create and write tables there: grant usage, create on schema public to that user"
UNCHANGED = "check the tables there and the space on its disk; what was not committed is as it was"


class Server:
    """A connection to a PostgreSQL. All methods are to be called within a turn, and raise psycopg.Error."""

    def __init__(self, connection: psycopg.Connection[Any], address: Address, waiting: Waiting) -> None:
        self._connection, self._address, self._waiting = connection, address, waiting

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Do what is in the block in one transaction, while no other loader is in theirs.

        Raises SinkBusyError if one is for longer than may be waited.
        """
        with self._connection.transaction():
            self._begin()
            for _ in self._waiting.looks(FIRST_WAIT_S, LONGEST_WAIT_S):
                if self.run("take_turn") == [(True,)]:
                    break
            else:
                hint = "wait until it is done, or end it; records wait in the journal until then"
                raise SinkBusyError(f"Another process is loading into {self._address}", hint)
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Do what is in the block in one transaction that changes nothing."""
        with self._connection.transaction(force_rollback=True):
            self._begin()
            yield

    def _begin(self) -> None:
        lock_ms = int(max(self._waiting.patience_s, LEAST_LOCK_S) * 1000)
        self.run("session", {"lock_ms": str(lock_ms)})

    def run(self, name: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Run a statement of sql/dialects/postgres/store and return its rows."""
        text = VALUE.sub(r"%(\1)s", postgres_statement(name).replace("%", "%%"))
        cursor = self._connection.execute(cast("Any", text), dict(values or {}))
        return cursor.fetchall() if cursor.description else []

    def run_text(self, text: str) -> None:
        """Run statements without values, as those of a schema."""
        self._connection.execute(text.encode())

    def copy_in(self, table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
        """Append rows to a table: parts of lines as COPY has them, its columns in that order."""
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        text = _composed("copy_in", table=sql.Identifier(table), columns=names)
        with self._connection.cursor() as cursor, cursor.copy(text) as copy:
            for part in lines:
                copy.write(part)

    def copy_out(self, name: str, path: Path, values: Mapping[str, sql.Composable]) -> None:
        """Write what a statement of sql/dialects/postgres/store copies into a file."""
        with (
            self._connection.cursor() as cursor,
            cursor.copy(_composed(name, **values)) as copy,
            path.open("wb") as file,
        ):
            for block in copy:
                file.write(block)


@contextmanager
def connected(address: Address, waiting: Waiting) -> Iterator[Server]:
    """Give a connection, closed afterwards. Raises SinkError, also for what PostgreSQL says within the block."""
    conninfo, password = _conninfo(address)
    secrets = [one for one in (password, os.environ.get("PGPASSWORD")) if one and len(one) >= LEAST_MASKED]
    try:
        with closing(psycopg.connect(conninfo, autocommit=True)) as connection:
            yield Server(connection, address, waiting)
    except psycopg.Error as err:
        said = err.diag.message_primary or " ".join(str(err).split())
        for secret in secrets:
            said = said.replace(secret, MASK)
        raise _explained(err, f"{address}: {said}") from err


def _conninfo(address: Address) -> tuple[str, str | None]:
    """Return how to connect, and the password in it. Raises SinkError, without the words of the library."""
    try:
        found = {name: str(value) for name, value in conninfo_to_dict(address.url).items()}
    except psycopg.ProgrammingError:  # its words have parts of passwords in them
        raise SinkError(*UNREADABLE) from None
    host, port, database = (found.get(name, "") for name in ("host", "port", "dbname"))
    if "@" in host + port + database or not re.fullmatch(r"[\d,]*", port):
        raise SinkError(*UNREADABLE)  # a part of a password that is not written as an address has it
    usual = {name: value for name, value in USUAL.items() if _variable(name) not in os.environ}
    return make_conninfo(**{**usual, **found}), found.get("password")


def _variable(name: str) -> str:
    return {"application_name": "PGAPPNAME"}.get(name, f"PG{name.upper()}")


def _explained(err: psycopg.Error, message: str) -> SinkError:
    if isinstance(err, psycopg.errors.LockNotAvailable):
        return SinkBusyError(message, "another program has locked a table: end it, or try again when it is done")
    if isinstance(err, psycopg.errors.InsufficientPrivilege):
        return SinkError(message, RIGHTS)
    if isinstance(err, psycopg.OperationalError) and err.sqlstate is None:
        return SinkError(message, REACH)
    return SinkError(message, UNCHANGED)


def _composed(name: str, **values: sql.Composable) -> sql.Composed:
    """Return a statement that cannot have parameters, with its values and names in it as SQL quotes them."""
    parts = VALUE.split(postgres_statement(name))
    return sql.Composed([values[part] if place % 2 else sql.SQL(cast("Any", part)) for place, part in enumerate(parts)])
