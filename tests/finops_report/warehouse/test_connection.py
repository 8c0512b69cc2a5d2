"""A stranger's file reaches nothing but itself, and takes no more than it is given."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from finops_report.calendar.period import PeriodAsk
from finops_report.errors import DatabaseError
from finops_report.warehouse import Limits, ReadRequest, Waiting, parquet_of, rows_of
from finops_report.warehouse.connection import DEFAULT_LIMITS, Reach, connected
from tests.conftest import call, write_table

NOW_US = 1_794_000_000_000_000
SECRET = "correct horse battery staple"
COLUMNS = """
    timestamp '2026-10-01 12:00' as timestamp, 'r' as request_id, 's' as strategy, {name} as provider, 'm' as model,
    1 as input_tokens, 1 as output_tokens, 1.0 as cost_estimated, 1.0 as latency_ms
"""
REACHING = {
    "the environment": ("content", "read_text('/proc/self/environ')"),
    "bytes of a file": ("content::varchar", "read_blob('{folder}/secret.txt')"),
    "the names of files": ("file", "glob('{folder}/*')"),
    "a CSV file": ("column0", "read_csv('{folder}/secret.txt', header = false)"),
    "a JSON file": ("json", "read_json_objects('{folder}/secret.json')"),
    "a Parquet file": ("secret", "read_parquet('{folder}/secret.parquet')"),
    "a file by its name alone": ("secret", "'{folder}/secret.parquet'"),
    "stored secrets": ("secret_string", "duckdb_secrets()"),
}


def asked(db: Path, limits: Limits = DEFAULT_LIMITS, table: str | None = "telemetry") -> ReadRequest:
    return ReadRequest(db, table, PeriodAsk(), NOW_US, Waiting(0, lambda: 0.0, lambda _: None), limits)


def with_view(folder: Path, text: str) -> Path:
    """Return a DuckDB file whose telemetry is a view, made while what it reads is not there, as a stranger would."""
    path = folder / "stranger.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(text)
    return path


@pytest.mark.parametrize("reaching", REACHING)
def test_a_view_in_a_strangers_file_reads_nothing_outside_of_it(
    reaching: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FINOPS_PASSPHRASE", SECRET)
    (tmp_path / "secret.txt").write_text(SECRET)
    (tmp_path / "secret.json").write_text(f'{{"secret": "{SECRET}"}}')
    with duckdb.connect() as con:
        con.sql(f"select '{SECRET}' as secret").write_parquet(str(tmp_path / "secret.parquet"))
    name, place = REACHING[reaching]
    source = place.format(folder=tmp_path)
    db = with_view(tmp_path, f"create view telemetry as select {COLUMNS.format(name=name)} from {source}")
    with pytest.raises(DatabaseError) as refused:
        rows_of(asked(db), "spend_by_provider")
    assert "outside of it" in refused.value.message
    assert SECRET not in refused.value.message + refused.value.hint


def test_nothing_of_the_machine_is_in_the_settings_that_a_view_can_read(tmp_path: Path) -> None:
    name = "(select string_agg(value, ' ') from duckdb_settings() where value similar to '.*(secret|memory.main).*')"
    db = with_view(tmp_path, f"create view telemetry as select {COLUMNS.format(name=name)}")
    (row,) = rows_of(asked(db), "spend_by_provider").rows
    assert "memory.main" in str(row)
    assert "stored_secrets" not in str(row)


def test_views_over_tables_of_the_same_file_work(tmp_path: Path) -> None:
    db = write_table(tmp_path / "ours.duckdb", [call(), call(request_id="r2")], "raw")
    with duckdb.connect(str(db)) as con:
        con.execute("create view newer as select * from raw where cost_estimated > 0")
        con.execute("create view telemetry as select * replace (upper(provider) as provider) from newer")
    (row,) = rows_of(asked(db), "spend_by_provider").rows
    assert (row["provider"], row["requests"]) == ("OPENAI", 2)


def test_python_variables_are_no_tables(tmp_path: Path) -> None:
    with connected(Reach(), DEFAULT_LIMITS) as con:
        mine = con.sql("select 1 as secret")
        with pytest.raises(duckdb.CatalogException):
            con.execute("select * from mine")
        assert mine.fetchall() == [(1,)]


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_csv('http://127.0.0.1:9/secret.csv')",
        "select * from read_parquet('s3://bucket/secret.parquet')",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "set temp_directory = '/tmp/elsewhere'",
        "attach '{folder}/other.duckdb' as other",
        "attach ':memory:' as other (type sqlite)",
        "install sqlite",
        "load sqlite",
        "copy (select 1) to '{folder}/made.csv'",
        "export database '{folder}/made'",
    ],
)
def test_nothing_opens_what_was_closed(statement: str, tmp_path: Path) -> None:
    db = write_table(tmp_path / "t.duckdb", [call()])
    write_table(tmp_path / "other.duckdb", [call()])
    with connected(Reach(files=(str(db),)), DEFAULT_LIMITS) as con, pytest.raises(duckdb.Error):
        con.execute(statement.format(folder=tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.duckdb", "t.duckdb"]


ENDLESS = {
    "rows": "range(100000000) a, range(100000000) b",
    "recursion": "(with recursive r as (select 1 as n union all select n + 1 from r) select max(n) from r)",
}


@pytest.mark.parametrize("endless", ENDLESS)
def test_an_endless_view_ends_with_the_time_limit(endless: str, tmp_path: Path) -> None:
    db = with_view(
        tmp_path, f"create view telemetry as select {COLUMNS.format(name='chr(65)')} from {ENDLESS[endless]}"
    )
    started = time.monotonic()
    patient = replace(asked(db, Limits(time_s=1)), waiting=Waiting(3600, time.monotonic, time.sleep))
    with pytest.raises(DatabaseError, match="could not be read within 1 s") as refused:
        rows_of(patient, "spend_by_provider")
    assert "--time-limit" in refused.value.hint
    assert time.monotonic() - started < 30


def test_a_view_that_needs_more_memory_than_it_is_given_is_refused(tmp_path: Path) -> None:
    name = "(select string_agg(repeat('x', 1000000) || i, '') from range(2000) t (i))"
    db = with_view(tmp_path, f"create view telemetry as select {COLUMNS.format(name=name)}")
    with pytest.raises(DatabaseError, match="more memory than 200MB") as refused:
        rows_of(asked(db, Limits(memory="200MB", time_s=60)), "spend_by_provider")
    assert "--memory" in refused.value.hint


def test_a_sqlite_file_is_no_duckdb_file_and_fetches_nothing(tmp_path: Path) -> None:
    (tmp_path / "t.db").write_bytes(b"SQLite format 3\0" + bytes(4080))
    with pytest.raises(DatabaseError, match="Not a DuckDB file"):
        rows_of(asked(tmp_path / "t.db"), "spend_by_provider")


def test_a_folder_of_parquet_cannot_lead_out_of_itself(tmp_path: Path) -> None:
    (tmp_path / "lake").mkdir()
    with duckdb.connect() as con:
        con.sql(f"select {COLUMNS.format(name=repr('theirs'))}").write_parquet(str(tmp_path / "lake" / "a.parquet"))
        con.sql(f"select {COLUMNS.format(name=repr('mine'))}").write_parquet(str(tmp_path / "mine.parquet"))
    (tmp_path / "lake" / "b.parquet").symlink_to(tmp_path / "mine.parquet")
    (tmp_path / "lake" / "all").symlink_to(tmp_path)
    (row,) = rows_of(asked(tmp_path / "lake", table=None), "spend_by_provider").rows
    assert (row["provider"], row["requests"]) == ("theirs", 1)


def test_what_is_written_on_the_way_is_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db = write_table(tmp_path / "t.duckdb", [call()])
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    assert parquet_of(asked(db), "spend_by_provider")[0].startswith(b"PAR1")
    assert list((tmp_path / "scratch").iterdir()) == []


def test_what_does_not_fit_goes_beside_the_page_and_is_removed(tmp_path: Path) -> None:
    with connected(Reach(), Limits("20MB", spill=tmp_path)) as con:
        con.execute("create table sums as select hash(i) as sum from range(5000000) as rows (i)")
        (folder,) = tmp_path.iterdir()
        assert folder.name.startswith(".finops-report-")
        assert any(file.stat().st_size for file in folder.iterdir())
    assert not list(tmp_path.iterdir())


def test_without_a_folder_beside_the_page_it_goes_to_another(tmp_path: Path) -> None:
    with connected(Reach(), Limits("20MB", spill=tmp_path / "not there")) as con:
        con.execute("create table sums as select hash(i) as sum from range(5000000) as rows (i)")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("size", "is_alone"), [(16_000_000, True), (16_000_001, False)])
def test_a_small_file_is_read_by_one_thread(tmp_path: Path, size: int, is_alone: bool) -> None:
    file = tmp_path / "t.duckdb"
    with file.open("wb") as empty:
        empty.truncate(size)
    asked_for = "select current_setting('threads')"
    usual = duckdb.connect().execute(asked_for).fetchall()
    with connected(Reach(files=(str(file),)), DEFAULT_LIMITS) as con:
        assert con.execute(asked_for).fetchall() == ([(1,)] if is_alone else usual)
