"""Read a warehouse by a connection of its driver, as PEP 249 has such, and say what goes wrong as one error."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import duckdb

from finops_report.errors import DatabaseError
from finops_report.warehouse.cubes import Bounds
from finops_report.warehouse.engines.bringing import bring_rows
from finops_report.warehouse.engines.server.catalog import Catalog, FoundTable
from finops_report.warehouse.engines.server.stillness import Stillness
from finops_report.warehouse.engines.server.words import NO_VALUES, Words
from finops_report.warehouse.refusals import masked, taken_too_long
from finops_report.warehouse.waiting import Waiting
from finops_report.wording import formats

ROWS = 10_000  # that come at a time
Find = Callable[[Callable[[str], Iterable[tuple[Any, ...]]], str | None], Catalog]


@dataclass(frozen=True, slots=True)
class Door:
    """What the file of a warehouse says of its driver.

    `connect` opens a connection, and may raise `errors`, as all that is done with it. `bound` puts a statement, in
    which values are named as :name, and these values into what the driver takes. `find` returns what may be read, by
    what is answered to statements.
    """

    about: str
    shown: str
    hint: str
    secrets: tuple[str, ...] = field(repr=False)
    connect: Callable[[], Any]
    errors: tuple[type[Exception], ...]
    bound: Callable[[str, Mapping[str, object]], tuple[str, object]]
    find: Find


class WarehouseSession:
    """A connection to a warehouse; each statement sees one moment of each table, and two may see two."""

    sees_one_moment = False

    def __init__(self, words: Words[str], door: Door, limit_s: float, waiting: Waiting) -> None:
        self.about = door.about
        self._door, self._limit_s = door, limit_s
        self._until_s, self._waiting = waiting.clock() + limit_s, waiting
        self._stillness = Stillness(words, door.shown)
        self._connection: Any = None
        with self._explaining(None):
            self._connection = door.connect()

    def found(self, wanted: str | None) -> Catalog:
        """Return what may be read, and which of it is the telemetry. Raises DatabaseError."""
        return self._door.find(self.rows, wanted)

    def rows(self, text: str, values: Mapping[str, object] = NO_VALUES) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a statement, some after the other as they come. Raises DatabaseError.

        If the reader stops before the end, the warehouse is told to stop, too.
        """
        with self._explaining(None):
            cursor = self._connection.cursor()
        with self._explaining(cursor):
            cursor.execute(*self._door.bound(text, values))
            while some := cursor.fetchmany(ROWS):
                yield from map(_plain, some)
            cursor.close()

    def bring(
        self, con: duckdb.DuckDBPyConnection, table: str, text: str, values: Mapping[str, object] = NO_VALUES
    ) -> None:
        """Append the rows of a statement to a table of `con`, some at a time. Raises DatabaseError."""
        bring_rows(con, table, self.rows(text, values))

    @contextmanager
    def _explaining(self, cursor: Any) -> Iterator[None]:
        """Raise what the driver says as DatabaseError; stop what runs too long, or in a block that does not end."""
        stopped = threading.Event()
        watch = threading.Timer(max(0.001, self._until_s - self._waiting.clock()), self._stop, (cursor, stopped))
        watch.daemon = True
        watch.start()
        try:
            yield
        except self._door.errors as err:
            self.close()
            raise self._explained(err, stopped.is_set()) from None
        except BaseException:
            self._stop(cursor, stopped)
            self.close()
            raise
        else:
            if stopped.is_set():  # its driver cannot stop it, or it ended just then: no other one is asked
                self.close()
                raise taken_too_long(self._door.shown, self._limit_s)
        finally:
            watch.cancel()

    def _stop(self, cursor: Any, stopped: threading.Event) -> None:
        stopped.set()
        with suppress(*self._door.errors, AttributeError):  # it is gone, or its driver cannot
            cursor.cancel()

    def _explained(self, err: Exception, is_late: bool) -> DatabaseError:
        if is_late:
            return taken_too_long(self._door.shown, self._limit_s)
        text = masked(" ".join(str(err).split()), *self._door.secrets)
        return DatabaseError(f"{self._door.shown} cannot be read: {formats.shortened(text, 200)}", self._door.hint)

    def hold_still(self, tables: Iterable[FoundTable], bounds: Bounds) -> None:
        """Count the rows of the days asked for, once: no statement sees the moment that another one saw."""
        self._stillness.note(self, tables, bounds)

    def check_still(self) -> None:
        """Count the rows again. Raises DatabaseError if there are others: the sums are not of one moment."""
        self._stillness.check(self)

    def close(self) -> None:
        """End the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(*self._door.errors):
                connection.close()


def _plain(row: Iterable[Any]) -> tuple[Any, ...]:
    """Return a row as values of Python: a list may come as an array of numpy."""
    return tuple(one.tolist() if hasattr(one, "tolist") else one for one in row)
