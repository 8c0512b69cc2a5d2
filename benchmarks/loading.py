"""How fast journal segments get into DuckDB, against DuckDB's own best bulk insert of the same bytes."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import duckdb
from finops_router.records import columns
from finops_router.telemetry import CollectorConfig, RequestRecord, TelemetryCollector, drain, journal_folder
from finops_router.telemetry.segments import sealed
from finops_router.telemetry.sinks.duckdb_columns import reading
from finops_router.telemetry.sinks.sql_files import schema, statement

ROWS, ROUNDS = 200_000, 3


def run(rows: int = ROWS, rounds: int = ROUNDS) -> None:
    """Write one journal; load it our way, and insert the same bytes in one statement as DuckDB does best."""
    figures = [_round(rows) for _ in range(rounds)]
    ours_s, native_s = (statistics.median(figure[i] for figure in figures) for i in (0, 1))
    print(f"{'rows a second into a file, checkpointed':62}{'rows/s':>12}   over ours")
    print(f"{'finops-report: segments with their names, exactly once':62}{rows / ours_s:12,.0f}   1.00x")
    native = "DuckDB: one insert from read_json of one file, columns given"
    print(f"{native:62}{rows / native_s:12,.0f}   {ours_s / native_s:.2f}x")


def _round(rows: int) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        telemetry = TelemetryCollector(CollectorConfig(folder / "ours.duckdb", load=False, segment_s=3600))
        for number in range(rows):
            telemetry.record(_record(number))
        telemetry.close()
        segments = sealed(journal_folder(folder / "ours.duckdb"))
        (folder / "rows.ndjson").write_bytes(b"".join(segment.read_bytes() for segment in segments))
        begin = time.perf_counter()
        drain(folder / "ours.duckdb", patience_s=0, clock=time.monotonic, sleep=time.sleep)
        ours_s = time.perf_counter() - begin
        return ours_s, _native(folder)


def _record(number: int) -> RequestRecord:
    return RequestRecord(
        timestamp_us=1_790_000_000_000_000 + number, request_id=f"{number:032x}", strategy="cost-first",
        provider="openai", model="gpt-4o-mini", input_tokens=1200, output_tokens=80, cost_estimated=0.000228,
        latency_ms=812.5, team="search", project="answer-box", status="ok", attempts=1,
    )  # fmt: skip


def _native(folder: Path) -> float:
    read = statement("read_segments").partition("as\nselect")[2]
    insert = statement("insert_telemetry").replace("from segment", f"from (select {read})")
    insert = insert.replace("columns($columns)", "columns($names)")  # `columns` are those of reading, in one statement
    paths = [str(folder / "rows.ndjson")]
    parameters = {"paths": paths, "longest": 2**24, "names": columns(RequestRecord), **reading()}
    begin = time.perf_counter()
    with duckdb.connect(str(folder / "native.duckdb")) as con:
        for text in schema():
            con.execute(text)
        con.execute(insert, parameters)
        con.execute("checkpoint")
    return time.perf_counter() - begin
