"""A column of any type is read in ClickHouse as in DuckDB, and what cannot be read is set aside for the same reason."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
from duckdb import SQLExpression

from finops_report.warehouse.base_views import create_contract
from finops_report.warehouse.engines.clickhouse.filling import ClickhouseWords
from finops_report.warehouse.engines.clickhouse.session import Session, address_of, opened
from finops_report.warehouse.engines.server.readings import TableReading, needed_of, table_reading
from finops_report.warehouse.readings import read_as
from finops_report.warehouse.waiting import Waiting
from tests.clickhouse.filling import TYPES, copied, in_clickhouse
from tests.clickhouse.servers import started_clickhouse
from tests.extended import EXTENDED
from tests.finops_report.warehouse.engines.postgresql.test_readings import MOMENT, NEEDED, every_value, plain, written

PASSAGE = Path("not used")
WORDS = ClickhouseWords()
WAITING = Waiting(5, time.monotonic, lambda _: None)
UNLIKE = ("JSON", "TIMESTAMP WITH TIME ZONE")  # there they are texts, and moments that are shown without an offset
BIG = ("'1e400'", "'1e99999'", "'123456789012345678901234567890'")  # numbers that are no JSON there
# Of its times, which are from 1900 to 2299.
BEYOND = ("infinity", "BC", "9999", "294247", "1677", "1000-", "2300", "5000000")
FLOATS = ("1e-7::double", "1.5e-300::double", "0.1::float", "123456.789e20::double")
OWN = {  # types that DuckDB has not, and what is read of them as time, text, number, truth and JSON
    "toDateTime64('2026-10-01 12:00:00.1234567', 7, 'Asia/Tokyo')": "2026-10-01 03:00:00.123456",
    "toDateTime('2026-10-01 12:00:00', 'Asia/Tokyo')": "2026-10-01 03:00:00",
    "toDate('2026-10-01')": "2026-10-01",
    "toLowCardinality('2026-10-01')": "2026-10-01",
    "toFixedString('abc', 8)": "abc",
    "cast('b', 'Enum8(\\'a\\' = 1, \\'b\\' = 2)')": "b",
    "unhex('ff')": None,
    "[1, 2]": None,
    "toIPv4('127.0.0.1')": None,
}


def has_type(kind: str) -> bool:
    return (kind in TYPES and kind not in UNLIKE) or kind.startswith("DECIMAL")


def can_be_held(value: str) -> bool:
    is_moment = "timestamp" in value.lower() or "date" in value.lower()
    return value not in BIG and not (is_moment and any(sign in value for sign in BEYOND))


@EXTENDED
def test_a_value_of_any_type_is_read_as_in_duckdb(tmp_path: Path) -> None:
    different = compared(tmp_path / "t.duckdb", [*filter(can_be_held, every_value()), *FLOATS])
    assert different == [], "\n".join(different)


@EXTENDED
def test_numbers_that_no_double_holds_to_the_last_digit_are_no_json(tmp_path: Path) -> None:
    different = compared(tmp_path / "t.duckdb", BIG)
    assert ["tags:not JSON" in line.partition(" and not ")[0] for line in different] == [True] * len(BIG)


def compared(path: Path, values: Iterable[str]) -> list[str]:
    """Return which of these values ClickHouse reads otherwise than DuckDB, in columns of their type."""
    groups, different = written(path, list(values), has_type), []
    address = copied(path)
    with closing(opened(address_of(address.written, {}), 60, WAITING, PASSAGE)) as session, duckdb.connect() as con:
        con.execute(f"set timezone = 'UTC'; attach '{path}' as known (read_only)")
        create_contract(con)
        contract = con.table("contract.telemetry")
        for table, of_type in groups.items():
            found = read_there(session, table_of(session, con, table))
            known = read_as(contract, con.table(f"known.main.{table}")).order("request_id")
            wanted = known.select("request_id", SQLExpression(MOMENT), *NEEDED[1:], "unreadable_columns").fetchall()
            for value, ours, theirs in zip(of_type, found, wanted, strict=True):
                if plain(ours[1:]) != plain(theirs[1:]):
                    different.append(f"{value}: {plain(ours[1:])} and not {plain(theirs[1:])}")
    return different


def table_of(session: Session, con: duckdb.DuckDBPyConnection, name: str) -> TableReading[str]:
    tables = {one.table.name: one for one in session.tables()}
    return table_reading(WORDS, session, needed_of(con.table("contract.telemetry")), tables[name])


def read_there(session: Session, reading: TableReading[str]) -> list[tuple[Any, ...]]:
    columns = [*(reading.brought(name) for name in ("request_id", *NEEDED)), WORDS.identifier("unreadable_columns")]
    text = reading.text(WORDS.piece("frame/all_rows"))
    return sorted(session.rows(WORDS.piece("frame/brought", columns=WORDS.listed(columns), text=text)))


@EXTENDED
def test_types_of_its_own_are_read_as_text(tmp_path: Path) -> None:
    address = in_clickhouse(tmp_path, "create table other as select 1 as one")
    server, name = started_clickhouse(), address.written.rpartition("/")[2]
    with closing(opened(address_of(address.written, {}), 60, WAITING, PASSAGE)) as session, duckdb.connect() as con:
        create_contract(con)
        for number, (value, text) in enumerate(OWN.items()):
            columns = ", ".join(f"{value} as {column}" for column in ("request_id", "timestamp", "team"))
            server.run(f"create table {name}.t{number} engine = MergeTree order by tuple() as select {columns}")
            reading = table_of(session, con, f"t{number}")
            ((ident, _, team, *_, unreadable),) = read_there(session, reading)
            assert (ident, team) == (text, text), value
            assert ("team:not text" in unreadable) == (text is None), value
