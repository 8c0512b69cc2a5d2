"""The other commands, and the main one while others are at work on the same files."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import Result
from finops_router.telemetry import CollectorConfig, RequestRecord, TelemetryCollector

from tests.conftest import call, write_table

Run = Callable[..., Result]
COMMAND = [sys.executable, "-m", "finops_report"]
ENVIRONMENT = os.environ | {"SOURCE_DATE_EPOCH": "1794000000", "PYTHONUNBUFFERED": "1"}


def record(number: int) -> RequestRecord:
    return RequestRecord(
        timestamp_us=1_790_000_000_000_000 + number * 1_000_000,
        request_id=f"r{number}",
        strategy="cost-first",
        provider="openai",
        model="gpt-4o-mini",
        input_tokens=10,
        output_tokens=5,
        cost_estimated=0.001,
        latency_ms=100.0,
    )


def requests_in(report: Path) -> int:
    document: dict[str, Any] = json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))
    found: int = document["totals"]["requests"]
    return found


def content(db: Path) -> list[Any]:
    with duckdb.connect(str(db), read_only=True) as con:
        return [
            con.execute(f"select * from {table} order by all").fetchall()
            for table in ("telemetry", "attempts", "guardrail_events")
        ]


def test_the_demo_of_a_seed_is_always_the_same(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = []
    for name, seed in (("one", "7"), ("two", "7"), ("three", "8")):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        result = run("demo", "--seed", seed)
        assert result.exit_code == 0, result.output
        assert "output/report.html" in result.stdout
        kept.append((content(Path("telemetry.duckdb")), Path("output/report.html").read_bytes()))
    assert kept[0] == kept[1]
    assert kept[0][0] != kept[2][0]
    assert kept[0][1] != kept[2][1]


def test_the_demo_replaces_its_own_database_and_nobody_elses(run: Run, tmp_path: Path) -> None:
    assert run("demo").exit_code == 0
    before = content(tmp_path / "telemetry.duckdb")
    assert run("demo").exit_code == 0
    assert content(tmp_path / "telemetry.duckdb") == before
    others = write_table(tmp_path / "ours.duckdb", [call()])
    result = run("demo", "--db", others)
    assert result.exit_code == 1
    assert result.stderr.startswith("error: It holds more than a demo")
    with duckdb.connect(str(others), read_only=True) as con:
        assert con.execute("select count(*) from telemetry").fetchone() == (1,)


def test_drain_loads_what_a_process_left_behind(run: Run, tmp_path: Path) -> None:
    with TelemetryCollector(CollectorConfig(tmp_path / "left.duckdb", load=False)) as telemetry:
        for number in range(5):
            telemetry.record(record(number))
    result = run("drain", "--db", tmp_path / "left.duckdb")
    assert result.stdout.startswith("loaded 5 records"), result.output
    assert run("drain", "--db", tmp_path / "left.duckdb").stdout.startswith("loaded 0 records")


def test_tail_prints_a_line_of_json_a_record(run: Run, tmp_path: Path) -> None:
    db = tmp_path / "live.duckdb"
    assert run("tail", "--db", db).stderr.startswith("error: No journal")
    with (
        TelemetryCollector(CollectorConfig(db, load=False)) as telemetry,
        subprocess.Popen([*COMMAND, "tail", "--db", str(db)], stdout=subprocess.PIPE, text=True) as tail,
    ):
        assert tail.stdout is not None
        for number in range(600):  # until it looks for the first time: at most two minutes
            telemetry.record(record(number))
            if select.select([tail.stdout], [], [], 0.2)[0]:
                break
        seen = json.loads(tail.stdout.readline())
        tail.terminate()
    assert seen["provider"] == "openai"
    assert seen["cost_estimated"] == 0.001


def test_watch_builds_again_when_data_arrive(tmp_path: Path) -> None:
    db, out = tmp_path / "live.duckdb", tmp_path / "report.html"
    with TelemetryCollector(db) as telemetry:
        telemetry.record(record(1))
        telemetry.flush()
    command = [*COMMAND, "build", "--watch", "--db", str(db), "--out", str(out)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT, text=True, cwd=tmp_path
    ) as watch:
        assert watch.stdout is not None
        assert watch.stderr is not None
        assert watch.stderr.readline().startswith("watching")
        assert requests_in(out) == 1
        with TelemetryCollector(db) as telemetry:
            telemetry.record(record(2))
            telemetry.flush()
        for line in watch.stdout:
            if str(out) in line and requests_in(out) == 2:
                break
        watch.terminate()
    assert requests_in(out) == 2


def test_two_builds_at_once_both_end_well(month: Path, tmp_path: Path) -> None:
    command = [*COMMAND, "build", "--db", str(month), "--out", str(tmp_path / "out/report.html")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, env=ENVIRONMENT, cwd=tmp_path) for _ in range(4)]
    for process in running:
        process.communicate()
        assert process.returncode == 0
    together = [path.read_bytes() for path in sorted((tmp_path / "out").iterdir())]
    subprocess.run(command, check=True, capture_output=True, env=ENVIRONMENT, cwd=tmp_path)
    assert [path.read_bytes() for path in sorted((tmp_path / "out").iterdir())] == together
    assert len(together) == 2


def test_a_build_sees_all_that_was_recorded_before_it_while_a_router_writes(run: Run, tmp_path: Path) -> None:
    db, out, stop = tmp_path / "live.duckdb", tmp_path / "report.html", threading.Event()
    with TelemetryCollector(CollectorConfig(db, segment_s=0.05, load_s=0.05)) as telemetry:

        def write() -> None:
            for number in range(1, 1_000_000):
                telemetry.record(record(number))
                if stop.wait(0.001):
                    return

        telemetry.record(record(0))
        writer = threading.Thread(target=write)
        writer.start()
        try:
            for _ in range(5):
                before = telemetry.stats().recorded
                result = run("build", "--db", db, "--out", out)
                assert result.exit_code == 0, result.output
                assert before <= requests_in(out) <= telemetry.stats().recorded
        finally:
            stop.set()
            writer.join()
    recorded = telemetry.stats().recorded
    assert run("build", "--db", db, "--out", out).exit_code == 0
    assert requests_in(out) == recorded


@pytest.mark.parametrize("form", ["table", "csv", "json", "parquet"])
def test_a_view_can_be_had_without_the_page(month: Path, tmp_path: Path, form: str) -> None:
    command = [*COMMAND, "query", "spend_by_model", "--db", str(month), "--format", form]
    said = subprocess.run(command, check=True, capture_output=True, env=ENVIRONMENT, cwd=tmp_path).stdout
    out = tmp_path / f"rows.{form}"
    subprocess.run([*command, "--out", str(out)], check=True, capture_output=True, env=ENVIRONMENT, cwd=tmp_path)
    if form == "table":
        assert said.decode().split()[:3] == ["provider", "model", "requests"]
    else:
        with duckdb.connect() as con:
            readers = {"csv": con.read_csv, "json": con.read_json, "parquet": con.read_parquet}
            assert readers[form](str(out)).columns[:3] == ["provider", "model", "requests"]
    assert form == "parquet" or out.read_bytes() == said


def test_a_misspelt_view_is_refused_with_the_nearest(run: Run, month: Path, tmp_path: Path) -> None:
    for wish in (("query", "spend_by_modl"), ("build", "--only", "spend_by_modl", "--out", tmp_path / "r.html")):
        result = run(*wish, "--db", month)
        assert result.exit_code == 1
        assert "hint: did you mean spend_by_model?" in result.output
    assert not list(tmp_path.glob("*.html"))


def test_a_page_of_one_view_keeps_all_figures(run: Run, month: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.html"
    assert run("build", "--db", month, "--only", "spend_by_model", "--out", out).exit_code == 0
    page = out.read_text(encoding="utf-8")
    assert 'id="spend_by_model"' in page
    assert 'id="failover_events"' not in page
    assert "failover_events" in json.loads(out.with_suffix(".json").read_text(encoding="utf-8"))["views"]
