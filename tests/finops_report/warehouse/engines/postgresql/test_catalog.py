"""The telemetry is found whatever it is called and however it is laid out, and nothing that may not be read is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from finops_report.calendar.period import PeriodAsk
from finops_report.database_address import DatabaseAddress
from finops_report.errors import DatabaseError
from finops_report.warehouse import ReadRequest, Waiting, read
from tests.finops_report.warehouse.hostile import NOW_US
from tests.finops_report.warehouse.servers import in_postgresql

COLUMNS = (
    'timestamp timestamptz, "Request_ID" bigint, strategy varchar(20), provider citext_like, model char(8), '
    "input_tokens smallint, output_tokens numeric(10, 2), cost_estimated numeric(28, 12), latency_ms real"
)
ROW = "('2026-10-01 14:00+02', 7, 'fixed', 'openai', 'm', 100, 10.00, 0.123456789012, 1.5)"


@pytest.fixture
def place(tmp_path: Path) -> DatabaseAddress:
    return in_postgresql(tmp_path, "create table other as select 1 as one")


def executed(place: DatabaseAddress, *statements: str) -> None:
    server, _, schema = place.written.partition("?schema=")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"set search_path to {schema}".encode())
        for statement in statements:
            connection.execute(statement.encode())


def asked(place: DatabaseAddress, table: str | None = None) -> ReadRequest:
    return ReadRequest(place, table, PeriodAsk(), NOW_US, Waiting(1, lambda: 0.0, lambda _: None))


def test_partitions_domains_and_names_in_capitals_are_read(place: DatabaseAddress) -> None:
    executed(
        place,
        "create domain citext_like as text",
        f"create table calls ({COLUMNS}) partition by range (timestamp)",
        "create table calls_10 partition of calls for values from ('2026-10-01') to ('2026-11-01')",
        f"insert into calls values {ROW}",
    )
    answers = read(asked(place))
    assert answers.source.table == "calls"
    (spend,) = answers.views["spend_by_model"]
    assert (spend["provider"], spend["model"], str(spend["cost_usd"])) == ("openai", "m", "0.123456789012")


def test_of_two_tables_one_is_to_be_named_with_or_without_its_schema(place: DatabaseAddress) -> None:
    schema = place.written.partition("?schema=")[2]
    made = f"create domain citext_like as text; create table calls ({COLUMNS}); insert into calls values {ROW}"
    executed(place, made, "create view shown as select * from calls")
    with pytest.raises(DatabaseError, match="More than one table could be the telemetry: calls, shown") as caught:
        read(asked(place))
    assert caught.value.hint == "choose one: --table calls"
    for table in ("calls", "SHOWN", f"{schema}.calls"):
        assert read(asked(place, table)).extent.rows_read == 1
    with pytest.raises(DatabaseError, match="No such table"):
        read(asked(place, "elsewhere.calls"))


def test_what_lacks_is_named(place: DatabaseAddress) -> None:
    executed(place, "create table telemetry (timestamp timestamp, request_id text)")
    with pytest.raises(DatabaseError, match="missing from table telemetry: strategy, provider"):
        read(asked(place))
    with pytest.raises(DatabaseError, match="no tables"):
        read(asked(replace(place, written=f"{place.written}_gone")))


def test_a_table_that_is_called_as_ours_and_is_another_is_left_out(place: DatabaseAddress) -> None:
    made = f"create domain citext_like as text; create table calls ({COLUMNS}); insert into calls values {ROW}"
    executed(place, made, "create table attempts (timestamp timestamp, student text)")
    source = read(asked(place)).source
    assert not source.has_attempts
    assert [one.what for one in source.left_out] == ["table attempts"]
