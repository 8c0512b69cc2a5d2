"""Keeping a line takes no lock, survives whatever happens to the files, and costs the same however much is waiting."""

from __future__ import annotations

import gc
import mmap
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from finops_router.telemetry import CollectorConfig, TelemetryCollector
from finops_router.telemetry import journal as journal_module
from finops_router.telemetry.codec import encode
from finops_router.telemetry.journal import Journal
from finops_router.telemetry.places import journal_folder
from finops_router.telemetry.segment import Segment, create_segment

from tests.finops_router.telemetry.conftest import arrived, drained, request, until

QUIET = 3600.0  # seconds between what the background would do by itself


@contextmanager
def interrupted_every(interval_s: float, telemetry: TelemetryCollector) -> Iterator[list[str]]:
    """Record from a signal handler again and again, wherever the program is; gives the ids."""
    ids: list[str] = []

    def handle(number: int, frame: object) -> None:
        ids.append(f"signal {len(ids)}")
        telemetry.record(request(ids[-1]))
        signal.setitimer(signal.ITIMER_REAL, interval_s)

    before = signal.signal(signal.SIGALRM, handle)
    signal.setitimer(signal.ITIMER_REAL, interval_s)
    try:
        yield ids
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_signal_handler_may_record_while_record_runs(db: Path) -> None:
    with TelemetryCollector(CollectorConfig(db, segment_bytes=4096, segment_s=0.05, load_s=0.05)) as telemetry:
        with interrupted_every(0.0005, telemetry) as ids:
            mine: list[str] = []
            until_s = time.monotonic() + 20.0
            while len(ids) < 20 and time.monotonic() < until_s:
                for _ in range(100):
                    mine.append(str(len(mine)))
                    telemetry.record(request(mine[-1]))
        assert len(ids) >= 20
    assert telemetry.stats().dropped == 0
    assert arrived(db) == sorted([*mine, *ids])


def test_a_finalizer_may_record_while_record_runs(db: Path) -> None:
    ids: list[str] = []

    class Finalized:
        def __init__(self) -> None:
            self.itself = self  # only the garbage collector ends it, in the middle of anything

        def __del__(self) -> None:
            ids.append(f"finalizer {len(ids)}")
            telemetry.record(request(ids[-1]))

    threshold = gc.get_threshold()
    with TelemetryCollector(CollectorConfig(db, segment_bytes=4096)) as telemetry:
        gc.set_threshold(5)
        try:
            for number in range(300):
                Finalized()
                telemetry.record(request(f"{number}", tags={"n": str(number)}))
        finally:
            gc.set_threshold(*threshold)
        gc.collect()
    assert len(ids) == 300
    assert arrived(db) == sorted([*(str(number) for number in range(300)), *ids])


def test_recording_in_the_middle_of_making_a_segment_loses_neither_record(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(journal_folder(db), 4096, 2**20, "never", lambda: 0.0)
    nested: list[str] = []

    def make(folder: Path, size: int, now_s: float) -> Segment:
        if len(nested) < 5:
            nested.append(f"nested {len(nested)}")
            journal.append(encode(request(nested[-1])))
        return create_segment(folder, size, now_s)

    monkeypatch.setattr(journal_module, "create_segment", make)
    journal.append(encode(request("outer")))
    journal.close()
    drained(db)
    assert arrived(db) == sorted([*nested, "outer"])


def test_threads_that_record_while_others_seal_lose_nothing(db: Path) -> None:
    journal = Journal(journal_folder(db), 8192, 2**26, "never", time.time)
    over = threading.Event()

    def write(thread: int) -> None:
        for number in range(2000):
            try:
                journal.write(encode(request(f"{thread}-{number}")) + b"\n")
            except ValueError:
                journal.append(encode(request(f"{thread}-{number}")))

    def seal() -> None:
        while not over.is_set():
            journal.seal()

    sealer = threading.Thread(target=seal)
    writers = [threading.Thread(target=write, args=(thread,)) for thread in range(6)]
    for each in (sealer, *writers):
        each.start()
    for writer in writers:
        writer.join()
    over.set()
    sealer.join()
    journal.close()
    assert (journal.recorded, journal.dropped) == (12000, 0)
    drained(db)
    assert arrived(db) == sorted(f"{thread}-{number}" for thread in range(6) for number in range(2000))


@pytest.mark.parametrize("moment", ["tell", "seek"])
def test_a_line_that_another_thread_writes_in_the_middle_of_sealing_is_kept(
    db: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    late: list[str] = []

    class Interrupted(mmap.mmap):
        def tell(self) -> int:
            return int(self.after("tell", super().tell))

        def seek(self, *place: int) -> None:
            self.after("seek", super().seek, *place)

        def after(self, name: str, call: Callable[..., Any], *place: int) -> Any:
            if name == "seek" and moment == "seek":
                self.write_late()
            done = call(*place)
            if name == "tell" and moment == "tell":
                self.write_late()
            return done

        def write_late(self) -> None:
            if sealing and len(late) < 3:
                late.append(f"late {len(late)}")
                self.write(encode(request(late[-1])) + b"\n")

    sealing = False
    monkeypatch.setattr(mmap, "mmap", Interrupted)
    journal = Journal(journal_folder(db), 65536, 2**20, "never", lambda: 0.0)
    journal.append(encode(request("first")))
    journal.retire()
    sealing = True
    journal.close()
    assert late
    assert journal.recorded == len(late) + 1
    drained(db)
    assert arrived(db) == sorted(["first", *late])


def remove_open_files(folder: Path) -> None:
    for path in folder.glob("*.open"):
        path.unlink()


def remove_folder(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)  # the background may make a file in it meanwhile


def rename_folder(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))


@pytest.mark.parametrize("harm", [remove_open_files, remove_folder, rename_folder])
def test_files_that_vanish_under_our_hands_cost_nothing(db: Path, harm: Callable[[Path], None]) -> None:
    with TelemetryCollector(CollectorConfig(db, segment_s=QUIET, load_s=QUIET)) as telemetry:
        telemetry.record(request("before"))
        harm(journal_folder(db))
        telemetry.record(request("after"))
        assert telemetry.flush().pending == 0
        telemetry.record(request("later"))
    assert telemetry.stats().dropped == 0
    assert arrived(db) == ["after", "before", "later"]


@contextmanager
def vanishing_while_it_is_made(folder: Path, times: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Path]]:
    """Rename the folder away as soon as it was found to be there, again and again; gives where it went."""
    really, gone = os.mkdir, list[Path]()

    def make(path: Path, *mode: int) -> None:
        if Path(path) == folder and 0 < len(gone) < times:
            really(path)  # another thread is faster
        try:
            really(path, *mode)
        except FileExistsError:
            if Path(path) == folder and len(gone) < times:
                gone.append(folder.with_name(f"elsewhere {time.monotonic_ns()}"))
                folder.rename(gone[-1])
            raise

    with monkeypatch.context() as patched:
        patched.setattr(os, "mkdir", make)
        yield gone


@pytest.mark.parametrize("times", [1, 3])
def test_a_folder_that_is_renamed_within_mkdir_costs_no_record_and_no_seal(
    db: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    folder = journal_folder(db)
    journal = Journal(folder, 4096, 2**20, "never", lambda: 0.0)
    journal.append(encode(request("before")))
    journal.retire()
    with vanishing_while_it_is_made(folder, times, monkeypatch) as gone:
        journal.append(encode(request("while it is made")))
        assert len(gone) == times
    with vanishing_while_it_is_made(folder, times, monkeypatch) as gone:
        journal.close()
        assert len(gone) == times
    assert (journal.recorded, journal.dropped) == (2, 0)
    drained(db)
    assert arrived(db) == ["before", "while it is made"]


def test_a_folder_that_is_renamed_within_mkdir_costs_no_report_of_losses(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = journal_folder(db)
    folder.mkdir()
    journal = Journal(folder, 4096, 2**20, "never", lambda: 0.0)
    journal.drop("for a reason")
    with vanishing_while_it_is_made(folder, 3, monkeypatch) as gone:
        journal.report_losses()
        assert len(gone) == 3
    assert len(list(folder.glob("*.losses"))) == 1


@pytest.mark.parametrize("stands_there", ["file", "link"])
def test_what_stands_in_the_place_of_the_folder_is_named_and_left_alone(db: Path, stands_there: str) -> None:
    folder = journal_folder(db)
    folder.write_text("mine") if stands_there == "file" else folder.symlink_to(db.with_name("nowhere"))
    journal = Journal(folder, 4096, 2**20, "never", lambda: 0.0)
    journal.append(encode(request("lost")))
    assert (journal.recorded, journal.dropped) == (0, 1)
    assert "File exists" in (journal.last_error or "")
    assert folder.is_symlink() or folder.read_text() == "mine"


def test_a_seal_that_fails_is_said_once_and_tried_again(
    db: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    really, failed = os.ftruncate, list[int]()

    def fail(handle: int, length: int) -> None:
        if len(failed) < 5:
            failed.append(handle)
            raise OSError(5, "Input/output error")
        really(handle, length)

    with TelemetryCollector(CollectorConfig(db, segment_s=0.0, load_s=0.05)) as telemetry:
        monkeypatch.setattr(os, "ftruncate", fail)
        telemetry.record(request(1))
        until(lambda: len(failed) == 5)
        until(lambda: telemetry.stats().loaded == 1)
        telemetry.record(request(2))
        until(lambda: telemetry.stats().loaded == 2)
    assert sum("Input/output error" in line.getMessage() for line in caplog.records) == 1
    assert arrived(db) == ["1", "2"]


def test_a_segment_that_can_never_be_sealed_is_left_to_the_next_loader(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(handle: int, length: int) -> None:
        raise OSError(5, "Input/output error")

    telemetry = TelemetryCollector(CollectorConfig(db, load=False))
    telemetry.record(request(1))
    with monkeypatch.context() as patch:
        patch.setattr(os, "ftruncate", fail)
        stats = telemetry.close()
    assert (stats.recorded, stats.pending, stats.dropped) == (1, 0, 0)
    assert "Input/output error" in (stats.last_error or "")
    drained(db)
    assert arrived(db) == ["1"]


def test_a_record_looks_at_no_folder_however_much_is_waiting(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = journal_folder(db)
    folder.mkdir()
    for number in range(300):
        (folder / f"{number:04}.sealed").write_bytes(b"x" * 1000)
    journal = Journal(folder, 4096, 300_000, "never", time.time)
    journal.usage.look()
    looks: list[object] = []

    def count(place: object) -> object:
        looks.append(place)
        raise AssertionError

    monkeypatch.setattr(os, "scandir", count)
    for number in range(1000):
        journal.append(encode(request(number)))
    assert (looks, journal.recorded, journal.dropped) == ([], 0, 1000)
    assert "full" in (journal.last_error or "")


def test_the_bound_counts_what_is_used_not_what_is_set_aside_for_it(db: Path) -> None:
    defaults = CollectorConfig(db)
    journals = [
        Journal(defaults.folder, defaults.segment_bytes, defaults.max_journal_bytes, "never", time.time)
        for _ in range(150)
    ]
    for number, journal in enumerate(journals):
        journal.prepare_spare()
        for record in range(10):
            journal.append(encode(request(f"{number}-{record}")))
        journal.prepare_spare()
        journal.usage.look()
    assert sum(path.stat().st_size for path in defaults.folder.iterdir()) < 2**27
    for journal in journals:
        journal.close()
    assert sum(journal.dropped for journal in journals) == 0
    drained(db)
    assert len(arrived(db)) == 1500


def test_segments_grow_with_what_is_recorded_and_shrink_again(db: Path) -> None:
    journal = Journal(journal_folder(db), 2**23, 2**30, "never", time.time)
    for number in range(40_000):
        journal.append(encode(request(number)))
    sizes = sorted(path.stat().st_size for path in journal.folder.glob("*.open"))
    assert sizes == [2**18, 2**20, 2**22]
    journal.close()
    for _ in range(2):
        journal.append(encode(request("one")))
        journal.seal()
    journal.append(encode(request("another")))
    (only,) = journal.folder.glob("*.open")
    assert only.stat().st_size == 2**18
    journal.close()


def test_it_can_keep_lines_as_long_as_the_next_segment_is_to_be_had(db: Path) -> None:
    journal = Journal(journal_folder(db), 4096, 16_000, "never", time.time)
    assert journal.can_keep()
    while journal.dropped == 0:
        journal.append(encode(request(journal.recorded)))
        journal.finish_full()
    assert not journal.can_keep()
    for path in journal_folder(db).glob("*.sealed"):
        path.unlink()
    journal.usage.look()
    until(lambda: journal.prepare_spare() or journal.can_keep())  # type: ignore[func-returns-value] # a step each time
    journal.close()


def test_a_segment_whose_folder_was_removed_is_not_safe_until_another_one_takes_its_place(db: Path) -> None:
    journal = Journal(journal_folder(db), 4096, 2**20, "never", time.time)
    journal.prepare_spare()
    shutil.rmtree(journal_folder(db))
    journal.prepare_spare()
    journal.append(encode(request(1)))
    assert journal.can_keep()
    shutil.rmtree(journal_folder(db))
    assert not journal.can_keep()
    journal.seal()
    journal.prepare_spare()
    assert journal.can_keep()
    journal.append(encode(request(2)))
    journal.seal()
    journal.close()
    drained(db)
    assert arrived(db) == ["1", "2"]
