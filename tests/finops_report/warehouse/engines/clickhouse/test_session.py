"""What goes wrong in a ClickHouse is one error, without any secret; settings of the user's profile change no figure."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from finops_report.calendar.period import PeriodAsk
from finops_report.database_address import DatabaseAddress
from finops_report.errors import DatabaseError
from finops_report.warehouse import Limits, ReadRequest, Waiting, read
from finops_report.warehouse.connection import DEFAULT_LIMITS
from finops_report.warehouse.cubes import Bounds
from finops_report.warehouse.engines.clickhouse.session import Session, address_of, opened
from finops_report.warehouse.engines.server.catalog import FoundTable
from tests.clickhouse.filling import copied, in_clickhouse
from tests.clickhouse.servers import PASSWORD, Server, started_clickhouse
from tests.conftest import NINE, Run
from tests.extended import EXTENDED
from tests.finops_report.warehouse.hostile import NOW_US

NO_WAIT = Waiting(0.2, time.monotonic, lambda _: None)
ROW = "insert into telemetry (timestamp, request_id, provider) values ('2026-10-01', 'r1', 'openai')"
REST = "request_id, strategy, provider, model, input_tokens, output_tokens, cost_estimated, latency_ms"
SLOW = f"select timestamp + toIntervalSecond(sleepEachRow(3)) as timestamp, {REST} from telemetry, numbers(100) as n"
DAY = ("--since", "2026-10-01", "--until", "2026-10-02")


@pytest.fixture
def server() -> Server:
    return started_clickhouse()


@pytest.fixture
def place(tmp_path: Path, server: Server) -> DatabaseAddress:
    return in_clickhouse(tmp_path, f"create table telemetry ({NINE}); {ROW}")


def executed(place: DatabaseAddress, statement: str) -> None:
    started_clickhouse().run(statement, database=place.written.rpartition("/")[2])


def asked(place: DatabaseAddress, limits: Limits = DEFAULT_LIMITS) -> ReadRequest:
    return ReadRequest(place, None, PeriodAsk(), NOW_US, NO_WAIT, limits)


def by(place: DatabaseAddress, user: str) -> DatabaseAddress:
    return DatabaseAddress(place.written.replace("//finops@", f"//{user}@"))


def test_a_statement_that_takes_too_long_is_stopped(place: DatabaseAddress) -> None:
    executed(place, f"create view slow as {SLOW}")
    with pytest.raises(DatabaseError, match="could not be read within"):
        read(replace(asked(place, Limits(time_s=0.5)), table="slow"))


@EXTENDED
def test_a_user_that_may_only_read_is_enough(place: DatabaseAddress, run: Run) -> None:
    reader = by(place, f"reader:{PASSWORD}")
    result = run("build", "--db", reader.written, *DAY)
    assert result.exit_code == 0, result.output
    pages = Path("output/report.html").read_text() + Path("output/report.json").read_text()
    assert PASSWORD not in result.output + pages


@EXTENDED
def test_the_password_may_be_in_the_environment(
    place: DatabaseAddress, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setenv("CLICKHOUSE_PASSWORD", PASSWORD)
    result = run("doctor", "--db", by(place, "reader").written)
    assert result.exit_code == 0, result.output
    assert "ClickHouse 2" in result.output


@pytest.mark.parametrize(
    ("user", "said"), [("reader:wr0ng-horse", "does not let the user in"), ("bound", "readonly = 2")]
)
def test_who_may_not_read_is_told(place: DatabaseAddress, user: str, said: str, run: Run) -> None:
    for command in ("build", "doctor"):
        result = run(command, "--db", by(place, user).written)
        assert result.exit_code == 1
        assert said in result.stderr
        assert result.stderr.splitlines()[-1].startswith("hint: ")
        assert "wr0ng" not in result.output
        assert not Path("output/report.html").exists()


@pytest.mark.parametrize("place_there", ["127.0.0.1:1/db", "[::1]:1/db"])
def test_what_cannot_be_reached_is_one_error_without_the_password(run: Run, place_there: str) -> None:
    for command in ("build", "doctor"):
        result = run(command, "--db", f"clickhouse://u:{PASSWORD}@{place_there}")
        assert result.exit_code == 1
        assert "cannot be reached" in result.stderr
        assert PASSWORD not in result.output
        assert "Traceback" not in result.output


def test_a_table_that_is_not_there_is_named(place: DatabaseAddress, run: Run) -> None:
    for written in (f"{place.written}?table=calls", f"{place.written}_gone"):
        result = run("build", "--db", written)
        assert result.exit_code == 1
        assert "calls" in result.stderr or "_gone" in result.stderr
        assert "hint: " in result.stderr


@EXTENDED
def test_the_address_may_name_the_table(place: DatabaseAddress) -> None:
    executed(place, "create table other as telemetry engine = MergeTree order by tuple()")
    assert read(asked(replace(place, written=f"{place.written}?table=telemetry"))).extent.rows_read == 1


def test_rows_that_come_in_meanwhile_are_no_part_of_a_sum(place: DatabaseAddress, tmp_path: Path) -> None:
    session = opened(address_of(place.written, {}), 60, NO_WAIT, tmp_path / "brought")
    with closing(session):
        found = session.found(None)
        day = {"from_us": 1_790_812_800_000_000, "until_us": 1_790_899_200_000_000}
        session.hold_still([found.telemetry], {**day, "history_from_us": 1.8e15, "history_until_us": 1.79e15})
        executed(place, "insert into telemetry (timestamp, request_id) values ('2026-11-01', 'another day')")
        session.check_still()
        executed(place, "insert into telemetry (timestamp, request_id) values ('2026-10-01', 'r2')")
        with pytest.raises(DatabaseError, match="came into telemetry"):
            session.check_still()


def test_rows_that_are_not_settled_are_left_out_and_may_come_in_meanwhile(
    place: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = "fromUnixTimestamp64Micro({0}::Int64)".format
    insert = "insert into telemetry (timestamp, request_id, provider) select {0}, '{1}', 'openai'".format
    executed(place, insert(moment(NOW_US - 90_000_000), "settled"))
    executed(place, insert(moment(NOW_US - 1_000_000), "new"))
    hold_still = Session.hold_still

    def meanwhile(session: Session, tables: Iterable[FoundTable], bounds: Bounds) -> None:
        hold_still(session, tables, bounds)
        executed(place, insert(moment(NOW_US - 30_000_000), "meanwhile"))

    monkeypatch.setattr(Session, "hold_still", meanwhile)
    with pytest.raises(DatabaseError, match="came into telemetry") as raised:
        read(asked(place))
    assert "?settled=120" in str(raised.value.hint)
    found = read(asked(replace(place, written=f"{place.written}?settled=60")))
    ((requests,),) = [(row["requests"],) for row in found.views["totals"]]
    assert requests == 2  # r1 and 'settled'
    assert found.extent.last_us == NOW_US - 90_000_000


@EXTENDED
def test_the_report_is_that_of_a_file(run: Run, month: Path) -> None:
    run("build", "--db", str(month), "--out", "file/report.html")
    result = run("build", "--db", copied(month).written, "--out", "server/report.html")
    assert result.exit_code == 0, result.output
    assert Path("server/report.json").read_bytes() == Path("file/report.json").read_bytes()


@EXTENDED
def test_who_stops_a_build_stops_what_the_server_works_on(
    place: DatabaseAddress, server: Server, tmp_path: Path
) -> None:
    executed(place, f"create view slow as {SLOW}")
    working = f"select count() from system.processes where current_database = '{place.written.rpartition('/')[2]}'"
    command = [sys.executable, "-m", "finops_report", "build", "--db", place.written, "--table", "slow"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as build:
        try:
            until(lambda: server.run(working).strip() != "0")
            build.terminate()
            _, said = build.communicate(timeout=30)
        finally:
            build.kill()
    assert (build.returncode, b"Stopped before it was done" in said) == (1, True), said
    until(lambda: server.run(working).strip() == "0")


def until(is_so: Callable[[], bool]) -> None:
    """Wait, for half a minute at most."""
    end_s = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < end_s
        threading.Event().wait(0.05)
