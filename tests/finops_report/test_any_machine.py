"""The same data give the same bytes on a machine that has other rules of time zones, and another zone of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import duckdb
import pytest

BUILD = ["-m", "finops_report", "build", "--month", "2026-11", "--timezone", "America/Vancouver", "--db"]
HOURS = "select unnest(generate_series(timestamp '2026-10-01', timestamp '2026-12-02', interval 30 minutes)) as moment"
SELECT = f"""
select moment as timestamp, 'r' || row_number() over (order by moment) as request_id, 'fixed' as strategy,
    'openai' as provider, 'a' as model, 100 as input_tokens, 10 as output_tokens, 0.01 as cost_estimated,
    100.0 as latency_ms
from ({HOURS})
"""


def built(db: Path, out: Path, **machine: str) -> list[bytes]:
    """Build in a process of its own on such a machine; the page and the figures."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1797000000", **machine}
    command = [sys.executable, *BUILD, str(db), "--out", str(out)]
    subprocess.run(command, env=environment, check=True, capture_output=True, cwd=out.parent)
    return [out.read_bytes(), out.with_suffix(".json").read_bytes()]


@pytest.fixture
def old_rules(tmp_path: Path) -> Path:
    """A time zone database in which Vancouver has the rules of Tokyo; a real one that is old differs by an hour."""
    folder = tmp_path / "zoneinfo" / "America"
    folder.mkdir(parents=True)
    tokyo = files("tzdata").joinpath("zoneinfo", "Asia", "Tokyo").read_bytes()
    (folder / "Vancouver").write_bytes(tokyo)
    return folder.parent


def test_bytes_are_equal_whatever_time_zones_the_machine_has(tmp_path: Path, old_rules: Path) -> None:
    db = tmp_path / "t.duckdb"
    with duckdb.connect(str(db)) as con:
        con.execute(f"create table telemetry as {SELECT}")
    here = built(db, tmp_path / "here.html", TZ="UTC")
    for name, machine in {
        "old": {"PYTHONTZPATH": str(old_rules), "TZDIR": str(old_rules), "TZ": "America/Vancouver"},
        "none": {"PYTHONTZPATH": "", "TZ": "Asia/Kolkata", "LC_ALL": "C"},
    }.items():
        assert built(db, tmp_path / f"{name}.html", **machine) == here, name
    # 30 days of 24 hours: British Columbia stays 7 hours behind UTC from November 2026 on; older rules have one more
    assert b'"requests": 1440' in here[1]
