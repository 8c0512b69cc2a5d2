"""Run what a warehouse's statements mean in DuckDB: a connection (PEP 249) that reads them as the warehouse's dialect.

What sqlglot cannot put into DuckDB's words are functions of the same meaning here, or, for the small tables that are
given as JSON, replaced; `REPLACED` says which. It shows that the text means what it should if sqlglot reads the dialect
as the warehouse does; it is no test of the warehouse.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import sqlglot
from duckdb import SQLExpression
from sqlglot import exp
from sqlglot.tokenizer_core import TokenType

from finops_report.warehouse.base_views import create_contract
from finops_report.warehouse.engines.server.catalog import FoundTable
from finops_report.warehouse.engines.server.given import GIVEN
from finops_report.warehouse.engines.server.readings import SPACES, needed_of, table_reading
from finops_report.warehouse.engines.server.text_words import TextWords
from finops_report.warehouse.engines.spark.catalog import Answers
from finops_report.warehouse.engines.warehouses.session import Door, WarehouseSession
from finops_report.warehouse.readings import read_as
from finops_report.warehouse.waiting import Waiting
from tests.finops_report.warehouse.engines.postgresql.test_readings import MOMENT, NEEDED, plain, written

NO_WAIT = Waiting(0, lambda: 0.0, lambda _: None)
REPLACED = GIVEN  # casts of JSON to rows, which only the warehouse has
MACROS = """
create macro from_unixtime_nanos(nanos) as make_timestamp(nanos // 1000);
create macro json_format(value) as cast(to_json(value) as varchar);
create macro safe_multiply(a, b) as a * b;
create macro can_json_parse(value) as json_valid(value);
create macro try_json(value) as try_cast(value as json);
create macro value_of_key(value, key) as value ->> ('/' || replace(replace(key, '~', '~0'), '/', '~1'));
"""
IS_CATALOG = re.compile("information_schema|svv_columns", re.IGNORECASE)
FLAGS = {f"has_{name}": "BOOLEAN" for name in ("teams", "providers", "models", "regions")}
STRUCTURES: dict[str, dict[str, object]] = {
    "spans": dict.fromkeys(("start_us", "until_us", "day_us", "month_us", "stretch_us"), "BIGINT"),
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


def as_they_are(tree: exp.Expr) -> exp.Expr:
    """Put right nothing."""
    return tree


@dataclass(frozen=True)
class Reading:
    """How a warehouse's statements are read: its dialect, what it calls DuckDB's types, and what is put right of them.

    `with_values` returns a statement with its values in it, as the driver would have them; `listed` a column with its
    table and type as the warehouse lists it.
    """

    dialect: str
    types: Mapping[str, str]
    with_values: Callable[[str, Any], str]
    put_right: Callable[[exp.Expr], exp.Expr] = as_they_are
    exemptions: object = None  # how those of policies are given, if not as rows
    listed: Callable[[str, str, str], tuple[str, ...]] = lambda *column: column

    def structure(self, name: str) -> object:
        """Return the columns of a small table that is given as JSON."""
        columns = STRUCTURES[name]
        if name == "policies":
            columns = {**columns, **FLAGS, "exemptions": self.exemptions or columns["exemptions"]}
        return [columns]


class Meaning:
    """A connection to the tables of a DuckDB file, as if they were in the schema of a warehouse."""

    def __init__(self, path: Path, reading: Reading) -> None:
        self._reading = reading
        self._con = duckdb.connect()
        self._con.execute(f"set timezone = 'UTC'; attach '{path}' as known (read_only)")
        self._con.execute(f"attach ':memory:' as here; use here; {MACROS}")
        self._tables = {name for (name,) in self._con.execute("select table_name from duckdb_tables()").fetchall()}

    def cursor(self) -> SimpleNamespace:
        rows: list[tuple[Any, ...]] = []

        def execute(text: str, values: Any = None) -> None:
            if text.startswith("set "):  # of the session
                return
            rows[:] = self._columns() if IS_CATALOG.search(text) else self._run(text, values)

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
        types = self._reading.types
        return [
            self._reading.listed(table, column, types.get(kind.partition("(")[0], kind.lower()))
            for table, column, kind in found.fetchall()
        ]

    def _run(self, text: str, values: Any) -> list[tuple[Any, ...]]:
        return self._con.execute(self._meant(text, values)).fetchall()

    def _meant(self, text: str, values: Any) -> str:
        """Return a statement in DuckDB's words, with its values in it."""
        tree = sqlglot.parse_one(self._reading.with_values(text, values), read=self._reading.dialect)
        for table in tree.find_all(exp.Table):
            if table.name.lower() in self._tables and table.db:
                table.set("catalog", exp.to_identifier("known", quoted=True))
                table.set("db", exp.to_identifier("main", quoted=True))
        for one in tree.find_all(exp.CTE):
            if one.alias in REPLACED:
                written = next(each.name for each in one.this.find_all(exp.Literal) if each.name.startswith("["))
                one.set("this", sqlglot.parse_one(self._given(one.alias, written), read="duckdb"))
        for length in list(tree.find_all(exp.Length)):
            if isinstance(length.this, exp.Encode):
                length.replace(exp.func("octet_length", length.this.copy()))
        return self._reading.put_right(tree).sql(dialect="duckdb").replace("SAFE.JSON(", "try_json(")

    def _given(self, name: str, written: str) -> str:
        quoted = written.replace(chr(39), chr(39) * 2)
        structure = json.dumps(self._reading.structure(name))
        return f"select unnest(from_json('{quoted}', '{structure}'), recursive := true)"


def in_order(dialect: str) -> Callable[[str, list[Any]], str]:
    """Return what puts values where the question marks are that are in no text."""

    def with_values(text: str, values: list[Any]) -> str:
        left = list(values)
        tokens = sqlglot.tokenize(text, read=dialect)
        for place in reversed([one for one in tokens if one.token_type is TokenType.PLACEHOLDER]):
            text = f"{text[: place.start]}{exp.convert(left.pop()).sql(dialect=dialect)}{text[place.end + 1 :]}"
        assert not left
        return text

    return with_values


def by_name(dialect: str) -> Callable[[str, Mapping[str, Any] | None], str]:
    """Return what puts values where they are named as %(name)s, as drivers do by Python's own means."""

    def with_values(text: str, values: Mapping[str, Any] | None) -> str:
        if values is None:
            return text
        return text % {name: exp.convert(value).sql(dialect=dialect) for name, value in values.items()}

    return with_values


def compared(
    path: Path,
    values: Iterable[str],
    words: TextWords,
    door: Door,
    tables: Callable[[Answers], tuple[FoundTable, ...]],
    alike: tuple[str, ...],
) -> list[str]:
    """Return which of these values are read otherwise than DuckDB does, in columns of their type, if it is `alike`."""
    groups, different = written(path, list(values), lambda kind: kind.partition("(")[0] in alike), []
    with closing(WarehouseSession(words, door, 600, NO_WAIT)) as session, duckdb.connect() as con:
        con.execute(f"set timezone = 'UTC'; attach '{path}' as known (read_only)")
        create_contract(con)
        contract = con.table("contract.telemetry")
        found_tables = {one.table.name: one for one in tables(session.rows)}
        for table, of_type in groups.items():
            reading = table_reading(words, session, needed_of(contract), found_tables[table])
            columns = [*map(reading.brought, ("request_id", *NEEDED)), words.identifier("unreadable_columns")]
            text = reading.text(words.piece("frame/all_rows"))
            brought = words.piece("frame/brought", columns=words.listed(columns), text=text)
            found = sorted(session.rows(brought, {"spaces": SPACES}), key=lambda row: str(row[0]))
            known = read_as(contract, con.table(f"known.main.{table}")).order("request_id")
            wanted = known.select("request_id", SQLExpression(MOMENT), *NEEDED[1:], "unreadable_columns").fetchall()
            for value, ours, theirs in zip(of_type, found, wanted, strict=True):
                if plain(ours[1:]) != plain(theirs[1:]):
                    different.append(f"{value}: {plain(ours[1:])} and not {plain(theirs[1:])}")
    return different
