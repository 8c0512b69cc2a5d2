"""What a process left behind is loaded, once."""

from __future__ import annotations

from pathlib import Path

from finops_router.telemetry import CollectorConfig, TelemetryCollector

from tests.conftest import Run
from tests.finops_report.commands.traffic import record


def test_drain_loads_what_a_process_left_behind(run: Run, tmp_path: Path) -> None:
    with TelemetryCollector(CollectorConfig(tmp_path / "left.duckdb", load=False)) as telemetry:
        for number in range(5):
            telemetry.record(record(number))
    result = run("drain", "--db", tmp_path / "left.duckdb")
    assert result.stdout.startswith("loaded 5 records"), result.output
    assert run("drain", "--db", tmp_path / "left.duckdb").stdout.startswith("loaded 0 records")
