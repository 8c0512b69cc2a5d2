"""A column of any type is read in PostgreSQL as in DuckDB, and what cannot be read is set aside for the same reason."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
from duckdb import SQLExpression
from psycopg.sql import Composable

from finops_report.warehouse.base_views import create_contract
from finops_report.warehouse.engines.postgresql.catalog import tables_of
from finops_report.warehouse.engines.postgresql.filling import PostgresWords
from finops_report.warehouse.engines.postgresql.session import opened
from finops_report.warehouse.engines.server.readings import SPACES, TableReading, needed_of, table_reading
from finops_report.warehouse.readings import read_as
from finops_report.warehouse.waiting import Waiting
from tests.finops_report.warehouse.servers import copied, has_type
from tests.finops_report.warehouse.test_readings import NO_NUMBERS, NO_TEXTS, NO_TIMES, NUMBERS, TEXTS, TIMES

POSTGRES = PostgresWords()
NO_WAIT = Waiting(5, lambda: 0.0, lambda _: None)
NEEDED = ("timestamp", "team", "input_tokens", "stream", "tags")  # a column of each kind that is needed
MOMENT = "coalesce(epoch_us(timestamp), case when timestamp is not null then -1 end)"  # -1: an infinite one
LEAST_US = 946_684_800_000_000
# fmt: off
TEXT_TIMES = [
    '2026-10-01', '2026-1-1', '2026/10/01 12:00', '2026-10/01', '2026-10-01 12', '2026-10-01 12:',
    '2026-10-01 1:2:3', '2026-10-01 12:00:00.', '2026-10-01 12:00:00.1234569', '2026-10-01 12:00.5',
    '2026-10-01 24:00:00', '2026-10-01 24:00:01', '2026-10-01 23:59:60', '2026-10-01 23:60',
    '2026-02-29', '2024-02-29', '2100-02-29', '2026-04-31', '2026-13-01', '2026-10-00', '0000-01-01',
    '1999-12-31 23:59:59', '9999-12-31 23:59:59', '2026-10-01 12:00+02', '2026-10-01 12:00+2',
    '2026-10-01 12:00+0230', '2026-10-01 12:00+02:30:15', '2026-10-01 12:00+2:30',
    '2026-10-01 12:00+99', '2026-10-01 12:00+02:60', '2026-10-01 12:00-00:30', '2026-10-01 12:00 +02',
    '2026-10-01 12:00z', '2026-10-01 12:00 Z', '2026-10-01 12:00 UTC', '2026-10-01 12:00 GMT',
    '2026-10-01T12:00:00,5', '2026-10-01 12:00:00:00', '2026-10-01T', '\xa02026-10-01\u2003', '',
]
TEXT_NUMBERS = [
    '7', ' 7\t', '+7', '+-7', '-7', '--7', '7.', '.5', '.', '1_000', '_1', '1_', '1__0', '1e3', '1E+3',
    '1e-3', '1e', 'e1', '1e400', '1e-400', '1e99999', '1e-99999', '0x10',
    '1,5', '1d', '\xa07\xa0', '٣', '0.1', '9007199254740993', '123456789012345678901234567890', '4.35',
    '1e22', '1e23', '0.000000000000000000000000000001',
]
WORDS = [
    'true', 'FALSE', 't', 'F', 'yes', 'No', 'y', 'n', '1', '0', 'on', 'off', 'ja', ' true ',
]
JSONS = [
    '{"a": 1}', '[]', '{}', '{a: 1}', '1', '-0.5e10', '01', '1.',
    '"x"', '"\\n"', '"\\x"', 'null', 'nul', '', ' ', '{"a": "b\\"c"}', '{"a": 1} x',
    '["\\ud83d\\ude00"]', '\xa0{}', '[1 2]', '{"a" "b"}',
]
# fmt: on


def literals(texts: Iterable[str]) -> list[str]:
    return ["'" + text.replace("'", "''") + "'" for text in texts]


def of_types() -> list[str]:
    groups = (TIMES, NO_TIMES, NUMBERS, NO_NUMBERS, NO_TEXTS)
    return [value for group in groups for value in group.values()] + [value for value, _ in TEXTS.values()]


def every_value() -> list[str]:
    rest = literals([*TEXT_TIMES, *TEXT_NUMBERS, *WORDS, *JSONS])
    numbers = [
        "0.1::double",
        "1e15::double",
        "2.5::double",
        "-0.0::double",
        "1.5::decimal(20, 4)",
        "1790856000.1234565::double",
    ]
    return [*dict.fromkeys([*of_types(), *rest, *numbers])]


def test_a_value_of_any_type_is_read_as_in_duckdb(tmp_path: Path) -> None:
    different = compared(tmp_path / "t.duckdb", every_value())
    assert different == [], "\n".join(different)


def test_what_only_duckdb_takes_for_json_is_set_aside(tmp_path: Path) -> None:
    values = literals(["inf", "nan", "Infinity", "[1,]", '{"a": {"b": [1, 2, {}]}}'])
    different = compared(tmp_path / "t.duckdb", values)
    assert ["tags:not JSON" in line.partition(" and not ")[0] for line in different] == [True] * 5


def compared(path: Path, values: list[str]) -> list[str]:
    """Return which of these values PostgreSQL reads otherwise than DuckDB, in columns of their type."""
    groups = written(path, values, has_type)
    address, different = copied(path), []
    with closing(opened(address.written, {}, 60, NO_WAIT, Path("never written"))) as session, duckdb.connect() as con:
        con.execute(f"set timezone = 'UTC'; attach '{path}' as known (read_only)")
        create_contract(con)
        contract = con.table("contract.telemetry")
        tables = {one.table.name: one for one in tables_of(session, "")}
        for table, of_type in groups.items():
            reading = table_reading(POSTGRES, session, needed_of(contract), tables[table])
            brought = POSTGRES.piece(
                "frame/brought", columns=shown(reading), text=reading.text(POSTGRES.piece("frame/all_rows"))
            )
            found = sorted(session.rows(brought, {"spaces": SPACES}))
            known = read_as(contract, con.table(f"known.main.{table}")).order("request_id")
            wanted = known.select("request_id", SQLExpression(MOMENT), *NEEDED[1:], "unreadable_columns").fetchall()
            for value, ours, theirs in zip(of_type, found, wanted, strict=True):
                if plain(ours[1:]) != plain(theirs[1:]):
                    different.append(f"{value}: {plain(ours[1:])} and not {plain(theirs[1:])}")
    return different


def written(path: Path, values: list[str], has_type: Callable[[str], bool]) -> dict[str, list[str]]:
    """Write a table for each type that a server has, with a row a value; return the values by table."""
    groups: dict[str, list[str]] = {}
    with duckdb.connect(str(path)) as con:
        con.execute("set timezone = 'UTC'")
        for value in values:
            groups.setdefault(str(con.sql(f"select {value} from range(1) t (i)").types[0]), []).append(value)
        tables = {f"t{number}": groups[kind] for number, kind in enumerate(filter(has_type, groups))}
        for table, of_type in tables.items():
            con.execute(f"create table {table} as {' union all '.join(map(_row, range(len(of_type)), of_type))}")
    return tables


def _row(number: int, value: str) -> str:
    columns = ", ".join(f"{value} as {name}" for name in NEEDED)
    return f"select {columns}, '{number:03}' as request_id from range(1) t (i)"


def shown(reading: TableReading[Composable]) -> Composable:
    return POSTGRES.listed(
        [*(reading.brought(name) for name in ("request_id", *NEEDED)), POSTGRES.identifier("unreadable_columns")]
    )


def _parsed(text: str) -> object:
    """Return what JSON means; a text that only DuckDB takes for JSON as it is."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def plain(row: tuple[Any, ...]) -> tuple[object, ...]:
    """Return a row so that what means the same is equal: moments that cannot be used, JSON, the order of reasons."""
    moment, text, number, truth, tags, unreadable = row
    reasons = [
        one if isinstance(one, str) else f"{one['column_name']}:{one['reason']}" for one in unreadable or () if one
    ]
    is_usable = moment is not None and moment >= LEAST_US
    if not is_usable and moment is not None:
        reasons.append("timestamp:not a usable time")
    if number is not None and not 0 <= float(number) < 1e300:
        number = None
        reasons.append("input_tokens:negative or not a number")
    return (
        moment if is_usable else None,
        text,
        None if number is None else float(number),
        truth,
        None if tags is None else _parsed(tags),
        sorted(reasons),
    )
