"""Reach Snowflake by its own driver; its values are bound by their order (qmark), whole numbers stand in its text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from finops_report.database_address import WAREHOUSES, DatabaseAddress
from finops_report.errors import DatabaseError
from finops_report.warehouse.engines.dialect import Dialect
from finops_report.warehouse.engines.server.catalog import Catalog, Column, FoundTable, chosen
from finops_report.warehouse.engines.server.engine import DatabaseServer
from finops_report.warehouse.engines.server.text_words import TextWords, doubled_with_backslashes
from finops_report.warehouse.engines.server.words import Types
from finops_report.warehouse.engines.spark.catalog import Answers
from finops_report.warehouse.engines.warehouses.binding import bound_in_order
from finops_report.warehouse.engines.warehouses.session import Door, WarehouseSession
from finops_report.warehouse.tables import Table
from finops_report.warehouse.waiting import Waiting

KNOWN = frozenset({"table", "warehouse", "role"})
MOMENTS = ("TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ")
FAMILIES = {
    **dict.fromkeys(("INTEGER", "NUMBER", "FLOAT"), "number"),
    **dict.fromkeys((*MOMENTS, "DATE"), "moment"),
    **dict.fromkeys(("OBJECT", "ARRAY"), "nested"),
    "TEXT": "text",
    "BOOLEAN": "boolean",
    "BINARY": "blob",
    "VARIANT": "json",
}
SECRETS = {
    "SNOWFLAKE_PASSWORD": "password",
    "SNOWFLAKE_TOKEN": "token",
    "SNOWFLAKE_PRIVATE_KEY_FILE": "private_key_file",
}
AUTHENTICATORS = {"token": "PROGRAMMATIC_ACCESS_TOKEN", "private_key_file": "SNOWFLAKE_JWT"}
WRITE = (
    "write snowflake://ACCOUNT/DATABASE/SCHEMA with SNOWFLAKE_USER and SNOWFLAKE_PASSWORD, SNOWFLAKE_TOKEN or "
    "SNOWFLAKE_PRIVATE_KEY_FILE in the environment; ?table=NAME names the table, ?warehouse= and ?role= what reads it"
)
CHECK = "check account, database, schema, ?warehouse= and ?role= of the address, SNOWFLAKE_USER and its password"
ABOUT = f"Snowflake: {WAREHOUSES['snowflake']}"


class SnowflakeWords(TextWords):
    """The words of Snowflake: a table has its real name (`real_name`)."""

    __slots__ = ()

    def table(self, found: FoundTable) -> str:
        return self.identifier(*found.table.schema.split("."), real_name(found.table.name))


WORDS = SnowflakeWords(
    Dialect("snowflake"),
    Types(
        null={"time": "bigint", "text": "varchar", "number": "double", "truth": "boolean", "json": "varchar"},
        as_they_stand={
            "time": MOMENTS,
            "text": ("TEXT",),
            "number": ("INTEGER", "NUMBER", "FLOAT"),
            "truth": ("BOOLEAN",),
            "json": ("VARIANT",),
        },
        brought={"INTEGER": "hugeint", "FLOAT": "double", "NUMBER": "varchar"},  # NUMBER: its digits
        moments=MOMENTS,
    ),
    text_quoted=doubled_with_backslashes,
)


@dataclass(frozen=True, slots=True)
class SnowflakeAddress:
    """The account and who asks it, where the tables are, the one that is named (None: none is), what may be shown.

    `secret` is the name of what `by` is to the driver; `warehouse` and `role` are None if the user's own are meant.
    """

    account: str
    user: str
    by: str
    secret: str = field(repr=False)
    database: str
    schema: str
    warehouse: str | None
    role: str | None
    table: str | None
    shown: str


def snowflake(
    address: DatabaseAddress, waiting: Waiting, limit_s: float, environment: Mapping[str, str]
) -> DatabaseServer[str]:
    """Return the engine for Snowflake. Raises DatabaseError if the address cannot be read."""
    read = snowflake_address(address.written, environment)
    return DatabaseServer(address, WORDS, partial(opened, read, limit_s, waiting), read.table)


def snowflake_address(written: str, environment: Mapping[str, str]) -> SnowflakeAddress:
    """Return what an address says; user and password, token or key may be in the environment instead (`SECRETS`).

    Raises DatabaseError if it cannot be read, or lacks something, without any part that may be one of a secret.
    """
    try:
        parts = urlsplit(written)
    except ValueError:
        raise DatabaseError("The address of Snowflake cannot be read", WRITE) from None
    said, place = dict(parse_qsl(parts.query)), [unquote(part) for part in parts.path.split("/")[1:]]
    account = parts.netloc.rpartition("@")[2]
    is_odd = "@" in parts.path + parts.query or ":" in account or said.keys() - KNOWN
    if not account or len(place) != 2 or not all(place) or is_odd:
        raise DatabaseError("The address of Snowflake cannot be read", WRITE)
    user = unquote(parts.username or "") or environment.get("SNOWFLAKE_USER")
    password = unquote(parts.password or "")
    known = {**environment, "SNOWFLAKE_PASSWORD": password} if password else environment
    by = next((name for name in SECRETS if known.get(name)), None)
    if not user or by is None:
        raise DatabaseError(f"The {'password' if user else 'user'} of Snowflake is not known", WRITE)
    database, schema = place
    return SnowflakeAddress(
        account, user, SECRETS[by], known[by], database, schema, said.get("warehouse"), said.get("role"),
        said.get("table"), f"snowflake://{account}/{database}/{schema}",
    )  # fmt: skip


def opened(address: SnowflakeAddress, limit_s: float, waiting: Waiting) -> WarehouseSession:
    """Connect. Raises DatabaseError, without any secret."""
    try:
        from snowflake.connector import Error, connect  # noqa: PLC0415 -- it comes with an extra
    except ImportError as err:
        raise DatabaseError("Snowflake's driver is not installed", "pip install 'finops-report[snowflake]'") from err
    said = {"warehouse": address.warehouse, "role": address.role, "authenticator": AUTHENTICATORS.get(address.by)}
    connecting = partial(
        connect,
        account=address.account,
        user=address.user,
        database=address.database,
        paramstyle="qmark",
        enable_server_session_keep_alive_auto_detection=False,  # nothing runs on when it is closed
        session_parameters=session_parameters(limit_s),
        **{address.by: address.secret},
        **{name: value for name, value in said.items() if value is not None},
    )
    return WarehouseSession(WORDS, door_of(address, connecting, (Error,)), limit_s, waiting)


def session_parameters(limit_s: float) -> dict[str, object]:
    """Return how the session is, whatever the account's or the user's own are."""
    return {
        "TIMEZONE": "UTC",
        "QUOTED_IDENTIFIERS_IGNORE_CASE": False,
        "STATEMENT_TIMEOUT_IN_SECONDS": max(1, int(limit_s)),
        "ABORT_DETACHED_QUERY": True,
        "QUERY_TAG": "finops-report",
        "CLIENT_TELEMETRY_ENABLED": False,
        "DATE_OUTPUT_FORMAT": "YYYY-MM-DD",
        **{f"{name}_OUTPUT_FORMAT": "YYYY-MM-DD HH24:MI:SS.FF6" for name in MOMENTS},
    }


def door_of(address: SnowflakeAddress, connect: Any, errors: tuple[type[Exception], ...]) -> Door:
    """Return what is said of the driver."""
    find, secrets = partial(_find, address), () if address.by == "private_key_file" else (address.secret,)
    return Door(ABOUT, address.shown, CHECK, secrets, connect, errors, bound_in_order, find)


def _find(address: SnowflakeAddress, answers: Answers, wanted: str | None) -> Catalog:
    found = tables_of(address, answers)
    usual = found[0].table.schema if found else f"{address.database}.{address.schema}"
    return chosen(found, usual, wanted.lower() if wanted is not None and wanted.isupper() else wanted)


def tables_of(address: SnowflakeAddress, answers: Answers) -> tuple[FoundTable, ...]:
    """Return every table and view of the schema: of the one written so, or else of that which it means unquoted."""
    rows = list(answers(WORDS.piece("session/columns", schema=WORDS.literal(address.schema))))
    schema = address.schema if any(row[1] == address.schema for row in rows) else address.schema.upper()
    columns: dict[tuple[str, str], dict[str, Column]] = {}
    for database, its_schema, table, column, kind in rows:
        if its_schema == schema:
            of_table = columns.setdefault((f"{database}.{schema}", shown_name(table)), {})
            of_table[column.lower()] = Column(column, kind, FAMILIES.get(kind, kind.lower()))
    return tuple(
        FoundTable(Table(usual, name, frozenset(of_table), usual_schema=usual), of_table)
        for (usual, name), of_table in columns.items()
    )


def shown_name(real: str) -> str:
    """Return a name as it is written unquoted, in lower case; one that has to be quoted to be meant, in quotes."""
    if real == real.upper():
        return real.lower()
    return f'"{real}"' if real == real.lower() else real


def real_name(shown: str) -> str:
    """Return the name that `shown_name` shows so."""
    if shown.startswith('"'):
        return shown[1:-1]
    return shown.upper() if shown == shown.lower() else shown
