"""Read Spark through Connect, in a session of our own whose settings are ours, and say what goes wrong as one error.

No statement may answer by a part of the rows, or mean another thing than it does in our tests: settings that would have
it so are put right.
"""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import duckdb

from finops_report.errors import ConfigError, DatabaseError
from finops_report.spark_address import SparkAddress, spark_address
from finops_report.warehouse.cubes import Bounds
from finops_report.warehouse.engines.server.catalog import Catalog, FoundTable
from finops_report.warehouse.engines.server.stillness import Stillness
from finops_report.warehouse.engines.server.text_words import named
from finops_report.warehouse.engines.server.words import NO_VALUES
from finops_report.warehouse.engines.spark.catalog import catalog
from finops_report.warehouse.engines.spark.filling import WORDS
from finops_report.warehouse.engines.spark.refusals import explained
from finops_report.warehouse.refusals import taken_too_long
from finops_report.warehouse.waiting import Waiting

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession

OLDEST = 4  # before it, nothing tells whether a text is UTF-8 or JSON
SETTINGS = {
    "spark.sql.files.ignoreMissingFiles": "false",  # all rows, or an error
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.ansi.enabled": "true",  # what overflows, or cannot be cast, is an error and not NULL
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
    "spark.sql.caseSensitive": "false",  # true finds nothing in files whose columns a catalog has in lower case
    "spark.sql.decimalOperations.allowPrecisionLoss": "true",
    "spark.sql.legacy.exponentLiteralAsDecimal.enabled": "false",
    "spark.sql.mapKeyDedupPolicy": "LAST_WIN",
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.parser.quotedRegexColumnNames": "false",
    "spark.sql.ansi.doubleQuotedIdentifiers": "false",
    "spark.sql.ansi.enforceReservedKeywords": "false",
    "spark.sql.variable.substitute": "false",
}
LOGGERS = ("SQLQueryContextLogger", "DataFrameQueryContextLogger")  # what they would print is in the error
TRIES = 3  # to reach a server; the library's own would take ten minutes
BACKOFF_MS = 500


class Session:
    """A session in a Spark; each statement sees one moment of each table, and two may see two."""

    sees_one_moment = False

    def __init__(self, spark: SparkSession, address: SparkAddress, limit_s: float, waiting: Waiting) -> None:
        self.shown = address.shown
        self._spark, self._address = spark, address
        self._limit_s, self._until_s, self._waiting = limit_s, waiting.clock() + limit_s, waiting
        self._is_open = True
        self._stillness = Stillness(WORDS, self.shown)
        with self._explaining():
            for name, value in SETTINGS.items():
                spark.conf.set(name, value)
        ((version, self._usual_schema),) = self.rows(WORDS.piece("session/server"))
        self._version = version.partition(" ")[0]
        if int(self._version.partition(".")[0]) < OLDEST:
            self.close()
            raise DatabaseError(f"{self.shown} is Spark {self._version}: 4 or newer is needed", "move to a newer one")

    @property
    def about(self) -> str:
        """What is at the other end, in words."""
        return f"Spark {self._version}"

    def found(self, wanted: str | None) -> Catalog:
        """Return what may be read, and which of it is the telemetry. Raises DatabaseError."""
        return catalog(self.rows, self._address.schema or self._usual_schema, wanted)

    def rows(self, text: str, values: Mapping[str, object] = NO_VALUES) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a statement, some after the other as they come. Raises DatabaseError.

        If the reader stops before the end, Spark is told to stop, too.
        """
        with self._explaining():
            yield from map(tuple, self._spark.sql(text, args=named(text, values)).toLocalIterator())

    def bring(
        self, con: duckdb.DuckDBPyConnection, table: str, text: str, values: Mapping[str, object] = NO_VALUES
    ) -> None:
        """Append the rows of a statement to a table of `con`, as Arrow. Raises DatabaseError."""
        with self._explaining():
            rows = self._spark.sql(text, args=named(text, values)).toArrow()
        con.from_arrow(rows).insert_into(table)

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        """Raise what Spark says as DatabaseError; stop what runs if it takes too long, or the block does not end."""
        import grpc  # noqa: PLC0415 -- it comes with an extra
        from pyspark.errors import PySparkException  # noqa: PLC0415

        left_s = max(0.001, self._until_s - self._waiting.clock())
        stopped = threading.Event()
        watch = threading.Timer(left_s, self._stop, (stopped,))
        watch.daemon = True
        watch.start()
        try:
            with quiet():
                yield
        except (PySparkException, grpc.RpcError) as err:
            self.close()
            if stopped.is_set():
                raise taken_too_long(self.shown, self._limit_s) from None
            raise explained(err, self._address) from None
        except BaseException:
            self.close()
            raise
        finally:
            watch.cancel()

    def _stop(self, stopped: threading.Event) -> None:
        stopped.set()
        self._interrupt()

    def _interrupt(self) -> None:
        import grpc  # noqa: PLC0415 -- it comes with an extra
        from pyspark.errors import PySparkException  # noqa: PLC0415

        with suppress(PySparkException, grpc.RpcError):  # it is gone, or does not answer
            self._spark.interruptAll()

    def hold_still(self, tables: Iterable[FoundTable], bounds: Bounds) -> None:
        """Count the rows of the days asked for, once: no statement sees the moment that another one saw."""
        self._stillness.note(self, tables, bounds)

    def check_still(self) -> None:
        """Count the rows again. Raises DatabaseError if there are others: the sums are not of one moment."""
        self._stillness.check(self)

    def close(self) -> None:
        """End what runs, and the session."""
        if self._is_open:
            self._is_open = False
            with quiet():
                self._interrupt()
                self._spark.stop()


@contextmanager
def quiet() -> Iterator[None]:
    """Let the client warn of nothing: of versions, of settings that are old, of its tries."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def opened(address: SparkAddress, limit_s: float, waiting: Waiting) -> Session:
    """Connect. Raises DatabaseError, without any secret."""
    try:
        import grpc  # noqa: PLC0415 -- it comes with an extra

        with quiet():
            from pyspark.sql.connect.client.retries import DefaultPolicy  # noqa: PLC0415
            from pyspark.sql.connect.session import SparkSession  # noqa: PLC0415
    except ImportError as err:
        raise DatabaseError("Spark's client is not installed", "pip install 'finops-report[spark]'") from err
    from pyspark.errors import PySparkException  # noqa: PLC0415

    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        with quiet():
            spark = SparkSession.builder.remote(address.connection).create()
    except (PySparkException, grpc.RpcError) as err:
        raise explained(err, address) from None
    spark.client.set_retry_policies([DefaultPolicy(max_retries=TRIES, max_backoff=BACKOFF_MS)])
    return Session(spark, address, limit_s, waiting)


def address_of(written: str, environment: Mapping[str, str]) -> SparkAddress:
    """Return what an address says. Raises DatabaseError."""
    try:
        return spark_address(written, environment)
    except ConfigError as err:
        raise DatabaseError(err.message, err.hint) from None
