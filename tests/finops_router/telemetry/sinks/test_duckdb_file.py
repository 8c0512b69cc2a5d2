"""A database is there whole or not at all; what a kill left in its place is replaced, and nothing else ever is."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from finops_router.telemetry.places import journal_folder
from finops_router.telemetry.sinks.contract import SinkBusyError
from finops_router.telemetry.sinks.duckdb_file import connect
from finops_router.telemetry.waiting import Waiting

from tests.finops_router.telemetry.conftest import arrived, drained, request
from tests.finops_router.telemetry.sinks.test_duckdb import load_lines

AT_ONCE = Waiting(0.0, time.monotonic, time.sleep)
DEAD = 2**22 + 1  # no process has such a number


def born(folder: Path) -> bytes:
    """What a database is that holds nothing yet."""
    path = folder / "born.duckdb"
    duckdb.connect(str(path)).close()
    return path.read_bytes()


@pytest.mark.parametrize("size", [0, 1, 100, 4095, 4096, 8191, 8192, 12287])
def test_what_a_kill_left_of_a_new_database_is_replaced(db: Path, size: int) -> None:
    db.write_bytes(born(db.parent)[:size] if size > 12 else b"\0" * size)
    load_lines(db, request(1))
    assert arrived(db) == ["1"]


def test_zeros_that_a_full_disk_left_are_replaced(db: Path) -> None:
    db.write_bytes(b"\0" * 4096)
    load_lines(db, request(1))
    assert arrived(db) == ["1"]


@pytest.mark.parametrize("content", [b"no database", b"\0" * 12288, b"#!/bin/sh\n" * 300])
def test_a_file_that_is_no_database_of_ours_is_left_alone(db: Path, content: bytes) -> None:
    db.write_bytes(content)
    with pytest.raises(duckdb.Error):
        connect(db, AT_ONCE, {})
    assert db.read_bytes() == content


def test_a_database_is_never_replaced_even_an_empty_one(db: Path) -> None:
    duckdb.connect(str(db)).close()
    place = db.stat().st_ino
    load_lines(db, request(1))
    assert db.stat().st_ino == place


def test_a_torn_file_beside_a_log_is_left_to_people(db: Path) -> None:
    db.write_bytes(b"")
    db.with_name(db.name + ".wal").write_bytes(b"records, perhaps")
    with pytest.raises(duckdb.Error):
        connect(db, AT_ONCE, {})
    assert db.read_bytes() == b""


def test_a_file_that_another_process_is_making_is_busy(db: Path) -> None:
    db.write_bytes(b"")
    child = os.fork()
    if child == 0:  # pragma: no cover -- another process: its lock is no lock of ours
        with db.open("r+b") as file:
            fcntl.lockf(file, fcntl.LOCK_EX)
            db.with_name("locked").touch()
            time.sleep(30)
        os._exit(0)
    try:
        while not db.with_name("locked").exists():
            time.sleep(0.01)
        with pytest.raises(SinkBusyError):
            connect(db, AT_ONCE, {})
        assert db.stat().st_size == 0
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)


def test_what_killed_makers_left_beside_it_is_swept(db: Path) -> None:
    mine = db.with_name(f"{db.name}.{os.getpid()}-aa.new")
    dead = [db.with_name(f"{db.name}.{DEAD}-aa.new{suffix}") for suffix in ("", ".wal")]
    others = [db.with_name(f"{db.name}.{name}") for name in ("new", "old-aa.new", "7.new", "backup")]
    for path in (mine, *dead, *others):
        path.write_bytes(b"")
    connect(db, AT_ONCE, {}).close()
    assert not any(path.exists() for path in dead)
    assert all(path.exists() for path in (mine, *others))


def test_a_maker_killed_after_giving_the_file_its_place_leaves_no_second_name(db: Path) -> None:
    duckdb.connect(str(db)).close()
    second = db.with_name(f"{db.name}.{DEAD}-aa.new")
    second.hardlink_to(db)
    connect(db, AT_ONCE, {}).close()
    assert not second.exists()


def test_a_link_to_a_file_that_is_yet_to_be_made_stays_a_link(db: Path, tmp_path: Path) -> None:
    db.symlink_to(tmp_path / "elsewhere" / "real.duckdb")
    load_lines(db, request(1))
    assert db.is_symlink()
    assert arrived(tmp_path / "elsewhere" / "real.duckdb") == ["1"]


def test_a_disk_without_hard_links_has_a_database_too(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    load_lines(db, request(1))
    assert arrived(db) == ["1"]
    assert [path.name for path in db.parent.glob(f"{db.name}.*")] == [journal_folder(db).name]


def test_another_process_that_makes_it_first_is_no_trouble(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    really = Path.hardlink_to

    def late(path: Path, target: Path) -> None:
        with duckdb.connect(str(db)) as con:
            con.execute("create table theirs (i integer)")
        really(path, target)

    monkeypatch.setattr(Path, "hardlink_to", late)
    load_lines(db, request(1))
    assert arrived(db) == ["1"]
    assert arrived(db, "(select 'here' as request_id from theirs right join (select 1) on true)") == ["here"]


def test_an_application_that_has_the_database_open_itself_is_loaded_beside(db: Path) -> None:
    with duckdb.connect(str(db)) as con:
        load_lines(db, request(1))
        assert con.execute("select request_id from telemetry").fetchall() == [("1",)]


def test_disk_full_while_it_is_made_costs_only_time(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal_folder(db).mkdir()
    (journal_folder(db) / "1-host-1-aa.sealed").write_bytes(b'{"timestamp_us":1,"request_id":"1"}\n')

    def full(place: str) -> object:
        Path(place).write_bytes(b"\0" * 100)
        raise duckdb.IOException("IO Error: no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(duckdb, "connect", full)
        assert "no space" in drained(db).error
    assert not db.exists()
    assert drained(db).records == 1


def test_no_file_makes_the_loader_fetch_an_extension(tmp_path: Path) -> None:
    with connect(tmp_path / "t.duckdb", AT_ONCE, {}) as con:
        found = con.execute("select current_setting('autoinstall_known_extensions')").fetchone()
    assert found == (False,)


def test_no_progress_bar_is_drawn_between_the_output_of_the_application(tmp_path: Path) -> None:
    code = (
        "import time; from pathlib import Path; from finops_router.telemetry.sinks.duckdb_file import connect\n"
        "from finops_router.telemetry.waiting import Waiting\n"
        "con = connect(Path('t.duckdb'), Waiting(0.0, time.monotonic, time.sleep), {})\n"
        "print(con.execute(\"select current_setting('enable_progress_bar')\").fetchall())"
    )  # a program without a file is one that DuckDB takes for interactive
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    assert shown == "[(False,)]\n"
