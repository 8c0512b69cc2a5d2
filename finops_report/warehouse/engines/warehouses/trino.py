"""Reach a Trino by its own driver; its values are bound by their order, whole numbers stand in its text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from finops_report.database_address import WAREHOUSES, DatabaseAddress
from finops_report.errors import DatabaseError
from finops_report.warehouse.engines.dialect import Dialect
from finops_report.warehouse.engines.server.catalog import Catalog, FoundTable, chosen
from finops_report.warehouse.engines.server.engine import DatabaseServer
from finops_report.warehouse.engines.server.text_words import TextWords
from finops_report.warehouse.engines.server.words import Types
from finops_report.warehouse.engines.spark.catalog import Answers
from finops_report.warehouse.engines.warehouses.binding import bound_in_order
from finops_report.warehouse.engines.warehouses.catalog import tables_of_schema
from finops_report.warehouse.engines.warehouses.session import Door, WarehouseSession
from finops_report.warehouse.waiting import Waiting

PORTS = {"https": 443, "http": 8080}
KNOWN = frozenset({"table", "http_scheme"})
WITHIN = re.compile(r"\([^()]*\)")  # of a type
FAMILIES = {
    **dict.fromkeys(("tinyint", "smallint", "integer", "bigint", "real", "double", "decimal"), "number"),
    **dict.fromkeys(("timestamp", "timestamp with time zone", "date"), "moment"),
    **dict.fromkeys(("varchar", "char"), "text"),
    **dict.fromkeys(("array", "map", "row"), "nested"),
    "varbinary": "blob",
}
WORDS = TextWords(
    Dialect("trino"),
    Types(
        null={"time": "bigint", "text": "varchar", "number": "double", "truth": "boolean", "json": "varchar"},
        as_they_stand={
            "time": ("timestamp", "timestamp with time zone"),
            "text": ("varchar", "char"),
            "number": ("tinyint", "smallint", "integer", "bigint", "real", "double", "decimal"),
            "truth": ("boolean",),
            "json": ("json",),
        },
        brought={
            **dict.fromkeys(("tinyint", "smallint", "integer", "bigint"), "bigint"),
            "real": "float",
            "double": "double",
            "decimal": "varchar",  # its digits
        },
        moments=("timestamp", "timestamp with time zone"),
    ),
)
WRITE = (
    "write trino://USER@HOST:443/CATALOG/SCHEMA with the password in TRINO_PASSWORD; ?table=NAME names the table, "
    "?http_scheme=http leaves out the encryption"
)
CHECK = "check that it runs, and host, port, catalog and schema of the address, TRINO_USER and TRINO_PASSWORD"
ABOUT = f"Trino: {WAREHOUSES['trino']}"


@dataclass(frozen=True, slots=True)
class TrinoAddress:
    """How to connect, where the tables are, the one that is named (None: none is), and what may be shown."""

    host: str
    port: int
    http_scheme: str
    user: str
    password: str = field(repr=False)
    catalog: str
    schema: str
    table: str | None
    shown: str


def trino(
    address: DatabaseAddress, waiting: Waiting, limit_s: float, environment: Mapping[str, str]
) -> DatabaseServer[str]:
    """Return the engine for a Trino. Raises DatabaseError if the address cannot be read."""
    read = trino_address(address.written, environment)
    return DatabaseServer(address, WORDS, partial(opened, read, limit_s, waiting), read.table)


def trino_address(written: str, environment: Mapping[str, str]) -> TrinoAddress:
    """Return what an address says; user and password may be in TRINO_USER and TRINO_PASSWORD instead.

    Raises DatabaseError if it cannot be read, without any part of it that may be one of a password.
    """
    try:
        parts = urlsplit(written)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise DatabaseError("The address of Trino cannot be read", WRITE) from None
    said, place = dict(parse_qsl(parts.query)), [unquote(part) for part in parts.path.split("/")[1:]]
    scheme = said.get("http_scheme", "https")
    is_odd = "@" in parts.path + parts.query or said.keys() - KNOWN or scheme not in PORTS
    if not host or len(place) != 2 or not all(place) or is_odd:
        raise DatabaseError("The address of Trino cannot be read", WRITE)
    password = unquote(parts.password or "") or environment.get("TRINO_PASSWORD", "")
    if password and scheme == "http":
        raise DatabaseError("A password would go to Trino as it is written", "leave out http_scheme=http")
    user = unquote(parts.username or "") or environment.get("TRINO_USER") or "finops-report"
    port = port or PORTS[scheme]
    shown = f"trino://{host}:{port}/{'/'.join(place)}"
    catalog, schema = place
    return TrinoAddress(host, port, scheme, user, password, catalog, schema, said.get("table"), shown)


def opened(address: TrinoAddress, limit_s: float, waiting: Waiting) -> WarehouseSession:
    """Connect. Raises DatabaseError, without any secret."""
    try:
        from requests.exceptions import RequestException  # noqa: PLC0415 -- it comes with an extra
        from trino.auth import BasicAuthentication  # noqa: PLC0415
        from trino.dbapi import connect  # noqa: PLC0415
        from trino.exceptions import Error, HttpError  # noqa: PLC0415
    except ImportError as err:
        raise DatabaseError("Trino's driver is not installed", "pip install 'finops-report[trino]'") from err
    connecting = partial(
        connect,
        host=address.host,
        port=address.port,
        user=address.user,
        catalog=address.catalog,
        schema=address.schema,
        http_scheme=address.http_scheme,
        auth=BasicAuthentication(address.user, address.password) if address.password else None,
        timezone="UTC",
        session_properties={"query_max_run_time": f"{max(1, int(limit_s))}s"},
    )
    return WarehouseSession(WORDS, door_of(address, connecting, (Error, HttpError, RequestException)), limit_s, waiting)


def door_of(address: TrinoAddress, connect: Any, errors: tuple[type[Exception], ...]) -> Door:
    """Return what is said of the driver."""
    find = partial(_find, address)
    return Door(ABOUT, address.shown, CHECK, (address.password,), connect, errors, bound_in_order, find)


def _find(address: TrinoAddress, answers: Answers, wanted: str | None) -> Catalog:
    return chosen(tables_of(address, answers), _usual(address), wanted)


def _usual(address: TrinoAddress) -> str:
    return f"{address.catalog}.{address.schema}"


def tables_of(address: TrinoAddress, answers: Answers) -> tuple[FoundTable, ...]:
    """Return every table and view of the schema."""
    asked = WORDS.piece(
        "session/columns", catalog=WORDS.identifier(address.catalog), schema=WORDS.literal(address.schema)
    )
    return tables_of_schema(answers(asked), _usual(address), type_name, FAMILIES)


def type_name(kind: str) -> str:
    """Return the name of a type without what is within it: of 'timestamp(6) with time zone' without its places."""
    while (outer := WITHIN.sub("", kind)) != kind:
        kind = outer
    return kind
