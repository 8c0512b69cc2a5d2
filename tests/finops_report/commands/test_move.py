"""Telemetry that is moved, ingested or drained into another store makes the same report; what became of it is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from finops_router.records import AttemptRecord, GuardrailRecord, RequestRecord
from finops_router.telemetry import CollectorConfig, TelemetryCollector

from tests.conftest import Run, write_table
from tests.finops_report.ingest.conftest import as_lines
from tests.finops_report.ingest.test_litellm import ALL
from tests.finops_router.gateway.postgresql_server import postgresql, postgresql_server

__all__ = ["postgresql", "postgresql_server"]  # fixtures
NOW_US = 1_790_000_000_000_000
BILL = {"results": [{"amount": {"value": 0.06, "currency": "usd"}, "line_item": "gpt-4o, output", "project_id": "p"}]}


def record(db: str) -> None:
    """What a program records in three days: requests, failed tries, a decision of a guardrail."""
    with TelemetryCollector(CollectorConfig(db, segment_s=3600, load_s=3600)) as telemetry:  # type: ignore[arg-type] # text
        for number in range(60):
            at_us, name = NOW_US + number * 3_600_000_000, f"r{number}"
            telemetry.record(
                RequestRecord(
                    timestamp_us=at_us,
                    request_id=name,
                    strategy="cost-first",
                    provider=f"p{number % 3}",
                    model=f"m{number % 3}",
                    input_tokens=10 * number,
                    output_tokens=number,
                    cost_estimated=number / 7,
                    latency_ms=99.5 + number,
                    team=f"team {number % 2}",
                    tags={"a": "ü"},
                    guardrails=1,
                )
            )
            for attempt, outcome in enumerate(("error", "ok") if number % 9 == 0 else ("ok",), 1):
                values: dict[str, Any] = {"request_id": name, "provider": f"p{attempt}", "model": "m"}
                telemetry.record_attempt(
                    AttemptRecord(timestamp_us=at_us, attempt=attempt, outcome=outcome, latency_ms=5.0, **values)
                )
        telemetry.record_guardrail(
            GuardrailRecord(timestamp_us=NOW_US, request_id="r0", guardrail="g", action="flagged")
        )


def figures(run: Run, db: str) -> Any:
    """The whole report but for the name of its source."""
    result = run("build", "--db", db, "--out", "report.html", "--month", "2026-09")
    assert result.exit_code == 0, result.output
    found = json.loads(Path("report.json").read_text(encoding="utf-8"))
    return json.loads(json.dumps(found).replace(f'"{Path(db).name}"', '"source"'))


def test_a_report_is_the_same_before_and_after_moves(run: Run, postgresql: str) -> None:
    record("telemetry.duckdb")
    done = run("move", "--from", "telemetry.duckdb", "--to", "lake/")
    assert done.exit_code == 0, done.output
    assert "telemetry: 60 rows read, 60 written\nattempts: 67 rows read, 67 written\n" in done.stdout
    assert done.stdout.endswith("telemetry.duckdb is unchanged; all of it is in lake/\n")
    again = run("move", "--from", "telemetry.duckdb", "--to", "lake/")
    assert "telemetry: 60 rows read, 0 written, 60 there already\n" in again.stdout
    assert run("move", "--from", "lake/", "--to", postgresql).exit_code == 0
    before = figures(run, "telemetry.duckdb")
    assert figures(run, "lake") == before
    assert figures(run, postgresql) == before


def test_a_program_records_into_a_folder_of_parquet_whose_files_are_merged_by_a_command(run: Run) -> None:
    for _ in range(2):
        record("lake/")
    done = run("compact", "--db", "lake/")
    assert done.stdout == "9 files fewer in lake/\n"
    with duckdb.connect() as con:
        rows = con.execute("select count(*), count(distinct request_id) from 'lake/telemetry/*/*.parquet'").fetchall()
    assert rows == [(120, 60)]
    assert run("compact", "--db", "lake").stdout == "0 files fewer in lake/\n"


@pytest.mark.parametrize("place", ["telemetry.duckdb", "nowhere/"])
def test_what_is_no_folder_of_ours_is_not_merged(run: Run, place: str) -> None:
    result = run("compact", "--db", place)
    assert (result.exit_code, "hint: name the folder" in result.stderr) == (1, True)
    assert not Path(place).exists()


def test_what_waits_in_the_journal_is_noted_and_strangers_columns_are_refused(run: Run, tmp_path: Path) -> None:
    write_table(tmp_path / "nine.duckdb", [], columns="timestamp timestamp, request_id varchar, own integer")
    Path("nine.duckdb.journal").mkdir()
    Path("nine.duckdb.journal/1.sealed").write_text("")
    result = run("move", "--from", "nine.duckdb", "--to", "lake/")
    assert result.exit_code == 1
    assert "note: the journal of nine.duckdb holds more" in result.stderr
    assert "hint: bring in what is there with: finops-report ingest" in result.stderr


def rows_of(address: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(address) as connection:
        return connection.execute(query.encode()).fetchall()


def test_others_requests_bills_and_the_journal_come_into_postgresql_once(
    run: Run, tmp_path: Path, postgresql: str
) -> None:
    logs, bill = as_lines(tmp_path / "logs.jsonl", [*ALL, {"strange": 1}]), tmp_path / "costs.json"
    bill.write_text(json.dumps({"data": [{"start_time": 1_790_812_800, "end_time": 1_790_899_200, **BILL}]}))
    shown = "postgresql://" + postgresql.partition("@")[2]
    first = run("ingest", "--from", "litellm", "--db", postgresql, logs)
    assert f"6 new requests in {shown}\n" in first.stdout, first.output
    assert "6 already there" in run("ingest", "--from", "litellm", "--db", postgresql, logs).stdout
    run("ingest", "--from", "litellm", logs)
    with duckdb.connect("telemetry.duckdb") as con:
        asked = "select request_id, provider, model, input_tokens, cost_estimated, cost_source from telemetry"
        assert sorted(con.execute(asked).fetchall()) == sorted(rows_of(postgresql, asked))
    for _ in range(2):
        assert run("ingest", "--db", postgresql, bill).exit_code == 0
    assert rows_of(postgresql, "select amount, currency, line_item from billed_costs")[0][1] == "USD"
    assert rows_of(postgresql, "select count(*) from billed_costs") == [(1,)]
    assert rows_of(postgresql, "select sum(quarantined) from collector_health") == [(1,)]
    record(postgresql)
    assert rows_of(
        postgresql, "select count(*) from telemetry where request_id like 'r_' or request_id like 'r__'"
    ) == [(60,)]
    back = run("move", "--from", postgresql, "--to", "back.duckdb")
    assert "billed_costs: 1 row read, 1 written" in back.stdout
    assert "finops@" not in back.output
