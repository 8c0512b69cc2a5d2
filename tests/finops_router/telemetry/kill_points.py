"""Run a scenario again and again, each time killed before another system call that changes a file; Linux only.

A process of its own, started by test_kill_points.py: it imports what the scenarios need once, forks for each kill, and
follows the child with ptrace, stopping at each of its system calls.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from finops_router.telemetry import CollectorConfig, RequestRecord, TelemetryCollector, drain
from finops_router.telemetry.sinks import sink_at
from finops_router.telemetry.sinks.parquet import ParquetSink
from finops_router.telemetry.waiting import Waiting

TRACEME, SYSCALL, SETOPTIONS, GET_SYSCALL_INFO = 0, 24, 0x4200, 0x420E
SYSGOOD, FORK, VFORK, CLONE, EXEC, EXITKILL = 1, 2, 4, 8, 16, 0x100000
ENTRY = 1
CHANGING = {  # by machine: the numbers of system calls that change a file, a name or a size
    "x86_64": {
        "write": 1, "pwrite64": 18, "writev": 20, "pwritev": 296, "ftruncate": 77, "truncate": 76, "fallocate": 285,
        "rename": 82, "renameat": 264, "renameat2": 316, "link": 86, "linkat": 265, "unlink": 87, "unlinkat": 263,
        "mkdir": 83, "mkdirat": 258, "fsync": 74, "fdatasync": 75, "open": 2, "openat": 257,
    },
    "aarch64": {
        "write": 64, "pwrite64": 68, "writev": 66, "pwritev": 70, "ftruncate": 46, "truncate": 45, "fallocate": 47,
        "renameat": 38, "renameat2": 276, "linkat": 37, "unlinkat": 35, "mkdirat": 34, "fsync": 82, "fdatasync": 83,
        "openat": 56,
    },
}  # fmt: skip
NUMBERS = CHANGING.get(os.uname().machine, {})
OPENS = {NUMBERS.get("open"), NUMBERS.get("openat")}


class Info(ctypes.Structure):
    """struct ptrace_syscall_info, as far as it is asked for."""

    _fields_ = (
        ("op", ctypes.c_uint8),
        ("pad", ctypes.c_uint8 * 3),
        ("arch", ctypes.c_uint32),
        ("instruction", ctypes.c_uint64),
        ("stack", ctypes.c_uint64),
        ("number", ctypes.c_uint64),
        ("arguments", ctypes.c_uint64 * 6),
    )


libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
libc.ptrace.restype = ctypes.c_long


def ptrace(request: int, pid: int, address: int = 0, data: object = None) -> int:
    done: int = libc.ptrace(request, pid, address, data)
    if done < 0:
        raise OSError(ctypes.get_errno(), f"ptrace {request}")
    return done


def changes_a_file(info: Info) -> bool:
    """Whether the call that is about to be made changes a file: an open does only if it may create one."""
    if info.op != ENTRY or info.number not in NUMBERS.values():
        return False
    if info.number in OPENS:
        flags = info.arguments[1 if info.number == NUMBERS.get("open") else 2]
        return bool(flags & (os.O_CREAT | os.O_TRUNC))
    return True


def killed_before(number: int, scenario: Callable[[Path], None], folder: Path) -> int:
    """Run a scenario, kill it before its file-changing call of that number, return how many calls it came to."""
    child = os.fork()
    if child == 0:
        ptrace(TRACEME, 0)
        os.kill(os.getpid(), signal.SIGSTOP)
        try:
            scenario(folder)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    ptrace(SETOPTIONS, child, 0, SYSGOOD | FORK | VFORK | CLONE | EXITKILL)
    ptrace(SYSCALL, child)
    return follow(child, number)


def follow(child: int, number: int) -> int:
    """Let the child and its threads run from call to call until it ends or is killed; return how many there were."""
    seen, info, size = 0, Info(), ctypes.sizeof(Info)
    wall = 0x40000000
    while True:
        try:
            pid, status = os.waitpid(-1, wall)
        except ChildProcessError:
            return seen
        if not os.WIFSTOPPED(status):
            if pid == child:
                return seen
            continue
        stopped = os.WSTOPSIG(status)
        if stopped == signal.SIGTRAP | 0x80:
            ptrace(GET_SYSCALL_INFO, pid, size, ctypes.byref(info))
            if changes_a_file(info):
                seen += 1
                if seen == number:
                    os.kill(child, signal.SIGKILL)
        passed_on = stopped if stopped not in (signal.SIGTRAP, signal.SIGTRAP | 0x80, signal.SIGSTOP) else 0
        try:
            ptrace(SYSCALL, pid, 0, passed_on)
        except ProcessLookupError:
            continue


def record_and_close(folder: Path) -> None:
    """A program from its first record to its end; what it recorded is written down after each record() returned."""
    note = os.open(folder / "recorded", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    config = CollectorConfig(folder / "t.duckdb", segment_bytes=4096, segment_s=0.0, load_s=0.02)
    with TelemetryCollector(config) as telemetry:
        for number in range(40):
            telemetry.record(RequestRecord(timestamp_us=1, request_id=f"{number}", team="t" * 60))
            os.write(note, f"{number}\n".encode())


def load(folder: Path) -> None:
    """The first load of what others left, which makes the database."""
    drain(folder / "t.duckdb", patience_s=5.0, clock=time.monotonic, sleep=time.sleep)


def load_parquet(folder: Path) -> None:
    """The load of what others left into a folder of Parquet."""
    drain(f"{folder}/lake/", patience_s=5.0, clock=time.monotonic, sleep=time.sleep)


def compact(folder: Path) -> None:
    """Merge the small files of such a folder."""
    ParquetSink(folder / "lake").compact(Waiting(5.0, time.monotonic, time.sleep))


SCENARIOS = {"record": record_and_close, "load": load, "load_parquet": load_parquet, "compact": compact}


def main() -> None:
    """Kill as told, in JSON lines: {"number": 3, "scenario": "load", "folder": "/..."}; answer the number of calls."""
    sink_at(Path("nowhere"))  # its library is imported before any fork
    for line in sys.stdin:
        wanted = json.loads(line)
        calls = killed_before(wanted["number"], SCENARIOS[wanted["scenario"]], Path(wanted["folder"]))
        sys.stdout.write(f"{calls}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
