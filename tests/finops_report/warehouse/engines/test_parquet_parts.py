"""Kept cubes of Parquet files are those that a full reading sums, whatever happened to the files in between."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from finops_report.warehouse.engines import parquet_ends, parquet_parts
from finops_report.warehouse.engines.parquet_ends import SETTLED_S, Print, print_on_disk
from finops_report.warehouse.engines.parquet_files import ParquetFile
from finops_report.warehouse.kept import summing
from finops_report.warehouse.sql_files import schema, statement
from tests.finops_report.warehouse.kept.test_kept_cubes import (
    AGAIN,
    NOW_US,
    ONCE,
    SOAK,
    ZONES,
    asked,
    assert_equal_to_full,
    batch,
    changed,
    kept_parts,
    recorded,
    show_what_stands_beside,
    summed,
)


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take files that were written just now for settled ones."""
    monkeypatch.setattr(parquet_ends, "SETTLED_S", -60.0)


def lake_of(folder: Path) -> Path:
    (folder / "lake").mkdir()
    return folder / "lake"


SHAPES = (  # columns of the requests: all of the contract, nine, others, and other types
    "*",
    "timestamp, request_id, strategy, provider, model, input_tokens, output_tokens, cost_estimated, latency_ms",
    "* replace (cost_estimated::decimal(20, 9) as cost_estimated, input_tokens::varchar as input_tokens)",
    "* replace (timestamp::timestamptz as timestamp, cost_estimated::decimal(18, 4) as cost_estimated), 1 as more",
    "* exclude (team, ttft_ms), [1] as more",
    "* replace (timestamp::timestamp_ms as timestamp, null::integer as status)",
)


def load(lake: Path, text: str, name: str, columns: str = "*", by: str = "") -> None:
    """Write the rows that `text` makes: a file for each table, or one for each value of `by`, in folders called so."""
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'; " + ";".join((*schema(), text)))
        for table in ("telemetry", "attempts"):
            (lake / table).mkdir(exist_ok=True)
            options = "format parquet, row_group_size 2048"
            if by:
                options += f", partition_by ({by}), overwrite_or_ignore, filename_pattern '{name}-{{i}}'"
            place = lake / table / ("" if by else f"{name}.parquet")
            chosen = columns if table == "telemetry" else "*"
            con.execute(f"copy (select {chosen} from {table}) to $place ({options})", {"place": str(place)})


def files_of(lake: Path) -> list[Path]:
    return sorted(file for file in lake.rglob("*.parquet") if not file.name.startswith("."))


def rewritten(file: Path, text: str, *others: Path) -> None:
    """Put a file in the place of another: rows of both that `text` chooses from `rows`."""
    beside = file.with_name(f".{file.name}")
    names = [re.sub(r"([*?\[])", r"[\1]", str(one)) for one in (file, *others)]
    with duckdb.connect() as con:
        rows = con.read_parquet(names, union_by_name=True, hive_partitioning=False)
        con.execute(f"copy ({text}) to $place (format parquet)", {"place": str(beside)})
        assert rows.columns
    beside.replace(file)


def test_only_new_files_are_summed_and_nothing_is_read_but_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = lake_of(tmp_path)
    load(lake, batch(2000, 1), "b")
    summed(asked(lake))
    before = kept_parts(asked(lake))
    assert [part[1] for part in before] == ["telemetry", "attempts"]
    load(lake, batch(500, 2, -20), "a*'\n]")
    full = summed(replace(asked(lake, "Europe/Berlin"), cache=None))
    monkeypatch.setattr(summing, "show_all", show_what_stands_beside)  # no cube can read all rows
    for _ in range(2):
        assert summed(asked(lake, "Europe/Berlin")) == full
        assert [part for part in kept_parts(asked(lake)) if part in before] == before
        assert len(kept_parts(asked(lake))) == len(before) + 2


def test_what_is_kept_is_used(tmp_path: Path) -> None:
    lake = lake_of(tmp_path)
    load(lake, batch(300, 1), "a")
    summed(asked(lake))
    with duckdb.connect(str(tmp_path / "kept.duckdb")) as con:
        con.execute("update cubes.spend set requests = requests + 1")
    assert summed(asked(lake))["cubes.spend"] != summed(replace(asked(lake), cache=None))["cubes.spend"]


def test_a_second_attempt_and_a_repeated_id_are_found_in_files_that_are_kept(tmp_path: Path) -> None:
    lake = lake_of(tmp_path)
    for name in ("a", "b", "c"):  # one part of three files, of which the second has the rows
        text = ONCE.format("10:00", 1, "ok") if name == "b" else batch(300, ord(name))
        load(lake, text, name, by="provider" if name == "b" else "")
    summed(asked(lake))
    load(lake, AGAIN, "d", by="provider")
    request = asked(lake)
    assert_equal_to_full(request)
    assert request.cache is not None
    with duckdb.connect(str(request.cache), read_only=True) as con:
        for table, text in (("telemetry", "once"), ("attempts", "well")):
            found = con.execute(f"select count(distinct part) from followed.{table} where request_id = '{text}'")
            assert found.fetchall() == [(2,)], table


def test_a_file_written_in_place_with_its_size_and_time_as_they_were_is_noticed(tmp_path: Path) -> None:
    lake = lake_of(tmp_path)
    load(lake, batch(300, 1), "a")
    load(lake, batch(300, 2), "b")
    summed(asked(lake))
    before = kept_parts(asked(lake))
    another_byte(lake, 3)
    assert_equal_to_full(asked(lake))
    assert [part[1] for part in kept_parts(asked(lake)) if part in before] == ["attempts"]


@pytest.mark.parametrize("age_s", [0.0, 2.9, -100.0])
def test_a_file_that_was_written_just_now_or_later_is_in_a_part_that_is_not_kept(
    tmp_path: Path, age_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    lake = lake_of(tmp_path)
    load(lake, batch(10, 1), "a")
    written_s = (lake / "telemetry" / "a.parquet").stat().st_ctime
    assert not print_on_disk(lake / "telemetry" / "a.parquet", written_s + age_s).is_lasting
    assert print_on_disk(lake / "telemetry" / "a.parquet", written_s + SETTLED_S + 0.1).is_lasting
    for _ in range(2):
        assert_equal_to_full(asked(lake))
    load(lake, batch(20, 1), "a")
    assert_equal_to_full(asked(lake))
    assert kept_parts(asked(lake)) == []


def test_files_written_just_now_keep_no_others_from_being_kept() -> None:
    files = [file_of(name, is_lasting=name != "b") for name in "abc"]
    assert [[file.name for file in part] for part in parquet_parts._divided(files)] == [["a", "c"], ["b"]]


def file_of(name: str, rows: int = 1, *, is_lasting: bool = True) -> parquet_parts._File:
    return parquet_parts._File(name, ParquetFile(Path(name), ()), 0, Print(name, is_lasting), rows)


def test_another_type_of_a_column_sums_everything_anew_and_another_column_nothing(tmp_path: Path) -> None:
    lake = lake_of(tmp_path)
    load(lake, batch(300, 1), "a")
    summed(asked(lake))
    before = kept_parts(asked(lake))
    for shape, is_kept in ((3, False), (4, True)):
        load(lake, batch(300, 2), f"b{shape}", SHAPES[shape])
        assert_equal_to_full(asked(lake))
        after = kept_parts(asked(lake))
        assert (set(before) <= set(after)) == is_kept
        before = after


def test_a_column_that_no_file_had_sums_nothing_anew(tmp_path: Path) -> None:
    lake = lake_of(tmp_path)
    load(lake, batch(300, 1), "a", SHAPES[1])
    summed(asked(lake))
    before = kept_parts(asked(lake))
    load(lake, batch(300, 2), "b")
    assert_equal_to_full(asked(lake))
    assert set(before) < set(kept_parts(asked(lake)))


@pytest.mark.parametrize(
    "columns",
    [
        "* replace (epoch_ms(timestamp) as timestamp)",
        "*, 1 as File_Row_Number",
        "* replace (timestamp::varchar as timestamp)",
    ],
)
def test_times_told_by_all_rows_and_rows_that_cannot_be_numbered_are_read_in_full(tmp_path: Path, columns: str) -> None:
    lake = lake_of(tmp_path)
    load(lake, batch(300, 1), "a", columns)
    assert_equal_to_full(asked(lake))
    assert not (tmp_path / "kept.duckdb").exists()


def test_many_small_parts_become_one_and_all_figures_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_parts, "MANY_PARTS", 3)
    lake = lake_of(tmp_path)
    for name in "abc":
        load(lake, batch(100, ord(name)), name)
        summed(asked(lake))
    assert len(kept_parts(asked(lake))) == 6
    load(lake, batch(100, 9), "d")
    assert_equal_to_full(asked(lake))
    assert len(kept_parts(asked(lake))) == 2  # of each table


def test_parts_are_not_put_together_beyond_what_is_summed_anew_at_most() -> None:
    files = {name: file_of(name, 1_000_000) for name in "abcdefghijklmnopqrstuvwxyz"}
    parts = {ord(name): parquet_parts._part([file]) for name, file in files.items()}
    assert parquet_parts._to_put_together(parts, files) == set()  # four of them are all that fits
    small = {name: file_of(name, 200_000) for name in files}
    parts = {ord(name): parquet_parts._part([file]) for name, file in small.items()}
    assert parquet_parts._to_put_together(parts, small) == {ord(name) for name in "abcdefghijklmnopqrst"}


def test_loads_of_the_collector_that_are_merged_are_counted_once_also_while_both_are_there(tmp_path: Path) -> None:
    lake = lake_of(tmp_path)
    for turn in (1, 2, 3):
        load(lake, batch(200, turn), f"load-0000000{turn}-0000000{turn}")
        summed(asked(lake))
    loads = {table: files_of(lake / table) for table in ("telemetry", "attempts")}
    for files in loads.values():
        merged_file = files[0].with_name("load-00000001-00000002.parquet")
        shutil.copy(files[0], merged_file)
        rewritten(merged_file, "select * from rows", files[1])
    assert_equal_to_full(asked(lake))  # merged, and what is merged still there
    for files in loads.values():
        files[0].unlink()
        files[1].unlink()
    before = kept_parts(asked(lake))
    assert_equal_to_full(asked(lake))
    assert kept_parts(asked(lake)) == before
    assert all(len(json.loads(str(rows))) == 1 for _, _, rows in before)


@pytest.mark.parametrize("stop", ["add_part", "add_cut"] if SOAK else ["add_part"])
def test_soak_what_a_kill_left_half_done_is_not_believed(
    stop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = lake_of(tmp_path)
    load(lake, batch(600, 1), "a")
    summed(asked(lake))
    load(lake, batch(500, 2), "b")
    removed(lake, 1)
    load(lake, batch(500, 3), "c")

    def stopping(folder: str, name: str) -> str:
        if (folder, name) == ("kept", stop):
            raise KeyboardInterrupt
        return statement(folder, name)

    monkeypatch.setattr(summing, "statement", stopping)
    with pytest.raises(KeyboardInterrupt):
        summed(asked(lake, "Europe/Berlin"))
    monkeypatch.setattr(summing, "statement", statement)
    assert_equal_to_full(asked(lake, "Europe/Berlin"))


def test_a_cache_of_another_lake_or_of_a_duckdb_file_is_not_believed(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 2)):
        (tmp_path / name).mkdir()
        load(lake_of(tmp_path / name), batch(300, seed), "x")
    db = recorded(tmp_path)
    changed(db, batch(300, 3))
    for place in (tmp_path / "a" / "lake", tmp_path / "b" / "lake", db, tmp_path / "a" / "lake"):
        assert_equal_to_full(replace(asked(place), cache=tmp_path / "kept.duckdb"))


def new_file(lake: Path, seed: int) -> None:
    text = batch(seed % 1500 + 1, seed, seed % 46 - 40, seed % 90 + 1)
    by = ("", "", "provider", "provider, model")[seed % 4]
    load(lake, text, f"{'zam'[seed % 3]}[{seed % 7}]*?", SHAPES[0 if by else seed % len(SHAPES)], by)


def removed(lake: Path, seed: int) -> None:
    files = files_of(lake / "telemetry") if seed % 3 else files_of(lake)
    if len(files) > 1 and len(files_of(lake / "telemetry")) > 1:
        files[seed % len(files)].unlink()


def replaced(lake: Path, seed: int) -> None:
    files = files_of(lake)
    rewritten(files[seed % len(files)], f"select * from rows where hash(request_id, {seed}) % 5 > 0")


def merged(lake: Path, seed: int) -> None:
    """Have one file take the place of all in its folder, as `compact` does."""
    folder = files_of(lake)[seed % len(files_of(lake))].parent
    first, *others = [file for file in files_of(folder) if file.parent == folder]
    try:
        rewritten(first, "select * from rows", *others)
    except duckdb.Error:  # of types that do not go together
        return
    first.rename(first.with_name(f"merged-{seed}.parquet"))
    for other in others:
        other.unlink()


def moved(lake: Path, seed: int) -> None:
    file = files_of(lake)[seed % len(files_of(lake))]
    file.rename(file.with_name(f"moved-{seed}.parquet"))


def another_byte(lake: Path, seed: int) -> None:
    """Write other rows in place, of equal size, with the time of the last change set to what it was."""
    file = files_of(lake / "telemetry")[0]
    overwritten(file, seed)


def overwritten(file: Path, seed: int) -> None:
    before, content = file.stat(), file.read_bytes()
    for name in (b"model-0", b"model-1", b"model-2", b"model-3", b"provider-1", b"strategy-2"):
        if name in content:
            file.write_bytes(content.replace(name, name[:-1] + b"%d" % (4 + seed % 6)))
            break
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = file.stat()
    assert (before.st_size, before.st_mtime_ns, before.st_ino) == (after.st_size, after.st_mtime_ns, after.st_ino)


CHANGES = (new_file, new_file, removed, replaced, merged, moved, another_byte)


@settings(
    max_examples=30 if SOAK else 1,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    st.lists(st.integers(0, 9999), min_size=1, max_size=4),
    st.lists(
        st.tuples(
            st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, 9999)), max_size=3),
            st.sampled_from(ZONES),
            st.integers(-3, 30),
        ),
        min_size=1,
        max_size=3 if SOAK else 1,
    ),
)
def test_soak_whatever_happens_to_the_files_kept_cubes_are_those_of_a_full_reading(
    first: Sequence[int], changes: Sequence[tuple[Sequence[tuple[Callable[[Path, int], None], int]], str, int]]
) -> None:
    with TemporaryDirectory() as folder:
        lake = lake_of(Path(folder))
        for seed in first:
            new_file(lake, seed)
        summed(asked(lake))
        for some, zone, days in changes:
            for change, seed in some:
                change(lake, seed)
            assert_equal_to_full(asked(lake, zone, NOW_US + days * 86_400_000_000))
