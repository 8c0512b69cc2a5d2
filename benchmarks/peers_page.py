"""The same figures as a page: pandas, polars, a Streamlit session over DuckDB, and ours, each in its own process.

`make bench-peers-page`; FINOPS_BENCH_ROWS names other sizes. pandas and polars read the columns that they need of
Parquet, a Streamlit session and ours the DuckDB file of the same rows. Time and memory are those of the whole process,
from its start to the page. Sums of the figures are compared: whoever differs is said to.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import duckdb

from benchmarks.apart import apart
from benchmarks.environments import ROOT, python_with
from benchmarks.scale import write

SIZES = (100_000, 1_000_000)
PEERS = ("pandas>=3,<4", "pyarrow>=20", "polars>=2,<3", "streamlit>=1.60,<2", "plotly>=7,<8", "duckdb>=2,<3")
SCRIPTS = {
    "pandas + plotly": "with_pandas.py",
    "polars + plotly": "with_polars.py",
    "Streamlit over DuckDB": "with_streamlit.py",
}
PLACE = Path(__file__).parent / "page_peers"
CLOSE = {"latency": 0.02}  # quantiles of ours are buckets of 1 %; all else differs by the order of a sum of floats
EXACT = 1e-6


class Taken(NamedTuple):
    """What a process took: seconds, seconds of processors, the most memory in bytes; and what its figures add up to."""

    wall_s: float
    processor_s: float
    memory_bytes: float
    sums: dict[str, float]


def run(sizes: Sequence[int] | None = None, peers: Path | None = None, ways: Sequence[str] = ()) -> None:
    """Make the page in each of `ways` (none named: in all), at each size.

    `peers` is a Python that has the peers (None: make its environment).
    """
    named = tuple(int(rows) for rows in os.environ.get("FINOPS_BENCH_ROWS", "").split())
    python = peers or python_with("peers-page", PEERS)
    if python is None:
        return
    print(f"{'rows':>12} {'':32}{'s':>8}{'processor s':>13}{'GB':>7}   figures")
    for rows in sizes or named or SIZES:
        with _telemetry(rows) as folder:
            measure(rows, folder, python, ways)


def measure(rows: int, folder: Path, python: Path, ways: Sequence[str] = ()) -> None:
    """Make the page of the telemetry in `folder`, which is there as a DuckDB file and as Parquet."""
    out, cache = folder / "page.html", folder / "kept.duckdb"
    first: Taken | None = None
    ours = [sys.executable, "-m", "benchmarks.page_peers.ours"]
    commands = {name: [str(python), str(PLACE / script), str(folder), str(out)] for name, script in SCRIPTS.items()}
    commands |= {
        "ours, these figures": [*ours, "figures", str(folder), str(out)],
        "ours, cache filled": [*ours, "figures", str(folder), str(out), str(cache)],
        "ours, with kept cubes": [*ours, "figures", str(folder), str(out), str(cache)],
        "ours, the whole page": [*ours, "build", str(folder), str(out)],
    }
    for name, command in commands.items():
        if ways and name not in ways:
            continue
        try:
            taken = _taken(command, folder / "printed")
        except subprocess.CalledProcessError as failed:
            print(f"{rows:12,} {name}: {str(failed.stderr).splitlines()[-1]}")
            continue
        first = first or taken
        shown = f"{rows:12,} {name:32}{taken.wall_s:8.2f}{taken.processor_s:13.2f}{taken.memory_bytes / 1e9:7.2f}"
        print(f"{shown}   {_compared(first.sums, taken.sums)}", flush=True)


def _taken(command: list[str], printed: Path) -> Taken:
    """Run a process to its end; its memory is its own, not that of others that ran before."""
    begin_s = time.perf_counter()
    with printed.open("w+b") as output, printed.with_suffix(".err").open("w+b") as errors:
        process = subprocess.Popen(command, stdout=output, stderr=errors, cwd=ROOT)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall_s = time.perf_counter() - begin_s
        output.seek(0)
        errors.seek(0)
        said, complaint = output.read(), errors.read().decode()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, stderr=complaint or "no reason given")
    return Taken(wall_s, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024.0, json.loads(said.splitlines()[-1]))


def _compared(expected: dict[str, float], found: dict[str, float]) -> str:
    """Say whether all figures are there and add up to the same."""
    if not found:
        return "all views"
    unlike = [
        name
        for name, value in expected.items()
        if abs(found[name] - value) > CLOSE.get(name, EXACT) * max(abs(value), 1.0)
    ]
    return f"unlike: {', '.join(unlike)}" if unlike else "the same"


@contextmanager
def _telemetry(rows: int) -> Iterator[Path]:
    """Give a folder with a year of so many requests in a DuckDB file, and the same as Parquet."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        apart(_write, folder, rows)
        yield folder


def _write(folder: Path, rows: int) -> None:
    write(folder / "telemetry.duckdb", 0, rows, rows)
    with duckdb.connect(str(folder / "telemetry.duckdb"), read_only=True) as con:
        con.execute("set enable_progress_bar = false")
        for table in ("telemetry", "attempts"):
            con.table(table).write_parquet(str(folder / f"{table}.parquet"), compression="zstd")
