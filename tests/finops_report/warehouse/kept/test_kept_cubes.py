"""Kept cubes are those that a full reading sums, whatever happened to the rows in between."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from finops_report.calendar.period import PeriodAsk
from finops_report.errors import DatabaseError
from finops_report.warehouse import ReadRequest, Waiting
from finops_report.warehouse.base_views import show
from finops_report.warehouse.cubes import Asked, cubes
from finops_report.warehouse.kept import row_groups as row_groups_of_kept
from finops_report.warehouse.kept import row_runs, summing
from finops_report.warehouse.kept.row_groups import Groups, row_groups, run, runs_between, to_put_together
from finops_report.warehouse.parts import parts_of
from finops_report.warehouse.reading import open_cubes
from finops_report.warehouse.recorded import Recorded
from finops_report.warehouse.sql_files import schema, statement
from tests.conftest import NINE

SOAK = bool(os.environ.get("FINOPS_SOAK"))  # long: make soak
NOW_US = 1_794_000_000_000_000  # 2026-11-06
KNOWN = cubes(Asked(attempts=True))
CUBES = tuple(dict.fromkeys(cube.table for cube in KNOWN if cube.table.startswith("cubes.")))
TABLES = (*CUBES, "cubes.extent")
BY_ID = ("cubes.repeated_request_ids", "cubes.troubled_requests", "cubes.fallbacks", "cubes.failovers")
STRETCHES = (
    "spend_by_day",
    "latency_points",
    "ttft_points",
    "work_rates",
)  # of coarse sums, whatever their stretches are
ALL = parts_of(STRETCHES, (f"from {', '.join(TABLES)}",), binds_names=False)
ZONES = ("UTC", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe")
REQUESTS = """
insert into telemetry by name
select
    case when hash(i, {seed}) % 97 = 0 then null when hash(i, {seed}) % 89 = 0 then timestamp '1970-01-01'
        else timestamp '2026-08-01' + to_seconds((hash(i, {seed}, 'at') % ({days} * 86400))::bigint + {late} * 86400)
    end as timestamp,
    if(i % 2 = 0, 'r' || hash(i, {seed}, 'id') % 5000, -- half of the ids stand in rows of one day alone
        'd' || (hash(i, {seed}, 'at') % ({days} * 86400)) // 86400 || '-' || hash(i, 'near') % 9) as request_id,
    'strategy-' || hash(i, 's') % 3 as strategy,
    'provider-' || hash(i, 'p') % 3 as provider, 'model-' || hash(i, 'm') % 4 as model,
    (hash(i, 'in') % 5000)::integer - 50 as input_tokens, (hash(i, 'out') % 900)::integer as output_tokens,
    case when hash(i, 'c') % 9 > 0 then (hash(i, 'usd') % 100000) / 1e7 end as cost_estimated,
    exp((hash(i, 'ms') % 1000) / 100.0) as latency_ms, exp((hash(i, 'ttft') % 500) / 100.0) as ttft_ms,
    'team-' || hash(i, 't') % 3 as team, case when hash(i, 'e') % 3 > 0 then 'prod' end as environment,
    'user-' || hash(i, 'u') % 20 as end_user, if(hash(i, 'f') % 20 = 0, 'error', 'ok') as status
from range({rows}) as rows (i)
"""
ATTEMPTS = """
insert into attempts by name
select timestamp, request_id, hash(rowid) % 3 + 1 as attempt, provider, model,
    if(hash(rowid, 'o') % 5 = 0, 'timeout', 'ok') as outcome, latency_ms, input_tokens, cost_estimated
from telemetry
where hash(rowid, {seed}) % 3 > 0
"""


ONCE = (
    "insert into telemetry by name"
    " select timestamp '2026-08-02 {0}' as timestamp, 'once' as request_id, 'p' as provider;"
    "insert into attempts by name select timestamp '2026-08-02 {0}' as timestamp, 'well' as request_id,"
    " {1} as attempt, 'provider-{1}' as provider, 'm' as model, '{2}' as outcome;"
)
AGAIN = ONCE.format("11:00", 2, "timeout")  # its failure makes the attempt before it one of a request in trouble


def changed(db: Path, text: str) -> None:
    with duckdb.connect() as con:
        con.execute(f"attach '{db}' as source (row_group_size 2048); use source; {text}")


def recorded(folder: Path) -> Path:
    db = folder / "t.duckdb"
    changed(db, ";".join(schema()))
    return db


def batch(rows: int, seed: int, late: int = 0, days: int = 90) -> str:
    return REQUESTS.format(rows=rows, seed=seed, late=late, days=days) + ";" + ATTEMPTS.format(seed=seed)


def asked(db: Path, timezone: str = "UTC", now_us: int = NOW_US) -> ReadRequest:
    ask = PeriodAsk(timezone=timezone)
    return ReadRequest(
        db, None, ask, now_us, Waiting(0, lambda: 0.0, lambda _: None), cache=db.with_name("kept.duckdb")
    )


def summed(request: ReadRequest) -> dict[str, object]:
    """What each cube and each view of stretches holds: its columns, their types, its rows in any order."""
    with open_cubes(request, parts=ALL) as opened:
        found: dict[str, object] = {}
        for table in (*TABLES, *STRETCHES):
            rows = opened.con.table(table)
            found[table] = (
                list(zip(rows.columns, map(str, rows.types), strict=True)),
                opened.con.execute(f"select count(*), sum(hash(rows)) from {table} as rows").fetchall(),
            )
        return found


def assert_equal_to_full(request: ReadRequest) -> None:
    kept, full = summed(request), summed(replace(request, cache=None))
    assert {name for name in full if kept[name] != full[name]} == set()


def kept_parts(request: ReadRequest) -> list[tuple[object, ...]]:
    assert request.cache is not None
    with duckdb.connect(str(request.cache), read_only=True) as con:
        return con.execute("select part, recorded_table, part_rows from kept_cubes_parts order by 1").fetchall()


CHANGES = st.one_of(
    st.builds(batch, st.integers(1, 4500), st.integers(0, 99), st.integers(-40, 5), st.integers(1, 90)),
    st.builds(
        "delete from telemetry where hash(rowid, {0}) % 500 < {1}".format, st.integers(0, 99), st.integers(1, 499)
    ),
    st.builds("delete from attempts where rowid % 7 = {0}".format, st.integers(0, 6)),
    st.builds(
        "update telemetry set cost_estimated = cost_estimated * 2 where rowid between {0} and {0} + 3".format,
        st.integers(0, 9000),
    ),
    st.builds("update telemetry set team = 'other' where request_id = 'r{0}'".format, st.integers(0, 4999)),
    st.builds(
        "update telemetry set timestamp = timestamp + to_days({0}) where hash(rowid, {0}) % 900 = 0".format,
        st.integers(-30, 30),
    ),
    st.builds("update attempts set outcome = 'ok' where rowid % 50 = {0}".format, st.integers(0, 49)),
    st.just("select 1"),
)


@settings(
    max_examples=40 if SOAK else 1,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    st.integers(1, 3000 if SOAK else 900),
    st.lists(st.tuples(CHANGES, st.sampled_from(ZONES), st.integers(-3, 30)), min_size=1, max_size=3 if SOAK else 1),
)
def test_soak_whatever_happens_to_the_rows_kept_cubes_are_those_of_a_full_reading(
    rows: int, changes: Sequence[tuple[str, str, int]]
) -> None:
    with TemporaryDirectory() as folder:
        db = recorded(Path(folder))
        changed(db, batch(rows, 1))
        summed(asked(db))
        for change, zone, days in changes:
            changed(db, change)
            assert_equal_to_full(asked(db, zone, NOW_US + days * 86_400_000_000))


MANY = (  # late rows, ids that are there already, deletions, changes
    batch(700, 2, -20)
    + ";delete from telemetry where rowid % 400 = 3;update attempts set outcome = 'ok' where rowid % 50 = 1"
)


def test_late_deleted_and_changed_rows_at_once_and_nothing_is_read_but_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = recorded(tmp_path)
    changed(db, batch(2500, 1))
    summed(asked(db))
    changed(db, MANY)
    full = summed(replace(asked(db, "Europe/Berlin"), cache=None))
    monkeypatch.setattr(summing, "show_all", show_what_stands_beside)  # no cube can read all rows
    assert summed(asked(db, "Europe/Berlin")) == full


def show_what_stands_beside(con: duckdb.DuckDBPyConnection, source: Recorded) -> None:
    """Have the base views show no request and no attempt, whatever is recorded."""
    show(con, {name: one.parts for name, one in source.tables.items() if name not in ("telemetry", "attempts")})


def test_a_second_attempt_and_a_repeated_id_are_found_in_parts_that_are_kept(tmp_path: Path) -> None:
    db = recorded(tmp_path)
    changed(db, ONCE.format("10:00", 1, "ok") + batch(6000, 1))  # the first rows are in a part that is full
    summed(asked(db))
    changed(db, AGAIN)
    request = asked(db)
    kept, full = summed(request), summed(replace(request, cache=None))
    assert {name for name in BY_ID if kept[name] != full[name]} == set()
    assert request.cache is not None
    with duckdb.connect(str(request.cache), read_only=True) as con:
        for table, text in (("telemetry", "once"), ("attempts", "well")):
            found = con.execute(f"select count(distinct part) from followed.{table} where request_id = '{text}'")
            assert found.fetchall() == [(2,)], table


def test_only_what_is_new_is_summed(tmp_path: Path) -> None:
    db = recorded(tmp_path)
    changed(db, batch(9000, 1))
    summed(asked(db))
    before = kept_parts(asked(db))
    changed(db, batch(10, 2))
    assert_equal_to_full(asked(db))
    after = kept_parts(asked(db))
    assert before[0] in after  # requests from the first on
    assert len([part for part in after if part not in before]) <= 6  # of both tables, what DuckDB may put together


def test_what_is_kept_is_used(tmp_path: Path) -> None:
    db = recorded(tmp_path)
    changed(db, batch(300, 1))
    summed(asked(db))
    with duckdb.connect(str(tmp_path / "kept.duckdb")) as con:
        con.execute("update cubes.spend set requests = requests + 1")
    assert summed(asked(db))["cubes.spend"] != summed(replace(asked(db), cache=None))["cubes.spend"]


CONSTANT = "update telemetry set cost_estimated = 1.25"
NOTICED = (  # each in a file in which all costs are equal, so that no block holds them
    "update telemetry set cost_estimated = 1.5 where rowid = 7",
    "update telemetry set cost_estimated = 1.2500000000000002",
    "update telemetry set team = 'other' where rowid = 2100",
    "update telemetry set team = null where rowid = 2100",
    "delete from telemetry where rowid = 2100",
    "insert into telemetry (timestamp) values ('2026-01-01')",
    "alter table telemetry add column more integer",
)


def test_each_change_is_noticed(tmp_path: Path) -> None:
    db = recorded(tmp_path)
    changed(db, batch(2500, 1) + ";" + CONSTANT)
    before = prints(db)
    assert prints(db) == before
    for change in NOTICED:
        changed(db, change)
        after = prints(db)
        assert after != before, change
        before = after


def prints(db: Path) -> list[str]:
    """What tells the row groups of the requests from others."""
    with duckdb.connect() as con:
        con.execute(f"attach '{db}' as recorded (read_only)")
        groups = row_groups(con, "recorded.main.telemetry", db)
        assert groups is not None
        last = len(groups.prints)
        return [run(con, "recorded.main.telemetry", groups, one, one + 1).print for one in range(last)]


def test_another_zone_sums_anew_what_is_cut_into_days_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db = recorded(tmp_path)
    changed(db, batch(500, 1))
    summed(asked(db))
    added: list[tuple[str, int]] = []
    add = summing._add

    def counted(con: duckdb.DuckDBPyConnection, name: str, part: int, rows: duckdb.DuckDBPyRelation) -> None:
        added.append((name, part))
        add(con, name, part, rows)

    monkeypatch.setattr(summing, "_add", counted)
    summed(asked(db, "Europe/Berlin"))
    assert {name for name, part in added if part} == {
        "latency",
        "ttft",
        "workload",
        "history",
        "end_users",
    }


def test_a_cache_of_another_version_is_made_anew(tmp_path: Path) -> None:
    db = recorded(tmp_path)
    changed(db, batch(300, 1))
    summed(asked(db))
    with duckdb.connect(str(tmp_path / "kept.duckdb")) as con:
        con.execute("update kept_cubes_made_by set version = 'older'; update cubes.spend set requests = 0")
    assert_equal_to_full(asked(db))


def test_a_cache_of_another_source_is_not_believed(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 2)):
        (tmp_path / name).mkdir()
        changed(recorded(tmp_path / name), batch(300, seed))
    summed(asked(tmp_path / "a" / "t.duckdb"))
    other = replace(asked(tmp_path / "b" / "t.duckdb"), cache=tmp_path / "a" / "kept.duckdb")
    assert_equal_to_full(other)


def test_a_file_that_is_none_of_ours_is_left_alone(tmp_path: Path) -> None:
    db = recorded(tmp_path)
    changed(db, batch(10, 1))
    with duckdb.connect(str(tmp_path / "kept.duckdb")) as con:
        con.execute("create table mine as select 42 as answer")
    before = (tmp_path / "kept.duckdb").read_bytes()
    with pytest.raises(DatabaseError, match="none of ours"):
        summed(asked(db))
    assert (tmp_path / "kept.duckdb").read_bytes() == before


@pytest.mark.parametrize("stop", ["add_part", "add_cut"] if SOAK else ["add_part"])
def test_soak_what_a_kill_left_half_done_is_not_believed(
    stop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = recorded(tmp_path)
    changed(db, batch(2500 if SOAK else 600, 1))
    summed(asked(db))
    changed(db, batch(500, 2) + ";delete from telemetry where rowid % 300 = 5")

    def stopping(folder: str, name: str) -> str:
        if (folder, name) == ("kept", stop):
            raise KeyboardInterrupt
        return statement(folder, name)

    monkeypatch.setattr(summing, "statement", stopping)
    with pytest.raises(KeyboardInterrupt):
        summed(asked(db, "Europe/Berlin"))
    monkeypatch.undo()
    assert_equal_to_full(asked(db, "Europe/Berlin"))


def test_rows_that_stand_in_the_log_alone_are_read(tmp_path: Path) -> None:
    db = recorded(tmp_path)
    changed(db, batch(300, 1))
    summed(asked(db))
    if (child := os.fork()) == 0:  # ends without a checkpoint, as a killed writer does
        con = duckdb.connect(str(db), config={"checkpoint_threshold": "1GB"})
        con.execute("update telemetry set cost_estimated = 3.5 where request_id like 'r1%'")
        os._exit(0)
    os.waitpid(child, 0)
    assert Path(f"{db}.wal").exists()
    assert_equal_to_full(asked(db))


@pytest.mark.parametrize("row", ["", "insert into t values ('2026-10-01', 'r', 's', 'p', 'm', 1, 2, 0.5, 9)"])
def test_nine_columns_are_enough_and_no_rows_too(row: str, tmp_path: Path) -> None:
    db = tmp_path / "t.duckdb"
    changed(db, f"create table t ({NINE}); {row}")
    assert_equal_to_full(asked(db))
    assert_equal_to_full(asked(db))


def test_a_view_is_read_in_full(tmp_path: Path) -> None:
    db = recorded(tmp_path)
    changed(db, batch(500, 1) + ";alter table telemetry rename to rows; create view telemetry as from rows")
    assert_equal_to_full(replace(asked(db), table="telemetry"))


def stretches(request: ReadRequest) -> set[tuple[object, ...]]:
    """Which sums of whole days and months are kept, and of what they are made."""
    assert request.cache is not None
    with duckdb.connect(str(request.cache), read_only=True) as con:
        return set(con.execute("select cube, stretch_us, made_of from kept_cubes_coarse").fetchall())


def test_sums_of_whole_days_and_months_are_used(tmp_path: Path) -> None:
    db = recorded(tmp_path)
    changed(db, batch(300, 1))
    summed(asked(db))
    with duckdb.connect(str(tmp_path / "kept.duckdb")) as con:
        con.execute(
            "update coarse.spend set requests = requests + 1; update coarse.latency set requests = requests + 1"
        )
    kept, full = summed(asked(db)), summed(replace(asked(db), cache=None))
    assert {"spend_by_day", "cubes.latency", "latency_points"} == {name for name in full if kept[name] != full[name]}


def test_what_comes_of_requests_of_whole_days_is_used(tmp_path: Path) -> None:
    db = recorded(tmp_path)
    changed(db, batch(2500, 1))
    summed(asked(db))
    with duckdb.connect(str(tmp_path / "kept.duckdb")) as con:
        for name in BY_ID:
            column = "repeated_rows" if "repeated" in name else "events" if "failovers" in name else "requests"
            con.execute(f"update by_day.{name.removeprefix('cubes.')} set {column} = {column} + 1")
    kept, full = summed(asked(db)), summed(replace(asked(db), cache=None))
    assert set(BY_ID) == {name for name in full if kept[name] != full[name]}


def test_a_row_of_another_day_takes_its_request_out_of_the_sums_of_its_first_day(tmp_path: Path) -> None:
    db = recorded(tmp_path)
    two_tries = ONCE.format("10:00", 1, "timeout") + ONCE.format("10:01", 2, "ok")
    changed(db, two_tries + batch(6000, 1, 10, 30))  # no other rows of that day: nothing else tells it
    assert_equal_to_full(asked(db))
    before = stretches(asked(db))
    changed(db, ONCE.format("10:00", 3, "ok").replace("2026-08-02", "2026-10-04"))
    assert_equal_to_full(asked(db))
    made_anew = {stretch[:2] for stretch in stretches(asked(db)) - before}
    first_day = 1_785_628_800_000_000  # 2026-08-02
    assert {("followed attempts", first_day), ("followed telemetry", first_day)} <= made_anew
    changed(db, "delete from attempts where timestamp > '2026-10-04 09:00' and request_id = 'well'")
    assert_equal_to_full(asked(db))


@pytest.mark.parametrize("timezone", ["America/New_York", "Australia/Lord_Howe"])
def test_a_report_that_parts_days_follows_their_requests_itself(timezone: str, tmp_path: Path) -> None:
    db = recorded(tmp_path)
    changed(db, batch(4000, 1))
    for ask in (
        PeriodAsk(since=date(2026, 8, 5), until=date(2026, 9, 1), timezone=timezone),
        PeriodAsk(since=date(2026, 8, 5), until=date(2026, 8, 6), timezone=timezone),  # no day of UTC lies whole in it
    ):
        assert_equal_to_full(replace(asked(db), ask=ask))
        assert_equal_to_full(replace(asked(db), ask=ask))


def test_a_late_row_sums_its_own_day_and_month_anew(tmp_path: Path) -> None:
    db = recorded(tmp_path)
    changed(db, batch(9000, 1))
    summed(asked(db))
    before = stretches(asked(db))
    changed(db, "insert into telemetry (timestamp, provider, latency_ms) values ('2026-08-20 10:00', 'p', 20)")
    assert_equal_to_full(asked(db))
    made_anew = {stretch[:2] for stretch in stretches(asked(db)) - before}
    days = {us for cube, us in made_anew if cube == "spend"}
    assert 1_787_184_000_000_000 in days  # 2026-08-20
    assert {us for cube, us in made_anew if cube == "latency"} >= {1_785_542_400_000_000}  # August


def test_what_is_after_the_moment_of_the_build_is_summed_anew_by_the_next(tmp_path: Path) -> None:
    db = recorded(tmp_path)
    changed(db, batch(300, 1) + f";insert into telemetry (timestamp) values (make_timestamp({NOW_US + 3_600_000_000}))")
    summed(asked(db))
    today = NOW_US // 86_400_000_000 * 86_400_000_000
    assert today not in {us for cube, us, _ in stretches(asked(db)) if cube == "spend"}
    assert_equal_to_full(asked(db, now_us=NOW_US + 7_200_000_000))


def groups_of(sizes: Sequence[int]) -> Groups:
    return Groups(tuple(accumulate(sizes, initial=0)), tuple(map(str, sizes)))


@pytest.mark.parametrize(
    ("sizes", "growing"),
    [((), 0), ((5,), 0), ((9, 9, 9, 9), 1), ((9, 9, 9, 4), 1), ((9, 9, 9, 4, 3), 1), ((9, 4, 9, 9, 9, 3, 2, 1), 3)],
)
def test_groups_at_the_end_that_duckdb_may_put_together_stand_alone(sizes: tuple[int, ...], growing: int) -> None:
    groups = groups_of(sizes)
    assert groups.growing == growing
    runs = list(runs_between((), groups, 2))
    assert [one for run in runs for one in range(*run)] == list(range(len(sizes)))
    assert all(until - first == 1 for first, until in runs if until > growing)


def test_many_small_runs_are_put_together_and_those_that_grow_are_not() -> None:
    groups = groups_of([9] * 40)
    small = [(one, one + 1) for one in range(40)]
    assert to_put_together(small, groups, 32) == set(small[:32])
    assert to_put_together(small[:32], groups, 32) == set()  # there is room for more
    assert to_put_together([(0, 30), *small[30:]], groups, 32) == set()
    assert to_put_together([*small[:20], *small[21:]], groups, 32) == set(small[:20])  # one is missing


def test_parts_of_many_days_become_one_and_all_figures_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_groups_of_kept, "MANY_RUNS", 2)
    monkeypatch.setattr(row_runs, "LONGEST_RUN", 2)
    db = recorded(tmp_path)
    for rows in (12_000, 8_000, 10):
        changed(db, batch(rows, rows).partition(";")[0])  # requests alone
        summed(asked(db))
    lengths = [place[1:] for place in kept_parts(asked(db))]
    assert ("telemetry", f"{2 * 2048}-{4 * 2048}") in lengths
    assert_equal_to_full(asked(db))
