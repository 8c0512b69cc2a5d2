"""What goes wrong in a Spark is one error, without any secret; settings of the server change no figure."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from finops_report.calendar.period import PeriodAsk
from finops_report.database_address import DatabaseAddress
from finops_report.errors import DatabaseError
from finops_report.warehouse import Limits, ReadRequest, Waiting, read
from finops_report.warehouse.engines.spark.session import address_of, opened
from tests.conftest import NINE, Run
from tests.finops_report.warehouse.hostile import NOW_US
from tests.spark.filling import SPARK, copied, in_spark
from tests.spark.servers import started_spark

WAITING = Waiting(5, time.monotonic, lambda _: None)
TOKEN = "t0p-s3cret-t0ken"
ROW = "insert into telemetry (timestamp, request_id, provider) values ('2026-10-01', 'r1', 'openai')"
SLOW = "select t.* from {0}.telemetry as t cross join range(100000) as a cross join range(100000) as b"
LIMITS = Limits(time_s=600)

pytestmark = SPARK


@pytest.fixture
def place(tmp_path: Path) -> DatabaseAddress:
    return in_spark(tmp_path, f"create table telemetry ({NINE}); {ROW}")


def schema_of(place: DatabaseAddress) -> str:
    return place.written.rpartition("/")[2]


def asked(place: DatabaseAddress, limits: Limits = LIMITS) -> ReadRequest:
    return ReadRequest(place, None, PeriodAsk(), NOW_US, WAITING, limits)


def test_a_statement_that_takes_too_long_is_stopped(place: DatabaseAddress) -> None:
    started_spark().run(f"create view {schema_of(place)}.slow as {SLOW.format(schema_of(place))}")
    with pytest.raises(DatabaseError, match="could not be read within"):
        read(replace(asked(place, Limits(time_s=15)), table="slow"))


def test_a_file_that_is_gone_is_an_error_and_no_sum_without_it(place: DatabaseAddress, run: Run) -> None:
    files = started_spark().folder / "lake" / schema_of(place) / "telemetry"
    (session,) = [opened(address_of(place.written, {}), 600, WAITING)]
    with closing(session):
        table = session.found(None).telemetry
        count = f"select count(*), max(provider) from {schema_of(place)}.{table.table.name}"
        assert list(session.rows(count)) == [(1, "openai")]
        for file in files.glob("*.parquet"):
            file.write_bytes(b"no Parquet")
        with pytest.raises(DatabaseError, match="cannot be read"):
            list(session.rows(count))
    result = run("build", "--db", place.written, "--month", "2026-10")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith("hint: ")
    assert not Path("output/report.html").exists()


def test_what_cannot_be_reached_is_one_error_without_the_token(run: Run) -> None:
    for command in ("build", "doctor"):
        result = run(command, "--db", f"sc://127.0.0.1:1/llm;token={TOKEN}")
        assert result.exit_code == 1
        error, hint = result.stderr.strip().splitlines()[-2:]
        assert error.startswith("error: sc://127.0.0.1:1/llm cannot be reached")
        assert hint.startswith("hint: ")
        assert TOKEN not in result.output


def test_a_schema_or_a_table_that_is_not_there_is_named(place: DatabaseAddress, run: Run) -> None:
    for written in (f"{place.written}?table=calls", f"{place.written}_gone"):
        result = run("build", "--db", written)
        assert result.exit_code == 1
        assert "calls" in result.stderr or "_gone" in result.stderr
        assert "hint: " in result.stderr


def test_the_address_may_name_the_table_and_another_schema_may_be_asked_for(place: DatabaseAddress) -> None:
    schema = schema_of(place)
    started_spark().run(f"create table {schema}.other using parquet as select * from {schema}.telemetry")
    named = DatabaseAddress(f"{place.written}?table=telemetry")
    with closing(opened(address_of(named.written, {}), 600, WAITING)) as session:
        assert session.found("telemetry").telemetry.table.label == "telemetry"
    with closing(opened(address_of(started_spark().address, {}), 600, WAITING)) as session:
        assert session.found(f"{schema}.other").telemetry.table.label == f"{schema}.other"


@pytest.mark.parametrize("is_noticed", [False, True])
def test_rows_that_come_in_meanwhile_are_no_part_of_a_sum(place: DatabaseAddress, is_noticed: bool) -> None:
    """Which files a table has is asked for once in a session; a view that lists them anew shows those that came."""
    schema = schema_of(place)
    files = started_spark().folder / "lake" / schema / "telemetry"
    started_spark().run(f"create view {schema}.listed_anew as select * from parquet.`{files}`")
    insert = f"insert into {schema}.telemetry (timestamp, request_id) values"
    with closing(opened(address_of(place.written, {}), 600, WAITING)) as session:
        found = session.found("listed_anew" if is_noticed else "telemetry")
        day = {"from_us": 1_790_812_800_000_000, "until_us": 1_790_899_200_000_000}
        session.hold_still([found.telemetry], {**day, "history_from_us": 1.8e15, "history_until_us": 1.79e15})
        started_spark().run(f"{insert} (timestamp_ntz'2026-11-01', 'another day')")
        session.check_still()
        started_spark().run(f"{insert} (timestamp_ntz'2026-10-01', 'r2')")
        if not is_noticed:
            session.check_still()
            return
        with pytest.raises(DatabaseError, match="came into listed_anew"):
            session.check_still()


def test_the_report_is_that_of_a_file(run: Run, month: Path) -> None:
    run("build", "--db", str(month), "--out", "file/report.html")
    result = run("build", "--db", copied(month).written, "--out", "server/report.html")
    assert result.exit_code == 0, result.output
    assert Path("server/report.json").read_bytes() == Path("file/report.json").read_bytes()


def test_doctor_says_what_it_reaches(place: DatabaseAddress, run: Run) -> None:
    result = run("doctor", "--db", place.written)
    assert result.exit_code == 0, result.output
    assert "summed there by Spark 4." in result.output
