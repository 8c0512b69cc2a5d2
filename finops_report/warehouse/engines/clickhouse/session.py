"""Read a ClickHouse over HTTP, and say what goes wrong there as one error.

No statement may answer by a part of the rows: settings that would have it so are put right for each.
"""

from __future__ import annotations

import logging
import re
import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import duckdb

from finops_report.clickhouse_address import ClickhouseAddress, clickhouse_address
from finops_report.errors import ConfigError, DatabaseError
from finops_report.warehouse.cubes import Bounds
from finops_report.warehouse.engines.bringing import bring_lines
from finops_report.warehouse.engines.clickhouse.catalog import tables_of
from finops_report.warehouse.engines.clickhouse.filling import ClickhouseWords
from finops_report.warehouse.engines.server.catalog import Catalog, FoundTable, chosen
from finops_report.warehouse.engines.server.stillness import Stillness
from finops_report.warehouse.engines.server.words import NO_VALUES
from finops_report.warehouse.refusals import masked, taken_too_long
from finops_report.warehouse.waiting import Waiting
from finops_report.wording import formats

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

WORDS = ClickhouseWords()
EVERY_ROW = {  # whatever the profile of the user says: all rows of all shards, or an error
    "skip_unavailable_shards": 0,
    "max_execution_time_leaf": 0,
    **dict.fromkeys(
        (
            "timeout_overflow_mode",
            "read_overflow_mode",
            "read_overflow_mode_leaf",
            "group_by_overflow_mode",
            "sort_overflow_mode",
            "result_overflow_mode",
            "set_overflow_mode",
            "join_overflow_mode",
            "transfer_overflow_mode",
            "distinct_overflow_mode",
        ),
        "throw",
    ),
    "limit": 0,
    "offset": 0,
    "max_rows_to_group_by": 0,
    "use_query_cache": 0,
}
MEANING = {  # what a statement means, whatever the profile says
    "join_use_nulls": 1,
    "group_by_use_nulls": 1,
    "transform_null_in": 0,
    "aggregate_functions_null_for_empty": 0,
    "union_default_mode": "",
    "output_format_decimal_trailing_zeros": 1,
    "precise_float_parsing": 1,
    "cast_keep_nullable": 0,
    "session_timezone": "UTC",
    "distributed_product_mode": "global",
    "enable_shared_storage_snapshot_in_query": 1,
}
TIMEOUT, READONLY = 159, 164
CANNOT = "{} cannot be read"
REACH = "check that it runs, and host, port (that of HTTP), database and user of the address; ?secure=1 is for HTTPS"
TOLD = {  # what to do, by the codes of ClickHouse
    (None,): ("{} cannot be reached", REACH),
    (193, 194, 516): ("{} does not let the user in", "check user and password: CLICKHOUSE_PASSWORD"),
    (279, 210, 209): (
        "A shard of {} cannot be read",
        "see that all shards answer: sums of those that do would be too small, so there are none",
    ),
    (READONLY, 452): (
        "{} lets the user choose no settings",
        "give the user readonly = 2, which lets it choose settings and write nothing",
    ),
    (497,): (CANNOT, "grant select on its tables to the user that reads them"),
}
BLOCK_BYTES = 2**20
QUIET = logging.NullHandler()
REASON = re.compile(r"\[Errno -?\d+\] [^\"')]+")  # within what the layers below say of a connection
ANSWERS_S = 30  # that a server may be silent beyond the time of a statement


class Session:
    """A user's session in a ClickHouse; each statement sees one moment of each table, and two may see two."""

    sees_one_moment = False

    def __init__(
        self, client: Client, address: ClickhouseAddress, limit_s: float, waiting: Waiting, passage: Path
    ) -> None:
        self.shown = address.shown
        self._client, self._address, self._passage = client, address, passage
        self._limit_s, self._until_s, self._waiting = limit_s, waiting.clock() + limit_s, waiting
        self._version, self._usual_database = next(self.answers("session/server"))
        self._running: str | None = None
        self._stillness = Stillness(WORDS, self.shown)

    @property
    def about(self) -> str:
        """What is at the other end, in words."""
        return f"ClickHouse {self._version}"

    def found(self, wanted: str | None) -> Catalog:
        """Return what may be read, and which of it is the telemetry. Raises DatabaseError."""
        tables = self.tables()
        clusters = {one.shards.cluster for one in tables if one.shards is not None}
        reached = {cluster for cluster in clusters if self._reaches(cluster)}
        tables = tuple(
            one if one.shards is None or one.shards.cluster in reached else replace(one, shards=None) for one in tables
        )
        return chosen(tables, self._usual_database, wanted)

    def tables(self) -> tuple[FoundTable, ...]:
        """Return every table that may be read, of the database that the address names if it does."""
        tables = tables_of(self.answers("session/columns"), self._usual_database)
        named = self._address.database
        return tables if named is None else tuple(one for one in tables if one.table.schema == named)

    def _reaches(self, cluster: str) -> bool:
        """Return whether its shards may be asked by us: else their rows come over, and are summed by this server."""
        from clickhouse_connect.driver.exceptions import Error  # noqa: PLC0415 -- it comes with an extra

        text = WORDS.piece("session/reaches_cluster", cluster=WORDS.literal(cluster))
        try:
            return bool(self._client.query(text, settings={"max_execution_time": self._limit_s}).result_rows)
        except Error:
            return False

    def answers(self, name: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of sql/dialects/clickhouse/<name>.sql. Raises DatabaseError."""
        return self.rows(WORDS.piece(name))

    def rows(self, text: str, values: Mapping[str, object] = NO_VALUES) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a statement, a block after the other as they come. Raises DatabaseError.

        If the reader stops before the end, the server is told to stop, too.
        """
        named, settings = self._asked(text, values)
        with self._explaining(), self._client.query_rows_stream(text, parameters=named, settings=settings) as found:
            yield from found

    def bring(
        self, con: duckdb.DuckDBPyConnection, table: str, text: str, values: Mapping[str, object] = NO_VALUES
    ) -> None:
        """Append the rows of a statement to a table of `con`, by way of a file. Raises DatabaseError."""
        named, settings = self._asked(text, values)
        whole = {**settings, "wait_end_of_query": 1}  # what fails on the way is an error, not the end of the lines
        with self._explaining(), self._passage.open("wb") as file:
            stream = self._client.raw_stream(WORDS.piece("frame/lines", text=text), parameters=named, settings=whole)
            with closing(cast("IO[bytes]", stream)) as lines:
                shutil.copyfileobj(lines, file, BLOCK_BYTES)
        bring_lines(con, table, self._passage)

    def _asked(self, text: str, values: Mapping[str, object]) -> tuple[dict[str, object], dict[str, object]]:
        """Return the values that a statement names, and the settings to run it with."""
        self._running = str(uuid.uuid4())
        left_s = max(0.001, self._until_s - self._waiting.clock())
        settings = {**EVERY_ROW, **MEANING, "max_execution_time": left_s, "query_id": self._running}
        return {name: value for name, value in values.items() if f"{{{name}:" in text}, settings

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        """Raise what ClickHouse says as DatabaseError; stop what runs if the block does not come to its end."""
        from clickhouse_connect.driver.exceptions import Error  # noqa: PLC0415 -- it comes with an extra

        try:
            yield
            self._running = None
        except Error as err:
            self.close()
            raise explained(err, self._address, self._limit_s) from None
        except BaseException:
            self.close()
            raise

    def hold_still(self, tables: Iterable[FoundTable], bounds: Bounds) -> None:
        """Count the rows of the days asked for, once: no statement sees the moment that another one saw."""
        self._stillness.note(self, tables, bounds)

    def check_still(self) -> None:
        """Count the rows again. Raises DatabaseError if there are others: the sums are not of one moment."""
        self._stillness.check(self)

    def close(self) -> None:
        """End what runs, and the connection."""
        from clickhouse_connect.driver.exceptions import Error  # noqa: PLC0415 -- it comes with an extra

        running, self._running = self._running, None
        if running is not None:
            with suppress(Error):  # it is gone, or does not answer: its own time limit ends what it does
                self._client.command(WORDS.piece("session/kill"), parameters={"query_id": running})
        self._client.close()


def opened(address: ClickhouseAddress, limit_s: float, waiting: Waiting, passage: Path) -> Session:
    """Connect; `passage` is a file for what comes over. Raises DatabaseError, without any secret."""
    try:
        import clickhouse_connect  # noqa: PLC0415 -- it comes with an extra
    except ImportError as err:
        raise DatabaseError("clickhouse-connect is not installed", "pip install 'finops-report[clickhouse]'") from err
    from clickhouse_connect.driver.exceptions import Error  # noqa: PLC0415

    logging.getLogger("clickhouse_connect").addHandler(QUIET)  # what it would print is in the error
    try:
        client = clickhouse_connect.get_client(
            host=address.host,
            port=address.port,
            username=address.user,
            password=address.password,
            database=address.database or "__default__",
            secure=address.secure,
            ca_cert=address.ca_cert,
            connect_timeout=address.connect_s,
            send_receive_timeout=int(limit_s) + ANSWERS_S,
            autogenerate_session_id=False,
            query_retries=0,
        )
    except Error as err:
        raise explained(err, address, limit_s) from None
    return Session(client, address, limit_s, waiting, passage)


def address_of(written: str, environment: Mapping[str, str]) -> ClickhouseAddress:
    """Return what an address says. Raises DatabaseError."""
    try:
        return clickhouse_address(written, environment)
    except ConfigError as err:
        raise DatabaseError(err.message, err.hint) from None


def explained(err: Exception, address: ClickhouseAddress, limit_s: float) -> DatabaseError:
    """Return what the reader can do about what ClickHouse says."""
    said, shown, code = _said(err, address), address.shown, getattr(err, "code", None)
    if code is None and "is readonly" in said:  # the driver looks itself, before it asks
        code = READONLY
    if code == TIMEOUT:
        return taken_too_long(shown, limit_s)
    message, hint = next((told for codes, told in TOLD.items() if code in codes), (CANNOT, REACH))
    return DatabaseError(f"{message.format(shown)}: {said}", hint)


def _said(err: Exception, address: ClickhouseAddress) -> str:
    text = " ".join(str(err).split())
    text = found[0] if (found := REASON.search(text)) else text
    return formats.shortened(masked(text, address.password), 200)
