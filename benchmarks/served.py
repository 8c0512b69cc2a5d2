"""What a report takes of a place where telemetry is: seconds of processors, and of these those of the servers there."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
WIDTH = 38  # of what is measured
HEADING = f"{'s':>8}{'processor s':>13}{'of servers':>12}"
ServersS = Callable[[], float]  # the processor seconds that the servers have taken so far


def no_servers() -> float:
    """Return that nothing was taken: a file has none."""
    return 0.0


def built(what: str, db: str, out: Path, servers_s: ServersS = no_servers, *more: str) -> bytes:
    """Build a report from `db` into the folder `out`, print what it took, and return its figures."""
    command = [sys.executable, "-m", "finops_report", "build", "--db", db, "--out", str(out / "report.html"), *more]
    measured(what, lambda: subprocess.run(command, check=True, cwd=out.parent, capture_output=True), servers_s)
    return (out / "report.json").read_bytes()


def measured(what: str, work: Callable[[], object], servers_s: ServersS = no_servers) -> None:
    """Do something and print what it took of this process, of those that it began, and of servers."""
    begin_s, own_s, theirs_s = time.perf_counter(), sum(os.times()[:4]), servers_s()
    work()
    seconds, added_s = time.perf_counter() - begin_s, servers_s() - theirs_s
    print(f"{what:{WIDTH}}{seconds:8.1f}{sum(os.times()[:4]) - own_s + added_s:13.1f}{added_s:12.1f}", flush=True)


def process_s(pid: int) -> float:
    """Return the processor seconds of a process so far, without those that it began."""
    return sum(_times(pid)[:2])


def family_s(pid: int) -> float:
    """Return the processor seconds of a process and of all that it began, whether they have ended or not."""
    return sum(_times(pid)) + sum(sum(_times(child)) for child in _children(pid))


def _times(pid: int) -> list[float]:
    """Return user and system seconds of a process, and of its children that have ended; none if it has."""
    try:
        found = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[11:15]
    except OSError:
        return [0.0]
    return [int(ticks) / TICKS for ticks in found]


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()]
