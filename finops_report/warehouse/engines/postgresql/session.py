"""Hold one transaction of PostgreSQL that can only read, and say what goes wrong in it as one error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from finops_report.errors import ConfigError, DatabaseError
from finops_report.postgresql_address import PostgresqlAddress, postgresql_address
from finops_report.warehouse.cubes import Bounds
from finops_report.warehouse.engines.bringing import bring_lines
from finops_report.warehouse.engines.postgresql.catalog import catalog
from finops_report.warehouse.engines.postgresql.filling import PostgresWords
from finops_report.warehouse.engines.server.catalog import Catalog, FoundTable
from finops_report.warehouse.engines.server.words import NO_VALUES
from finops_report.warehouse.refusals import masked, taken_too_long
from finops_report.warehouse.waiting import Waiting
from finops_report.wording import formats

if TYPE_CHECKING:
    import psycopg
    from psycopg.sql import Composable

REACH = "check that it runs, and host, database, user and password of the address, or PGHOST, PGUSER, PGPASSWORD"
CANCEL_S = 5.0  # to tell a server that nobody waits any more for what it works on
WORDS = PostgresWords()


@dataclass(frozen=True, slots=True)
class Server:
    """What is at the other end."""

    version_number: int
    version: str
    encoding: str
    usual_schema: str
    is_standby: bool


class Session:
    """One snapshot of a database, which nothing is written to; all that is read of it is of the same moment."""

    sees_one_moment = True

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        address: PostgresqlAddress,
        secrets: tuple[str | None, ...],
        until: Until,
        passage: Path,
    ) -> None:
        self.shown = address.shown
        self.has_one_schema = address.schema is not None  # and no other is looked at
        self._connection = connection
        self._secrets = secrets
        self._until = until
        self._passage = passage

    def answers(self, name: str, values: Mapping[str, object] = NO_VALUES) -> list[tuple[Any, ...]]:
        """Return the few rows of sql/dialects/postgres/<name>.sql. Raises DatabaseError."""
        return list(self.rows(WORDS.piece(name), values))

    @property
    def about(self) -> str:
        """What is at the other end, in words."""
        server = self._server()
        standby = ", a standby" if server.is_standby else ""
        return f"PostgreSQL {server.version}{standby}, in one transaction that can only read"

    def found(self, wanted: str | None) -> Catalog:
        """Return what may be read, and which of it is the telemetry. Raises DatabaseError."""
        return catalog(self, self._server(), wanted)

    def bring(
        self, con: duckdb.DuckDBPyConnection, table: str, text: Composable, values: Mapping[str, object] = NO_VALUES
    ) -> None:
        """Append the rows of a statement to a table of `con`, by way of a file. Raises DatabaseError."""
        with self._explaining(), self._passage.open("wb") as file, closing(self._connection.cursor()) as cursor:
            cursor.execute(WORDS.piece("session/time_left"), {"left_ms": self._until.left_ms()})
            with cursor.copy(WORDS.piece("frame/lines", text=text), values) as lines:
                for some in lines:
                    file.write(some)
        bring_lines(con, table, self._passage)

    def hold_still(self, tables: Iterable[FoundTable], bounds: Bounds) -> None:
        """Do nothing: all that the transaction reads is of one moment."""

    def check_still(self) -> None:
        """Do nothing: all that the transaction has read is of one moment."""

    def _server(self) -> Server:
        (about,) = self.answers("session/server")
        return Server(*about)

    def rows(self, text: Composable, values: Mapping[str, object] = NO_VALUES) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a statement, one by one as they come. Raises DatabaseError.

        If the reader stops before the end, the server is told to stop, too.
        """
        from psycopg import sql  # noqa: PLC0415 -- it comes with an extra

        with self._explaining(), closing(self._connection.cursor()) as cursor:
            cursor.execute(WORDS.piece("session/time_left"), {"left_ms": self._until.left_ms()})
            yield from cursor.stream(sql.Composed([text]), values)

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        """Raise what PostgreSQL says as DatabaseError; stop what runs if the block does not come to its end."""
        import psycopg  # noqa: PLC0415 -- it comes with an extra

        try:
            yield
        except psycopg.Error as err:
            self.close()
            raise self._explained(err) from err
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End what runs, and the connection."""
        import psycopg  # noqa: PLC0415 -- it comes with an extra

        if self._connection.closed:
            return
        try:
            if self._connection.info.transaction_status == psycopg.pq.TransactionStatus.ACTIVE:
                self._connection.cancel_safe(timeout=CANCEL_S)
        except psycopg.Error:
            pass  # it is gone, or does not answer: its own time limit ends what it does
        finally:
            self._connection.close()

    def _explained(self, err: psycopg.Error) -> DatabaseError:
        return explained(err, self.shown, self._secrets, self._until)


@dataclass(frozen=True, slots=True)
class Until:
    """Until when statements may run: `limit_s` from `begin_s` on, and how long they wait for locks."""

    begin_s: float
    limit_s: float
    waiting: Waiting

    def left_ms(self) -> int:
        """Return the milliseconds that are left, at least one: 0 would be no limit at all."""
        left_s = self.begin_s + self.limit_s - self.waiting.clock()
        return max(1, min(int(left_s * 1000), 2**31 - 1))


def opened(written: str, environment: Mapping[str, str], limit_s: float, waiting: Waiting, passage: Path) -> Session:
    """Connect and begin the transaction. Raises DatabaseError, without any secret, if there is no way to.

    `passage` is the file by way of which sums come over.
    """
    try:
        import psycopg  # noqa: PLC0415 -- it comes with an extra
    except ImportError as err:
        raise DatabaseError("psycopg is not installed", "pip install 'finops-report[postgresql]'") from err
    from finops_report.warehouse.engines.postgresql.numbers import type_numbers  # noqa: PLC0415 -- which imports it

    address = _address(written, environment)
    secrets = (address.password, environment.get("PGPASSWORD"))
    until = Until(waiting.clock(), limit_s, waiting)
    try:
        connection = psycopg.connect(address.conninfo, prepare_threshold=None, client_encoding="utf8")
    except psycopg.Error as err:
        raise DatabaseError(f"{address.shown} cannot be reached: {_said(err, secrets)}", REACH) from None
    try:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        limits = {"schema": address.schema, "lock_timeout_ms": str(max(1, int(waiting.patience_s * 1000)))}
        connection.execute(WORDS.piece("session/begin"), limits)
        type_numbers(connection)
    except psycopg.Error as err:
        connection.close()
        raise explained(err, address.shown, secrets, until) from err
    except BaseException:
        connection.close()
        raise
    return Session(connection, address, secrets, until, passage)


def _address(written: str, environment: Mapping[str, str]) -> PostgresqlAddress:
    try:
        return postgresql_address(written, environment)
    except ConfigError as err:
        raise DatabaseError(err.message, err.hint) from None


def explained(err: psycopg.Error, shown: str, secrets: tuple[str | None, ...], until: Until) -> DatabaseError:
    """Return what the reader can do about what PostgreSQL says."""
    import psycopg  # noqa: PLC0415 -- it comes with an extra

    said = _said(err, secrets)
    if isinstance(err, psycopg.errors.LockNotAvailable):
        message = f"Another session keeps a table of {shown} locked for {until.waiting.patience_s:.0f} s"
        return DatabaseError(message, "try again, or wait longer with --patience")
    if isinstance(err, psycopg.errors.QueryCanceled) and "statement timeout" in said:
        return taken_too_long(shown, until.limit_s)
    if isinstance(err, psycopg.errors.InsufficientPrivilege):
        return DatabaseError(
            f"{shown} cannot be read: {said}", "grant select on its tables to the user that reads them"
        )
    if isinstance(err, psycopg.errors.SerializationFailure):
        hint = "try again, or raise max_standby_streaming_delay of the standby"
        return DatabaseError(f"The standby needed what was being read: {shown}: {said}", hint)
    return DatabaseError(f"{shown} cannot be read: {formats.shortened(said, 200)}", REACH)


def _said(err: psycopg.Error, secrets: tuple[str | None, ...]) -> str:
    return masked(err.diag.message_primary or " ".join(str(err).split()), *secrets)
