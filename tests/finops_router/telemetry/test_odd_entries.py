"""Whatever lies about in a journal's folder: it is named, and everything else is loaded."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from finops_router.telemetry import CollectorConfig, TelemetryCollector, drain
from finops_router.telemetry.codec import encode, encode_lines
from finops_router.telemetry.journal import Journal
from finops_router.telemetry.loading import load_once
from finops_router.telemetry.places import journal_folder
from finops_router.telemetry.segments import only_loader, segment_id
from finops_router.telemetry.sinks import sink_at
from finops_router.telemetry.waiting import Waiting
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.finops_router.telemetry.conftest import arrived, drained, request

LINES = [encode(request(number)) for number in range(3)]
WHOLE = b"".join(line + b"\n" for line in LINES)
EXAMPLES = 2_000 if os.environ.get("FINOPS_SOAK") else 20
SLOW = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def folder_called(name: str) -> Callable[[Path], None]:
    return lambda journal: (journal / name).mkdir()


def dangling_link_called(name: str) -> Callable[[Path], None]:
    return lambda journal: (journal / name).symlink_to(journal / "nowhere")


def link_elsewhere_called(name: str) -> Callable[[Path], None]:
    def make(journal: Path) -> None:
        (journal.parent / "secret").write_bytes(LINES[0])
        (journal / name).symlink_to(journal.parent / "secret")

    return make


def pipe_called(name: str) -> Callable[[Path], None]:
    return lambda journal: os.mkfifo(journal / name)


NAMES = ["0-odd.sealed", "0-odd.open", "0-odd.losses", "0-odd.clean"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("make", [folder_called, dangling_link_called, link_elsewhere_called, pipe_called])
def test_what_is_no_file_is_passed_over_and_named(
    db: Path, make: Callable[[str], Callable[[Path], None]], name: str
) -> None:
    journal = journal_folder(db)
    journal.mkdir()
    make(name)(journal)
    (journal / "1-host-1-aa.sealed").write_bytes(WHOLE)
    result = drained(db)
    assert (result.records, result.error) == (3, "")
    assert result.left_out == () if name.endswith(".clean") and make is not folder_called else name in str(result)
    assert arrived(db) == ["0", "1", "2"]
    if make is link_elsewhere_called:
        assert (journal.parent / "secret").read_bytes() == LINES[0]


@pytest.mark.parametrize(
    ("name", "records"), [(".sealed", 6), (".open", 6), (".clean", 3), (".losses", 3), (".new", 3)]
)
def test_a_file_that_is_called_as_a_suffix_alone_keeps_nobody_waiting(db: Path, name: str, records: int) -> None:
    journal = journal_folder(db)
    journal.mkdir()
    (journal / name).write_bytes(b"".join(encode(request(f"odd-{number}")) + b"\n" for number in range(3)))
    (journal / "1-host-1-aa.sealed").write_bytes(WHOLE)
    assert drained(db).records == records
    with TelemetryCollector(db) as telemetry:
        telemetry.record(request("later"))
    assert "later" in arrived(db)


@pytest.mark.parametrize("name", ["0-odd.sealed", "0-odd.open"])
def test_a_file_that_may_not_be_read_is_passed_over_and_named(
    db: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    journal, really = journal_folder(db), os.open
    journal.mkdir()
    (journal / name).write_bytes(WHOLE)
    (journal / "1-host-1-aa.sealed").write_bytes(WHOLE)

    def refuse(path: Path, flags: int, mode: int = 0o777) -> int:  # as for another user's; root may read everything
        if str(path).endswith(name):
            raise PermissionError(13, "Permission denied")
        return really(path, flags, mode)

    monkeypatch.setattr(os, "open", refuse)
    result = drained(db)
    assert (result.records, result.left_out) == (3, (f"{name}: Permission denied",))
    with TelemetryCollector(db) as telemetry:
        assert "Permission denied" in (telemetry.flush().last_error or "")


def test_a_loaded_file_that_may_not_be_deleted_is_loaded_once(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal, really = journal_folder(db), Path.unlink
    journal.mkdir()
    for name in ("1", "2"):
        (journal / f"{name}-host-1-aa.sealed").write_bytes(encode(request(name)) + b"\n")

    def refuse(path: Path, missing_ok: bool = False) -> None:
        if path.name.startswith("1-") and path.suffix == ".sealed":
            raise PermissionError(13, "Permission denied")
        really(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)
    assert "cannot be deleted" in drained(db).left_out[0]
    assert drained(db).records == 0
    assert arrived(db) == ["1", "2"]
    assert [path.name for path in journal.glob("*.sealed")] == ["1-host-1-aa.sealed"]


def unread(db: Path) -> list[str]:
    with duckdb.connect(str(db), read_only=True) as con:
        rows = con.execute("select entry, reason from unread_journal_entries order by all").fetchall()
    return [f"{entry}: {reason}" for entry, reason in rows]


def test_what_cannot_be_read_is_in_the_database_until_it_can_be(db: Path) -> None:
    journal = journal_folder(db)
    (journal / "0-odd.sealed").mkdir(parents=True)
    (journal / "1-odd.losses").write_text("no report")
    for _ in range(2):  # the second look finds nothing new, and opens no database
        assert drained(db).error == ""
        assert [entry.partition(":")[0] for entry in unread(db)] == ["0-odd.sealed", "1-odd.losses"]
    (journal / "0-odd.sealed").rmdir()
    (journal / "1-host-1-aa.sealed").write_bytes(WHOLE)
    assert drained(db).records == 3
    assert [entry.partition(":")[0] for entry in unread(db)] == ["1-odd.losses"]
    (journal / "1-odd.losses").unlink()
    assert (drained(db).left_out, unread(db)) == ((), [])
    assert list(journal.iterdir()) == [journal / "loader.lock"]


def test_a_segment_that_cannot_be_set_aside_is_in_the_database_until_it_is(db: Path) -> None:
    journal = journal_folder(db)
    journal.mkdir()
    (journal / "quarantine").write_text("in the way")
    (journal / "1-host-1-aa.sealed").write_bytes(b"no record\n" + WHOLE)
    assert drained(db).records == 0
    assert unread(db) == ["1-host-1-aa.sealed: File exists"]
    (journal / "1-host-1-aa.sealed").unlink()
    assert (drained(db).records, unread(db)) == (0, [])


def test_a_journal_is_looked_at_without_opening_the_database_if_nothing_is_new(db: Path) -> None:
    (journal_folder(db) / "0-odd.sealed").mkdir(parents=True)
    assert drained(db).error == ""
    with duckdb.connect(str(db)):  # else this would keep the loader out
        assert [entry.partition(":")[0] for entry in drained(db, 0.0).left_out] == ["0-odd.sealed"]


def test_a_name_that_is_no_text_is_named_all_the_same(db: Path) -> None:
    journal = journal_folder(db)
    journal.mkdir()
    Path(os.fsdecode(os.fsencode(journal) + b"/0-\xff.sealed")).mkdir()
    (journal / "1-host-1-aa.sealed").write_bytes(WHOLE)
    result = drained(db)
    assert (result.records, result.error) == (3, "")
    assert [entry.partition(":")[0] for entry in unread(db)] == [r"0-\udcff.sealed"]


def test_many_segments_that_cannot_be_read_keep_no_other_waiting(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = journal_folder(db)
    journal.mkdir()
    (journal / "quarantine").write_text("in the way")
    for number in range(3):
        (journal / f"{number}-host-1-aa.sealed").write_bytes(b"no record\n")
    (journal / "9-host-1-aa.sealed").write_bytes(WHOLE)
    sink, waiting = sink_at(db), Waiting(1.0, time.monotonic, time.sleep)
    turns = [load_once(sink, journal, waiting, most_bytes=20) for _ in range(2)]
    assert [turn.loaded.records for turn in turns] == [0, 3]
    assert not turns[0].is_more  # the same again at once would be a busy loop


@pytest.mark.parametrize("make", [folder_called, dangling_link_called, link_elsewhere_called, pipe_called])
def test_what_has_the_name_of_the_lock_keeps_no_loader_out_but_others(
    db: Path, make: Callable[[str], Callable[[Path], None]]
) -> None:
    journal = journal_folder(db)
    journal.mkdir()
    make("loader.lock")(journal)
    (journal / "1-host-1-aa.sealed").write_bytes(WHOLE)
    with only_loader(journal) as mine, only_loader(journal) as also_mine:
        assert (mine, also_mine) == (True, False)
        assert drained(db, 0.0).error == "another process is loading"
    assert (drained(db).records, arrived(db)) == (3, ["0", "1", "2"])


@pytest.mark.parametrize("name", ["seal-request", "unread.json", "quarantine", "loader.lock"])
@pytest.mark.parametrize("make", [folder_called, dangling_link_called, pipe_called])
def test_what_has_the_name_of_a_file_of_ours_keeps_no_record_out(
    db: Path, make: Callable[[str], Callable[[Path], None]], name: str
) -> None:
    journal = journal_folder(db)
    journal.mkdir()
    make(name)(journal)
    (journal / "0-odd.sealed").mkdir()
    with TelemetryCollector(db) as telemetry:
        telemetry.record(request(1))
        result = drained(db)
        telemetry.record(request(2))
    assert not result.error
    assert arrived(db) == ["1", "2"]


@pytest.mark.parametrize("folder", ["a*b", "a?b", "[ab]", "a{b}", "**", "ü 'x'"])
def test_the_path_of_a_journal_is_no_pattern(db: Path, tmp_path: Path, folder: str) -> None:
    journal = tmp_path / folder / "journal"
    with TelemetryCollector(CollectorConfig(db, journal=journal, load=False)) as telemetry:
        telemetry.record(request(1))
        telemetry.record(request(2, input_tokens="many"))
    (segment,) = journal.glob("*.sealed")
    for other in ("axb", "a", "b", "ab"):  # what the folder's name would match if it were a pattern
        decoy = tmp_path / other / "journal" / segment.name
        decoy.parent.mkdir(parents=True)
        decoy.write_bytes(encode(request("another")) + b"\n")
    result = drain(db, patience_s=1.0, clock=time.monotonic, sleep=time.sleep, journal=journal)
    assert (result.records, result.quarantined, result.error) == (1, 1, "")
    assert arrived(db) == ["1"]


@pytest.mark.parametrize("folder", ["a*b", "[ab]", "ü 'x'"])
def test_the_path_of_a_database_is_no_pattern(tmp_path: Path, folder: str) -> None:
    db = tmp_path / folder / "t.duckdb"
    with TelemetryCollector(db) as telemetry:
        telemetry.record(request(1))
    assert arrived(db) == ["1"]


def test_a_path_that_duckdb_cannot_use_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    with TelemetryCollector(tmp_path / "what?" / "t.duckdb") as telemetry:
        telemetry.record(request(1))
    assert "question mark" in (telemetry.stats().last_error or "")
    assert telemetry.stats().pending == 1


def test_a_copy_under_another_name_is_the_same_segment(db: Path) -> None:
    with TelemetryCollector(CollectorConfig(db, load=False)) as telemetry:
        for number in range(3):
            telemetry.record(request(number))
    (segment,) = journal_folder(db).glob("*.sealed")
    shutil.copy(segment, segment.with_name("0-copy.sealed"))
    shutil.copy(segment, segment.with_name("9 copy (2).sealed"))
    kept = segment.read_bytes()
    assert drained(db).records == 3
    segment.with_name("1-again.sealed").write_bytes(kept)
    assert drained(db).records == 0
    assert arrived(db) == ["0", "1", "2"]
    assert not list(journal_folder(db).glob("*.sealed"))


def test_a_copy_of_a_segment_that_is_still_written_to_costs_none_of_its_records(db: Path) -> None:
    journal = Journal(journal_folder(db), 4096, 2**20, "never", lambda: 0.0)
    for number in range(3):
        journal.append(encode(request(number)))
    (segment,) = journal.folder.glob("*.open")
    shutil.copy(segment, segment.with_name("0-copy.open"))
    assert drained(db, 0.0).records == 3
    for number in range(3, 6):
        journal.append(encode(request(number)))
    journal.close()
    assert drained(db).records == 3
    assert arrived(db) == [str(number) for number in range(6)]


def test_a_segment_says_its_name_in_its_first_line_alone(db: Path) -> None:
    journal = Journal(journal_folder(db), 4096, 2**20, "never", lambda: 0.0)
    for number in range(2):
        journal.append(encode(request(number)))
    journal.close()
    (path,) = journal.folder.glob("*.sealed")
    assert segment_id(path) == path.stem
    first, second = path.read_bytes().splitlines()
    assert first == b'{"segment":"' + path.stem.encode() + b'",' + LINES[0][1:]
    assert second == LINES[1]


def test_what_a_killed_loader_left_is_cleared_away(db: Path) -> None:
    journal = journal_folder(db)
    journal.mkdir()
    (journal / "1-host-1-aa.clean").write_bytes(WHOLE)
    assert drained(db).records == 0
    assert list(journal.iterdir()) == [journal / "loader.lock"]


def test_a_quarantine_that_cannot_be_written_keeps_its_segment_alone_waiting(db: Path) -> None:
    journal = journal_folder(db)
    journal.mkdir()
    (journal / "quarantine").write_text("in the way")
    (journal / "1-host-1-aa.sealed").write_bytes(b"no record\n" + WHOLE)
    (journal / "2-host-1-aa.sealed").write_bytes(encode(request("good")) + b"\n")
    result = drained(db)
    assert (result.records, result.pending_segments) == (1, 1)
    assert "1-host-1-aa.sealed" in result.left_out[0]
    (journal / "quarantine").unlink()
    assert (drained(db).records, drained(db).records) == (3, 0)
    assert arrived(db) == ["0", "1", "2", "good"]


def test_a_stranger_for_a_first_record_costs_no_other(db: Path) -> None:
    odd: list[Any] = [5, [], {}, "text", None]  # what a caller may get wrong
    for first in odd:
        with TelemetryCollector(CollectorConfig(db, load=False)) as telemetry:
            telemetry.record(first)
            telemetry.record(request(repr(first)))
    result = drained(db)
    assert (result.records, result.quarantined, result.error) == (5, 5, "")
    assert arrived(db) == sorted(repr(first) for first in odd)


def test_tags_of_any_depth_are_kept_or_set_aside_alone(db: Path) -> None:
    journal = journal_folder(db)
    journal.mkdir()
    deep = b'{"timestamp_us":1,"request_id":"deep","tags":' + b'{"a":' * 980 + b"1" + b"}" * 980 + b"}"
    deeper = b'{"timestamp_us":1,"request_id":"deeper","tags":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    (journal / "1-host-1-aa.sealed").write_bytes(b"\n".join([LINES[0], deep, b"no record", deeper, LINES[1], b""]))
    result = drained(db)
    assert not result.error
    assert {"0", "1"} <= set(arrived(db)) <= {"0", "1", "deep", "deeper"}
    assert len(arrived(db)) + result.quarantined == 5
    assert not list(journal.glob("*.sealed"))


@SLOW
@given(st.data())
def test_soak_a_process_killed_within_a_line_leaves_no_line(data: st.DataObject) -> None:
    """Processors copy bytes in any order: whatever part of the last line is there, it was not recorded."""
    line = encode_lines((request("torn"),))
    there = data.draw(
        st.lists(st.booleans(), min_size=len(line), max_size=len(line)).filter(lambda all_: not all(all_))
    )
    torn = bytes(byte if copied else 0 for byte, copied in zip(line, there, strict=True))
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "t.duckdb"
        journal_folder(db).mkdir()
        (journal_folder(db) / "1-host-1-aa.open").write_bytes(WHOLE + torn + b"\0" * 100)
        result = drained(db)
        assert (result.records, result.quarantined) == (3, 0)


def test_a_journal_that_may_not_be_listed_is_an_error(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    really = os.scandir
    journal_folder(db).mkdir()

    def refuse(path: Path) -> object:
        if Path(path) == journal_folder(db):
            raise PermissionError(13, "Permission denied", str(path))
        return really(path)

    monkeypatch.setattr(os, "scandir", refuse)
    result = drained(db)
    assert "Permission denied" in result.error
    assert "permissions" in result.hint


def test_a_file_in_the_place_of_the_journal_is_an_error(db: Path) -> None:
    journal_folder(db).write_text("in the way")
    result = drain(db, patience_s=0.0, clock=lambda: 0.0, sleep=lambda pause_s: None)
    assert "Not a directory" in result.error


INHERITED = """
import os, signal, sys, time
from pathlib import Path
from finops_router.telemetry import CollectorConfig, RequestRecord, TelemetryCollector, journal_folder
from finops_router.telemetry.segments import only_loader
db = Path(sys.argv[1])
telemetry = TelemetryCollector(CollectorConfig(db, load=False, segment_s=3600))
telemetry.record(RequestRecord(timestamp_us=1, request_id="parent"))
with only_loader(journal_folder(db)) as mine:
    assert mine
    child = os.fork()
    if child == 0:
        time.sleep(60)
        os._exit(0)
print(child, flush=True)
os._exit(0)
"""


def test_a_child_keeps_no_lock_of_its_dead_parent(db: Path) -> None:
    done = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", INHERITED, str(db)], stdout=subprocess.PIPE, text=True
    )
    assert done.stdout is not None
    child = int(done.stdout.readline())
    try:
        done.wait()
        result = drained(db, 1.0)
        assert (result.records, result.error, result.pending_segments) == (1, "", 0)
    finally:
        os.kill(child, 9)
        done.stdout.close()
