"""Reach a SQL warehouse of Databricks by its own driver; what is asked there are Spark's statements, to the letter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from finops_report.database_address import WAREHOUSES, DatabaseAddress
from finops_report.errors import DatabaseError
from finops_report.warehouse.engines.server.catalog import Catalog
from finops_report.warehouse.engines.server.engine import DatabaseServer
from finops_report.warehouse.engines.server.text_words import named
from finops_report.warehouse.engines.spark.catalog import Answers, catalog
from finops_report.warehouse.engines.spark.filling import WORDS
from finops_report.warehouse.engines.warehouses.session import Door, WarehouseSession
from finops_report.warehouse.waiting import Waiting

KNOWN = frozenset({"http_path", "table"})
WRITE = (
    "write databricks://HOST/CATALOG.SCHEMA with DATABRICKS_HTTP_PATH (or ?http_path=) and DATABRICKS_TOKEN in the "
    "environment; ?table=NAME names the table"
)
CHECK = "check that the warehouse runs, host and schema of the address, DATABRICKS_HTTP_PATH and DATABRICKS_TOKEN"
ABOUT = f"Databricks: {WAREHOUSES['databricks']}"


@dataclass(frozen=True, slots=True)
class DatabricksAddress:
    """How to connect, the schema with its catalog, the table that is named (None: none is), and what may be shown."""

    host: str
    http_path: str
    token: str = field(repr=False)
    schema: str
    table: str | None
    shown: str


def databricks(
    address: DatabaseAddress, waiting: Waiting, limit_s: float, environment: Mapping[str, str]
) -> DatabaseServer[str]:
    """Return the engine for a warehouse of Databricks. Raises DatabaseError if the address cannot be read."""
    read = databricks_address(address.written, environment)
    return DatabaseServer(address, WORDS, partial(opened, read, limit_s, waiting), read.table)


def databricks_address(written: str, environment: Mapping[str, str]) -> DatabricksAddress:
    """Return what an address says; path and token may be in DATABRICKS_HTTP_PATH and DATABRICKS_TOKEN instead.

    Raises DatabaseError if it cannot be read, or lacks something, without any part that may be one of a token.
    """
    try:
        parts = urlsplit(written)
        host = parts.hostname
    except ValueError:
        raise DatabaseError("The address of Databricks cannot be read", WRITE) from None
    said, schema = dict(parse_qsl(parts.query)), unquote(parts.path[1:])
    if not host or not schema or "/" in schema or "@" in parts.path + parts.query or said.keys() - KNOWN:
        raise DatabaseError("The address of Databricks cannot be read", WRITE)
    http_path = said.get("http_path") or environment.get("DATABRICKS_HTTP_PATH")
    token = unquote(parts.password or "") or environment.get("DATABRICKS_TOKEN")
    if not http_path or not token:
        raise DatabaseError(f"The {'token' if http_path else 'path'} of Databricks is not known", WRITE)
    return DatabricksAddress(host, http_path, token, schema, said.get("table"), f"databricks://{host}/{schema}")


def opened(address: DatabricksAddress, limit_s: float, waiting: Waiting) -> WarehouseSession:
    """Connect. Raises DatabaseError, without any secret."""
    try:
        from databricks import sql  # noqa: PLC0415 -- it comes with an extra
        from databricks.sql.exc import Error  # noqa: PLC0415
    except ImportError as err:
        raise DatabaseError("Databricks' driver is not installed", "pip install 'finops-report[databricks]'") from err
    connect = partial(
        sql.connect,
        address.host,
        address.http_path,
        address.token,
        session_configuration={"ANSI_MODE": "true", "TIMEZONE": "UTC", "STATEMENT_TIMEOUT": str(max(1, int(limit_s)))},
        enable_telemetry=False,
    )
    return WarehouseSession(WORDS, door_of(address, connect, Error), limit_s, waiting)


def door_of(address: DatabricksAddress, connect: Any, errors: type[Exception]) -> Door:
    """Return what is said of the driver: values are bound by name, as Spark itself has it."""
    find = partial(_find, address.schema)
    return Door(ABOUT, address.shown, CHECK, (address.token,), connect, (errors,), _bound, find)


def _bound(text: str, values: Mapping[str, object]) -> tuple[str, object]:
    return text, named(text, values)


def _find(schema: str, answers: Answers, wanted: str | None) -> Catalog:
    return catalog(answers, schema, wanted)
