"""Records are shown as they happen."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import time
from pathlib import Path

from finops_router.telemetry import CollectorConfig, TelemetryCollector

from tests.conftest import Run
from tests.finops_report.commands.traffic import COMMAND, record


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


def test_a_terminal_gets_a_table_of_the_last_minute(tmp_path: Path) -> None:
    db = tmp_path / "live.duckdb"
    ours, theirs = pty.openpty()
    with (
        TelemetryCollector(CollectorConfig(db, load=False)) as telemetry,
        subprocess.Popen([*COMMAND, "tail", "--db", str(db)], stdout=theirs, stdin=theirs) as tail,
    ):
        os.close(theirs)
        telemetry.record(record(1))
        shown, until = "", time.monotonic() + 120
        while not ("openai" in shown and shown.endswith("\n")) and time.monotonic() < until:
            if select.select([ours], [], [], 0.2)[0]:
                shown += os.read(ours, 4096).decode()
        tail.terminate()
    os.close(ours)
    *_, heading, line = shown.splitlines()
    assert heading.endswith("last minute               requests         spend  no price  failed attempts")
    assert line.split() == ["openai", "1", "$0.00100", "0", "0"]


def test_a_terminal_gets_the_budgets_in_force(tmp_path: Path) -> None:
    db, config = tmp_path / "live.duckdb", tmp_path / "own.toml"
    config.write_text('[[budgets]]\nname = "All of it"\namount = 5\nperiod = "year"\n', encoding="utf-8")
    ours, theirs = pty.openpty()
    with TelemetryCollector(CollectorConfig(db)) as telemetry:
        telemetry.record(record(1))
        telemetry.flush()
        command = [*COMMAND, "tail", "--db", str(db), "--config", str(config)]
        with subprocess.Popen(command, stdout=theirs, stdin=theirs) as tail:
            os.close(theirs)
            shown, until = "", time.monotonic() + 120
            while "All of it" not in shown and time.monotonic() < until:
                if select.select([ours], [], [], 0.2)[0]:
                    shown += os.read(ours, 4096).decode()
            tail.terminate()
    os.close(ours)
    assert "budget                            used            of    share   passed   pace  state" in shown
