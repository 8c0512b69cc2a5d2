"""Requests leave as spans and tables, and as spans they come back to equal totals."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from tests.conftest import Run
from tests.finops_report.exports.traffic import records, write

KEPT = (
    "timestamp, request_id, strategy, provider, model, input_tokens, output_tokens, cost_estimated, latency_ms, team, "
    "project, environment, cache_read_input_tokens, cache_write_input_tokens, cache_write_1h_input_tokens, tags, "
    "service_tier, cost_source, price_source, unpriced_reason, usage_source, status"
)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("recorded") / "telemetry.duckdb", records())


def kept(db: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(db), read_only=True) as con:
        found = con.execute(f"select {KEPT} from telemetry order by timestamp, request_id").fetchall()
    return [tuple(value or None for value in row) for row in found]


def test_spans_come_back_as_the_requests_they_were(run: Run, recorded: Path, tmp_path: Path) -> None:
    done = run("export", "--db", recorded, "--format", "otel", "--out", "spans.jsonl")
    assert done.exit_code == 0, done.output
    assert "13 requests in spans.jsonl: $1.57680401" in done.stderr
    assert "1 of them without a known price" in done.stderr
    again = run("ingest", "spans.jsonl", "--db", "again.duckdb")
    assert "13 new requests" in again.stdout, again.output
    assert kept(tmp_path / "again.duckdb") == kept(recorded)
    known = run("ingest", "spans.jsonl", "--db", "again.duckdb").stdout
    assert "0 new requests in again.duckdb; 13 already there" in known


def test_spans_are_those_of_the_conventions(run: Run, recorded: Path) -> None:
    lines = run("export", "--db", recorded, "--format", "otel").stdout.splitlines()
    (span,) = json.loads(lines[0])["resourceSpans"][0]["scopeSpans"][0]["spans"]
    found = {one["key"]: one["value"] for one in span["attributes"]}
    assert (len(span["traceId"]), len(span["spanId"]), span["kind"]) == (32, 16, 3)
    assert found["gen_ai.provider.name"] == {"stringValue": "anthropic"}
    assert found["gen_ai.usage.input_tokens"] == {"intValue": "5000"}, "64-bit numbers are text in OTLP"
    assert int(span["endTimeUnixNano"]) - int(span["startTimeUnixNano"]) == 100_000_000


def test_csv_and_parquet_hold_every_column(run: Run, recorded: Path, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("export", "--db", recorded, "--format", "csv").stdout)))
    assert run("export", "--db", recorded, "--format", "parquet", "--out", "r.parquet").exit_code == 0
    with duckdb.connect() as con:
        found = con.read_parquet(str(tmp_path / "r.parquet"))
        assert found.columns == list(rows[0])
        ((total,),) = found.sum("cost_estimated::decimal(28, 12)").fetchall()
    costs = [Decimal(row["cost_estimated"] or 0).quantize(Decimal("1e-12")) for row in rows]
    assert sum(costs) == total == Decimal("1.57680401")


def test_a_workbook_holds_text_and_no_formulas(run: Run, recorded: Path, tmp_path: Path) -> None:
    for _ in range(2):
        assert run("export", "--db", recorded, "--format", "xlsx", "--out", "r.xlsx").exit_code == 0
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx")["Requests"]
    assert sheet.max_row == 14
    models = [row[4] for row in sheet.iter_rows()]
    assert ("=own", "s") in [(cell.value, cell.data_type) for cell in models]
