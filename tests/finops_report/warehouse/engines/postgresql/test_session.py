"""What is read of a server is of one moment; all that goes wrong there is one error, without any secret."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from finops_report.calendar.period import PeriodAsk
from finops_report.database_address import DatabaseAddress
from finops_report.errors import DatabaseError
from finops_report.warehouse import Limits, ReadRequest, Waiting, read
from finops_report.warehouse.connection import DEFAULT_LIMITS, connected
from finops_report.warehouse.cubes import extent_bounds, extent_cube
from finops_report.warehouse.engines import engine_for
from finops_report.warehouse.engines.postgresql.filling import PostgresWords
from finops_report.warehouse.engines.postgresql.session import opened
from tests.conftest import NINE, Run
from tests.finops_report.warehouse.hostile import NOW_US
from tests.finops_report.warehouse.servers import in_postgresql
from tests.finops_router.gateway.postgresql_server import started_postgresql

PASSWORD = "corr3ct-horse"
WORDS = PostgresWords()
NO_WAIT = Waiting(0.2, time.monotonic, lambda _: None)
ROW = "insert into telemetry (timestamp, request_id, provider) values ('2026-10-01', 'r1', 'openai')"


@pytest.fixture
def place(tmp_path: Path) -> DatabaseAddress:
    return in_postgresql(tmp_path, f"create table telemetry ({NINE}); {ROW}")


def executed(place: DatabaseAddress, *statements: str) -> None:
    import psycopg

    server, _, schema = place.written.partition("?schema=")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"set search_path to {schema}".encode())
        for statement in statements:
            connection.execute(statement.encode())


def asked(place: DatabaseAddress, limits: Limits = DEFAULT_LIMITS) -> ReadRequest:
    return ReadRequest(place, None, PeriodAsk(), NOW_US, NO_WAIT, limits)


def refused(place: DatabaseAddress, limits: Limits = DEFAULT_LIMITS) -> DatabaseError:
    with pytest.raises(DatabaseError) as caught:
        read(asked(place, limits))
    return caught.value


def test_all_cubes_are_of_one_moment(place: DatabaseAddress) -> None:
    with closing(engine_for(place, NO_WAIT)) as engine, connected(engine.reach, DEFAULT_LIMITS) as con:
        engine.create_base_views(con, engine.open(con, None))
        executed(place, ROW)
        engine.sum_cube(con, extent_cube(), extent_bounds(NOW_US))
        assert con.table("cubes.extent").fetchall()[0][2] == 1


def test_values_go_and_come_as_they_are_by_way_of_text(place: DatabaseAddress, tmp_path: Path) -> None:
    odd = ("", "\\N", "a\n'b'", '"quoted", \\', "🦆", "{}", "%s %%")
    text = WORDS.filled(
        "select pg_typeof($whole) :: text, pg_typeof($part) :: text, $whole, $part, $part / 3, 5 % 3, "
        "cast(null as text), true, 'nan' :: float8, 1.10 :: numeric, said from json_array_elements_text($texts) as said"
    )
    kinds = "a text, b text, c bigint, d double, e double, f int, g text, h bool, i double, j decimal(9, 3), said text"
    values = {"whole": -(2**60), "part": 1.0202020202020203, "texts": json.dumps(odd)}
    session = opened(place.written, {}, 60, NO_WAIT, tmp_path / "brought.csv")
    with closing(session), duckdb.connect() as con:
        con.execute(f"create table brought ({kinds})")
        session.bring(con, "brought", text, values)
        rows = con.execute("select * replace (isnan(i) as i) from brought").fetchall()
    part = 1.0202020202020203
    begin = ("bigint", "double precision", -(2**60), part, part / 3, 2, None, True, True, Decimal("1.100"))
    assert rows == [(*begin, said) for said in odd]
    assert list(tmp_path.glob("*.csv")) == []


def test_rows_are_not_joined_one_by_one_however_few_they_are_taken_for(place: DatabaseAddress, tmp_path: Path) -> None:
    with closing(opened(place.written, {}, 60, NO_WAIT, tmp_path / "brought.csv")) as session:
        plan = "explain select from (select 1 as x offset 0) a join (select 1 as x offset 0) b on a.x = b.x"
        steps = " ".join(step for (step,) in session.rows(WORDS.filled(plan)))
    assert "Hash Join" in steps
    assert "Nested Loop" not in steps


def test_a_statement_that_takes_too_long_is_stopped(place: DatabaseAddress) -> None:
    columns = "request_id, strategy, provider, model, input_tokens, output_tokens, cost_estimated, latency_ms"
    slow = "timestamp + (pg_sleep(60) :: text || '0 s') :: interval as timestamp"
    executed(place, f"create view slow as select {slow}, {columns} from telemetry")
    with pytest.raises(DatabaseError, match="could not be read within"):
        read(replace(asked(place, Limits(time_s=0.3)), table="slow"))


def test_a_table_that_is_locked_is_waited_for_and_then_named(place: DatabaseAddress) -> None:
    import psycopg

    server, _, schema = place.written.partition("?schema=")
    with psycopg.connect(server) as other:
        other.execute(f"lock table {schema}.telemetry in access exclusive mode".encode())
        error = refused(place)
    assert "locked" in error.message
    assert "--patience" in error.hint


def test_a_user_that_may_only_read_is_enough_and_one_that_may_not_is_told(place: DatabaseAddress, run: Run) -> None:
    schema = place.written.partition("?schema=")[2]
    executed(place, f"create role {schema} login password '{PASSWORD}'", f"grant usage on schema {schema} to {schema}")
    reader = DatabaseAddress(place.written.replace("//finops@", f"//{schema}:{PASSWORD}@"))
    assert "no tables" in refused(reader).message
    executed(place, f"grant select on telemetry to {schema}")
    assert read(asked(reader)).extent.rows_read == 1
    result = run("build", "--db", reader.written, "--since", "2026-10-01", "--until", "2026-10-02")
    assert result.exit_code == 0, result.output
    assert (
        PASSWORD not in result.output + Path("output/report.html").read_text() + Path("output/report.json").read_text()
    )


@pytest.mark.parametrize("place_there", ["127.0.0.1:1/db", "127.0.0.1:1/db?connect_timeout=1", "[::1]:1/db"])
def test_what_cannot_be_reached_is_one_error_without_the_password(run: Run, place_there: str) -> None:
    for command in ("build", "doctor"):
        result = run(command, "--db", f"postgresql://u:{PASSWORD}@{place_there}")
        assert result.exit_code == 1
        assert "cannot be reached" in result.stderr
        assert PASSWORD not in result.output
        assert "Traceback" not in result.output


def test_a_database_of_another_encoding_is_refused(tmp_path: Path) -> None:
    import psycopg

    server = started_postgresql()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("drop database if exists latin")
        connection.execute("create database latin encoding 'LATIN1' locale 'C' template template0")
    assert "LATIN1" in refused(DatabaseAddress(server.rpartition("/")[0] + "/latin")).message


def test_what_needs_a_file_says_so(run: Run) -> None:
    result = run("build", "--watch", "--db", f"postgresql://u:{PASSWORD}@h/db")
    assert result.exit_code == 1, result.output
    assert "postgresql://h/db" in result.stderr
    assert PASSWORD not in result.output


def test_the_report_is_that_of_a_file(run: Run, month: Path) -> None:
    from tests.finops_report.warehouse.servers import copied

    run("build", "--db", str(month), "--out", "file/report.html")
    result = run("build", "--db", copied(month).written, "--out", "server/report.html")
    assert result.exit_code == 0, result.output
    assert Path("server/report.json").read_bytes() == Path("file/report.json").read_bytes()


def test_other_databases_are_refused_by_name(run: Run) -> None:
    result = run("build", "--db", f"mysql://u:{PASSWORD}@h/db")
    assert (result.exit_code, PASSWORD in result.output) == (1, False)
    assert "mysql://" in result.stderr


def test_who_stops_a_build_stops_what_the_server_works_on(place: DatabaseAddress, tmp_path: Path) -> None:
    import psycopg

    columns = "request_id, strategy, provider, model, input_tokens, output_tokens, cost_estimated, latency_ms"
    slow = "timestamp + (pg_sleep(60) :: text || '0 s') :: interval as timestamp"
    executed(place, f"create view slow as select {slow}, {columns} from telemetry")
    working = "select count(*) from pg_stat_activity where wait_event = 'PgSleep'"
    command = [sys.executable, "-m", "finops_report", "build", "--db", place.written, "--table", "slow"]
    with psycopg.connect(started_postgresql(), autocommit=True) as server:
        with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as build:
            try:
                until(lambda: server.execute(working.encode()).fetchone() == (1,))
                build.terminate()
                _, said = build.communicate(timeout=30)
            finally:
                build.kill()
        assert (build.returncode, b"Stopped before it was done" in said) == (1, True), said
        until(lambda: server.execute(working.encode()).fetchone() == (0,))


def until(is_so: Callable[[], bool]) -> None:
    """Wait, for half a minute at most."""
    end_s = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < end_s
        threading.Event().wait(0.05)
