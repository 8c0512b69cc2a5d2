"""What is kept of a server is what a full reading of it sums, whatever happened to its rows in between."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from finops_report.database_address import DatabaseAddress
from finops_report.warehouse import ReadRequest, open_cubes
from finops_report.warehouse.engines.server.engine import DatabaseServer
from finops_report.warehouse.kept import server_days, summing
from finops_report.warehouse.kept.days import TIMELESS, time_of
from finops_report.warehouse.kept.server_days import ServerDays
from finops_report.warehouse.parts import parts_of
from finops_report.warehouse.sql_files import statement
from tests.clickhouse.filling import copied as copied_to_clickhouse
from tests.clickhouse.servers import started_clickhouse
from tests.extended import EXTENDED
from tests.finops_report.warehouse.engines.test_servers import ZONES, asked
from tests.finops_report.warehouse.hostile import NOW_US, hostile
from tests.finops_report.warehouse.kept.test_kept_cubes import ALL, STRETCHES, TABLES
from tests.finops_report.warehouse.servers import copied as copied_to_postgresql
from tests.spark.filling import SPARK
from tests.spark.filling import copied as copied_to_spark

SOAK = bool(os.environ.get("FINOPS_SOAK"))  # long: make soak
DAY_US = 86_400_000_000
ATTEMPT = (
    "insert into attempts (timestamp, request_id, attempt, provider, model, outcome)"
    " values ('{}', '{}', {}, '{}', 'm', '{}')"
)
CHANGED = "alter table {table} update {change} where {rows}"  # in ClickHouse


@dataclass(frozen=True)
class Place:
    """A server with telemetry, and how a statement is run in it; `update` is how one that changes rows is written."""

    address: DatabaseAddress
    run: Callable[[str], None]
    update: str = "update {table} set {change} where {rows}"

    def add(self, *rows: str) -> None:
        columns = "timestamp, request_id, provider, model, cost_estimated, latency_ms, team"
        self.run(f"insert into telemetry ({columns}) values {', '.join(rows)}")

    def fail(self, request_id: str, moment: str) -> None:
        self.run(ATTEMPT.format(moment, request_id, 1, "first", "timeout"))

    def change(self, change: str, rows: str, table: str = "telemetry") -> None:
        self.run(self.update.format(table=table, change=change, rows=rows))

    def delete(self, rows: str, table: str = "telemetry") -> None:
        self.run(f"delete from {table} where {rows}")


def in_postgresql(path: Path) -> Place:
    import psycopg

    address = copied_to_postgresql(path)
    server, _, schema = address.written.partition("?schema=")

    def run(text: str) -> None:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"set search_path to {schema}; set timezone to 'UTC'; {text}".encode())

    return Place(address, run)


def in_clickhouse(path: Path) -> Place:
    address = copied_to_clickhouse(path)
    name = address.written.rpartition("/")[2]

    def run(text: str) -> None:
        started_clickhouse().run(text, database=name, mutations_sync="2", session_timezone="UTC")

    return Place(address, run, CHANGED)


PLACES = [pytest.param(in_postgresql, id="postgresql"), pytest.param(in_clickhouse, id="clickhouse", marks=EXTENDED)]
Begin = Callable[[Path], Place]


def kept(place: Place, folder: Path, zone: str = "UTC", now_us: int = NOW_US) -> ReadRequest:
    return replace(asked(place.address, zone), cache=folder / "kept.duckdb", now_us=now_us)


def figures(request: ReadRequest) -> dict[str, tuple[list[str], list[str]]]:
    """Return the types and the rows of every cube and of the views of whole days and months, in one order."""
    found = {}
    with open_cubes(request, parts=ALL) as opened:
        for name in (*TABLES, *STRETCHES):
            rows = opened.con.table(name)
            found[name] = list(map(str, rows.types)), sorted(map(repr, rows.fetchall()))
    return found


def assert_equal_to_full(request: ReadRequest) -> None:
    found, full = figures(request), figures(replace(request, cache=None))
    assert {name for name in full if found[name] != full[name]} == set()


def in_cache(folder: Path, text: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / "kept.duckdb")) as con:
        return con.execute(text).fetchall()


def remembered(folder: Path) -> set[tuple[object, ...]]:
    return set(in_cache(folder, "select part, recorded_table, part_rows from kept_cubes_parts"))


@pytest.fixture
def summed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which cubes are summed of which parts from here on: 'spend telemetry 0-10'."""
    found: list[str] = []
    sums = ServerDays.sums

    def noted(days, con, cubes, part, bounds):  # type: ignore[no-untyped-def] # as that of the class
        for cube, rows in sums(days, con, cubes, part, bounds):
            found.append(f"{cube.table.removeprefix('cubes.')} {'beside' if part is None else part[1].rows}")
            yield cube, rows

    monkeypatch.setattr(ServerDays, "sums", noted)
    return found


@pytest.mark.parametrize("begin", PLACES)
def test_figures_are_those_of_a_full_reading_whatever_happens(tmp_path: Path, begin: Begin, summed: list[str]) -> None:
    place = begin(hostile(tmp_path / "t.duckdb", 200, 1))
    place.fail("late", "2026-10-20 10:00:01")
    assert_equal_to_full(kept(place, tmp_path, "Asia/Kolkata"))
    summed.clear()
    assert_equal_to_full(kept(place, tmp_path, "Asia/Kolkata"))
    assert {one.partition(" ")[0] for one in summed if "beside" not in one and not one.endswith(f"-{1 << 62}")} == set()
    place.add("('2026-11-05 12:00:00', 'day', 'b', 'm', 0.5, 20, 'a')")  # a day more
    place.add("('2026-10-20 11:00:00', 'late', 'b', 'm', 0.25, 20, 'a')")  # late, of an id that is there
    place.add("(null, 'never', 'b', 'm', 0.25, 20, 'a')", "('1999-01-01 00:00:00', 'old', 'b', 'm', 0.25, 20, 'a')")
    place.fail("day", "2026-11-05 12:00:01")
    place.change("cost_estimated = 0.123456789", "request_id = 'r1'")
    place.change("outcome = 'ok'", "request_id = 'r2'", "attempts")
    place.delete("request_id = 'r3'")
    place.delete("request_id = 'r4'", "attempts")
    assert_equal_to_full(kept(place, tmp_path, "Europe/Berlin", NOW_US + DAY_US))


def test_spark_keeps_what_a_full_reading_sums(tmp_path: Path) -> None:
    place = Place(copied_to_spark(hostile(tmp_path / "t.duckdb", 100, 1)), lambda _: None)
    assert_equal_to_full(kept(place, tmp_path, "Asia/Kolkata"))
    assert_equal_to_full(kept(place, tmp_path, "Asia/Kolkata"))


test_spark_keeps_what_a_full_reading_sums = SPARK(test_spark_keeps_what_a_full_reading_sums)


@pytest.mark.parametrize("begin", PLACES)
def test_each_change_in_a_day_that_is_kept_is_noticed(tmp_path: Path, begin: Begin) -> None:
    place = begin(hostile(tmp_path / "t.duckdb", 20, 1))
    place.add(*(f"('2026-08-{day:02} 10:00:00', 'r', 'p', 'm', 1.25, 20, 'a')" for day in range(1, 21)))
    days: list[Callable[[str], None]] = [
        (lambda on: place.change("cost_estimated = 1.2500000000000002", on)),
        (lambda on: place.change("team = null", on)),
        (lambda on: place.change("provider = 'm', model = 'p'", on)),  # exchanged
        (lambda on: place.change("latency_ms = null, ttft_ms = 20", on)),  # in another column
        place.delete,
        (lambda on: place.add("('2026-08-01 10:00:00', 'r', 'p', 'm', 1.25, 20, 'a')")),  # the same row once more
    ]
    before = prints(place, tmp_path)
    for number, change in enumerate(days, 1):
        change(f"timestamp = '2026-08-{number:02} 10:00:00'")
        after = prints(place, tmp_path)
        assert len(before - after) == 1, number
        before = after
    place.change("team = ''", "timestamp = '2026-08-02 10:00:00'")  # empty is not missing
    assert prints(place, tmp_path) != before


def prints(place: Place, folder: Path) -> set[tuple[object, ...]]:
    """The prints of all hours, as a build sees them."""
    found: set[tuple[object, ...]] = set()
    with open_cubes(kept(place, folder), parts=parts_of((), binds_names=False)) as opened:
        for table in ("telemetry", "attempts"):
            found |= set(opened.con.table(f"prints_{table}").fetchall())
    return found


def test_only_what_is_new_is_summed_and_it_is_used(tmp_path: Path, summed: list[str]) -> None:
    place = in_postgresql(hostile(tmp_path / "t.duckdb", 100, 1))
    figures(kept(place, tmp_path))
    before = remembered(tmp_path)
    place.add("('2026-10-31 10:00:00', 'late', 'p', 'm', 1.25, 20, 'a')")
    summed.clear()
    figures(kept(place, tmp_path))
    (new,) = remembered(tmp_path) - before
    assert len(before - remembered(tmp_path)) <= 1  # the day, if it had rows
    of_days = {one.partition(" ")[2] for one in summed} - {"beside"}
    assert {time_of(one)[1] for one in of_days} == {time_of(str(new[2]))[1], 1 << 62}
    in_cache(tmp_path, "update cubes.spend set requests = requests + 1")
    assert figures(kept(place, tmp_path))["cubes.spend"] != figures(asked(place.address, "UTC"))["cubes.spend"]
    assert_equal_to_full(replace(kept(place, tmp_path), cache=None))


def test_another_zone_sums_anew_what_is_cut_into_days_alone(tmp_path: Path, summed: list[str]) -> None:
    place = in_postgresql(hostile(tmp_path / "t.duckdb", 100, 1))
    figures(kept(place, tmp_path))
    summed.clear()
    figures(kept(place, tmp_path, "Europe/Berlin"))
    of_kept = {one.partition(" ")[0] for one in summed if one.endswith(f" {TIMELESS[0]}-{TIMELESS[1]}")}
    assert of_kept == {"latency", "ttft", "workload", "history", "end_users"}


def test_rows_of_today_and_of_the_future_are_never_remembered(tmp_path: Path) -> None:
    place = in_postgresql(hostile(tmp_path / "t.duckdb", 50, 1))
    place.add("('2026-11-06 00:00:00', 'today', 'p', 'm', 1.25, 20, 'a')")  # the moment of the build, to the second
    assert_equal_to_full(kept(place, tmp_path))
    assert max(time_of(str(rows))[1] for _, _, rows in remembered(tmp_path)) <= NOW_US
    with_later = kept(place, tmp_path, now_us=NOW_US + DAY_US // 2)
    place.change("cost_estimated = 2", "request_id = 'today'")
    assert_equal_to_full(with_later)
    assert_equal_to_full(replace(with_later, now_us=NOW_US - 3 * DAY_US))  # a clock that went back
    assert max(time_of(str(rows))[1] for _, _, rows in remembered(tmp_path)) <= NOW_US - 3 * DAY_US


@pytest.mark.parametrize("kind", ["varchar", "bigint using epoch(timestamp)"])
def test_times_that_are_no_timestamps_are_in_one_part_each(tmp_path: Path, kind: str) -> None:
    path = hostile(tmp_path / "t.duckdb", 50, 1)
    with duckdb.connect(str(path)) as con:
        for table in ("telemetry", "attempts"):
            con.execute(f"delete from {table} where year(timestamp) = 9999")
            con.execute(f"alter table {table} alter timestamp type {kind}")
    place = in_postgresql(path)
    assert_equal_to_full(kept(place, tmp_path))
    assert_equal_to_full(kept(place, tmp_path, "Europe/Berlin"))


def test_a_day_of_which_rows_are_left_out_is_not_over(tmp_path: Path) -> None:
    place = in_postgresql(hostile(tmp_path / "t.duckdb", 50, 1))
    place.add(*(f"('2026-11-05 {hour}:30:00', 'r{hour}', 'p', 'm', 1.25, 20, 'a')" for hour in range(20, 24)))
    settled = replace(place, address=DatabaseAddress(f"{place.address.written}&settled=7200"))
    assert_equal_to_full(kept(settled, tmp_path))
    assert max(time_of(str(rows))[1] for _, _, rows in remembered(tmp_path)) <= NOW_US - DAY_US
    assert_equal_to_full(kept(place, tmp_path))
    assert_equal_to_full(kept(settled, tmp_path))


def test_a_cache_of_another_address_or_version_is_made_anew(tmp_path: Path) -> None:
    path = hostile(tmp_path / "t.duckdb", 40, 1)
    first, second = in_postgresql(path), in_postgresql(path)  # of the same rows, so that all prints agree
    figures(kept(first, tmp_path))
    in_cache(tmp_path, "update cubes.spend set requests = 0")
    assert_equal_to_full(kept(second, tmp_path))
    in_cache(tmp_path, "update kept_cubes_made_by set version = 'older'")
    in_cache(tmp_path, "update cubes.spend set requests = 0")
    assert_equal_to_full(kept(second, tmp_path))


@pytest.mark.parametrize("few", [0, 1_000_000])
def test_a_second_attempt_and_a_repeated_id_are_found_in_days_that_are_kept(
    few: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_days, "FEW_ROWS", few)  # 0: all ids are looked through
    place = in_postgresql(hostile(tmp_path / "t.duckdb", 40, 1))
    place.add("('2026-09-25 10:00:00', 'once', 'p', 'm', 1.25, 20, 'a')")
    place.run(ATTEMPT.format("2026-09-25 10:00:00", "well", 1, "first", "ok"))
    figures(kept(place, tmp_path))
    for day in (4, 5, 6):  # the first two are over, each a part; the last is not
        place.add(f"('2026-11-0{day} 00:00:00', 'once', 'p', 'm', 1.25, 20, 'a')")
        place.run(ATTEMPT.format(f"2026-11-0{day} 00:00:00", "well", day, f"provider-{day}", "timeout"))
        assert_equal_to_full(kept(place, tmp_path))
        for table, request_id in (("telemetry", "once"), ("attempts", "well")):
            rows = in_cache(tmp_path, f"select part from followed.{table} where request_id = '{request_id}'")
            assert len(set(rows)) == len(rows) == day - 2, table
    place.delete("request_id = 'once' and timestamp < '2026-10-01'")
    place.change("outcome = 'ok'", "request_id = 'well'", "attempts")
    assert_equal_to_full(kept(place, tmp_path))


def test_ids_are_looked_for_in_rows_from_the_first_new_day_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked_from: list[tuple[str, float]] = []
    sum_cube = DatabaseServer.sum_cube

    def noted(engine, con, cube, bounds):  # type: ignore[no-untyped-def] # as that of the class
        if "new_from_us" in bounds:
            asked_from.append((cube.table.removeprefix("cubes.followed_"), bounds["new_from_us"]))
        sum_cube(engine, con, cube, bounds)

    monkeypatch.setattr(DatabaseServer, "sum_cube", noted)
    place = in_postgresql(hostile(tmp_path / "t.duckdb", 40, 1))
    place.delete("timestamp >= '2026-11-06'")
    place.delete("timestamp >= '2026-11-06'", "attempts")
    figures(kept(place, tmp_path))
    asked_from.clear()
    figures(kept(place, tmp_path))
    assert asked_from == []
    place.add("('2026-11-05 10:00:00', 'day', 'p', 'm', 1.25, 20, 'a')")
    figures(kept(place, tmp_path))
    assert asked_from == [("telemetry", NOW_US - DAY_US)]


@pytest.mark.parametrize("stop", ["add_part", "add_cut"])
def test_what_a_kill_left_half_done_is_not_believed(stop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = in_postgresql(hostile(tmp_path / "t.duckdb", 50, 1))
    figures(kept(place, tmp_path))
    place.add("('2026-10-20 10:00:00', 'late', 'p', 'm', 1.25, 20, 'a')")

    def stopping(folder: str, name: str) -> str:
        if (folder, name) == ("kept", stop):
            raise KeyboardInterrupt
        return statement(folder, name)

    monkeypatch.setattr(summing, "statement", stopping)
    with pytest.raises(KeyboardInterrupt):
        figures(kept(place, tmp_path, "Europe/Berlin"))
    monkeypatch.undo()
    assert_equal_to_full(kept(place, tmp_path, "Europe/Berlin"))


@pytest.mark.parametrize("is_known", [False, True])
def test_a_day_whose_rows_changed_while_it_was_summed_is_not_remembered(
    is_known: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = in_postgresql(hostile(tmp_path / "t.duckdb", 50, 1))
    if is_known:  # what is cut into days is summed anew, of days that are known
        figures(kept(place, tmp_path, "Asia/Kolkata"))
    bring = DatabaseServer.bring_prints
    asks: dict[str, int] = {}

    def changing(engine, con, name, into, bounds, within=None):  # type: ignore[no-untyped-def] # as that of the class
        bring(engine, con, name, into, bounds, within)
        asks[name] = asks.get(name, 0) + 1
        if name == "telemetry" and asks[name] == 2:
            con.execute(f"update {into} set print = 'other' where hour_us = (select max(hour_us) from {into})")

    monkeypatch.setattr(DatabaseServer, "bring_prints", changing)
    monkeypatch.setattr(DatabaseServer, "sees_one_moment", property(lambda _: False))
    figures(kept(place, tmp_path))
    assert asks == {"telemetry": 2, "attempts": 2}
    half = remembered(tmp_path)
    monkeypatch.undo()
    assert_equal_to_full(kept(place, tmp_path))
    (changed,) = {rows[1:] for rows in remembered(tmp_path)} - {rows[1:] for rows in half}
    assert changed[0] == "telemetry"


COLUMNS = ("cost_estimated = 0.5", "team = null", "end_user = 'other'", "latency_ms = 7", "request_id = 'r5'")
HISTORY = st.one_of(
    st.builds(
        "insert into telemetry (timestamp, request_id, provider, model, cost_estimated, latency_ms, end_user)"
        " values (timestamp '2026-09-20 00:30:00' + interval '{0} hours', 'r{1}', 'p', 'm', 0.125, 9, 'a')".format,
        st.integers(0, 1500),
        st.integers(0, 60),
    ),
    st.builds("delete from telemetry where request_id = 'r{0}'".format, st.integers(0, 60)),
    st.builds("delete from attempts where request_id = 'r{0}'".format, st.integers(0, 40)),
    st.builds(
        "update telemetry set {0} where request_id = 'r{1}'".format, st.sampled_from(COLUMNS), st.integers(0, 60)
    ),
    st.builds(
        "update telemetry set timestamp = timestamp + interval '{0} hours' where request_id = 'r{1}'".format,
        st.integers(-99, 99),
        st.integers(0, 60),
    ),
    st.builds("update attempts set outcome = 'ok' where request_id = 'r{0}'".format, st.integers(0, 40)),
    st.builds("update attempts set request_id = 'r1' where request_id = 'r{0}'".format, st.integers(0, 40)),
    st.just("select 1"),
)


@settings(
    max_examples=25 if SOAK else 1,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    st.integers(0, 99),
    st.lists(
        st.tuples(st.lists(HISTORY, max_size=4), st.sampled_from(ZONES), st.integers(-3, 9)),
        min_size=1,
        max_size=4 if SOAK else 1,
    ),
)
def test_soak_any_history_of_rows_has_the_figures_of_a_full_reading(
    seed: int, builds: Sequence[tuple[Sequence[str], str, int]]
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        place = in_postgresql(hostile(folder / "t.duckdb", 60, seed))
        figures(kept(place, folder))
        for changes, zone, days in builds:
            for text in changes:
                place.run(text)
            assert_equal_to_full(kept(place, folder, zone, NOW_US + days * DAY_US))
