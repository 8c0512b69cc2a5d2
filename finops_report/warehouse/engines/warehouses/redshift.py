"""Reach Amazon Redshift by its own driver; values are bound by name, whole numbers and patterns stand in the text."""

from __future__ import annotations

import json
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
from finops_report.warehouse.engines.server.text_words import TextWords, doubled_with_backslashes
from finops_report.warehouse.engines.server.words import Types
from finops_report.warehouse.engines.spark.catalog import Answers
from finops_report.warehouse.engines.warehouses.binding import named_in_text
from finops_report.warehouse.engines.warehouses.catalog import tables_of_schema
from finops_report.warehouse.engines.warehouses.session import Door, WarehouseSession
from finops_report.warehouse.waiting import Waiting

PORT, CONNECT_S = 5439, 30
LONGEST_BYTES = 65_535  # of a text there, and so of a value that is bound
MATCHES = ":model_matches"
KNOWN = frozenset({"table", "schema"})
NUMBERS = ("smallint", "integer", "bigint", "real", "double precision", "numeric")
MOMENTS = ("timestamp without time zone", "timestamp with time zone")
TEXTS = ("character varying", "character")
ALIASES = {  # what external tables may call these types
    **dict.fromkeys(("varchar", "string"), "character varying"),
    "char": "character",
    "int": "integer",
    "float": "real",
    "double": "double precision",
    "decimal": "numeric",
    "timestamp": "timestamp without time zone",
}
FAMILIES = {
    **dict.fromkeys(NUMBERS, "number"),
    **dict.fromkeys((*MOMENTS, "date"), "moment"),
    **dict.fromkeys(TEXTS, "text"),
    "super": "json",
}
WRITE = (
    "write redshift://HOST:5439/DATABASE with REDSHIFT_USER and REDSHIFT_PASSWORD in the environment; ?table=NAME "
    "names the table, ?schema=NAME the schema if it is not public"
)
CHECK = "check host, port and database of the address, ?schema=, who may connect, REDSHIFT_USER and REDSHIFT_PASSWORD"
ABOUT = f"Redshift: {WAREHOUSES['redshift']}"


WORDS = TextWords(
    Dialect("redshift"),
    Types(
        null={
            "time": "bigint", "text": "varchar", "number": "double precision", "truth": "boolean", "json": "varchar",
        },
        as_they_stand={"time": MOMENTS, "text": TEXTS, "number": NUMBERS, "truth": ("boolean",), "json": ("super",)},
        brought={
            **dict.fromkeys(("smallint", "integer", "bigint"), "bigint"),
            "real": "float",
            "double precision": "double",
            "numeric": "varchar",  # its digits
        },
        moments=MOMENTS,
    ),
    text_quoted=doubled_with_backslashes,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RedshiftAddress:
    """How to connect, where the tables are, the one that is named (None: none is), and what may be shown."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    database: str
    schema: str
    table: str | None
    shown: str


def redshift(
    address: DatabaseAddress, waiting: Waiting, limit_s: float, environment: Mapping[str, str]
) -> DatabaseServer[str]:
    """Return the engine for a Redshift. Raises DatabaseError if the address cannot be read."""
    read = redshift_address(address.written, environment)
    return DatabaseServer(address, WORDS, partial(opened, read, limit_s, waiting), read.table)


def redshift_address(written: str, environment: Mapping[str, str]) -> RedshiftAddress:
    """Return what an address says; user and password may be in REDSHIFT_USER and REDSHIFT_PASSWORD instead.

    Raises DatabaseError if it cannot be read, or lacks something, without any part that may be one of a password.
    """
    try:
        parts = urlsplit(written)
        host, port = parts.hostname, parts.port or PORT
    except ValueError:
        raise DatabaseError("The address of Redshift cannot be read", WRITE) from None
    said, database = dict(parse_qsl(parts.query)), unquote(parts.path[1:])
    is_odd = "@" in parts.path + parts.query or "/" in parts.path[1:] or said.keys() - KNOWN
    if not host or not database or is_odd:
        raise DatabaseError("The address of Redshift cannot be read", WRITE)
    user = unquote(parts.username or "") or environment.get("REDSHIFT_USER")
    password = unquote(parts.password or "") or environment.get("REDSHIFT_PASSWORD")
    if not user or not password:
        raise DatabaseError(f"The {'password' if user else 'user'} of Redshift is not known", WRITE)
    shown = f"redshift://{host}:{port}/{database}"
    return RedshiftAddress(
        host, port, user, password, database, said.get("schema", "public"), said.get("table"), shown
    )  # fmt: skip


def opened(address: RedshiftAddress, limit_s: float, waiting: Waiting) -> WarehouseSession:
    """Connect. Raises DatabaseError, without any secret."""
    try:
        import redshift_connector  # noqa: PLC0415 -- it comes with an extra
    except ImportError as err:
        raise DatabaseError("Redshift's driver is not installed", "pip install 'finops-report[redshift]'") from err
    connecting = partial(connected, redshift_connector, address, limit_s)
    errors = (redshift_connector.Error, OSError)
    return WarehouseSession(WORDS, door_of(address, connecting, errors), limit_s, waiting)


def connected(driver: Any, address: RedshiftAddress, limit_s: float) -> Any:
    """Return a connection, encrypted, whose moments are in UTC and whose statements end when time is up."""
    driver.paramstyle = "named"
    connection = driver.connect(
        host=address.host,
        port=address.port,
        database=address.database,
        user=address.user,
        password=address.password,
        ssl=True,
        sslmode="verify-ca",
        timeout=max(CONNECT_S, int(limit_s)),
        application_name="finops-report",
    )
    cursor = connection.cursor()
    for name in ("time_zone", "time_limit", "query_group"):
        cursor.execute(WORDS.piece(f"session/{name}", limit_ms=WORDS.literal(max(1, int(limit_s * 1000)))))
    cursor.close()
    return connection


def door_of(address: RedshiftAddress, connect: Any, errors: tuple[type[Exception], ...]) -> Door:
    """Return what is said of the driver."""
    return Door(ABOUT, address.shown, CHECK, (address.password,), connect, errors, bound, partial(_find, address))


def bound(text: str, values: Mapping[str, object]) -> tuple[str, object]:
    """Return a statement and the values that it names; whole numbers, and patterns of models, stand in its text.

    Raises DatabaseError if a value is longer than a text may be there.
    """
    if MATCHES in text:
        text = text.replace(MATCHES, model_matches(str(values["policies"])))
    text, named = named_in_text(text, values)
    if any(isinstance(value, str) and len(value.encode()) > LONGEST_BYTES for value in named.values()):
        raise DatabaseError("Redshift takes no text of more than 65,535 bytes", "ask for fewer days: some 500 fit")
    return text, named


def model_matches(policies: str) -> str:
    """Return the condition that a model is one of those that its guardrail allows; patterns have to be literals."""
    cases = [
        WORDS.piece("frame/model_match", guardrail=WORDS.literal(one["guardrail"]), pattern=WORDS.literal(pattern))
        for one in json.loads(policies)
        for pattern in ["|".join(one["models"] or ["^a^"])]
    ]
    return WORDS.piece("frame/model_matches", matches="\n".join(cases))


def _find(address: RedshiftAddress, answers: Answers, wanted: str | None) -> Catalog:
    return chosen(tables_of(address, answers), address.schema, wanted)


def tables_of(address: RedshiftAddress, answers: Answers) -> tuple[FoundTable, ...]:
    """Return every table and view of the schema."""
    asked = WORDS.piece("session/columns", schema=WORDS.literal(address.schema))
    return tables_of_schema(answers(asked), address.schema, _type_name, FAMILIES)


def _type_name(written: str) -> str:
    name = written.partition("(")[0].strip().lower()
    return ALIASES.get(name, name)
