"""What a report takes of Parquet by day, on a disk and in an S3 (moto), in full and with `--cache`.

Processor time is that of the program; bytes are what came of objects. FINOPS_BENCH_ROWS names another number of
requests, FINOPS_BENCH_LAKES one of the two ("folder", "S3"). With a cache the report is that of a full build, or this
ends with an error.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from finops_router.object_stores.address import StoreAddress
from finops_router.object_stores.opening import filesystem
from finops_router.object_stores.reading import ListedObjects

from benchmarks.apart import apart
from benchmarks.scale import write
from finops_report.cli import main

ROWS = 1_000_000
BUCKET = StoreAddress("s3", "lake-of-the-benchmark")
SETTLES_S = 4.0  # a file that was written just now is kept by the next build
BY_DAY = (
    "copy (select *, timestamp::date as date from source.{table}) to '{folder}/{table}'"
    " (format parquet, partition_by (date), overwrite_or_ignore, filename_pattern '{name}-{{i}}')"
)


def run() -> None:
    """Build the report of a year in full, with a cache for the first time, again, with a day more, with a late file."""
    rows = int(os.environ.get("FINOPS_BENCH_ROWS", str(ROWS)))
    with tempfile.TemporaryDirectory() as name, _s3(Path(name)):
        folder = Path(name)
        apart(write, folder / "year.duckdb", 0, rows, rows)
        apart(write, folder / "day.duckdb", rows, rows + rows // 365, rows)
        apart(write, folder / "late.duckdb", rows // 2, rows // 2 + 1, rows)
        for kind, address in (("folder", str(folder / "lake")), ("S3", str(BUCKET.below("lake")))):
            if os.environ.get("FINOPS_BENCH_LAKES", kind) != kind:
                continue
            print(f"{f'{rows:,} requests, {kind}':38}{'s':>8}{'processor s':>13}{'bytes of objects':>18}")
            (folder / "lake").mkdir()
            _compare(address, folder, folder / kind)
            shutil.rmtree(folder / "lake")


def _compare(address: str, folder: Path, out: Path) -> None:
    cache = ("--cache", str(out / "kept.duckdb"))
    out.mkdir()
    _load(folder / "year.duckdb", folder / "lake", address)
    full = _built("in full", address, out)
    _check(full, *(_built(what, address, out, *cache) for what in ("with a cache, first", "the same again")))
    for name, what in (("day", "a day more"), ("late", "a row of half a year ago more")):
        _load(folder / f"{name}.duckdb", folder / "lake", address)
        _check(_built(what, address, out, *cache), _built(f"{what}, in full", address, out))
    print(f"kept: {(out / 'kept.duckdb').stat().st_size / 1e6:.0f} MB")


def _load(source: Path, lake: Path, address: str) -> None:
    """Add the rows of a source to the files of the lake, a file for each table and day."""
    apart(_write_files, source, lake)
    if "://" in address:
        store = filesystem(BUCKET)
        for file in sorted(lake.rglob(f"{source.stem}-*.parquet")):
            store.pipe_file(BUCKET.below(f"lake/{file.relative_to(lake)}").root, file.read_bytes())
    time.sleep(SETTLES_S)


def _write_files(source: Path, lake: Path) -> None:
    with duckdb.connect(config={"memory_limit": "2GB"}) as con:
        con.execute("set enable_progress_bar = false")
        con.execute(f"attach '{source}' as source (read_only)")
        for table in ("telemetry", "attempts"):
            con.execute(BY_DAY.format(table=table, folder=lake, name=source.stem))


def _check(*reports: bytes) -> None:
    if len(set(reports)) > 1:
        sys.exit("error: The reports differ\nhint: compare the figures of both")


def _built(what: str, address: str, out: Path, *options: str) -> bytes:
    counted, begin_s, own_s = out / "bytes", time.perf_counter(), sum(os.times()[2:4])
    command = [sys.executable, "-m", "benchmarks.kept_lakes", str(counted), "build", "--db", address]
    command += ["--out", str(out / "report.html"), "--memory", "1500MB", "--time-limit", "7200", *options]
    subprocess.run(command, check=True, capture_output=True)
    seconds, used_s = time.perf_counter() - begin_s, sum(os.times()[2:4]) - own_s
    print(f"{what:38}{seconds:8.1f}{used_s:13.1f}{int(counted.read_text()):18,}", flush=True)
    return (out / "report.json").read_bytes()


def _count(counted: Path, command: list[str]) -> None:
    """Run a command of finops-report, and write down how many bytes of objects it fetched."""
    fetched, fetch = [0], ListedObjects.fetched

    def counting(files: ListedObjects, name: str, begin: int, end: int) -> bytes:
        fetched[0] += end - begin
        return fetch(files, name, begin, end)

    ListedObjects.fetched = counting  # type: ignore[method-assign]  # nothing else says what a build has read
    try:
        main(command)
    finally:
        counted.write_text(str(fetched[0]))


@contextmanager
def _s3(folder: Path) -> Iterator[None]:
    """Have an S3 on loopback, with a bucket, whose address and keys are in the environment."""
    command = [sys.executable, "-m", "tests.object_stores.server", str(folder / "lock")]
    with (folder / "lock").open("w") as lock, subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        fcntl.flock(lock, fcntl.LOCK_SH)  # the server ends with the last that holds it
        assert server.stdout is not None
        os.environ |= {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.stdout.readline().strip()}",
            "AWS_ACCESS_KEY_ID": "benchmark",
            "AWS_SECRET_ACCESS_KEY": "benchmark",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        filesystem(BUCKET).mkdir(BUCKET.root)
        try:
            yield
        finally:
            server.terminate()


if __name__ == "__main__":
    _count(Path(sys.argv[1]), sys.argv[2:])
