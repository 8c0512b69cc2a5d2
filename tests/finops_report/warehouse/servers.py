"""Put the same telemetry into a database of a server: a schema of its own in the PostgreSQL that the tests start."""

from __future__ import annotations

import re
from functools import cache
from itertools import count
from pathlib import Path

import duckdb

from finops_report.database_address import DatabaseAddress
from tests.finops_router.gateway.postgresql_server import started_postgresql

NUMBERS = count()
TYPES = {
    "TINYINT": "smallint",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "UTINYINT": "smallint",
    "USMALLINT": "integer",
    "UINTEGER": "bigint",
    "UBIGINT": "numeric(20, 0)",
    "HUGEINT": "numeric(39, 0)",
    "FLOAT": "real",
    "DOUBLE": "double precision",
    "VARCHAR": "text",
    "BOOLEAN": "boolean",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP_S": "timestamp",
    "TIMESTAMP_MS": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
    "DATE": "date",
    "UUID": "uuid",
    "BLOB": "bytea",
    "JSON": "json",
}


def in_postgresql(folder: Path, source: str) -> DatabaseAddress:
    """Return a schema with the tables that `source` makes in DuckDB."""
    path = folder / f"to_copy_{next(NUMBERS)}.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("set timezone = 'UTC'")
        con.execute(source)
    return copied(path)


@cache
def collated_database() -> str:
    """Return a database that orders letters as dictionaries do: no figure may depend on it."""
    import psycopg

    server = started_postgresql()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("create database collated locale_provider icu icu_locale 'en-US' template template0")
    return f"{server.rpartition('/')[0]}/collated"


def copied(path: Path) -> DatabaseAddress:
    """Return a schema with the tables of a DuckDB file, each column of the type that is nearest to its own."""
    import psycopg

    address, schema = collated_database(), f"s{next(NUMBERS)}"
    with duckdb.connect(str(path), read_only=True) as con, psycopg.connect(address, autocommit=True) as server:
        con.execute("set timezone = 'UTC'")
        server.execute(f"create schema {schema}; set search_path to {schema}; set timezone to 'UTC'".encode())
        for (name,) in con.execute("select table_name from duckdb_tables()").fetchall():
            columns = con.execute(f'describe "{name}"').fetchall()
            types = ", ".join(f'"{column}" {_type(kind)}' for column, kind, *_ in columns)
            server.execute(f'create table "{name}" ({types})'.encode())
            values = ", ".join(_value(column, kind) for column, kind, *_ in columns)
            with server.cursor() as cursor, cursor.copy(f'copy "{name}" from stdin'.encode()) as copy:
                for row in con.execute(f'select {values} from "{name}"').fetchall():
                    copy.write_row(row)
    return DatabaseAddress(f"{address}?schema={schema}")


def drop(address: DatabaseAddress) -> None:
    """Drop the schema of a place, as soon as nobody reads it."""
    import psycopg

    server, _, schema = address.written.partition("?schema=")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"set lock_timeout to '5s'; drop schema {schema} cascade".encode())


def _type(kind: str) -> str:
    if found := re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", kind):
        return f"numeric({found[1]}, {found[2]})"
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP")):
        return "jsonb"
    return TYPES[kind]


def has_type(kind: str) -> bool:
    """Return whether PostgreSQL has a type like one of DuckDB's."""
    return kind in TYPES or kind.startswith(("DECIMAL", "STRUCT", "MAP")) or kind.endswith("]")


def _value(column: str, kind: str) -> str:
    if kind == "BLOB":
        return f"'\\x' || hex(\"{column}\")"
    if _type(kind) == "jsonb":
        return f'cast(to_json("{column}") as varchar)'
    return f'cast("{column}" as varchar)'
