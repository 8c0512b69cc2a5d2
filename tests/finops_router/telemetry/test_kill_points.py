"""A process killed before any system call that changes a file loses nothing and loads nothing twice."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from finops_router.telemetry import drain
from finops_router.telemetry.codec import encode_lines
from finops_router.telemetry.places import journal_folder
from finops_router.telemetry.sinks.parquet import ParquetSink
from finops_router.telemetry.waiting import Waiting

from finops_report.warehouse.engines.parquet_files import find_files
from tests.finops_router.telemetry.conftest import arrived, drained, request

SOAK = bool(os.environ.get("FINOPS_SOAK"))
NEVER = 10**9
KILLS = 10**6 if SOAK else 8  # of a scenario, spread over all its calls
Kill = Callable[[str, Path, int], int]
BAD = b'{"timestamp_us":1,"request_id":"bad","input_tokens":[]}\n'


@pytest.fixture(scope="module")
def kill() -> Iterator[Kill]:
    """Run a scenario until its call of a number, or to its end; gives how many calls it came to."""
    command = [sys.executable, "-W", "ignore", str(Path(__file__).with_name("kill_points.py"))]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process, process.stdin as wishes, process.stdout as answers:

        def ask(scenario: str, folder: Path, number: int) -> int:
            wishes.write(json.dumps({"number": number, "scenario": scenario, "folder": str(folder)}) + "\n")
            wishes.flush()
            answer = answers.readline()
            if not answer.strip().isdecimal():
                pytest.skip(f"no process can be followed here: {answer}{answers.read()}")
            return int(answer)

        yield ask


def points(calls: int, kills: int = KILLS) -> range:
    return range(1, calls + 1, max(calls // kills, 1))


def left_over(db: Path) -> set[str]:
    """What lies about beside the database and in its journal."""
    names = {path.name for path in (*db.parent.iterdir(), *journal_folder(db).glob("*"))}
    return {name for name in names if name.endswith((".sealed", ".open", ".clean", ".wal")) or ".duckdb." in name}


def test_soak_a_program_killed_anywhere_keeps_what_it_recorded(tmp_path: Path, kill: Kill) -> None:
    (tmp_path / "whole").mkdir()
    calls = kill("record", tmp_path / "whole", NEVER)
    assert calls > 50
    for number in points(calls):
        folder = tmp_path / str(number)
        folder.mkdir()
        kill("record", folder, number)
        db, noted = folder / "t.duckdb", folder / "recorded"
        result = drained(db)
        assert (result.error, result.pending_segments, result.quarantined) == ("", 0, 0), number
        there = arrived(db) if db.exists() else []
        took = noted.read_text().split() if noted.exists() else []
        assert len(there) == len(set(there)), number
        assert set(took) <= set(there), number
        assert len(there) - len(took) <= 1, number
        assert left_over(db) <= {"t.duckdb.journal"}, number


def waiting(folder: Path, name: str = "t.duckdb") -> Path:
    """A journal that dead processes left: sealed segments, one with a bad line, one with a torn end, a report."""
    db = folder / name
    journal = journal_folder(db)
    journal.mkdir(parents=True)
    for number in range(3):
        (journal / f"{number}-host-1-aa.sealed").write_bytes(encode_lines([request(f"{number}-{n}") for n in range(9)]))
    (journal / "3-host-1-aa.sealed").write_bytes(encode_lines([request("3-0")]) + BAD + encode_lines([request("3-1")]))
    (journal / "4-host-1-aa.open").write_bytes(encode_lines([request("4-0")]) + b'{"torn' + b"\0" * 1000)
    (journal / "5-host-1-aa.losses").write_bytes(
        b'{"timestamp_us":1790000000000000,"host":"host","pid":1,"recorded":9,"dropped":7,"note":"the journal is full"}'
    )
    return db


def test_soak_a_loader_killed_anywhere_has_loaded_all_or_leaves_it_to_the_next(tmp_path: Path, kill: Kill) -> None:
    all_ids = sorted([*(f"{number}-{n}" for number in range(3) for n in range(9)), "3-0", "3-1", "4-0"])
    calls = kill("load", waiting(tmp_path / "whole").parent, NEVER)
    assert calls > 20
    for number in points(calls):
        db = waiting(tmp_path / str(number))
        kill("load", db.parent, number)
        result = drained(db)
        assert (result.error, result.pending_segments, result.left_out) == ("", 0, ()), number
        assert arrived(db) == all_ids, number
        with duckdb.connect(str(db), read_only=True) as con:
            said = con.execute("select sum(dropped), sum(quarantined) from collector_health").fetchall()
        assert said == [(7, 1)], number
        assert (journal_folder(db) / "quarantine" / "3-host-1-aa.ndjson").read_bytes() == BAD, number
        assert left_over(db) <= {"t.duckdb.journal"}, number


def readable(lake: Path, table: str = "telemetry") -> list[tuple[Any, ...]]:
    """What a report reads of a table, at any moment."""
    if not lake.is_dir():
        return []
    found = find_files(lake, None)
    files = [
        file for file in found.files.get(table, ()) if table != "telemetry" or "telemetry" in Path(str(file.path)).parts
    ]
    with duckdb.connect() as con:
        return [row for file in files for row in con.read_parquet(str(file.path), hive_partitioning=False).fetchall()]


def test_soak_a_loader_of_parquet_killed_anywhere_shows_nothing_twice_and_loses_nothing(
    tmp_path: Path, kill: Kill
) -> None:
    whole = waiting(tmp_path / "whole", "lake")
    calls = kill("load_parquet", whole.parent, NEVER)
    ids = sorted(row[1] for row in readable(whole))
    assert (len(ids), calls > 40) == (30, True)
    for number in points(calls, KILLS // 3):
        lake = waiting(tmp_path / str(number), "lake")
        kill("load_parquet", lake.parent, number)
        seen = [row[1] for row in readable(lake)]
        assert len(seen) == len(set(seen)), number
        result = drain(f"{lake}/", patience_s=10.0, clock=time.monotonic, sleep=time.sleep)
        assert (result.error, result.pending_segments, result.left_out) == ("", 0, ()), number
        assert sorted(row[1] for row in readable(lake)) == ids, number
        health = readable(lake, "collector_health")
        assert (sum(row[4] for row in health), sum(row[5] for row in health)) == (7, 1), number


def test_soak_merging_killed_anywhere_shows_every_row_once_at_any_moment(tmp_path: Path, kill: Kill) -> None:
    loaded = tmp_path / "loaded"
    for number in range(3):
        journal = loaded / "lake.journal"
        journal.mkdir(parents=True, exist_ok=True)
        (journal / f"{number}.sealed").write_bytes(encode_lines([request(f"{number}-{n}") for n in range(5)]))
        drain(f"{loaded}/lake/", patience_s=10.0, clock=time.monotonic, sleep=time.sleep)
    rows = sorted(readable(loaded / "lake"))
    shutil.copytree(loaded, tmp_path / "whole")
    calls = kill("compact", tmp_path / "whole", NEVER)
    assert (len(rows), calls > 20) == (15, True)
    for number in points(calls, KILLS // 3):
        folder = tmp_path / str(number)
        shutil.copytree(loaded, folder)
        kill("compact", folder, number)
        assert sorted(readable(folder / "lake")) == rows, number
        ParquetSink(folder / "lake").compact(Waiting(5.0, time.monotonic, time.sleep))
        assert sorted(readable(folder / "lake")) == rows, number
        assert len(list((folder / "lake" / "telemetry").glob("date=2*/*.parquet"))) == 1, number
        assert not list((folder / "lake" / "_finops" / "new").iterdir()), number
