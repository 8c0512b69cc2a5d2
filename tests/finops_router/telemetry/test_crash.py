"""Processes killed at random moments: what record() took is in the database exactly once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.finops_router.telemetry.conftest import arrived, drained

SOAK = bool(os.environ.get("FINOPS_SOAK"))
# Each thread notes the id of a record in a pipe only after record() returned; small segments, frequent loads.
WRITER = """
import sys, threading, os
from pathlib import Path
from finops_router.telemetry import CollectorConfig, RequestRecord, TelemetryCollector
db, name = Path(sys.argv[1]), sys.argv[2]
telemetry = TelemetryCollector(CollectorConfig(db, segment_bytes=16384, segment_s=0.02, load_s=0.03))
def work(thread):
    number = 0
    while True:
        request_id = f"{name}.{thread}.{number}"
        telemetry.record(RequestRecord(timestamp_us=1, request_id=request_id, team="t" * (number % 90)))
        os.write(1, (request_id + "\\n").encode())
        number += 1
for thread in range(3):
    threading.Thread(target=work, args=(thread,), daemon=True).start()
threading.Event().wait()
"""
LOADER = """
import sys, time
from pathlib import Path
from finops_router.telemetry import drain
while True:
    drain(Path(sys.argv[1]), patience_s=1, clock=time.monotonic, sleep=time.sleep)
"""


def start(code: str, *arguments: str, output: int | None = None) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=output)


def acknowledged(process: subprocess.Popen[bytes]) -> list[str]:
    assert process.stdout is not None
    with process.stdout as pipe:
        text = pipe.read().decode()
    return text[: text.rfind("\n") + 1].split()


def kill_rounds(db: Path, rounds: int, seed: int) -> None:
    chance = random.Random(seed)
    took: list[str] = []
    for number in range(rounds):
        writers = [start(WRITER, str(db), f"{number}-{i}", output=subprocess.PIPE) for i in range(2)]
        loader = start(LOADER, str(db))
        first = writers[0].stdout
        assert first is not None
        took.append(first.readline().decode().strip())  # both are surely at work before the dice are thrown
        time.sleep(chance.uniform(0.0, 0.4))  # the random moment of death, not a wait for anything
        for process in (*writers, loader):
            process.send_signal(signal.SIGKILL)
        for process in (*writers, loader):
            process.wait()
        for writer in writers:
            took += acknowledged(writer)
    result = drained(db)
    assert (result.error, result.pending_segments, result.quarantined) == ("", 0, 0)
    there = arrived(db)
    assert len(there) == len(set(there)), "loaded twice"
    lost = set(took) - set(there)
    assert not lost, f"{len(lost)} of {len(took)} records lost"
    # A record may have been taken without its acknowledgement getting out: at most one a thread and round.
    assert len(there) - len(took) <= rounds * 2 * 3


def test_killed_writers_and_loaders_lose_nothing_and_load_nothing_twice(db: Path) -> None:
    kill_rounds(db, rounds=6, seed=7)


@pytest.mark.skipif(not SOAK, reason="two hundred rounds: make soak")
def test_soak_two_hundred_kills(db: Path) -> None:
    kill_rounds(db, rounds=200, seed=11)


TEN_MILLION = """
import resource, sys
from pathlib import Path
from finops_router.telemetry import CollectorConfig, RequestRecord, TelemetryCollector
many = int(sys.argv[2])
record = RequestRecord(timestamp_us=1, request_id="same", strategy="cost-first", provider="openai", model="m")
peaks = []
with TelemetryCollector(CollectorConfig(Path(sys.argv[1]), load=False, max_journal_bytes=2**34)) as telemetry:
    for number in range(many):
        telemetry.record(record)
        if number % (many // 4) == many // 4 - 1:
            for path in Path(sys.argv[1] + ".journal").glob("*.sealed"):
                path.unlink()
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    print(telemetry.stats().recorded, telemetry.stats().dropped, *peaks)
"""


@pytest.mark.parametrize(
    "many", [200_000, pytest.param(10_000_000, marks=pytest.mark.skipif(not SOAK, reason="make soak"))]
)
def test_soak_memory_stays_flat(db: Path, many: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", TEN_MILLION, str(db), str(many)], capture_output=True, text=True, check=True
    )
    recorded, dropped, *peaks_kib = (int(word) for word in done.stdout.split())
    assert (recorded, dropped) == (many, 0)
    assert peaks_kib[-1] - peaks_kib[0] < 64 * 1024


FULL_SPEED = """
import sys, threading, time
from pathlib import Path
from finops_router.telemetry import CollectorConfig, RequestRecord, TelemetryCollector
peak = 0
def watch():
    global peak
    while True:
        peak = max(peak, int(Path("/proc/self/statm").read_text().split()[1]) * 4096)
        time.sleep(0.01)
threading.Thread(target=watch, daemon=True).start()
with TelemetryCollector(CollectorConfig(Path(sys.argv[1]), load_s=0.1, max_journal_bytes=2**34)) as telemetry:
    for number in range(int(sys.argv[2])):
        telemetry.record(RequestRecord(timestamp_us=number + 1, request_id=f"{number:032x}", strategy="cost-first",
            provider="openai", model="gpt-4o-mini", input_tokens=1200, output_tokens=80, cost_estimated=0.000228,
            latency_ms=812.5, team="search", project="answer-box", status="ok", attempts=1))
print(telemetry.close(3600).loaded, peak)
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize(
    "many", [60_000, pytest.param(5_000_000, marks=pytest.mark.skipif(not SOAK, reason="make soak"))]
)
def test_soak_memory_stays_bounded_while_loading_at_full_speed(db: Path, many: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL_SPEED, str(db), str(many)], capture_output=True, text=True, check=True
    )
    loaded, peak = (int(word) for word in done.stdout.split())
    assert loaded == many
    assert peak < 300 * 10**6
