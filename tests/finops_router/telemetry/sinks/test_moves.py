"""Telemetry that is moved from store to store is the same, whatever is killed, and nothing of it is there twice."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from finops_router.records import AttemptRecord, GuardrailRecord
from finops_router.telemetry.codec import encode
from finops_router.telemetry.places import Address, Place, place_of
from finops_router.telemetry.sinks import sink_at
from finops_router.telemetry.sinks.contract import CollectorReport, SinkBusyError, SinkError
from finops_router.telemetry.sinks.moves import moving, tables
from finops_router.telemetry.sinks.moves.moving import MovedTable, move
from finops_router.telemetry.sinks.moves.tables import HOUR_US, TIMELESS, Stretch, stretches
from finops_router.telemetry.unread import Passed, Unread
from finops_router.telemetry.waiting import Waiting

from tests.clickhouse.servers import started_clickhouse
from tests.extended import EXTENDED, extended
from tests.finops_router.telemetry.conftest import NOW_US, request
from tests.finops_router.telemetry.sinks.cut_line import cut_line

AT_ONCE = Waiting(0.0, time.monotonic, time.sleep)
NUMBERS = itertools.count()
Made = Callable[[str], Place]
BILL = (
    b'{"date":"2026-10-01","provider":"openai","model":"m","line_item":"x","amount":"0.123456789012","currency":"USD",'
    b'"source":"openai-costs","account":"a","quantity":"3"}\n'
)


@pytest.fixture
def place(tmp_path: Path, postgresql_server: str) -> Made:
    """A new store of a kind."""

    def make(kind: str) -> Place:
        number = next(NUMBERS)
        if kind == "clickhouse":
            server, name = started_clickhouse(), f"t{os.getpid()}_move_{number}"
            server.run(f"create database {name}")
            return Address(f"{server.address}/{name}")
        if kind != "postgresql":
            return place_of(f"{tmp_path}/{number}.duckdb" if kind == "duckdb" else f"{tmp_path}/{number}/")
        with psycopg.connect(postgresql_server, autocommit=True) as connection:
            connection.execute(f"create schema m{number}".encode())
        return Address(f"{postgresql_server}?options=-csearch_path%3Dm{number}")

    return make


@pytest.fixture
def filled(filled_once: Path, tmp_path: Path) -> Path:
    """A DuckDB file with rows in all tables."""
    return Path(shutil.copy(filled_once, tmp_path / "filled.duckdb"))


@pytest.fixture(scope="module")
def filled_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three days of rows, some that are equal, hostile values, and what was loaded."""
    tmp_path = tmp_path_factory.mktemp("filled")
    made = tmp_path / "filled.duckdb"
    lines = [encode(request(n, timestamp_us=NOW_US + n * HOUR_US, cost_estimated=n / 7)) for n in range(60)]
    odd = request("odd", team='tab\t"new"\nline\\N\\', project="", tags={"a": "ü\\"}, input_tokens=5, stream=False)
    lines += [encode(odd), encode(odd), encode(request("old", timestamp_us=-1))]
    for n in range(9):
        attempt = AttemptRecord(timestamp_us=NOW_US, request_id="1", attempt=n, provider="p", model="m", outcome="ok")
        lines.append(encode(attempt))
    guard = GuardrailRecord(timestamp_us=NOW_US, request_id="1", guardrail="g", action="blocked", cost_avoided=0.1)
    path, bill = tmp_path / "1.sealed", tmp_path / "bill"
    path.write_bytes(b"\n".join([*lines, encode(guard), b"no record", b""]))
    bill.write_bytes(BILL)
    lost = CollectorReport("1.losses", NOW_US, "h", 7, recorded=9, dropped=2, note="full")
    sink_at(made).load([path], [lost], AT_ONCE, Passed("/journal", (Unread("x", "it cannot be read"),)))
    sink_at(made).take_in_bills([bill], AT_ONCE)
    with duckdb.connect(str(made)) as con:
        con.execute("insert into units values ('2026-10-01', 'tickets', 12.5, null)")
        con.execute("insert into telemetry (request_id, model) values ('timeless', 'm')")
        con.execute("insert into repricings values (1, '2026-10-01', 'list', 1, 0, 0.1, 0.2, null)")
        con.execute(
            "insert into repriced_costs values (1, 'telemetry', '2026-10-01', '1', 1, 0.1, null, 'p', 'list', null)"
        )
    return made


def rows(path: Place) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of a DuckDB file, by table."""
    assert isinstance(path, Path)
    with duckdb.connect(str(path), read_only=True) as con:
        return {table.name: sorted(con.table(table.name).fetchall(), key=repr) for table in tables.TABLES}


def moved(source: Place, target: Place) -> dict[str, MovedTable]:
    return {one.table: one for one in move(source, target, AT_ONCE, lambda table, read: None)}


def whole(place: Made, target: Place) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of any store, by way of a DuckDB file."""
    if isinstance(target, Path):
        return rows(target)
    copy = place("duckdb")
    moved(target, copy)
    return rows(copy)


@pytest.fixture(autouse=True)
def _many_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "ROWS", 40)


@pytest.mark.parametrize(
    "kinds", [("parquet", "postgresql"), extended(("clickhouse",)), extended(("postgresql", "parquet"))]
)
def test_whatever_the_ways_all_rows_of_all_tables_come_back(place: Made, filled: Place, kinds: tuple[str, ...]) -> None:
    before, last = rows(filled), filled
    assert all(before.values())
    for kind in (*kinds, "duckdb"):
        target = place(kind)
        done = moved(last, target)
        assert {name: (one.read, one.there) for name, one in done.items()} == {
            name: (len(found), 0) for name, found in before.items()
        }
        last = target
    assert rows(last) == before == rows(filled)


@pytest.mark.parametrize(
    "kind", [extended("postgresql"), extended("clickhouse"), extended("parquet"), extended("duckdb")]
)
def test_a_move_that_is_done_again_adds_what_is_new_alone(
    place: Made, filled: Place, kind: str, tmp_path: Path
) -> None:
    target = place(kind)
    moved(filled, target)
    path = tmp_path / "2.sealed"
    path.write_bytes(encode(request("new")) + b"\n" + encode(request("late", timestamp_us=NOW_US - 1)) + b"\n")
    sink_at(filled).load([path], (), AT_ONCE)
    done = moved(filled, target)
    assert {name: one.written for name, one in done.items() if one.written} == {"telemetry": 2, "loaded_segments": 1}
    assert sink_at(target).load([path], (), AT_ONCE).records == 0  # and what was loaded there is known here
    assert whole(place, target) == rows(filled)


class Killed(BaseException):
    """A process that is no more."""


@pytest.mark.parametrize("kind", ["parquet", extended("clickhouse"), extended("duckdb")])
def test_a_move_that_is_killed_before_or_after_a_stretch_goes_on_where_it_ended(
    place: Made, filled: Place, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = place(kind)
    really, calls = moving._append, itertools.count(1)

    def dies(*given: Any) -> tuple[int, int]:
        done = really(*given)
        if next(calls) in (2, 4):
            raise Killed
        return done

    monkeypatch.setattr(moving, "_append", dies)
    for _ in range(2):
        with pytest.raises(Killed):
            moved(filled, target)
    monkeypatch.undo()
    with pytest.raises(Killed):
        list(move(filled, target, AT_ONCE, after(5)))
    path = tmp_path / "2.sealed"
    path.write_bytes(encode(request("new")) + b"\n" + encode(request("late", timestamp_us=NOW_US - 1)) + b"\n")
    sink_at(filled).load([path], (), AT_ONCE)
    done = moved(filled, target)
    assert 0 < done["telemetry"].there < done["telemetry"].read == 66
    assert sink_at(target).load([path], (), AT_ONCE).records == 0  # what was loaded there is known here
    assert whole(place, target) == rows(filled)


def after(times: int) -> Callable[[str, int], None]:
    calls = itertools.count(1)

    def dies(table: str, read: int) -> None:
        if next(calls) == times:
            raise Killed

    return dies


def test_a_line_cut_in_a_commit_of_a_move_doubles_nothing(place: Made, filled: Place) -> None:
    target = place("postgresql")
    assert isinstance(target, Address)
    port, commits = int(target.url.partition("@127.0.0.1:")[2].partition("/")[0]), itertools.count(1)
    with (
        cut_line(port, lambda count, part: b"COMMIT" in part and next(commits) == 3, late=True) as line,
        pytest.raises(SinkError),
    ):
        moved(filled, Address(target.url.replace(f":{port}", f":{line.own_port}")))
    assert moved(filled, target)["telemetry"].there == 63
    assert whole(place, target) == rows(filled)


@pytest.mark.parametrize("kind", ["duckdb", extended("parquet"), extended("postgresql"), extended("clickhouse")])
def test_other_rows_of_the_same_requests_are_refused_and_rows_of_others_stay(
    place: Made, filled: Place, kind: str, tmp_path: Path
) -> None:
    target = place(kind)
    path = tmp_path / "2.sealed"
    path.write_bytes(encode(request("theirs")) + b"\n")
    sink_at(target).load([path], (), AT_ONCE)
    moved(filled, target)
    assert isinstance(filled, Path)
    with duckdb.connect(str(filled)) as con:
        con.execute("update telemetry set cost_estimated = 2 where request_id = '7'")
    before = whole(place, target)
    with pytest.raises(SinkError) as refused:
        moved(filled, target)
    assert refused.value.message.endswith(", 7")
    assert whole(place, target) == before
    assert sum(row[1] == "theirs" for row in before["telemetry"]) == 1


def test_what_postgresql_cannot_hold_is_not_moved_again_each_time(place: Made, tmp_path: Path) -> None:
    source, target = place("duckdb"), place("postgresql")
    path = tmp_path / "1.sealed"
    path.write_bytes(
        encode(request("nul", team="a\0", tags={"\0": "\0"}))
        + b"\n"
        + encode(request("bc", timestamp_us=-(2**62)))
        + b"\n"
    )
    sink_at(source).load([path], (), AT_ONCE)
    assert moved(source, target)["telemetry"] == MovedTable("telemetry", 2, 2)
    assert moved(source, target)["telemetry"] == MovedTable("telemetry", 2, 0)


@EXTENDED
def test_what_clickhouse_cannot_hold_is_not_moved_again_each_time(place: Made, tmp_path: Path) -> None:
    source, target = place("duckdb"), place("clickhouse")
    path = tmp_path / "1.sealed"
    times = (-(2**62), 10**17)
    path.write_bytes(b"".join(encode(request(str(us), team="a\0", timestamp_us=us)) + b"\n" for us in times))
    sink_at(source).load([path], (), AT_ONCE)
    assert moved(source, target)["telemetry"] == MovedTable("telemetry", 2, 2)
    assert moved(source, target)["telemetry"] == MovedTable("telemetry", 2, 0)


def test_strangers_columns_are_refused_with_what_to_do(place: Made) -> None:
    nine, wider = place("duckdb"), place("duckdb")
    for path, columns in ((nine, "timestamp timestamptz, request_id varchar"), (wider, "request_id varchar, own int")):
        with duckdb.connect(str(path)) as con:
            con.execute(f"create table telemetry ({columns})")
        with pytest.raises(SinkError) as refused:
            moved(path, place("duckdb"))
        assert "finops-report ingest" in refused.value.hint


def test_a_view_of_a_file_is_never_run(place: Made) -> None:
    source, target = place("duckdb"), place("duckdb")
    with duckdb.connect(str(source)) as con:
        con.execute("create view telemetry as select 1 as one from read_text('/etc/hostname')")
    assert moved(source, target) == {}


def test_places_that_cannot_be_moved_from_or_to_say_why(place: Made, tmp_path: Path, filled: Place) -> None:
    (tmp_path / "strange").mkdir()
    wrong: list[tuple[Place, Place, str]] = [
        (filled, filled, "same place"),
        (place("duckdb"), place("duckdb"), "nothing to move"),
        (place_of(f"{tmp_path}/strange/"), place("duckdb"), "no folder that our collector wrote"),
        (Address("mysql://u:secret@db/x"), place("duckdb"), "mysql://db/x"),
        (filled, Address("postgresql://u:secret@127.0.0.1:1/x"), "refused"),
    ]
    for source, target, said in wrong:
        with pytest.raises(SinkError) as refused:
            moved(source, target)
        assert said in refused.value.message
        assert "secret" not in refused.value.message


def test_a_source_that_is_held_is_busy(place: Made, filled: Place) -> None:
    code = "import sys, duckdb; con = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.readline()"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(filled)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(SinkBusyError):
            moved(filled, place("duckdb"))
        holder.communicate("\n")


def test_stretches_hold_all_rows_and_few_hours_if_these_have_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "ROWS", 25)
    hours = [(None, 3), (5, 10), (-2, 5), (6, 15), (8, 1), (9, 100), (10, 1)]
    assert list(stretches(hours)) == [
        Stretch(-2 * HOUR_US, 6 * HOUR_US),
        Stretch(6 * HOUR_US, 9 * HOUR_US),
        Stretch(9 * HOUR_US, 10 * HOUR_US),
        Stretch(10 * HOUR_US, 11 * HOUR_US),
        TIMELESS,
    ]
    assert list(stretches([])) == []
