"""Reading Parquet: which files of a folder are the telemetry, and what is said of the rest."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from finops_report.errors import DatabaseError
from finops_report.warehouse.base_views import Source
from finops_report.warehouse.connection import DEFAULT_LIMITS, connected
from finops_report.warehouse.engines import engine_for
from finops_report.warehouse.waiting import Waiting

NO_WAIT = Waiting(0, lambda: 0.0, lambda _: None)
NINE = """
    timestamp '2026-10-01 12:00' as timestamp, 'r' as request_id, 's' as strategy, 'openai' as provider, 'm' as model,
    1 as input_tokens, 1 as output_tokens, 1.0 as cost_estimated, 1.0 as latency_ms
"""
ATTEMPTS = "timestamp '2026-10-01' as timestamp, 'r' as request_id, 1 as attempt, 'openai' as provider, 'ok' as outcome"


def write(path: Path, columns: str = NINE) -> None:
    """Write a Parquet file of one row."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as con:
        con.sql(f"select {columns}").write_parquet(str(path))


def opened(path: Path, columns: str = "count(*)", table: str | None = None) -> tuple[Source, list[tuple[object, ...]]]:
    """Return what is found at `path`, and columns of its requests."""
    engine = engine_for(path, NO_WAIT)
    with connected(engine.reach, DEFAULT_LIMITS) as con:
        source = engine.create_base_views(con, engine.open(con, table))
        return source, con.execute(f"select {columns} from requests order by all").fetchall()


def left_out(source: Source) -> dict[str, str]:
    return {one.what: one.why for one in source.left_out}


@pytest.mark.parametrize("name", ["calls.parquet", "calls.PARQUET", "calls.pq", "a*[b]?.parquet"])
def test_one_file_is_a_table_whatever_its_name(tmp_path: Path, name: str) -> None:
    write(tmp_path / name)
    write(tmp_path / "aXb.parquet")
    source, rows = opened(tmp_path / name)
    assert (source.name, rows) == (name, [(1,)])


def test_one_file_takes_no_other_table(tmp_path: Path) -> None:
    write(tmp_path / "calls.parquet")
    assert opened(tmp_path / "calls.parquet", table="Calls")[1] == [(1,)]
    with pytest.raises(DatabaseError, match="No such table: nope"):
        opened(tmp_path / "calls.parquet", table="nope")


@pytest.mark.parametrize("name", ["calls.csv", "calls.JSON", "calls.jsonl.gz"])
def test_a_file_of_lines_is_refused_with_the_command_that_brings_it_in(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("timestamp\n")
    with pytest.raises(DatabaseError, match="Neither DuckDB nor Parquet") as refused:
        engine_for(tmp_path / name, NO_WAIT)
    assert f"finops-report ingest {tmp_path / name} --db telemetry.duckdb" in refused.value.hint


def test_loose_files_and_sub_folders_are_read_under_any_suffix(tmp_path: Path) -> None:
    for name in ("a.parquet", "b.PARQUET", "c.pq", "2026/10/d.parquet"):
        write(tmp_path / name)
    source, rows = opened(tmp_path)
    assert rows == [(4,)]
    assert left_out(source) == {}


def test_hidden_files_and_those_of_other_programs_are_skipped_and_named(tmp_path: Path) -> None:
    for name in ("a.parquet", ".b.parquet", "_c.parquet", "_temporary/d.parquet", ".cache/e.parquet"):
        write(tmp_path / name)
    (tmp_path / "README.txt").write_text("")
    source, rows = opened(tmp_path)
    assert rows == [(1,)]
    assert left_out(source) == {
        "4 files and folders": "hidden, or called _...",
        "1 file": "no Parquet, by the name",
    }


def test_links_are_not_followed_and_named(tmp_path: Path) -> None:
    write(tmp_path / "lake" / "2026" / "a.parquet")
    (tmp_path / "lake" / "latest.parquet").symlink_to(tmp_path / "lake" / "2026" / "a.parquet")
    (tmp_path / "lake" / "2026" / "up").symlink_to(tmp_path / "lake")
    source, rows = opened(tmp_path / "lake")
    assert rows == [(1,)]
    assert left_out(source) == {"2 links": "not followed: they lead elsewhere, or to what is read anyway"}


def test_a_folder_with_the_signs_of_a_pattern_in_its_name_is_a_path(tmp_path: Path) -> None:
    write(tmp_path / "a*[b]?" / "team=a*" / "c?.parquet")
    write(tmp_path / "aXb" / "team=ab" / "cc.parquet")
    write(tmp_path / "a*[b]?" / "team=ab" / "cc.parquet")
    assert opened(tmp_path / "a*[b]?", "team")[1] == [("a*",), ("ab",)]


def test_parts_of_the_path_are_columns_of_text(tmp_path: Path) -> None:
    write(tmp_path / "team=007" / "a.parquet")
    write(tmp_path / "team=a%2Fb" / "environment=prod" / "b.parquet")
    write(tmp_path / "team=__HIVE_DEFAULT_PARTITION__" / "c.parquet")
    write(tmp_path / "loose.parquet")
    source, rows = opened(tmp_path, "team, environment")
    assert rows == [("007", None), ("a/b", "prod"), (None, None), (None, None)]
    assert source.has("team")


def test_a_column_of_the_contract_may_be_part_of_the_path(tmp_path: Path) -> None:
    write(tmp_path / "telemetry" / "timestamp=2026-10-02" / "provider=google" / "a.parquet")
    assert opened(tmp_path, "provider, epoch_us")[1] == [("google", 1_790_899_200_000_000)]


def test_files_whose_columns_differ_in_type_are_each_read_by_their_own(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet")
    write(tmp_path / "b.parquet", NINE.replace("timestamp '2026-10-01 12:00'", "1790856000"))
    write(tmp_path / "c.parquet", NINE.replace("timestamp '2026-10-01 12:00'", "'2026-10-01T14:00+02:00'"))
    write(tmp_path / "d.parquet", NINE.replace("1 as input_tokens", "[1] as input_tokens") + ", 'search' as team")
    rows = opened(tmp_path, "epoch_us, input_tokens, team")[1]
    noon = 1_790_856_000_000_000
    assert rows == [(noon, 1, None), (noon, 1, None), (noon, 1, None), (noon, None, "search")]


def test_a_folder_beside_the_telemetry_that_holds_something_else_is_left_out_and_named(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet")
    write(tmp_path / "users" / "b.parquet", "1 as id")
    source, rows = opened(tmp_path)
    assert rows == [(1,)]
    assert left_out(source)["folder users (1 file)"].startswith("no telemetry: it has no timestamp, request_id")


def test_what_lies_beside_the_folder_of_the_telemetry_is_named(tmp_path: Path) -> None:
    write(tmp_path / "Telemetry" / "a.parquet")
    write(tmp_path / "old.parquet")
    source, rows = opened(tmp_path)
    assert rows == [(1,)]
    assert left_out(source) == {"1 Parquet file": "beside the folder of the telemetry"}


def test_a_table_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet")
    write(tmp_path / "Calls" / "b.parquet")
    assert opened(tmp_path, table="calls")[0].table == "Calls"
    with pytest.raises(DatabaseError, match="for the table: nope") as refused:
        opened(tmp_path, table="nope")
    assert "Calls" in refused.value.hint


def test_a_file_that_is_not_whole_is_named(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet")
    (tmp_path / "half.parquet").write_bytes(b"PAR1")
    with pytest.raises(DatabaseError, match=r"cannot be read: .*half\.parquet"):
        opened(tmp_path)


def test_attempts_of_other_columns_are_foreign_and_those_in_capitals_are_ours(tmp_path: Path) -> None:
    write(tmp_path / "telemetry" / "a.parquet")
    write(tmp_path / "ATTEMPTS" / "a.parquet", "'x' as user_name, true as ok")
    source, _ = opened(tmp_path)
    assert not source.has_attempts
    assert left_out(source)["table attempts"].startswith("called as one of ours, but it has no timestamp, request_id")
    (tmp_path / "ATTEMPTS" / "a.parquet").unlink()
    write(tmp_path / "ATTEMPTS" / "a.parquet", ATTEMPTS)
    assert opened(tmp_path)[0].has_attempts
