"""What a process left behind is loaded, once."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from finops_router.telemetry import CollectorConfig, TelemetryCollector
from finops_router.telemetry.codec import encode
from finops_router.telemetry.journal import Journal
from finops_router.telemetry.places import journal_folder

from tests.conftest import Run
from tests.finops_report.commands.traffic import record


def test_drain_loads_what_a_process_left_behind(run: Run, tmp_path: Path) -> None:
    with TelemetryCollector(CollectorConfig(tmp_path / "left.duckdb", load=False)) as telemetry:
        for number in range(5):
            telemetry.record(record(number))
    result = run("drain", "--db", tmp_path / "left.duckdb")
    assert result.stdout.startswith("loaded 5 records"), result.output
    assert run("drain", "--db", tmp_path / "left.duckdb").stdout.startswith("loaded 0 records")


def test_a_drain_that_can_load_nothing_fails_with_a_way_out(run: Run, tmp_path: Path) -> None:
    db = tmp_path / "left.duckdb"
    with TelemetryCollector(CollectorConfig(db, load=False)) as telemetry:
        telemetry.record(record(1))
    db.write_text("no database " * 1000)
    result = run("drain", "--db", db)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "note: 1 journal segments" in result.stderr
    assert "error: Nothing could be loaded: " in result.stderr
    assert f"hint: check {db}" in result.stderr


def test_a_writer_that_does_not_answer_is_an_error_if_nothing_else_is_loaded(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["finops_router.telemetry.drain"], "SEALED_WITHIN_S", 0.1)
    db = tmp_path / "held.duckdb"
    journal = Journal(journal_folder(db), 4096, 2**20, "never", lambda: 0.0)  # nobody looks whether it is to seal
    journal.append(encode(record(1)))
    result = run("drain", "--db", db)
    assert result.exit_code == 1
    assert "error: Nothing could be loaded: the processes that write it are busy or stopped" in result.stderr
    journal.close()
    assert run("drain", "--db", db).stdout.startswith("loaded 1 records")


def test_a_torn_database_that_a_kill_left_is_made_again(run: Run, tmp_path: Path) -> None:
    db = tmp_path / "torn.duckdb"
    db.touch()
    with TelemetryCollector(CollectorConfig(db, load=False)) as telemetry:
        telemetry.record(record(1))
    assert run("drain", "--db", db).stdout.startswith("loaded 1 records")


def test_what_is_passed_over_is_named_and_the_rest_is_loaded(run: Run, tmp_path: Path) -> None:
    db = tmp_path / "left.duckdb"
    with TelemetryCollector(CollectorConfig(db, load=False)) as telemetry:
        telemetry.record(record(1))
    (telemetry.config.folder / "odd.sealed").mkdir()
    result = run("drain", "--db", db)
    assert result.exit_code == 0
    assert result.stdout.startswith("loaded 1 records")
    assert f"note: passed over in {telemetry.config.folder}: odd.sealed: " in result.stderr
    nothing = run("drain", "--db", db)
    assert nothing.exit_code == 1
    assert "error: Nothing could be loaded: odd.sealed" in nothing.stderr


def test_a_journal_that_may_not_be_listed_is_said_by_drain_and_build(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = tmp_path / "t.duckdb"
    with TelemetryCollector(db) as telemetry:
        for number in range(3):
            telemetry.record(record(number))
    really = os.scandir

    def refuse(path: object = ".") -> object:
        if str(path) == f"{db}.journal":
            raise PermissionError(13, "Permission denied", str(path))
        return really(path)  # type: ignore[call-overload] # whatever it was called with

    monkeypatch.setattr(os, "scandir", refuse)
    result = run("drain", "--db", db)
    assert result.exit_code == 1
    assert "Permission denied" in result.stderr
    assert "hint: check the permissions" in result.stderr
    built = run("build", "--db", db, "--out", tmp_path / "report.html")
    assert built.exit_code == 0, built.output
    assert "note: the journal is not in the report: the journal cannot be read" in built.stderr
