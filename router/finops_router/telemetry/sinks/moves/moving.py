"""Move all tables of telemetry from one store to another, stretch by stretch, as often as it takes.

A row is appended if the target lacks it: rows themselves are the books. So a move that was killed goes on where it
ended, one that is done changes nothing, and what was recorded since is added.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from finops_router.object_stores.errors import StoreError
from finops_router.telemetry.places import Address, Folder, Place
from finops_router.telemetry.sinks import CLICKHOUSE_DRIVER, DRIVER, KNOWN, object_store_sink
from finops_router.telemetry.sinks.contract import SinkError
from finops_router.telemetry.sinks.moves.contract import Origin, Target
from finops_router.telemetry.sinks.moves.duckdb import DuckDBOrigin, duckdb_target
from finops_router.telemetry.sinks.moves.parquet import ParquetOrigin, parquet_target
from finops_router.telemetry.sinks.moves.tables import TABLES, Stretch, Table, stretches
from finops_router.telemetry.sinks.parquet import ParquetSink
from finops_router.telemetry.sinks.sql_files import statement
from finops_router.telemetry.waiting import Waiting

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class MovedTable:
    """What became of a table: rows read, those of them that were written, the rest of which were there already."""

    table: str
    read: int
    written: int

    @property
    def there(self) -> int:
        return self.read - self.written


def move(source: Place, target: Place, waiting: Waiting, progress: Progress) -> Iterator[MovedTable]:
    """Move what `source` has to `target`, yielding what became of each table; `progress` is told rows read so far.

    Raises SinkError: what was moved before stays, and is there already the next time.
    """
    _check(source, target)
    try:
        with ExitStack() as held:
            scratch = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="finops-move-")))
            origin = held.enter_context(_origin(source, waiting, scratch))
            goal = held.enter_context(_target(target, waiting))
            there = set(origin.tables(goal.con))
            for table in TABLES:
                if table.name in there:
                    yield _moved(origin, goal, table, target, progress)
    except StoreError as err:
        raise SinkError(err.message, f"{err.hint}: it goes on") from err
    except (duckdb.Error, OSError) as err:
        hint = f"check {source} and {target}, their permissions and the space on their disks; try again: it goes on"
        raise SinkError(str(err).splitlines()[0], hint) from err


def _check(source: Place, target: Place) -> None:
    if str(source) == str(target):
        raise SinkError(f"Both are the same place: {source}", "give another one with --to")
    if isinstance(source, Path | Folder):
        path = source.path if isinstance(source, Folder) else source
        if not path.exists():
            raise SinkError(f"There is nothing to move: {source}", "give what the collector wrote with --from")


def _moved(origin: Origin, goal: Target, table: Table, target: Place, progress: Progress) -> MovedTable:
    read = written = 0
    parts: Iterator[Stretch] | list[None] = stretches(list(origin.hours(goal.con, table))) if table.is_timed else [None]
    for stretch in parts:
        origin.bring(goal.con, table, stretch)
        goal.con.execute(statement("move/as_lent"), {"own": table.name})
        if not goal.con.table("lent").limit(1).fetchall():
            continue
        with goal.turn():
            rows, missing = _append(goal, table, stretch, target)
        read, written = read + rows, written + missing
        progress(table.name, read)
    return MovedTable(table.name, read, written)


def _append(goal: Target, table: Table, stretch: Stretch | None, target: Place) -> tuple[int, int]:
    """Append those rows of `lent` that lack; return how many there are, and how many those were."""
    goal.bring(table, stretch)
    con, keys = goal.con, {"keys": list(table.keys)}
    con.execute(statement("move/as_there"), {"own": table.name})
    goal.hold()
    if table.is_once:
        con.execute(statement("move/missing_keys"), keys)
    else:
        con.execute(statement("move/missing_rows"))
    ((rows, missing),) = con.execute(statement("move/count")).fetchall()
    if missing and not table.is_once and (found := con.execute(statement("move/doubled"), keys).fetchall()):
        raise SinkError(
            f"{target} has other rows of the same {table.name}: they would be there twice, as {found[0][0]}",
            "move to an empty store, or to one that has nothing of these but what an earlier move brought",
        )
    if missing:
        goal.append(table)
    return rows, missing


@contextmanager
def _origin(place: Place, waiting: Waiting, scratch: Path) -> Iterator[Origin]:
    if isinstance(place, Address) and place.is_object_store:
        yield ParquetOrigin(object_store_sink(place, has_machine=True), waiting)
    elif isinstance(place, Address):
        with _origin_on_server(place, waiting, scratch) as origin:
            yield origin
    elif isinstance(place, Folder):
        yield ParquetOrigin(ParquetSink(place.path), waiting)
    else:
        yield DuckDBOrigin(place, waiting)


@contextmanager
def _target(place: Place, waiting: Waiting) -> Iterator[Target]:
    if isinstance(place, Address) and place.is_object_store:
        with parquet_target(object_store_sink(place, has_machine=True), waiting) as goal:
            yield goal
    elif isinstance(place, Address):
        with _target_on_server(place, waiting) as goal:
            yield goal
    elif isinstance(place, Folder):
        with parquet_target(ParquetSink(place.path, has_machine=True), waiting) as goal:
            yield goal
    else:
        with duckdb_target(place, waiting) as goal:
            yield goal


def _origin_on_server(address: Address, waiting: Waiting, scratch: Path) -> AbstractContextManager[Origin]:
    _check_driver(address)
    if address.is_clickhouse:
        from finops_router.telemetry.sinks.moves.clickhouse import clickhouse_origin  # noqa: PLC0415 -- an extra

        return clickhouse_origin(address, waiting, scratch)
    from finops_router.telemetry.sinks.moves.postgresql import postgresql_origin  # noqa: PLC0415 -- an extra

    return postgresql_origin(address, waiting, scratch)


def _target_on_server(address: Address, waiting: Waiting) -> AbstractContextManager[Target]:
    _check_driver(address)
    if address.is_clickhouse:
        from finops_router.telemetry.sinks.moves.clickhouse import clickhouse_target  # noqa: PLC0415 -- an extra

        return clickhouse_target(address, waiting)
    from finops_router.telemetry.sinks.moves.postgresql import postgresql_target  # noqa: PLC0415 -- an extra

    return postgresql_target(address, waiting)


def _check_driver(address: Address) -> None:
    from importlib.util import find_spec  # noqa: PLC0415 -- only servers need it

    if not (address.is_postgresql or address.is_clickhouse):
        raise SinkError(f"Nothing can be moved from or to {address}", KNOWN)
    if address.is_postgresql and find_spec("psycopg") is None:
        raise SinkError(*DRIVER)
    if address.is_clickhouse and find_spec("clickhouse_connect") is None:
        raise SinkError(*CLICKHOUSE_DRIVER)
