"""Builds while others are at work on the same files."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

from finops_router.telemetry import CollectorConfig, TelemetryCollector

from tests.conftest import Run
from tests.finops_report.commands.traffic import COMMAND, ENVIRONMENT, record, requests_in


def test_watch_builds_again_when_data_arrive(tmp_path: Path) -> None:
    watched(tmp_path, requests_in)


def test_watch_refreshes_budgets(tmp_path: Path) -> None:
    settings = '[[budgets]]\nname = "All"\namount = 5\nperiod = "year"\n'
    (tmp_path / "finops.toml").write_text(settings, encoding="utf-8")
    watched(tmp_path, budgeted)


def watched(folder: Path, counted: Callable[[Path], int]) -> None:
    """Watch while a second record arrives: the page says what is `counted`, 1 and then 2."""
    db, out = folder / "live.duckdb", folder / "report.html"
    with TelemetryCollector(db) as telemetry:
        telemetry.record(record(1))
        telemetry.flush()
    command = [*COMMAND, "build", "--watch", "--db", str(db), "--out", str(out)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT, text=True, cwd=folder
    ) as watch:
        assert watch.stdout is not None
        assert watch.stderr is not None
        assert watch.stderr.readline().startswith("watching")
        assert counted(out) == 1
        with TelemetryCollector(db) as telemetry:
            telemetry.record(record(2))
            telemetry.flush()
        for line in watch.stdout:
            if str(out) in line and counted(out) == 2:
                break
        watch.terminate()
    assert counted(out) == 2


def budgeted(page: Path) -> int:
    """The requests that the first budget counts."""
    (budget,) = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))["views"]["budgets"]
    return int(budget["requests"])


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
            for _ in range(2):
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
