"""A folder of Parquet has a file a load, a table and a day, with the columns of the contract; merging loses nothing."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from finops_router.records import KINDS, AttemptRecord
from finops_router.telemetry.codec import encode
from finops_router.telemetry.sinks import parquet, parquet_folder, sink_at
from finops_router.telemetry.sinks.contract import CollectorReport, SinkError
from finops_router.telemetry.sinks.duckdb import DuckDBSink
from finops_router.telemetry.sinks.parquet import ParquetSink
from finops_router.telemetry.sinks.parquet_folder import LocalFiles, Written, file_name, in_force, runs
from finops_router.telemetry.waiting import Waiting

from finops_report.warehouse.engines.parquet_files import find_files
from tests.finops_router.telemetry.conftest import NOW_US, full_record, request

AT_ONCE = Waiting(0.0, time.monotonic, time.sleep)
DAY_US = 86_400_000_000


def segment(folder: Path, name: str, *lines: bytes) -> Path:
    path = folder / f"{name}.sealed"
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def load(lake: Path, name: str, *lines: bytes) -> None:
    ParquetSink(lake).load([segment(lake.parent, name, *lines)], (), AT_ONCE)


def files(lake: Path) -> list[str]:
    """The files that readers find and that have rows, by their places."""
    found = [path for path in lake.rglob("*") if path.is_file() and "_finops" not in path.parts]
    with duckdb.connect() as con:
        return sorted(str(path.relative_to(lake)) for path in found if con.read_parquet(str(path)).limit(1).fetchall())


def ids(lake: Path) -> list[str]:
    with duckdb.connect() as con:
        return sorted(
            row[0]
            for file in find_files(lake, None).files["telemetry"]
            for row in con.read_parquet(str(file.path)).project("request_id").fetchall()
        )


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_of_every_kind_arrives_with_the_type_of_the_contract(kind: Any, tmp_path: Path) -> None:
    path = segment(tmp_path, "1", encode(full_record(kind)))
    DuckDBSink(tmp_path / "t.duckdb").load([path], (), AT_ONCE)
    ParquetSink(tmp_path / "lake").load([path], (), AT_ONCE)
    (place,) = (tmp_path / "lake" / kind.table).rglob("load-00000001-*.parquet")
    with duckdb.connect(str(tmp_path / "t.duckdb"), read_only=True) as con:
        ours, theirs = con.table(kind.table), con.read_parquet(str(place), hive_partitioning=False)
        assert (ours.columns, ours.types) == (theirs.columns, theirs.types)
        assert ours.fetchall() == theirs.fetchall()


def test_there_is_a_file_a_load_a_table_and_a_utc_day(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    attempt = AttemptRecord(timestamp_us=NOW_US, request_id="1", attempt=1, provider="p", model="m", outcome="ok")
    load(lake, "1", encode(request(1)), encode(request(2, timestamp_us=NOW_US + DAY_US)), encode(attempt))
    load(lake, "2", encode(request(3)), encode(request(4, timestamp_us=-1)))
    day = date(2026, 9, 21)
    assert f"{day}" == time.strftime("%Y-%m-%d", time.gmtime(NOW_US / 1e6))
    assert files(lake) == [
        f"attempts/date={day}/load-00000002-00000002.parquet",
        "telemetry/date=1969-12-31/load-00000003-00000003.parquet",
        f"telemetry/date={day}/load-00000001-00000001.parquet",
        f"telemetry/date={day}/load-00000003-00000003.parquet",
        f"telemetry/date={day.replace(day=22)}/load-00000001-00000001.parquet",
    ]
    assert not find_files(lake, None).left_out  # no reader is told of what is ours


def test_small_tables_are_a_file_each_that_is_replaced(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    for number in range(3):
        lost = CollectorReport(f"{number}.losses", NOW_US + number, "h", 7, recorded=1, dropped=number)
        ParquetSink(lake).load([], [lost], AT_ONCE)
    assert files(lake) == ["collector_health/load-00000000-00000003.parquet"]
    with duckdb.connect() as con:
        rows = con.read_parquet(str(lake / files(lake)[0])).project("dropped").order("dropped").fetchall()
    assert rows == [(0,), (1,), (2,)]


def test_merging_makes_one_file_of_each_day_with_all_rows_in_order_of_time(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    for number in (2, 0, 1):
        late = request(f"{number}-late", timestamp_us=NOW_US + DAY_US)
        load(lake, str(number), encode(request(number, timestamp_us=NOW_US + number)), encode(late))
    before = ids(lake)
    assert ParquetSink(lake).compact(AT_ONCE) == 4
    assert [Path(place).name for place in files(lake)] == ["load-00000001-00000003.parquet"] * 2
    assert ids(lake) == before
    with duckdb.connect() as con:
        assert con.read_parquet(str(lake / files(lake)[0])).project("request_id").fetchall() == [("0",), ("1",), ("2",)]
    assert ParquetSink(lake).compact(AT_ONCE) == 0
    load(lake, "0", encode(request(0, timestamp_us=NOW_US)))  # a segment that comes back
    assert ids(lake) == before


def test_many_small_files_of_a_day_are_merged_by_the_load_that_adds_to_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "LEAST_SMALL", 3)
    lake = tmp_path / "lake"
    load(lake, "other day", encode(request("x", timestamp_us=NOW_US + DAY_US)))
    for number in range(5):
        load(lake, str(number), encode(request(number)))
    assert [Path(place).name for place in files(lake)] == [
        "load-00000002-00000007.parquet",
        "load-00000001-00000001.parquet",
    ]
    assert ids(lake) == ["0", "1", "2", "3", "4", "x"]


def test_merging_that_would_lose_rows_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = tmp_path / "lake"
    for number in range(2):
        load(lake, str(number), encode(request(number)))
    before = files(lake)
    found = iter([1, 2])
    monkeypatch.setattr(parquet.ParquetKeeper, "_rows", lambda self, paths: next(found))
    with pytest.raises(SinkError) as refused:
        ParquetSink(lake).compact(AT_ONCE)
    assert "would lose rows" in refused.value.message
    assert files(lake) == before


def test_readers_pass_over_a_file_that_another_has_taken_the_place_of(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    for number in range(3):
        load(lake, str(number), encode(request(number)))
    (day,) = (lake / "telemetry").glob("date=2*")
    one = day / file_name(1, 1)
    content = one.read_bytes()
    ParquetSink(lake).compact(AT_ONCE)
    one.write_bytes(content)  # as if it were not removed yet
    (day / "20260101-20261231.parquet").write_bytes(content)  # somebody else's, which says nothing of ours
    assert ids(lake) == ["0", "0", "1", "2"]
    found = LocalFiles(lake).written(f"telemetry/{day.name}")
    assert [one.place for one in found] == [f"telemetry/{day.name}/{file_name(1, 3)}"]


def test_parts_of_one_write_stay_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_folder, "SMALL_BYTES", 10)
    sizes = {(1, 0): 4, (2, 0): 4, (3, 0): 4, (3, 1): 40, (4, 0): 4, (5, 0): 4, (5, 1): 4}
    found = in_force("d", [(file_name(number, number, part), size) for (number, part), size in sizes.items()])
    assert [[one.place for one in run] for run in runs(found, 2)] == [
        [f"d/{file_name(1, 1)}", f"d/{file_name(2, 2)}"],
        [f"d/{file_name(4, 4)}", f"d/{file_name(5, 5, 1)}", f"d/{file_name(5, 5)}"],
    ]


def test_a_file_is_within_one_that_holds_more_alone() -> None:
    one, two = Written(1, 1, "a"), Written(1, 2, "b")
    assert one.is_within(two)
    assert not two.is_within(one)
    assert not one.is_within(one)
    assert not Written(1, 2, "c").is_within(two)


def test_a_folder_whose_place_is_a_file_is_refused_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "lake").write_text("no folder")
    with pytest.raises(SinkError) as refused:
        sink_at(f"{tmp_path}/lake/").load([segment(tmp_path, "1", encode(request(1)))], (), AT_ONCE)
    assert "permissions" in refused.value.hint
