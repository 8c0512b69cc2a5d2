"""Limits hold over real processes at once, and over their ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from finops_router.gateway.keys import Key
from finops_router.gateway.limits import LimitReached, Limits

ROUTER = Path(__file__).parents[4] / "router"
NOW_US = 1_764_331_200_000_000
ADMITTING = """
import sys
from pathlib import Path
from finops_router.gateway.keys import Key
from finops_router.gateway.limits import LimitReached, Limits

folder, calls, key = Path(sys.argv[1]), int(sys.argv[2]), Key(id="k", name="k", requests_per_minute=1000, concurrency=5)
limits, admitted = Limits(folder), 0
sys.stdin.readline()
for _ in range(calls):
    try:
        admission = limits.admit(key, 1, 1_764_331_200_000_000)
        admitted += 1
        if calls > 5:
            limits.release(admission)
    except LimitReached:
        pass
print(admitted, flush=True)
sys.stdin.readline()
"""


def started(folder: Path, calls: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", ADMITTING, str(folder), str(calls)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROUTER)},
    )


def admitted(*workers: subprocess.Popen[str]) -> list[int]:
    """Let all go at once; what each was admitted."""
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    found = []
    for worker in workers:
        assert worker.stdout is not None
        found.append(int(worker.stdout.readline()))
    return found


def ended(*workers: subprocess.Popen[str]) -> None:
    for worker in workers:
        worker.kill()
        worker.communicate(timeout=30)


def test_processes_at_once_are_admitted_exactly_the_limit(tmp_path: Path) -> None:
    workers = [started(tmp_path, 800) for _ in range(2)]
    assert sum(admitted(*workers)) == 1000
    ended(*workers)


def test_calls_of_a_killed_process_are_over(tmp_path: Path) -> None:
    dying, limits = started(tmp_path, 5), Limits(tmp_path)
    key = Key(id="k", name="k", concurrency=5)
    assert admitted(dying) == [5]
    with pytest.raises(LimitReached):
        limits.admit(key, 1, NOW_US)
    ended(dying)
    for _ in range(5):
        limits.admit(key, 1, NOW_US)
    with pytest.raises(LimitReached):
        limits.admit(key, 1, NOW_US)
    limits.close()
