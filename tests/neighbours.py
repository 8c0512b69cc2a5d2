"""An application's own files beside a script of its: named as ours are, and no business of ours.

`beside` runs such a script; what it records, loads and builds must be the same with and without the neighbours.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import duckdb

LOUD = 'raise RuntimeError("a file of the application was imported")\n'
OURS = "create table users_of_the_application (id integer);\n"
NEIGHBOURS = {
    "sql/__init__.py": LOUD,
    "sql/schema/000_users.sql": OURS,
    "sql/schema/001_telemetry.sql": OURS,
    "sql/store/read_segments.sql": OURS,
    "sql/views/10_total_spend.sql": "-- Nothing.\nselect 1 as nothing\n",
    "sql/cubes/spend.sql": "select 1 as nothing\n",
    "router.py": LOUD,
    "router/__init__.py": LOUD,
    "router/telemetry.py": LOUD,
    "settings.py": LOUD,
    "settings/__init__.py": LOUD,
    "finops.py": LOUD,
    "templates/report.html": "theirs",
    "templates/mail.html": "theirs",
    "tests/__init__.py": LOUD,
    "output.py": LOUD,
}
SCRIPT = """
from finops_router.records import RequestRecord
from finops_router.telemetry import TelemetryCollector

with TelemetryCollector("telemetry.duckdb") as telemetry:
    for number in range(5):
        telemetry.record(
            RequestRecord(
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
        )

from finops_report.cli import main

main(["build", "--out", "script.html"])
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run: the tables of the database, the requests in it, the bytes of all pages and figures."""

    tables: frozenset[str]
    requests: int
    files: dict[str, bytes]


def beside(python: Path | str, folder: Path, neighbours: dict[str, str]) -> Outcome:
    """Record and build from a script in `folder`, then build again there with `python -m`."""
    for name, content in {"script.py": SCRIPT, **neighbours}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    inherited = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    environment = inherited | {"SOURCE_DATE_EPOCH": "1794000000"}
    for command in (["script.py"], ["-m", "finops_report", "build", "--out", "module.html"], ["-m", "script"]):
        done = subprocess.run(
            [str(python), *command], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    with duckdb.connect(str(folder / "telemetry.duckdb"), read_only=True) as con:
        tables = frozenset(name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall())
        (requests,) = con.execute("select count(*) from telemetry").fetchall()[0]
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".html", ".json")}
    return Outcome(tables, requests, files)
