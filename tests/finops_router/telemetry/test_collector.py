"""Everything recorded arrives, exactly once, whatever the application does; the rest is counted."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest
from finops_router.telemetry import AttemptRecord, CollectorConfig, GuardrailRecord, TelemetryCollector

from tests.finops_router.telemetry.conftest import arrived, drained, request, until


def test_every_field_of_every_kind_arrives(db: Path) -> None:
    with TelemetryCollector(db) as telemetry:
        telemetry.record(
            request(
                1,
                strategy="cost-first",
                cost_estimated=0.1 + 0.2,
                tags={"a": 'ü "quoted"\n'},
                stream=True,
                input_tokens=2**31,
                output_tokens=7,
            )
        )
        telemetry.record_attempt(
            AttemptRecord(
                timestamp_us=1_790_000_000_123_456, request_id="1", attempt=1, provider="p", model="m", outcome="ok"
            )
        )
        telemetry.record_guardrail(
            GuardrailRecord(
                timestamp_us=1, request_id="1", guardrail="pii", action="blocked", detail="none of the text"
            )
        )
    with duckdb.connect(str(db)) as con:
        row = con.execute(
            "select cost_estimated, tags->>'a', stream, input_tokens, output_tokens, team from telemetry"
        ).fetchall()
        assert row == [(0.1 + 0.2, 'ü "quoted"\n', True, None, 7, None)]
        assert con.execute("select epoch_us(timestamp), attempt from attempts").fetchall() == [
            (1_790_000_000_123_456, 1)
        ]
        assert con.execute("select guardrail, action from guardrail_events").fetchall() == [("pii", "blocked")]


def test_flush_loads_now_and_stats_say_so(db: Path) -> None:
    with TelemetryCollector(db) as telemetry:
        for number in range(100):
            telemetry.record(request(number))
        stats = telemetry.flush()
        assert (stats.recorded, stats.loaded, stats.pending, stats.dropped) == (100, 100, 0, 0)
        assert len(arrived(db)) == 100


def test_the_background_loads_without_being_asked(db: Path) -> None:
    config = CollectorConfig(db, segment_s=0.0, load_s=0.05)
    with TelemetryCollector(config) as telemetry:
        telemetry.record(request(1))
        until(lambda: telemetry.stats().loaded == 1)


def test_small_segments_rotate_and_nothing_is_lost(db: Path) -> None:
    with TelemetryCollector(CollectorConfig(db, segment_bytes=4096)) as telemetry:
        for number in range(2000):
            telemetry.record(request(number))
    assert len(set(arrived(db))) == len(arrived(db)) == 2000
    assert not list(Path(f"{db}.journal").glob("*.open"))


def test_many_threads(db: Path) -> None:
    with TelemetryCollector(CollectorConfig(db, segment_bytes=65536)) as telemetry:

        def work(thread: int) -> None:
            for number in range(500):
                telemetry.record(request(f"{thread}-{number}"))

        threads = [threading.Thread(target=work, args=(thread,)) for thread in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(set(arrived(db))) == len(arrived(db)) == 4000


def test_what_cannot_be_kept_is_counted_and_never_raised(db: Path) -> None:
    telemetry = TelemetryCollector(CollectorConfig(db, segment_bytes=4096))
    telemetry.record(request(1, tags={"long": "x" * 5000}))
    telemetry.record(request(2, team="\ud800"))
    telemetry.record(request(3, input_tokens=2**70))
    telemetry.record(request(4))
    telemetry.close()
    assert (telemetry.stats().dropped, telemetry.stats().quarantined) == (2, 1)
    assert arrived(db) == ["4"]
    with duckdb.connect(str(db)) as con:
        assert con.execute("select sum(dropped), sum(quarantined) from collector_health").fetchall() == [(2, 1)]


def test_a_full_journal_drops_and_counts(db: Path) -> None:
    config = CollectorConfig(db, segment_bytes=4096, max_journal_bytes=16384, load=False)
    with TelemetryCollector(config) as telemetry:
        for number in range(1000):
            telemetry.record(request(number))
        stats = telemetry.stats()
        assert 0 < stats.recorded < 1000
        assert stats.recorded + stats.dropped == 1000
        assert "full" in (stats.last_error or "")
    drained(db)
    assert len(arrived(db)) == stats.recorded


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_drops_and_counts(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    telemetry = TelemetryCollector(tmp_path / "t.duckdb")
    telemetry.record(request(1))
    assert telemetry.close().dropped == 1


def test_a_folder_that_cannot_be_made_drops_and_counts(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    telemetry = TelemetryCollector(tmp_path / "file" / "t.duckdb")
    telemetry.record(request(1))
    stats = telemetry.close()
    assert (stats.recorded, stats.dropped) == (0, 1)
    assert "no segment can be made" in (stats.last_error or "")


FULL_DISK = """
import resource, sys
from pathlib import Path
from finops_router.telemetry import CollectorConfig, RequestRecord, TelemetryCollector
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
telemetry = TelemetryCollector(CollectorConfig(Path(sys.argv[1]), segment_bytes=1_000_000, load=False))
for number in range(10):
    telemetry.record(RequestRecord(timestamp_us=1, request_id=str(number)))
stats = telemetry.close()
print(stats.recorded, stats.dropped)
"""


def test_no_room_on_disk_is_an_error_at_segment_creation_never_a_crash(db: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FULL_DISK, str(db)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "10"]


def test_a_database_in_use_only_delays(db: Path) -> None:
    with TelemetryCollector(db) as telemetry:
        telemetry.record(request(1))
        telemetry.flush()
        hold = "import sys, duckdb; con = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.readline()"
        with subprocess.Popen(
            [sys.executable, "-c", hold, str(db)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            telemetry.record(request(2))
            stats = telemetry.flush(patience_s=0.05)
            assert (stats.pending, stats.dropped) == (1, 0)
            assert "lock" in (stats.last_error or "")
            assert drained(db, 0.05).pending_segments == 1
            holder.communicate("\n")
        assert telemetry.flush().pending == 0
    assert arrived(db) == ["1", "2"]


def test_clocks_that_jump_back_and_forth(db: Path) -> None:
    times = iter([100.0, 2e9, 5.0, 0.0, 3e9] * 1000)
    with TelemetryCollector(CollectorConfig(db, segment_bytes=4096), clock=lambda: next(times)) as telemetry:
        for number in range(200):
            telemetry.record(request(number))
    assert len(set(arrived(db))) == 200


def test_async_context_and_a_loop_that_ends_early(db: Path) -> None:
    async def record() -> TelemetryCollector:
        async with TelemetryCollector(db) as telemetry:
            telemetry.record(request(1))
        other = TelemetryCollector(db)
        other.record(request(2))
        return other

    left_open = asyncio.run(record())
    left_open.record(request(3))
    left_open.close()
    assert arrived(db) == ["1", "2", "3"]


FORGOTTEN = """
import sys
from finops_router.telemetry import RequestRecord, TelemetryCollector
telemetry = TelemetryCollector(sys.argv[1])
telemetry.record(RequestRecord(timestamp_us=1, request_id="1"))
"""


def test_a_program_that_ends_without_close_loses_nothing(db: Path) -> None:
    subprocess.run([sys.executable, "-c", FORGOTTEN, str(db)], check=True)
    assert drained(db).records == 1
    assert arrived(db) == ["1"]


FORKED = """
import os, sys
from finops_router.telemetry import RequestRecord, TelemetryCollector
telemetry = TelemetryCollector(sys.argv[1])
telemetry.record(RequestRecord(timestamp_us=1, request_id="parent before"))
children = []
for number in range(4):
    child = os.fork()
    if child == 0:
        telemetry.record(RequestRecord(timestamp_us=1, request_id=f"child {number}"))
        telemetry.close()
        os._exit(0)
    children.append(child)
telemetry.record(RequestRecord(timestamp_us=1, request_id="parent after"))
for child in children:
    os.waitpid(child, 0)
telemetry.close()
"""


def test_forked_workers_record_each_for_themselves(db: Path) -> None:
    subprocess.run([sys.executable, "-W", "ignore", "-c", FORKED, str(db)], check=True, timeout=60)
    drained(db)
    assert arrived(db) == ["child 0", "child 1", "child 2", "child 3", "parent after", "parent before"]


def test_calls_in_flight_when_the_collector_is_left_keep_their_records(db: Path) -> None:
    async def call(telemetry: TelemetryCollector, number: int) -> None:
        await asyncio.sleep(0.01 * (number % 3))
        telemetry.record(request(number))

    async def program() -> TelemetryCollector:
        with TelemetryCollector(CollectorConfig(db, load_s=0.05, segment_s=0.0)) as telemetry:
            calls = [asyncio.ensure_future(call(telemetry, number)) for number in range(60)]
            await asyncio.sleep(0)
        await asyncio.gather(*calls)
        return telemetry

    telemetry = asyncio.run(program())
    until(lambda: telemetry.stats().loaded == 60)
    stats = telemetry.close()
    assert (stats.recorded, stats.dropped, stats.pending) == (60, 0, 0)
    assert len(arrived(db)) == 60


def test_what_is_dropped_without_loading_is_said_by_whoever_loads(db: Path) -> None:
    with TelemetryCollector(CollectorConfig(db, segment_bytes=4096, load=False)) as telemetry:
        telemetry.record(request(1))
        for _ in range(3):
            telemetry.record(request(2, tags={"long": "x" * 5000}))
    for _ in range(2):
        drained(db)
    with duckdb.connect(str(db)) as con:
        rows = con.execute("select pid, recorded, dropped, note from collector_health").fetchall()
    assert rows == [(os.getpid(), 1, 3, "a record is larger than a segment")]


def test_a_full_journal_says_so_even_if_nobody_here_loads(db: Path) -> None:
    with TelemetryCollector(CollectorConfig(db, segment_bytes=4096, max_journal_bytes=16384, load=False)) as telemetry:
        for number in range(1000):
            telemetry.record(request(number))
    drained(db)
    with duckdb.connect(str(db)) as con:
        said = con.execute("select sum(dropped) from collector_health").fetchall()
    assert said == [(telemetry.stats().dropped,)]
    assert telemetry.stats().dropped > 0


def test_a_collector_works_where_no_thread_can_start(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> int:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("_thread.start_new_thread", refuse)
    telemetry = TelemetryCollector(CollectorConfig(db, segment_bytes=4096))
    for number in range(200):
        telemetry.record(request(number))
    assert "can't start new thread" in (telemetry.stats().last_error or "")
    assert telemetry.flush().loaded == 200
    telemetry.close()
    assert len(arrived(db)) == 200


def test_the_background_begins_later_if_no_thread_could_start_at_first(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> int:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr("_thread.start_new_thread", refuse)
        telemetry = TelemetryCollector(CollectorConfig(db, segment_s=0.0, load_s=0.05))
    telemetry.record(request(1))
    until(lambda: telemetry.stats().loaded == 1)
    telemetry.close()


def test_the_background_outlives_any_error_and_says_so_once(
    db: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failed: list[int] = []

    def fail(*arguments: object) -> None:
        failed.append(1)
        raise ZeroDivisionError("whatever it is")

    with TelemetryCollector(CollectorConfig(db, segment_s=0.0, load_s=0.05)) as telemetry:
        with monkeypatch.context() as patch:
            patch.setattr("finops_router.telemetry.journal.Journal.finish_full", fail)
            patch.setattr("finops_router.telemetry.loading.load_once", fail)
            telemetry.record(request(1))
            until(lambda: len(failed) > 5)
        until(lambda: telemetry.stats().loaded == 1)
    assert sum("whatever it is" in line.getMessage() for line in caplog.records) <= 2  # one a thread
    assert arrived(db) == ["1"]


def test_pending_counts_own_records_only(db: Path) -> None:
    with TelemetryCollector(CollectorConfig(db, load=False)) as other:
        for number in range(5):
            other.record(request(f"other {number}"))
    with TelemetryCollector(CollectorConfig(db, segment_s=3600, load_s=3600)) as telemetry:
        telemetry.record(request(1))
        stats = telemetry.flush()
        assert (stats.recorded, stats.loaded, stats.pending) == (1, 1, 0)
        telemetry.record(request(2))
        stats = telemetry.stats()
        assert (stats.recorded, stats.loaded, stats.pending) == (2, 1, 1)
    assert other.stats().loaded == 5


ENDS_WHILE_LOADING = """
import sys, time
from pathlib import Path
from finops_router.telemetry import CollectorConfig, RequestRecord, TelemetryCollector
telemetry = TelemetryCollector(CollectorConfig(Path(sys.argv[1]), load_s=0.0, segment_s=0.0))
for number in range(int(sys.argv[2])):
    telemetry.record(RequestRecord(timestamp_us=1, request_id=str(number)))
while not Path(sys.argv[1]).exists():  # until loading has begun
    time.sleep(0.001)
time.sleep(float(sys.argv[3]))
"""


@pytest.mark.parametrize("later_s", [0.0, 0.02, 0.05, 0.1, 0.2])
def test_a_program_that_ends_while_its_background_loads_ends_well(db: Path, later_s: float) -> None:
    many = 60_000
    subprocess.run([sys.executable, "-c", ENDS_WHILE_LOADING, str(db), str(many), str(later_s)], check=True)
    drained(db)
    assert len(set(arrived(db))) == len(arrived(db)) == many


def test_paths_may_be_given_as_text(db: Path) -> None:
    config = CollectorConfig(str(db), journal=str(db.with_name("elsewhere")))  # type: ignore[arg-type]  # as in a script
    with TelemetryCollector(config) as telemetry:
        telemetry.record(request("1"))
    assert arrived(db) == ["1"]
