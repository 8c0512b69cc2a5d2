"""How long a report takes as telemetry grows, against one plain scan of the same rows."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb

from finops_report.calendar.period import PeriodAsk
from finops_report.page.page import page
from finops_report.report import report
from finops_report.warehouse import ReadRequest, Waiting, read

SIZES = (100_000, 1_000_000, 5_000_000)
ROWS = """
create table telemetry as
select
    timestamp '2026-10-01' + to_microseconds(i * (30 * 86400 * 1000000::bigint // {rows})) as timestamp,
    'r' || i as request_id, (['cost-first', 'performance-first'])[1 + i % 2] as strategy,
    'provider-' || hash(i) % 5 as provider, 'model-' || hash(i) % 12 as model,
    (100 + hash(i * 3) % 4000)::integer as input_tokens, (10 + hash(i * 5) % 500)::integer as output_tokens,
    (hash(i * 7) % 100000) / 1e7 as cost_estimated, exp(5 + (hash(i * 11) % 400) / 100.0) as latency_ms
from range({rows}) t (i)
"""
SCAN = """
select strategy, provider, model, count(*), sum(input_tokens), sum(cost_estimated::decimal(28, 12))
from telemetry group by all
"""


def run(sizes: Sequence[int] = SIZES) -> None:
    """Thirty days of nine columns: reading, the whole build, the page's bytes, and a floor of one grouped scan."""
    print(f"{'rows':>10}{'cubes+views s':>15}{'page s':>8}{'page bytes':>12}{'one scan s':>12}   build over one scan")
    for rows in sizes:
        with tempfile.TemporaryDirectory() as folder:
            db = Path(folder) / "t.duckdb"
            with duckdb.connect(str(db)) as con:
                con.execute(ROWS.format(rows=rows))
            with duckdb.connect(str(db), read_only=True) as con:
                begin = time.perf_counter()
                con.execute(SCAN).fetchall()
                scan_s = time.perf_counter() - begin
            begin = time.perf_counter()
            waiting = Waiting(0, time.monotonic, time.sleep)
            made = report(read(ReadRequest(db, None, PeriodAsk(), 1_794_000_000_000_000, waiting)), "Benchmark")
            read_s = time.perf_counter() - begin
            size = len(page(made).encode())
            page_s = time.perf_counter() - begin - read_s
        print(f"{rows:10,}{read_s:15.2f}{page_s:8.2f}{size:12,}{scan_s:12.3f}   {(read_s + page_s) / scan_s:.0f}x")
