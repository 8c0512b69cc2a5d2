"""The demo is the same for the same seed, and touches nobody's database."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
from finops_router.telemetry import CollectorConfig, TelemetryCollector

from tests.conftest import Run, call, write_table
from tests.extended import EXTENDED
from tests.finops_report.commands.traffic import record


def content(db: Path) -> list[Any]:
    with duckdb.connect(str(db), read_only=True) as con:
        return [
            con.execute(f"select * from {table} order by all").fetchall()
            for table in ("telemetry", "attempts", "guardrail_events")
        ]


def test_the_demo_of_a_seed_is_always_the_same_and_replaces_itself(run: Run) -> None:
    kept = []
    for seed in ("7", "7", "8"):
        result = run("demo", "--days", "1", "--seed", seed)
        assert result.exit_code == 0, result.output
        assert "output/report.html" in result.stdout
        *_, last = result.stdout.splitlines()
        assert last.startswith("next: open output/report.html; finops-report query --list ")
        kept.append((content(Path("telemetry.duckdb")), Path("output/report.html").read_bytes()))
    assert kept[0] == kept[1]
    assert kept[0][0] != kept[2][0]
    assert kept[0][1] != kept[2][1]


def test_the_demo_replaces_nobody_elses_database(run: Run, tmp_path: Path) -> None:
    others = write_table(tmp_path / "ours.duckdb", [call()])
    result = run("demo", "--db", others)
    assert result.exit_code == 1
    assert result.stderr.startswith("error: It holds more than a demo")
    with duckdb.connect(str(others), read_only=True) as con:
        assert con.execute("select count(*) from telemetry").fetchone() == (1,)


def days(db: Path) -> list[str]:
    with duckdb.connect(str(db), read_only=True) as con:
        found = con.execute("select distinct strftime(timestamp, '%Y-%m-%d') as day from telemetry order by day")
        return [str(day) for (day,) in found.fetchall()]


def test_the_demo_ends_yesterday_or_on_the_day_asked_for(run: Run, tmp_path: Path) -> None:
    assert run("demo", "--days", "2").exit_code == 0
    assert days(tmp_path / "telemetry.duckdb") == ["2026-11-04", "2026-11-05"]  # it is the sixth
    assert run("demo", "--days", "1", "--until", "2026-02-28").exit_code == 0  # a Saturday, without any invoices
    assert days(tmp_path / "telemetry.duckdb") == ["2026-02-28"]
    assert "set aside: timestamp" not in Path("output/report.json").read_text(encoding="utf-8")
    result = run("demo", "--until", "2026-11-07")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: The demo cannot end on 2026-11-07")


KILLED = """
import os, sys
from pathlib import Path
from finops_router.records import RequestRecord
import finops_router.demo
def killed(telemetry, **asked):
    telemetry.record(RequestRecord(timestamp_us=1_790_000_000_000_000, request_id="of the killed demo"))
    os._exit(9)
finops_router.demo.run_demo = killed
from finops_report.__main__ import run
run()
"""


def test_what_a_killed_demo_left_is_not_reported_by_the_next(run: Run, tmp_path: Path) -> None:
    died = subprocess.run([sys.executable, "-c", KILLED, "demo"], cwd=tmp_path, check=False)
    assert died.returncode == 9
    left = [path.name for path in tmp_path.rglob("*.open")]
    assert left
    assert run("demo", "--days", "1").exit_code == 0
    requests, _, _ = content(tmp_path / "telemetry.duckdb")
    assert "of the killed demo" not in {row[1] for row in requests}
    assert not [path.name for path in tmp_path.rglob("*") if path.name in left or "journal" in path.name]


def test_an_application_whose_journal_is_beside_the_demo_keeps_it(run: Run, tmp_path: Path) -> None:
    config = CollectorConfig(tmp_path / "telemetry.duckdb", load=False)
    with TelemetryCollector(config) as telemetry:
        telemetry.record(record(1))
    waiting = list(config.folder.glob("*.sealed"))
    result = run("demo")
    assert result.exit_code == 1, result.output
    assert "Records of an application wait" in result.stderr
    assert [path.read_bytes() for path in waiting]


def test_a_demo_of_days_comes_with_settings_and_counts_that_build_the_same_page(run: Run, tmp_path: Path) -> None:
    assert run("demo", "--days", "1", "--db", "demo.duckdb").exit_code == 0
    page = Path("output/report.html").read_bytes()
    assert b"per ticket" in page
    again = run("build", "--db", "demo.duckdb", "--config", "demo.toml", "--out", "again.html")
    assert again.exit_code == 0, again.output
    assert Path("again.html").read_bytes() == page
    assert run("demo", "--days", "1", "--db", "demo.duckdb").exit_code == 0
    Path("demo.toml").write_text("[report]\n")
    result = run("demo", "--days", "1", "--db", "demo.duckdb")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: It is not the demo's and is left alone: demo.toml")


@EXTENDED
def test_the_demos_company_has_budgets_over_days(run: Run) -> None:
    assert run("demo", "--days", "10", "--until", "2026-10-28").exit_code == 0
    document = json.loads(Path("output/report.json").read_text(encoding="utf-8"))
    assert [one["budget"] for one in document["budgets"]] == ["All LLM spend", "Platform", "Search"]
    assert {one["state"] for one in document["budgets"]} <= {"within", "at risk", "breached", "not known"}
