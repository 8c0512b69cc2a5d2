"""Thousands of live streams at once over loopback: does the router take a busy event loop for a silent provider?

The provider is another process and healthy; all settings are the router's defaults, telemetry goes into a real journal.
`python -m benchmarks streams`.
"""

from __future__ import annotations

import os
import resource
import tempfile
import time
from pathlib import Path

from tests.finops_router.scenarios.crowd import crowded

RUNS = ((5000, 30, 2.0, 1000.0), (5000, 30, 0.2, 5000.0))  # streams, chunks, seconds a chunk, starts a second


def run(runs: tuple[tuple[int, int, float, float], ...] = RUNS) -> None:
    """Print a line for each of `runs`: what flows in time, and more than this machine can carry."""
    os.environ["WALL_KEY"] = "none"
    print("| streams, chunks each, one every, starts a second | at once | failed attempts | wrong endings ", end="")
    print("| seconds | chunks a second | processor us a chunk | loop late by at most | memory, MB |")
    print("| --- " * 9 + "|")
    for streams, chunks, every_s, starts_per_s in runs:
        begin_s, cpu_s = time.perf_counter(), time.process_time()
        with tempfile.TemporaryDirectory() as folder:
            found = crowded(Path(folder), streams, chunks, every_s, starts_per_s)
        took_s, cpu_s = time.perf_counter() - begin_s, time.process_time() - cpu_s
        most_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"| {streams}, {chunks}, {every_s:g} s, {starts_per_s:g} | {found.provider['most_at_once']} "
            f"| {sum(found.failed_attempts.values())} | {sum(found.wrong.values())} | {took_s:.0f} "
            f"| {found.chunks / took_s:.0f} | {cpu_s * 1e6 / max(found.chunks, 1):.0f} | {found.most_lag_s:.2f} s "
            f"| {most_mb:.0f} |"
        )
        for words, count in (found.failed_attempts + found.wrong).most_common(5):
            print(f"- {count} times {words}")
        print(f"- at the provider: {found.provider}")
