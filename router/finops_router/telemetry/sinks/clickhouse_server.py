"""Speak with a ClickHouse over HTTP: one turn after the other, rows in and out as text, and no secret in any error."""

from __future__ import annotations

import http.client
import logging
import os
import re
import select
import shutil
import ssl
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import clickhouse_connect
from clickhouse_connect.driver.exceptions import DatabaseError, Error

from finops_router.telemetry.places import Address
from finops_router.telemetry.sinks.contract import SinkBusyError, SinkError
from finops_router.telemetry.sinks.sql_files import clickhouse_statement
from finops_router.telemetry.waiting import Waiting

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

PLACE = re.compile(r"\$(\w+)")
PORTS = {False: 8123, True: 8443}  # by whether the connection is encrypted
CONNECT_S, ANSWER_S = 10, 660
FIRST_WAIT_S, LONGEST_WAIT_S = 0.01, 0.25
LOOK_S = 0.005  # between looks whether a turn is ours
BLOCK_BYTES = 2**20
REASON = re.compile(r"\[Errno -?\d+\] [^\"')]+")  # within what the layers below say of a connection
QUIET = logging.NullHandler()
MASK = "[secret]"
LEAST_MASKED = 4  # characters of a password: a shorter one is a part of words
ALREADY_RUNNING, DENIED, LOGIN = 216, 497, (193, 194, 516)
TRUE = frozenset({"1", "true", "yes"})
UNREADABLE = (
    "The address of ClickHouse cannot be read",
    "write clickhouse://USER@HOST:8123/DATABASE with the password in CLICKHOUSE_PASSWORD, "
    "or in the address with its special characters as %40; ?secure=1 encrypts",
)
REACH = "check that it runs, and host, port (that of HTTP) and database of the address; ?secure=1 is for HTTPS"
RIGHTS = "let the user create, read, write and alter tables in that database, read system.parts and kill its statements"
UNCHANGED = "check the tables there and the space on its disk; what was not committed is as it was"
SETTINGS = {
    "session_timezone": "UTC",
    "join_use_nulls": 1,
    "transform_null_in": 0,
    "async_insert": 0,
    "wait_end_of_query": 1,  # an error is one, and not the end of what came before it
    "max_partitions_per_insert_block": 0,
    "input_format_allow_errors_num": 0,
    "precise_float_parsing": 1,
    "mutations_sync": 2,
    "lightweight_deletes_sync": 2,
    "skip_unavailable_shards": 0,
}


@dataclass(frozen=True, slots=True)
class Login:
    """How to connect."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    database: str
    secure: bool
    ca_cert: str | None


class Server:
    """A connection to a ClickHouse. All methods raise the driver's errors."""

    def __init__(self, client: Client, login: Login, address: Address, waiting: Waiting) -> None:
        self._client, self._login, self._address, self._waiting = client, login, address, waiting
        ((database,),) = self.run("database")
        self._turn = f"finops telemetry: {database}"
        self._mine = f"finops/{uuid.uuid4()}"

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Do what is in the block while no other loader is in theirs: a statement runs that only one can run.

        Raises SinkBusyError if another does for longer than may be waited.
        """
        for _ in self._waiting.looks(FIRST_WAIT_S, LONGEST_WAIT_S):
            held = self._held()
            if held is not None:
                break
        else:
            hint = "wait until it is done, or end it; records wait in the journal until then"
            raise SinkBusyError(f"Another process is loading into {self._address}", hint)
        with closing(held):
            yield
            self.run("end_turn", {"turn": self._turn, "mine": self._mine})

    def has_turn(self) -> bool:
        """Return whether it is still our turn: what keeps others out ends if the connection does."""
        return self.run("has_turn", {"turn": self._turn, "mine": self._mine}) == [(1,)]

    def _held(self) -> http.client.HTTPConnection | None:
        """Begin to hold a turn; return None if somebody else does."""
        connection = self._connection()
        settings = {"query_id": self._turn, "max_block_size": 1, "cancel_http_readonly_queries_on_client_close": 1}
        words = urlencode({**settings, "max_execution_time": ANSWER_S, "query": clickhouse_statement("hold_turn")})
        names = {"X-ClickHouse-User": self._login.user, "X-ClickHouse-Key": self._login.password}
        try:
            connection.request("GET", f"/?{words}", headers={**names, "User-Agent": self._mine})
            while not self.has_turn():
                if select.select([connection.sock], [], [], LOOK_S)[0]:
                    self._check_busy(connection.getresponse())
                    connection.close()
                    return None
            return connection
        except BaseException:
            connection.close()
            raise

    def _check_busy(self, answer: http.client.HTTPResponse) -> None:
        if answer.headers.get("X-ClickHouse-Exception-Code") != str(ALREADY_RUNNING):
            raise DatabaseError(answer.read().decode("utf-8", "replace"))

    def _connection(self) -> http.client.HTTPConnection:
        login = self._login
        if not login.secure:
            return http.client.HTTPConnection(login.host, login.port, timeout=CONNECT_S)
        context = ssl.create_default_context(cafile=login.ca_cert)
        return http.client.HTTPSConnection(login.host, login.port, timeout=CONNECT_S, context=context)

    def run(self, name: str, values: Mapping[str, Any] | None = None, **names: str) -> list[tuple[Any, ...]]:
        """Run a statement of sql/dialects/clickhouse/store with names of ours in it, and return its rows."""
        return self.run_text(_filled(name, names), values)

    def run_text(self, text: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows, if it has some."""
        return list(map(tuple, self._client.query(text, parameters=dict(values or {})).result_rows))

    def copy_in(self, table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
        """Append rows to a table: parts of lines as TabSeparated has them. Sent twice, they are there once."""
        parts = (part.encode() for part in lines)
        token = {"insert_deduplication_token": str(uuid.uuid4())}
        self._client.raw_insert(table, columns, parts, settings=token, fmt="TabSeparated")

    def copy_out(self, name: str, path: Path, values: Mapping[str, Any], **names: str) -> None:
        """Write what a statement returns into a file, as it says itself."""
        stream = cast("IO[bytes]", self._client.raw_stream(_filled(name, names), parameters=dict(values)))
        with closing(stream), path.open("wb") as file:
            shutil.copyfileobj(stream, file, BLOCK_BYTES)


@contextmanager
def connected(address: Address, waiting: Waiting) -> Iterator[Server]:
    """Give a connection, closed afterwards. Raises SinkError, also for what ClickHouse says within the block."""
    login = login_of(address)
    logging.getLogger("clickhouse_connect").addHandler(QUIET)  # what it would print is in the error
    try:
        client = clickhouse_connect.get_client(
            host=login.host,
            port=login.port,
            username=login.user,
            password=login.password,
            database=login.database or "__default__",
            secure=login.secure,
            ca_cert=login.ca_cert,
            connect_timeout=CONNECT_S,
            send_receive_timeout=ANSWER_S,
            autogenerate_session_id=False,
            settings=SETTINGS,
        )
        with closing(client):
            yield Server(client, login, address, waiting)
    except (Error, OSError, http.client.HTTPException) as err:
        raise _explained(err, address, login.password) from None


def login_of(address: Address) -> Login:
    """Return how to connect. Raises SinkError, without any part of what may be a password."""
    try:
        parts = urlsplit(address.url)
        port = parts.port
    except ValueError:
        raise SinkError(*UNREADABLE) from None
    if "@" in parts.path + parts.query or "/" in parts.path[1:] or parts.fragment or not parts.hostname:
        raise SinkError(*UNREADABLE)  # a part of a password that is not written as an address has it
    said = dict(parse_qsl(parts.query))
    secure = said.get("secure", "0").lower() in TRUE
    return Login(
        parts.hostname,
        port or PORTS[secure],
        unquote(parts.username or os.environ.get("CLICKHOUSE_USER") or "default"),
        unquote(parts.password) if parts.password is not None else os.environ.get("CLICKHOUSE_PASSWORD", ""),
        unquote(parts.path[1:]),
        secure,
        said.get("ca_cert"),
    )


def _explained(err: Exception, address: Address, password: str) -> SinkError:
    said = " ".join(str(err).split())[:300]
    said = found[0] if (found := REASON.search(said)) else said
    if len(password) >= LEAST_MASKED:
        said = said.replace(password, MASK)
    code = getattr(err, "code", None)
    hint = RIGHTS if code in (DENIED, *LOGIN) else UNCHANGED if code is not None else REACH
    return SinkError(f"{address}: {said}", hint)


def _filled(name: str, names: Mapping[str, str]) -> str:
    return PLACE.sub(lambda match: names[match[1]], clickhouse_statement(name))
