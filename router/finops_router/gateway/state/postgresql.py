"""Keep the state in PostgreSQL, where gateways on several hosts share it.

Transactions take turns by an advisory lock: what is right in SQLite is right here, and no isolation level has to be
reasoned about. A worker makes few of them: it spends its lease in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import psycopg

from finops_router.gateway.state.contract import PATIENCE_S, Row, StateLostError
from finops_router.gateway.state.statements import schema, with_percent

TURN = "turn"
# The last one for a host that is cut off in its turn: nobody tells the server, and all others would wait for hours.
LIMITED = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")


class PostgresqlState:
    """The database at `address`, 'postgresql://...'; the tables are made if they are not there.

    A connection that breaks is made anew by the next use. Raises StateLostError if it cannot be opened.
    """

    def __init__(self, address: str, patience_s: float = PATIENCE_S) -> None:
        self._address, self._patience_s = address, patience_s
        self._connection: psycopg.Connection[Any] | None = None
        self._turn_us = 0
        with self.transaction():
            for one in schema():
                self._opened().execute(cast("Any", one))

    @contextmanager
    def transaction(self) -> Iterator[PostgresqlState]:
        with self._explained():
            self._begin()
            try:
                yield self
                self._opened().execute("commit")
            except BaseException:
                if self._connection is not None and not self._connection.broken:
                    self._connection.execute("rollback")
                raise

    def run(self, name: str, values: Mapping[str, Any] | None = None) -> list[Row]:
        cursor = self._opened().execute(cast("Any", with_percent(name)), dict(values or {}))
        return cursor.fetchall() if cursor.description else []

    def time_us(self, own_us: int) -> int:
        """Return the server's time as this turn began: clocks of hosts differ, and leases end by it."""
        return self._turn_us

    def read(self, name: str, values: Mapping[str, Any] | None = None) -> list[Row]:
        with self._explained():
            return self.run(name, values)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _begin(self) -> None:
        """Begin a transaction and wait for its turn, on a new connection if the server has closed the old one."""
        try:
            self._opened().execute("begin")
        except psycopg.OperationalError:
            self.close()
            self._opened().execute("begin")
        self._turn_us = int(self.run(TURN)[0][1])

    def _opened(self) -> psycopg.Connection[Any]:
        if self._connection is None:
            limits_ms = int(self._patience_s * 1000)
            limits = " ".join(f"-c {name}={limits_ms}" for name in LIMITED)
            self._connection = psycopg.connect(
                self._address,
                autocommit=True,
                connect_timeout=max(int(self._patience_s), 2),
                options=f"{limits} -c client_min_messages=warning",
                keepalives_idle=5,
                tcp_user_timeout=limits_ms,
            )
        return self._connection

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as err:
            if self._connection is not None and self._connection.broken:
                self.close()
            reason = " ".join(str(err).split())
            hint = "check that PostgreSQL runs, and [gateway] state: its host, database, user and password"
            raise StateLostError(f"The gateway's state cannot be used: PostgreSQL: {reason}", hint) from err
