"""Opening the telemetry: waiting for writers, finding the table, saying what is wrong."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from finops_report.errors import DatabaseError
from finops_report.warehouse.base_views import Source
from finops_report.warehouse.engines.duckdb import DuckDBFile, attach, explained
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


CAPITALS = """
create table "Calls" ("TIMESTAMP" timestamp, "Request_ID" varchar, "Strategy" varchar, "PROVIDER" varchar,
    "Model" varchar, "INPUT_tokens" integer, "Output_Tokens" integer, "Cost_Estimated" double, "LATENCY_MS" double,
    "Team" varchar);
insert into "Calls" values ('2026-10-01 12:00', 'r', 's', 'openai', 'm', 1, 1, 1, 1, 'search');
create table "Attempts" ("Timestamp" timestamp, "REQUEST_ID" varchar, "Attempt" integer, "Provider" varchar,
    "Outcome" varchar);
insert into "Attempts" values ('2026-10-01 12:00', 'r', 1, 'openai', 'ok');
"""


def opened(tmp_path: Path, source: str) -> tuple[Source, list[tuple[object, ...]]]:
    """Return what is found in a file after `source` ran in it, and its requests."""
    path = tmp_path / "t.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(source)
    engine = DuckDBFile(path, Waiting(0, lambda: 0.0, lambda _: None))
    with duckdb.connect() as con:
        source_found = engine.create_base_views(con, engine.open(con, None))
        return source_found, con.execute("select provider, team, epoch_us from requests").fetchall()


def test_capitals_in_names_make_no_difference(tmp_path: Path) -> None:
    source, rows = opened(tmp_path, CAPITALS)
    assert (source.table, source.has_attempts, source.has("team")) == ("Calls", True, True)
    assert rows == [("openai", "search", 1_790_856_000_000_000)]


def test_a_foreign_table_that_is_called_as_ours_is_not_recorded_and_named(tmp_path: Path) -> None:
    source, _ = opened(
        tmp_path,
        """
        create table telemetry as select timestamp '2026-10-01' as timestamp, 'r' as request_id, 's' as strategy,
            'p' as provider, 'm' as model, 1 as input_tokens, 1 as output_tokens, 1 as cost_estimated, 1 as latency_ms;
        create table "Attempts" as select 'ada' as user_name, true as ok;
        create table collector_health as select 'fine' as "state"
        """,
    )
    assert (source.has_attempts, source.has_health) == (False, False)
    assert {one.what: one.why for one in source.left_out} == {
        "table Attempts": "called as one of ours, but it has no timestamp, request_id, attempt, provider, outcome",
        "table collector_health": "called as one of ours, but it has no timestamp, recorded, dropped, quarantined",
    }


def test_a_view_over_the_telemetry_is_known_as_one(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="More than one table") as refused:
        opened(tmp_path, CAPITALS + 'create view a as select * from "Calls"')
    assert refused.value.hint == "choose one: --table Calls"


WITH_ATTEMPTS = """
create table recorded_calls as select timestamp '2026-10-01' as timestamp, 'r' as request_id, 's' as strategy,
    'p' as provider, 'm' as model, 1 as input_tokens, 1 as output_tokens, 1 as cost_estimated, 1 as latency_ms;
create table old as select timestamp, request_id, 1 as attempt, provider, 'ok' as outcome from recorded_calls;
create view attempts as select * from old;
"""


def test_a_view_whose_query_fails_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError) as refused:
        opened(tmp_path, WITH_ATTEMPTS + "create view calls as from recorded_calls; drop table recorded_calls")
    assert str(refused.value) == "The query of view calls fails: Table with name recorded_calls does not exist!"
    assert "--table" in refused.value.hint


def test_a_view_beside_the_telemetry_whose_query_fails_is_left_out_and_named(tmp_path: Path) -> None:
    source, rows = opened(tmp_path, WITH_ATTEMPTS + "drop table old")
    assert (source.has_attempts, len(rows)) == (False, 1)
    assert [(one.what, one.why) for one in source.left_out] == [
        ("view attempts", "its query fails: Table with name old does not exist!")
    ]
