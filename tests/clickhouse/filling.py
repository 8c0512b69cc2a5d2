"""Put the same telemetry into a database of the ClickHouse that the tests start."""

from __future__ import annotations

import re
from itertools import count
from os import getpid
from pathlib import Path

import duckdb

from finops_report.database_address import DatabaseAddress
from tests.clickhouse.servers import Server, started_clickhouse

NUMBERS = count()
TYPES = {
    "TINYINT": "Int8",
    "SMALLINT": "Int16",
    "INTEGER": "Int32",
    "BIGINT": "Int64",
    "HUGEINT": "Int128",
    "UTINYINT": "UInt8",
    "USMALLINT": "UInt16",
    "UINTEGER": "UInt32",
    "UBIGINT": "UInt64",
    "UHUGEINT": "UInt128",
    "FLOAT": "Float32",
    "DOUBLE": "Float64",
    "VARCHAR": "String",
    "BLOB": "String",
    "JSON": "String",
    "BOOLEAN": "Bool",
    "TIMESTAMP": "DateTime64(6, 'UTC')",
    "TIMESTAMP_S": "DateTime('UTC')",
    "TIMESTAMP_MS": "DateTime64(3, 'UTC')",
    "TIMESTAMP_NS": "DateTime64(9, 'UTC')",
    "TIMESTAMP WITH TIME ZONE": "DateTime64(6, 'Asia/Tokyo')",
    "DATE": "Date32",
    "UUID": "UUID",
}
SETTINGS = {"date_time_input_format": "best_effort", "precise_float_parsing": "1", "session_timezone": "UTC"}


def in_clickhouse(folder: Path, source: str) -> DatabaseAddress:
    """Return a database with the tables that `source` makes in DuckDB."""
    path = folder / f"to_copy_{next(NUMBERS)}.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("set timezone = 'UTC'")
        con.execute(source)
    return copied(path)


def copied(path: Path) -> DatabaseAddress:
    """Return a database with the tables of a DuckDB file, each column of the type that is nearest to its own."""
    server = started_clickhouse()
    name = f"t{getpid()}_{next(NUMBERS)}"
    server.run(f"create database {name}")
    for table, columns in columns_of(path).items():
        server.run(f"create table {name}.`{table}` ({columns}) engine = MergeTree order by tuple()")
        fill(server, f"{name}.`{table}`", path, table)
    return DatabaseAddress(f"{server.address}/{name}")


def columns_of(path: Path) -> dict[str, str]:
    """The columns of each table of a DuckDB file, as ClickHouse declares them."""
    with duckdb.connect(str(path), read_only=True) as con:
        tables = [name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()]
        return {
            name: ", ".join(
                f"`{column}` {clickhouse_type(kind)}"
                for column, kind, *_ in con.execute(f'describe "{name}"').fetchall()
            )
            for name in tables
        }


def fill(server: Server, target: str, path: Path, table: str, **settings: str) -> None:
    """Append the rows of a table of a DuckDB file."""
    with duckdb.connect(str(path), read_only=True) as con:
        con.execute("set timezone = 'UTC'")
        values = ", ".join(_value(column, kind) for column, kind, *_ in con.execute(f'describe "{table}"').fetchall())
        lines = [b"\t".join(map(_field, row)) for row in con.execute(f'select {values} from "{table}"').fetchall()]
    server.run(f"insert into {target} format TabSeparated\n".encode() + b"\n".join(lines), **SETTINGS, **settings)


def has_type(kind: str) -> bool:
    """Return whether ClickHouse has a type like one of DuckDB's."""
    return kind in TYPES or kind.startswith(("DECIMAL", "STRUCT", "MAP")) or kind.endswith("]")


def clickhouse_type(kind: str) -> str:
    if found := re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", kind):
        return f"Nullable(Decimal({found[1]}, {found[2]}))"
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP")):
        return "Nullable(String)"
    return f"Nullable({TYPES[kind]})"


def drop(address: DatabaseAddress) -> None:
    """Drop the database of a place."""
    started_clickhouse().run(f"drop database {address.written.rpartition('/')[2]} sync")


def _value(column: str, kind: str) -> str:
    if kind == "BLOB":
        return f'"{column}"'
    is_nested = kind.endswith("]") or kind.startswith(("STRUCT", "MAP"))
    return f'cast(to_json("{column}") as varchar)' if is_nested else f'cast("{column}" as varchar)'


def _field(value: str | bytes | None) -> bytes:
    if value is None:
        return b"\\N"
    plain = value if isinstance(value, bytes) else value.encode()
    for sign, written in ((b"\\", b"\\\\"), (b"\t", b"\\t"), (b"\n", b"\\n"), (b"\r", b"\\r"), (b"\0", b"\\0")):
        plain = plain.replace(sign, written)
    return plain
