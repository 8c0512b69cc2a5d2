"""A column of any type is read in Spark as in DuckDB, and what cannot be read is set aside for the same reason."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
from duckdb import SQLExpression

from finops_report.warehouse.base_views import create_contract
from finops_report.warehouse.engines.server.readings import SPACES, TableReading, needed_of, table_reading
from finops_report.warehouse.engines.spark.catalog import table_of
from finops_report.warehouse.engines.spark.filling import WORDS
from finops_report.warehouse.engines.spark.session import Session, address_of, opened
from finops_report.warehouse.readings import read_as
from finops_report.warehouse.waiting import Waiting
from tests.finops_report.warehouse.engines.postgresql.test_readings import MOMENT, NEEDED, every_value, plain, written
from tests.spark.filling import SPARK, copied, has_type, in_spark
from tests.spark.servers import started_spark

WAITING = Waiting(5, time.monotonic, lambda _: None)
UNLIKE = ("JSON", "TIMESTAMP WITH TIME ZONE", "HUGEINT")  # texts, moments shown without an offset, 38 digits at most
BEYOND = ("infinity", "BC", "294247", "1677", "1000-", "5000000")  # of its times, which are from 0001 to 9999
OTHERWISE = ("[timestamp '2026-10-01']",)  # moments within JSON have a T
OWN = {  # types that DuckDB has not, and what is read of them as text
    "timestamp'2026-10-01 12:00:00.5'": "2026-10-01 12:00:00.5",
    "cast('abc' as char(8))": "abc",
    "'Abc' collate UTF8_LCASE": "Abc",
    "parse_json('\"abc\"')": "abc",
    "parse_json('[1]')": None,
    "cast(unhex('ff') as string)": None,
    "array(1, 2)": None,
    "interval '1' day": None,
}

pytestmark = SPARK


def can_be_held(value: str) -> bool:
    is_moment = "timestamp" in value.lower() or "date" in value.lower()
    return value not in OTHERWISE and not (is_moment and any(sign in value for sign in BEYOND))


def is_alike(kind: str) -> bool:
    return has_type(kind) and kind not in UNLIKE


def test_a_value_of_any_type_is_read_as_in_duckdb(tmp_path: Path) -> None:
    different = compared(tmp_path / "t.duckdb", filter(can_be_held, every_value()))
    assert different == [], "\n".join(different)


def compared(path: Path, values: Iterable[str]) -> list[str]:
    """Return which of these values Spark reads otherwise than DuckDB, in columns of their type."""
    groups, different = written(path, list(values), is_alike), []
    address = copied(path)
    with closing(opened(address_of(address.written, {}), 600, WAITING)) as session, duckdb.connect() as con:
        con.execute(f"set timezone = 'UTC'; attach '{path}' as known (read_only)")
        create_contract(con)
        contract = con.table("contract.telemetry")
        for table, of_type in groups.items():
            schema = address.written.rpartition("/")[2]
            found = read_there(session, reading_of(session, con, schema, table))
            known = read_as(contract, con.table(f"known.main.{table}")).order("request_id")
            wanted = known.select("request_id", SQLExpression(MOMENT), *NEEDED[1:], "unreadable_columns").fetchall()
            for value, ours, theirs in zip(of_type, found, wanted, strict=True):
                if plain(ours[1:]) != plain(theirs[1:]):
                    different.append(f"{value}: {plain(ours[1:])} and not {plain(theirs[1:])}")
    return different


def reading_of(session: Session, con: duckdb.DuckDBPyConnection, schema: str, name: str) -> TableReading[str]:
    described = session.rows(WORDS.piece("session/columns", table=WORDS.identifier(schema, name)))
    found = table_of(schema, name, list(described), "")
    return table_reading(WORDS, session, needed_of(con.table("contract.telemetry")), found)


def read_there(session: Session, reading: TableReading[str]) -> list[tuple[Any, ...]]:
    columns = [*(reading.brought(name) for name in ("request_id", *NEEDED)), WORDS.identifier("unreadable_columns")]
    text = reading.text(WORDS.piece("frame/all_rows"))
    brought = WORDS.piece("frame/brought", columns=WORDS.listed(columns), text=text)
    return sorted(session.rows(brought, {"spaces": SPACES}), key=lambda row: str(row[0]))


def test_types_of_its_own_are_read_as_text(tmp_path: Path) -> None:
    address = in_spark(tmp_path, "create table other as select 1 as one")
    schema = address.written.rpartition("/")[2]
    columns = ", ".join(f"cast({value} as {kind_of(value)}) as c{number}" for number, value in enumerate(OWN))
    started_spark().run(f"create view {schema}.own as select {columns}")
    with closing(opened(address_of(address.written, {}), 600, WAITING)) as session, duckdb.connect() as con:
        create_contract(con)
        for number, (value, text) in enumerate(OWN.items()):
            view = f"v{number}"
            one = f"select c{number} as team, '1' as request_id from {schema}.own"
            started_spark().run(f"create view {schema}.{view} as {one}")
            ((_, _, team, *_, unreadable),) = read_there(session, reading_of(session, con, schema, view))
            assert team == text, value
            assert ("team:not text" in unreadable) == (text is None), value


def kind_of(value: str) -> str:
    (kind,) = started_spark().run(f"select typeof({value})")[0]
    return str(kind)


def test_numbers_at_the_edge_of_a_bucket_fall_into_that_of_duckdb() -> None:
    """The logarithm is another library's: of powers of two, and of what buckets end with, no bit may be another."""
    edges = {0.001 * (1.01 / 0.99) ** number for number in range(2000)}
    numbers = sorted(edges | {2.0**power + off for power in range(41) for off in (-1, 0, 1) if 2.0**power + off > 0})
    bucket = "cast(floor(ln(n) / ln({})) as int)"
    columns = f"{bucket.format('2')}, {bucket.format('1.0202020202020203e0')}"
    listed = ", ".join(f"({number!r}e0)" if "e" not in repr(number) else f"({number!r})" for number in numbers)
    with duckdb.connect() as con:
        wanted = con.execute(f"select n, {columns} from (values {listed}) as given (n) order by n").fetchall()
    found = started_spark().run(f"select n, {columns} from values {listed} as given (n) order by n")
    assert found == wanted
