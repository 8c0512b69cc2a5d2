"""Reach BigQuery by Google's own driver; its values are bound by name, and come back as Python's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from finops_report.database_address import WAREHOUSES, DatabaseAddress
from finops_report.errors import DatabaseError
from finops_report.warehouse.engines.dialect import Dialect
from finops_report.warehouse.engines.server.catalog import Catalog, FoundTable, chosen
from finops_report.warehouse.engines.server.engine import DatabaseServer
from finops_report.warehouse.engines.server.text_words import BACKQUOTE, TextWords, backslashed
from finops_report.warehouse.engines.server.words import Types
from finops_report.warehouse.engines.spark.catalog import Answers, type_name
from finops_report.warehouse.engines.warehouses.catalog import tables_of_schema
from finops_report.warehouse.engines.warehouses.session import Door, WarehouseSession
from finops_report.warehouse.waiting import Waiting

KNOWN = frozenset({"table", "location"})
FAMILIES = {
    **dict.fromkeys(("INT64", "FLOAT64", "NUMERIC", "BIGNUMERIC"), "number"),
    **dict.fromkeys(("TIMESTAMP", "DATETIME", "DATE"), "moment"),
    **dict.fromkeys(("ARRAY", "STRUCT"), "nested"),
    "STRING": "text",
    "BOOL": "boolean",
    "BYTES": "blob",
    "JSON": "json",
}
WORDS = TextWords(
    Dialect("bigquery"),
    Types(
        null={"time": "INT64", "text": "STRING", "number": "FLOAT64", "truth": "BOOL", "json": "STRING"},
        as_they_stand={
            "time": ("TIMESTAMP", "DATETIME"),
            "text": ("STRING",),
            "number": ("INT64", "FLOAT64", "NUMERIC", "BIGNUMERIC"),
            "truth": ("BOOL",),
            "json": ("JSON",),
        },
        brought={
            "INT64": "bigint",
            "FLOAT64": "double",
            **dict.fromkeys(("NUMERIC", "BIGNUMERIC"), "varchar"),  # their digits
        },
        moments=("TIMESTAMP", "DATETIME"),
    ),
    BACKQUOTE,
    backslashed,
    backslashed,
)
WRITE = "write bigquery://PROJECT/DATASET; ?table=NAME names the table, ?location=EU where it is"
CHECK = "check project, dataset and ?location= of the address, and GOOGLE_APPLICATION_CREDENTIALS"
ABOUT = f"BigQuery: {WAREHOUSES['bigquery']}"


@dataclass(frozen=True, slots=True)
class BigqueryAddress:
    """The project that pays and has the dataset, where it is (None: BigQuery knows), the table that is named."""

    project: str
    dataset: str
    location: str | None
    table: str | None
    shown: str


def bigquery(
    address: DatabaseAddress, waiting: Waiting, limit_s: float, environment: Mapping[str, str]
) -> DatabaseServer[str]:
    """Return the engine for BigQuery; Google's library finds the credentials. Raises DatabaseError of the address."""
    read = bigquery_address(address.written)
    return DatabaseServer(address, WORDS, partial(opened, read, limit_s, waiting), read.table)


def bigquery_address(written: str) -> BigqueryAddress:
    """Return what an address says. Raises DatabaseError if it cannot be read, without any part of it."""
    parts = urlsplit(written)
    said, dataset = dict(parse_qsl(parts.query)), unquote(parts.path[1:])
    if not parts.netloc or not dataset or "/" in dataset or "@" in written or said.keys() - KNOWN:
        raise DatabaseError("The address of BigQuery cannot be read", WRITE)
    shown = f"bigquery://{parts.netloc}/{dataset}"
    return BigqueryAddress(parts.netloc, dataset, said.get("location"), said.get("table"), shown)


def opened(address: BigqueryAddress, limit_s: float, waiting: Waiting) -> WarehouseSession:
    """Connect. Raises DatabaseError."""
    try:
        from google.api_core.exceptions import GoogleAPIError  # noqa: PLC0415 -- it comes with an extra
        from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415
        from google.cloud.bigquery import Client, QueryJobConfig, dbapi  # noqa: PLC0415
    except ImportError as err:
        raise DatabaseError("BigQuery's driver is not installed", "pip install 'finops-report[bigquery]'") from err

    def connect() -> Any:
        usual = QueryJobConfig(job_timeout_ms=max(1, int(limit_s * 1000)), use_query_cache=False)
        client = Client(project=address.project, location=address.location, default_query_job_config=usual)
        return dbapi.connect(client=client, prefer_bqstorage_client=False)

    door = door_of(address, connect, (dbapi.Error, GoogleAPIError, GoogleAuthError))
    return WarehouseSession(WORDS, door, limit_s, waiting)


def door_of(address: BigqueryAddress, connect: Any, errors: tuple[type[Exception], ...]) -> Door:
    """Return what is said of the driver."""
    return Door(ABOUT, address.shown, CHECK, (), connect, errors, bound, partial(_find, address))


def bound(text: str, values: Mapping[str, object]) -> tuple[str, object]:
    """Return a statement with its values named as the driver has it, which reads percent signs of it, and these."""
    names = re.compile(rf":({'|'.join(values)})\b") if values else re.compile(r"(?!)")
    named = {name: values[name] for name in names.findall(text)}
    return (names.sub(r"%(\1)s", text.replace("%", "%%")), named) if named else (text, None)


def _find(address: BigqueryAddress, answers: Answers, wanted: str | None) -> Catalog:
    return chosen(tables_of(address, answers), _usual(address), wanted)


def _usual(address: BigqueryAddress) -> str:
    return f"{address.project}.{address.dataset}"


def tables_of(address: BigqueryAddress, answers: Answers) -> tuple[FoundTable, ...]:
    """Return every table and view of the dataset."""
    asked = WORDS.piece("session/columns", dataset=WORDS.identifier(address.project, address.dataset))
    return tables_of_schema(answers(asked), _usual(address), type_name, FAMILIES)
