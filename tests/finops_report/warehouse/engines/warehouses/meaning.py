"""Run what a warehouse's statements mean in DuckDB: a connection (PEP 249) that reads them as the warehouse's dialect.

What sqlglot cannot put into DuckDB's words are functions of the same meaning here, or, for the small tables that are
given as JSON, replaced; `REPLACED` says which. It shows that the text means what it should if sqlglot reads the dialect
as the warehouse does; it is no test of the warehouse.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.tokenizer_core import TokenType

from finops_report.warehouse.engines.server.given import GIVEN

REPLACED = GIVEN  # casts of JSON to rows, which only the warehouse has
MACROS = """
create macro from_unixtime_nanos(nanos) as make_timestamp(nanos // 1000);
create macro json_format(value) as cast(to_json(value) as varchar);
create macro typeof_there(value) as lower(typeof(value));
"""
STRUCTURES = {
    "spans": {"start_us": "BIGINT", "until_us": "BIGINT", "day_us": "BIGINT", "month_us": "BIGINT"},
    "history_spans": {"start_us": "BIGINT", "until_us": "BIGINT", "day_us": "BIGINT"},
    "budget_settings": {
        "number": "INTEGER", "end_user": "VARCHAR", "tag_key": "VARCHAR", "tag_value": "VARCHAR",
        "needs_rows": "BOOLEAN",
    },
    "not_urgent_tags": {"tag_key": "VARCHAR", "tag_value": "VARCHAR"},
    "policies": {
        "guardrail": "VARCHAR", "teams": ["VARCHAR"], "providers": ["VARCHAR"], "models": ["VARCHAR"],
        "regions": ["VARCHAR"], "max_input_tokens": "BIGINT", "max_output_tokens": "BIGINT",
        "exemptions": [{"team": "VARCHAR", "until_us": "BIGINT"}],
    },
}  # fmt: skip
TYPES = {"TIMESTAMP": "timestamp(6)", "JSON": "varchar", "FLOAT": "real", "BLOB": "varbinary"}


class Meaning:
    """A connection to the tables of a DuckDB file, as if they were in the schema of a warehouse."""

    def __init__(self, path: Path, dialect: str) -> None:
        self._dialect = dialect
        self._con = duckdb.connect()
        self._con.execute(f"set timezone = 'UTC'; attach '{path}' as known (read_only); use known.main")
        self._con.execute(f"attach ':memory:' as here; use here; {MACROS}")
        self._tables = {name for (name,) in self._con.execute("select table_name from duckdb_tables()").fetchall()}

    def cursor(self) -> SimpleNamespace:
        rows: list[tuple[Any, ...]] = []

        def execute(text: str, values: list[Any]) -> None:
            rows[:] = self._columns() if "information_schema" in text else self._run(text, values)

        def fetchmany(size: int) -> list[tuple[Any, ...]]:
            some, rows[:] = rows[:size], rows[size:]
            return some

        return SimpleNamespace(execute=execute, fetchmany=fetchmany, close=rows.clear, cancel=self._con.interrupt)

    def close(self) -> None:
        self._con.close()

    def _columns(self) -> list[tuple[Any, ...]]:
        found = self._con.execute(
            "select table_name, column_name, data_type from duckdb_columns() where database_name = 'known'"
        )
        return [(table, column, TYPES.get(kind, kind.lower())) for table, column, kind in found.fetchall()]

    def _run(self, text: str, values: list[Any]) -> list[tuple[Any, ...]]:
        return self._con.execute(self._meant(text, values)).fetchall()

    def _meant(self, text: str, values: list[Any]) -> str:
        """Return a statement in DuckDB's words, with its values in it."""
        tree = sqlglot.parse_one(self._with_values(text, values), read=self._dialect)
        for table in tree.find_all(exp.Table):
            if table.name in self._tables and table.db:
                table.set("catalog", exp.to_identifier("known"))
                table.set("db", exp.to_identifier("main"))
        for length in list(tree.find_all(exp.Length)):
            if isinstance(length.this, exp.Encode):
                length.replace(exp.func("octet_length", length.this.copy()))
        for one in tree.find_all(exp.CTE):
            if one.alias in REPLACED:
                (written,) = [each.name for each in one.this.find_all(exp.Literal) if each.is_string][:1]
                one.set("this", sqlglot.parse_one(_given(one.alias, written), read="duckdb"))
        return tree.sql(dialect="duckdb")

    def _with_values(self, text: str, values: list[Any]) -> str:
        """Return a statement with its values where the question marks were that are in no text."""
        left = list(values)
        places = [one for one in sqlglot.tokenize(text, read=self._dialect) if one.token_type is TokenType.PLACEHOLDER]
        for place in reversed(places):
            text = f"{text[: place.start]}{exp.convert(left.pop()).sql(dialect=self._dialect)}{text[place.end + 1 :]}"
        assert not left
        return text


def _given(name: str, written: str) -> str:
    structure = json.dumps([STRUCTURES[name]])
    return f"select unnest(from_json('{written.replace(chr(39), chr(39) * 2)}', '{structure}'), recursive := true)"
