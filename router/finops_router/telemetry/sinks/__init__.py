"""Stores that journal segments are loaded into: one protocol, one kind of store a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finops_router.object_stores.address import store_address
from finops_router.telemetry.places import Address, Folder, Place, place_of
from finops_router.telemetry.sinks.contract import Sink, SinkError

if TYPE_CHECKING:
    from finops_router.telemetry.sinks.parquet_objects import StoredParquetSink

DRIVER = ("psycopg is not installed", "pip install 'finops-report[postgresql]'")
CLICKHOUSE_DRIVER = ("clickhouse-connect is not installed", "pip install 'finops-report[clickhouse]'")
KNOWN = (
    "give a DuckDB file, a folder for Parquet with a slash at its end, s3://BUCKET/PREFIX (gs://, az://), "
    "postgresql://HOST/DATABASE or clickhouse://HOST/DATABASE"
)


def sink_at(db: str | Place, *, has_machine: bool = False) -> Sink:
    """Return the sink for the store at `db`; its library is imported now, not with this package.

    With `has_machine` it may take what memory and processors there are; else it works beside an application.
    Raises SinkError if nothing can be written there, or the driver is not installed.
    """
    place = place_of(db)
    if isinstance(place, Address):
        return _of_server(place, has_machine=has_machine)
    if isinstance(place, Folder):
        from finops_router.telemetry.sinks.parquet import ParquetSink  # noqa: PLC0415 -- as below

        return ParquetSink(place.path, has_machine=has_machine)
    from finops_router.telemetry.sinks.duckdb import DuckDBSink  # noqa: PLC0415 -- 0.1 s that only loading needs

    return DuckDBSink(place, has_machine=has_machine)


def _of_server(address: Address, *, has_machine: bool) -> Sink:
    if address.is_clickhouse:
        return _clickhouse(address, has_machine=has_machine)
    if address.is_object_store:
        return object_store_sink(address, has_machine=has_machine)
    if not address.is_postgresql:
        raise SinkError(f"Nothing can be written to {address}", KNOWN)
    try:
        from finops_router.telemetry.sinks.postgresql import PostgresqlSink  # noqa: PLC0415 -- its driver is an extra
    except ModuleNotFoundError as err:
        if err.name != "psycopg":
            raise
        raise SinkError(*DRIVER) from err
    return PostgresqlSink(address, has_machine=has_machine)


def _clickhouse(address: Address, *, has_machine: bool) -> Sink:
    try:
        from finops_router.telemetry.sinks.clickhouse import ClickhouseSink  # noqa: PLC0415 -- its driver is an extra
    except ModuleNotFoundError as err:
        if err.name != "clickhouse_connect":
            raise
        raise SinkError(*CLICKHOUSE_DRIVER) from err
    return ClickhouseSink(address, has_machine=has_machine)


def object_store_sink(address: Address, *, has_machine: bool) -> StoredParquetSink:
    """Return the sink for an object store. Raises SinkError if its address is none, or its library not installed."""
    try:
        place = store_address(address.url)
    except ValueError as err:
        raise SinkError(f"It is no address of an object store: {address.scheme}://...", str(err)) from err
    try:
        from finops_router.telemetry.sinks.parquet_objects import StoredParquetSink  # noqa: PLC0415 -- fsspec is an extra
    except ModuleNotFoundError as err:
        if err.name != "fsspec":
            raise
        raise SinkError("s3fs is not installed", "pip install 'finops-report[s3]'") from err
    return StoredParquetSink(place, has_machine=has_machine)
