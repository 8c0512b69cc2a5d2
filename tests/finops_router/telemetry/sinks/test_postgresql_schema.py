"""The tables of PostgreSQL are those of DuckDB, column by column: a new column cannot be forgotten."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import psycopg
import pytest
from finops_router.records import KINDS, columns

SQL = Path(__file__).parents[4] / "sql"
DUCKDB, POSTGRES = SQL / "schema", SQL / "dialects" / "postgres" / "schema"
TYPES = {
    "VARCHAR": "text",
    "DOUBLE": "double precision",
    "TIMESTAMP": "timestamp without time zone",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "JSON": "json",
}
Columns = dict[str, list[tuple[str, str]]]


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql"))}


def of_duckdb() -> Columns:
    with duckdb.connect() as con:
        for text in texts(DUCKDB).values():
            con.execute(text)
        found: Columns = {}
        for table, column, kept in con.execute(
            "select table_name, column_name, data_type from duckdb_columns() where not internal order by column_index"
        ).fetchall():
            found.setdefault(table, []).append((column, TYPES.get(kept) or kept.lower().replace("decimal", "numeric")))
        return found


def of_postgresql(address: str, schema: str = "public") -> Columns:
    with psycopg.connect(address) as connection:
        found: Columns = {}
        for table, column, kept in connection.execute(
            "select c.relname, a.attname, format_type(a.atttypid, a.atttypmod) from pg_attribute a"
            " join pg_class c on c.oid = a.attrelid where c.relnamespace = to_regnamespace(%s) and c.relkind = 'r'"
            " and a.attnum > 0 and not a.attisdropped order by a.attnum",
            [schema],
        ):
            found.setdefault(table, []).append((column, kept))
        return found


def run(address: str, text: str) -> None:
    with psycopg.connect(address) as connection:
        connection.execute(text.encode())


def test_each_file_has_its_like_of_the_same_number_and_name() -> None:
    assert list(texts(DUCKDB)) == list(texts(POSTGRES))


def test_the_tables_have_the_same_columns_of_the_same_types_in_the_same_order(postgresql: str) -> None:
    for text in texts(POSTGRES).values():
        run(postgresql, text)
    found = of_postgresql(postgresql)
    assert found == of_duckdb()
    for kind in KINDS:
        assert sorted(name for name, _ in found[kind.table]) == sorted(columns(kind))


def test_each_file_may_be_run_twice_and_beside_nine_columns_that_were_there(postgresql: str) -> None:
    run(postgresql, "create table telemetry (timestamp timestamptz, request_id text, model text, input_tokens bigint)")
    for text in 2 * list(texts(POSTGRES).values()):
        run(postgresql, text)
    found = dict(of_postgresql(postgresql)["telemetry"])
    assert set(found) == {name for name, _ in of_duckdb()["telemetry"]}
    assert found["input_tokens"] == "bigint"


@pytest.mark.parametrize("name", texts(POSTGRES))
def test_each_file_only_adds(name: str) -> None:
    code = re.sub(r"--.*", "", texts(POSTGRES)[name]).lower()
    for statement in filter(None, map(str.strip, code.split(";"))):
        assert re.match(r"create (table|index) if not exists |alter table \w+ add column if not exists ", statement)
