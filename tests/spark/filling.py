"""Put the same telemetry into a schema of the Spark that the tests start: tables over files of Parquet."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path

import duckdb
import pytest

from finops_report.database_address import DatabaseAddress
from tests.spark.servers import Spark, started_spark

SPARK = pytest.mark.spark
NUMBERS = count()
FILES = 3  # of a table: rows of it lie in several
TYPES = {
    "TINYINT": "tinyint",
    "SMALLINT": "smallint",
    "INTEGER": "int",
    "BIGINT": "bigint",
    "UTINYINT": "smallint",
    "USMALLINT": "int",
    "UINTEGER": "bigint",
    "UBIGINT": "decimal(20,0)",
    "HUGEINT": "decimal(38,0)",
    "FLOAT": "float",
    "DOUBLE": "double",
    "VARCHAR": "string",
    "BLOB": "binary",
    "JSON": "string",
    "BOOLEAN": "boolean",
    "TIMESTAMP": "timestamp_ntz",
    "TIMESTAMP_S": "timestamp_ntz",
    "TIMESTAMP_MS": "timestamp_ntz",
    "TIMESTAMP WITH TIME ZONE": "timestamp",
    "DATE": "date",
    "UUID": "string",
}
WRITTEN_AS = {  # what Parquet has no type for, or Spark reads of Parquet otherwise
    "UBIGINT": "decimal(20, 0)",
    "HUGEINT": "decimal(38, 0)",
    "UTINYINT": "smallint",
    "USMALLINT": "integer",
    "UINTEGER": "bigint",
    "JSON": "varchar",
    "UUID": "varchar",
    "TIMESTAMP_S": "timestamp",
    "TIMESTAMP_MS": "timestamp",
}


def in_spark(folder: Path, source: str) -> DatabaseAddress:
    """Return a schema with the tables that `source` makes in DuckDB."""
    path = folder / f"to_copy_{next(NUMBERS)}.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("set timezone = 'UTC'")
        con.execute(source)
    return copied(path)


def copied(path: Path, spark: Spark | None = None) -> DatabaseAddress:
    """Return a schema with the tables of a DuckDB file, each column of the type that is nearest to its own."""
    spark = spark or started_spark()
    schema = f"s{next(NUMBERS)}"
    statements = [f"create schema {schema}"]
    with duckdb.connect(str(path), read_only=True) as con:
        con.execute("set timezone = 'UTC'")
        for (name,) in con.execute("select table_name from duckdb_tables()").fetchall():
            columns = con.execute(f'describe "{name}"').fetchall()
            files = spark.folder / "lake" / schema / name
            files.mkdir(parents=True)
            values = ", ".join(_value(column, kind) for column, kind, *_ in columns)
            for number in range(FILES):
                rows = con.sql(f'select {values} from "{name}" where rowid % {FILES} = {number}')
                rows.write_parquet(str(files / f"{number}.parquet"))
            types = ", ".join(f"`{column}` {spark_type(kind)}" for column, kind, *_ in columns)
            statements.append(f"create table {schema}.`{name}` ({types}) using parquet location '{files}'")
    spark.run(*statements)
    return DatabaseAddress(f"{spark.address}/{schema}")


def drop(address: DatabaseAddress) -> None:
    """Drop the schema of a place."""
    started_spark().run(f"drop schema {address.written.rpartition('/')[2]} cascade")


def has_type(kind: str) -> bool:
    """Return whether Spark has a type like one of DuckDB's."""
    return kind in TYPES or kind.startswith("DECIMAL") or kind.endswith("]") or kind.startswith(("STRUCT", "MAP"))


def spark_type(kind: str) -> str:
    """Return the type of Spark's that is nearest to one of DuckDB's."""
    if found := re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", kind):
        return f"decimal({found[1]},{found[2]})"
    if kind.endswith("[]"):
        return f"array<{spark_type(kind[:-2])}>"
    if found := re.fullmatch(r"MAP\((\w+), (\w+)\)", kind):
        return f"map<{spark_type(found[1])}, {spark_type(found[2])}>"
    if found := re.fullmatch(r"STRUCT\((.*)\)", kind):
        return f"struct<{', '.join(_field(field) for field in found[1].split(', '))}>"
    return TYPES[kind]


def _field(declared: str) -> str:
    name, _, kind = declared.partition(" ")
    return f"`{name.strip(chr(34))}`: {spark_type(kind)}"


def _value(column: str, kind: str) -> str:
    written = WRITTEN_AS.get(kind)
    return f'"{column}"' if written is None else f'cast("{column}" as {written}) as "{column}"'
