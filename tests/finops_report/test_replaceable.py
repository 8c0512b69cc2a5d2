"""What a command may replace: its own earlier output, and nothing of anybody else's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run, call, write_table
from tests.extended import extended

FOREIGN = {
    "a page of somebody else": b"<!DOCTYPE html><title>Holidays</title>",
    "a database": None,
    "a letter": "Liebe Grüße".encode(),
    "a table of other columns": b"name,amount\r\nrent,1000\r\n",
    "rows of something else": b'[{"name": "rent"}]\n',
    "Parquet of something else": b"PAR1 name PAR1",
}


def foreign(folder: Path, what: str) -> Path:
    path = folder / "mine"
    content = FOREIGN[what]
    if content is None:
        write_table(path, [call()], "accounts")
    else:
        path.write_bytes(content)
    return path


WRITING = {
    "the page": ("build", "--out"),
    "the figures": ("build", "--json"),
    "the demo's page": ("demo", "--db", "demo.duckdb", "--out"),
    "a table": ("query", "totals", "--out"),
    "rows as CSV": ("query", "totals", "--format", "csv", "--out"),
    "rows as JSON": ("query", "totals", "--format", "json", "--out"),
    "rows as Parquet": ("query", "totals", "--format", "parquet", "--out"),
}


@pytest.mark.parametrize("what", FOREIGN)
@pytest.mark.parametrize("writing", WRITING)
def test_what_is_none_of_ours_is_never_overwritten(run: Run, tmp_path: Path, writing: str, what: str) -> None:
    write_table(tmp_path / "telemetry.duckdb", [call()])
    mine = foreign(tmp_path, what)
    before = mine.read_bytes()
    result = run(*WRITING[writing], mine)
    assert result.exit_code == 1, result.output
    assert result.stderr.startswith("error: The report cannot be written: ")
    assert "is there and none of ours" in result.stderr
    assert mine.read_bytes() == before


@pytest.mark.parametrize("name", ["telemetry.duckdb", "telemetry.duckdb.wal", "telemetry.duckdb.journal/x", "link"])
@pytest.mark.parametrize("writing", [name for name in WRITING if "demo" not in name])
def test_the_database_and_what_belongs_to_it_is_no_place_for_a_report(
    run: Run, tmp_path: Path, writing: str, name: str
) -> None:
    db = write_table(tmp_path / "telemetry.duckdb", [call()])
    (tmp_path / "link").symlink_to(db)
    before = db.read_bytes()
    result = run(*WRITING[writing], tmp_path / name)
    assert (result.exit_code, "is the database, or part of it" in result.stderr) == (1, True)
    assert db.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "telemetry.duckdb"]


@pytest.mark.parametrize("writing", [extended(name) if "demo" in name else name for name in WRITING])
def test_our_own_earlier_output_and_empty_files_are_replaced(run: Run, tmp_path: Path, writing: str) -> None:
    write_table(tmp_path / "telemetry.duckdb", [call()])
    (tmp_path / "out").touch()
    for _ in range(2):
        result = run(*WRITING[writing], tmp_path / "out")
        assert result.exit_code == 0, result.output
        assert (tmp_path / "out").stat().st_size > 0


def test_no_rows_replace_rows_and_rows_replace_none(run: Run, tmp_path: Path) -> None:
    write_table(tmp_path / "telemetry.duckdb", [call()])
    for form in ("table", "csv", "json", "parquet"):
        for month in ("2026-10", "2020-01", "2026-10"):
            command = (
                "query",
                "spend_by_model",
                "--format",
                form,
                "--month",
                month,
                "--out",
                tmp_path / f"rows.{form}",
            )
            assert run(*command).exit_code == 0


def test_a_sealed_page_may_replace_the_page_it_seals(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_table(tmp_path / "telemetry.duckdb", [call()])
    monkeypatch.setenv("FINOPS_PASSPHRASE", "correct horse battery staple")
    page = tmp_path / "output/report.html"
    assert run("build").exit_code == 0
    for _ in range(2):
        assert run("encrypt", "--report", page, "--out", tmp_path / "sealed.html").exit_code == 0
    assert run("encrypt", "--report", page, "--out", page).exit_code == 0
    assert run("build").exit_code == 0
    assert run("encrypt", "--report", page, "--out", foreign(tmp_path, "a letter")).exit_code == 1


def test_a_message_that_is_not_sent_replaces_only_such_a_message(run: Run, tmp_path: Path) -> None:
    write_table(tmp_path / "telemetry.duckdb", [call()])
    assert run("build").exit_code == 0
    command = ("mail", "--to", "ada@example.com", "--from", "finops@example.com", "--dry-run")
    for _ in range(2):
        assert run(*command, tmp_path / "mail.eml").exit_code == 0
    assert run(*command, foreign(tmp_path, "a letter")).exit_code == 1
