"""How a build grows with the rows: what it takes in time, processor time and memory, in full and with kept cubes.

Each reading is a process of its own, so that its memory can be told; `bare` are the cubes that follow no request by its
id, in the same way and run; `build` is the whole way to the page. Processor time is what to compare on a machine that
others use, too.

FINOPS_BENCH_ROWS names other sizes: a hundred million rows take 10 GB of disk, and as much again for a while.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb

from benchmarks.apart import apart
from finops_report.calendar.period import PeriodAsk
from finops_report.page.page import page
from finops_report.report import report
from finops_report.warehouse import Limits, ReadRequest, Waiting, read
from finops_report.warehouse.cubes import Asked, cubes
from finops_report.warehouse.parts import Parts
from finops_report.warehouse.reading import open_cubes
from finops_report.warehouse.sql_files import schema

SIZES = (100_000, 1_000_000)
NOW_US = 1_796_000_000_000_000  # after a year of rows from November 2025 on, and the day that comes after it
MEMORY = "1500MB"
CHUNK = 2_000_000
BY_ID = ("troubled_requests", "fallbacks", "failovers", "repeated_request_ids")
# Sixty callers, each of a team, a project and an environment, with four models each: a company, not noise. Ids are as
# the demo's, 128 bits of chance. One request in fifty is retried, one in two hundred fails.
MADE = """
create or replace temp table made as
select
    *, caller % 20 as team, caller % 4 as strategy, (caller * 7 + pick) % 12 as model,
    (caller * 7 + pick) % 5 as provider
from (
    select
        timestamp '2025-11-01' + to_microseconds(i * {step}::bigint + (hash(i * 13) % 1000)::bigint) as timestamp,
        md5(i::varchar) as request_id, (hash(i * 23) % 60)::integer as caller, (hash(i * 2) % 4)::integer as pick,
        exp(3 + (hash(i * 3) % 600) / 100.0)::integer as input_tokens,
        exp(2 + (hash(i * 5) % 500) / 100.0)::integer as output_tokens,
        case when hash(i * 17) % 100 > 0 then (hash(i * 7) % 100000) / 1e7 end as cost_estimated,
        exp(5 + (hash(i * 11) % 400) / 100.0) as latency_ms, exp(4 + (hash(i * 19) % 200) / 100.0) as ttft_ms,
        hash(i * 43) % 50 = 0 as retried, hash(i * 41) % 200 = 0 as failed, hash(i * 31) % 10000 as end_user,
        (hash(i * 47) % 100)::integer as reads
    from range({first}, {until}) as numbers (i)
)
"""
REQUESTS = """
insert into telemetry by name
select
    timestamp, request_id,
    (['cost-first', 'performance-first', 'capability-routing', 'manual'])[1 + strategy] as strategy,
    'provider-' || provider as provider, 'model-' || model as model, input_tokens, output_tokens, cost_estimated,
    latency_ms, ttft_ms, 'team-' || team as team, 'project-' || caller as project,
    (['prod', 'staging', 'dev'])[1 + caller % 3] as environment, 'user-' || end_user as end_user, 'chat' as operation,
    (['small', 'large', 'any'])[1 + caller % 3] as requested_model, if(failed, 'error', 'ok') as status,
    1 + retried::integer as attempts, 'list' as price_source, 'provider' as usage_source,
    if(cost_estimated is not null, 'list', null) as cost_source, reads as cache_read_input_tokens
from made
"""
ATTEMPTS = """
insert into attempts by name
select
    timestamp + to_microseconds(turn * 1000) as timestamp, request_id, 1 + turn as attempt,
    'provider-' || ((provider + if(retried, 1 - turn, 0)) % 5) as provider, 'model-' || model as model,
    case when (retried and turn = 0) or failed then 'error' else 'ok' end as outcome,
    if(retried and turn = 0, 'rate_limit', if(failed, 'server_error', null)) as error_type,
    latency_ms, input_tokens, output_tokens, cost_estimated
from made, range(2) as turns (turn)
where turn = 0 or retried
"""


class Taken(NamedTuple):
    """What a reading took: seconds, seconds of processors, the most memory, what was read of files, and its page."""

    wall_s: float
    processor_s: float
    memory_bytes: float
    read_bytes: int
    page_bytes: int


def asked_sizes() -> tuple[int, ...]:
    """Return the numbers of rows in FINOPS_BENCH_ROWS, or the usual ones."""
    return tuple(int(rows) for rows in os.environ.get("FINOPS_BENCH_ROWS", "").split()) or SIZES


def run(sizes: Sequence[int] | None = None, days: int = 365) -> None:
    """Rows of a year, or so many days: bare sums, all cubes, with kept cubes the first time, unchanged, a day later."""
    print(f"{'rows':>12} {'':24}{'s':>8}{'processor s':>13}{'GB':>7}{'read GB':>9}{'over bare':>11}{'page bytes':>12}")
    for rows in asked_sizes() if sizes is None else sizes:
        with tempfile.TemporaryDirectory() as folder:
            db, cache = Path(folder) / "t.duckdb", Path(folder) / "kept.duckdb"
            a_year = rows * 365 // days
            apart(write, db, 0, rows, a_year)
            bare = _taken(db, None, "bare")
            _show(rows, "bare", bare, bare)
            _show(rows, "all cubes", _taken(db, None, "all"), bare)
            _show(rows, "build", _taken(db, None, "build"), bare)
            _show(rows, "with a cache, first", _taken(db, cache, "all"), bare)
            _show(rows, "the same again", _taken(db, cache, "all"), bare)
            for day, (what, which) in enumerate((("a day more", "all"), ("build, a day more", "build"))):
                a_day = max(rows // days, 1)
                apart(write, db, rows + day * a_day, rows + (day + 1) * a_day, a_year)
                _show(rows, what, _taken(db, cache, which), bare)
            sizes_mb = " and ".join(f"{file.stat().st_size / 1e6:.0f} MB" for file in (db, cache))
            print(f"{rows:12,} telemetry and kept cubes: {sizes_mb}")


def write(db: Path, first: int, until: int, a_year: int) -> None:
    """Add the rows [first, until) of those of which `a_year` make a year, with their attempts."""
    with duckdb.connect(str(db), config={"memory_limit": "2GB", "threads": 1}) as con:
        con.execute("set enable_progress_bar = false")
        for text in schema():
            con.execute(text)
        for begin in range(first, until, CHUNK):
            step = 365 * 86_400_000_000 // a_year
            con.execute(MADE.format(first=begin, until=min(begin + CHUNK, until), step=step))
            con.execute(REQUESTS)
            con.execute(ATTEMPTS)


def _taken(db: Path, cache: Path | None, which: str) -> Taken:
    """Read in a process of its own."""
    asked = [sys.executable, "-m", "benchmarks.scale", str(db), str(cache or ""), which]
    return Taken(**json.loads(subprocess.run(asked, check=True, capture_output=True, text=True).stdout))


def _show(rows: int, what: str, taken: Taken, bare: Taken) -> None:
    ratio, memory_gb = taken.processor_s / bare.processor_s, taken.memory_bytes / 1e9
    shown = (
        f"{rows:12,} {what:24}{taken.wall_s:8.2f}{taken.processor_s:13.2f}{memory_gb:7.2f}{taken.read_bytes / 1e9:9.2f}"
    )
    print(f"{shown}{ratio:10.2f}x{taken.page_bytes or '':>12}", flush=True)


def _read(db: Path, cache: Path | None, which: str) -> Taken:
    tables = [cube.table for cube in cubes(Asked(attempts=True)) if cube.table.startswith("cubes.")]
    if which == "bare":
        tables = [table for table in tables if table.removeprefix("cubes.") not in BY_ID]
    waiting = Waiting(0, time.monotonic, time.sleep)
    limits = Limits(MEMORY, 86_400.0, db.parent)
    request = ReadRequest(db, None, PeriodAsk(), NOW_US, waiting, limits, cache=cache)
    begin, busy, size = time.perf_counter(), time.process_time(), 0
    if which == "build":
        size = len(page(report(read(request), "Benchmark")).encode())
    else:
        with open_cubes(request, parts=Parts((), (f"from {', '.join(tables)}",), binds_names=False)):
            pass
    wall_s, processor_s = time.perf_counter() - begin, time.process_time() - busy
    memory_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0
    return Taken(wall_s, processor_s, memory_bytes, _read_bytes(), size)


def _read_bytes() -> int:
    """Return what this process has asked to read of files, in memory or not; 0 where nobody counts it."""
    counts = Path("/proc/self/io")
    if not counts.exists():
        return 0
    return next(int(line.split()[1]) for line in counts.read_text().splitlines() if line.startswith("rchar"))


if __name__ == "__main__":
    place, kept_in, what = sys.argv[1:]
    print(json.dumps(_read(Path(place), Path(kept_in) if kept_in else None, what)._asdict()))
