"""Opening the telemetry: waiting for writers, finding the table, saying what is wrong."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from finops_report.errors import DatabaseError
from finops_report.warehouse.engines.duckdb import attach, explained
from finops_report.warehouse.waiting import Waiting
from tests.conftest import call, write_table

HOLD = """
import sys, duckdb
con = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.readline()
con.close()
print("free", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return write_table(tmp_path / "telemetry.duckdb", [call()])


@pytest.fixture
def writer(db: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the file open for writing until it is told to let go."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(db)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_reader_waits_until_the_writer_lets_go(db: Path, writer: subprocess.Popen[str]) -> None:
    waits: list[float] = []

    def let_go_at_the_third_wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            assert writer.stdin is not None
            assert writer.stdout is not None
            print(file=writer.stdin, flush=True)
            assert writer.stdout.readline() == "free\n"

    with duckdb.connect() as con:
        attach(con, db, Waiting(10, lambda: sum(waits), let_go_at_the_third_wait))
        assert con.execute("select count(*) from recorded.telemetry").fetchone() == (1,)
    assert waits == sorted(waits)
    assert len(waits) == 3


def test_patience_is_bounded_and_said(db: Path, writer: subprocess.Popen[str]) -> None:
    waits: list[float] = []
    with duckdb.connect() as con, pytest.raises(DatabaseError, match="open for 2 s"):
        attach(con, db, Waiting(2, lambda: sum(waits), waits.append))
    assert writer.poll() is None
    assert 1.5 < sum(waits) <= 2


def test_a_file_of_another_version_is_named_with_the_way_out(db: Path) -> None:
    # What DuckDB 1.5.5 says of a file that 2.0 wrote; such a file cannot be made with one DuckDB installed.
    said = "Trying to read a database file with version number 999, but we can only read versions between 64 and 68."
    error = explained(db, duckdb.SerializationException(said), 30)
    assert "another version of DuckDB" in error.message
    assert "upgrade duckdb" in error.hint
