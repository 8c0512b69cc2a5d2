"""Damaged journals: whole records are loaded, the rest is cut or kept in quarantine, counted."""

from __future__ import annotations

import fcntl
import mmap
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pytest
from finops_router.telemetry.codec import decode, encode, is_record
from finops_router.telemetry.journal import Journal
from finops_router.telemetry.segment import create_segment
from finops_router.telemetry.segments import Loadable, loadable, whole_length
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.finops_router.telemetry.conftest import arrived, drained, request

LINES = [encode(request(number, strategy="cost-first", tags={"n": "ü" * number})) for number in range(6)]
WHOLE = b"".join(line + b"\n" for line in LINES)
EXAMPLES = 2_000 if os.environ.get("FINOPS_SOAK") else 25
SLOW = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def load(content: bytes, suffix: str = ".open") -> tuple[list[str], int]:
    """Leave `content` as a dead process's segment, drain, return the ids that arrived and the quarantined lines."""
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "t.duckdb"
        journal = Path(f"{db}.journal")
        journal.mkdir()
        (journal / f"1-host-1-aa{suffix}").write_bytes(content)
        result = drained(db)
        kept = sum(path.read_bytes().count(b"\n") for path in journal.glob("quarantine/*"))
        assert kept == result.quarantined
        assert not result.error
        return (arrived(db) if db.exists() else []), result.quarantined


@SLOW
@given(st.integers(0, len(WHOLE)), st.integers(0, 4096))
def test_soak_a_torn_tail_is_cut_and_every_whole_record_arrives(length: int, zeros: int) -> None:
    whole = WHOLE[:length].count(b"\n")
    assert load(WHOLE[:length] + b"\0" * zeros) == ([str(number) for number in range(whole)], 0)


@SLOW
@example(0, b"{}")
@given(
    st.integers(0, len(LINES) - 1), st.binary(min_size=1, max_size=40).filter(lambda b: b"\n" not in b and b.strip())
)
def test_soak_a_line_that_is_no_record_goes_to_quarantine(place: int, garbage: bytes) -> None:
    lines = [*LINES[:place], garbage, *LINES[place:]]
    ids, quarantined = load(b"".join(line + b"\n" for line in lines))
    assert ids == [str(number) for number in range(6)]
    assert quarantined == 1


@SLOW
@given(st.integers(0, len(WHOLE) - 2), st.integers(1, 255))
def test_soak_flipped_bits_cost_at_most_the_lines_they_are_in(place: int, flip: int) -> None:
    content = bytearray(WHOLE)
    content[place] ^= flip
    ids, quarantined = load(bytes(content))
    assert len(ids) >= len(LINES) - 2
    assert len(ids) + quarantined <= len(LINES) + 1
    assert len(ids) + quarantined >= len(LINES) - 1


def test_a_page_of_zeros_in_the_middle_costs_its_lines_only() -> None:
    content = WHOLE[:100] + b"\0" * 50 + WHOLE[150:]
    ids, quarantined = load(content)
    assert len(ids) + quarantined >= 5
    assert "5" in ids


def test_numbers_no_database_holds_are_set_aside_with_their_line() -> None:
    line = b'{"timestamp_us":1,"request_id":"x","input_tokens":18446744073709551615}'
    assert load(LINES[0] + b"\n" + line + b"\n") == (["0"], 1)


def test_quarantine_is_counted_where_the_report_looks(tmp_path: Path) -> None:
    journal = tmp_path / "t.duckdb.journal"
    journal.mkdir()
    (journal / "1-host-1-aa.sealed").write_bytes(b"no json\n" + LINES[0] + b"\n")
    drained(tmp_path / "t.duckdb")
    with duckdb.connect(str(tmp_path / "t.duckdb")) as con:
        assert con.execute("select sum(quarantined) from collector_health").fetchall() == [(1,)]
        assert con.execute("select records, quarantined from loaded_segments").fetchall() == [(1, 1)]


def test_a_segment_that_comes_back_is_not_loaded_twice(tmp_path: Path) -> None:
    db, journal = tmp_path / "t.duckdb", tmp_path / "t.duckdb.journal"
    journal.mkdir()
    for _ in range(3):  # as after a death between commit and delete, or a restored backup
        (journal / "1-host-1-aa.sealed").write_bytes(WHOLE)
        drained(db)
    assert len(arrived(db)) == 6


def test_journals_of_two_hosts_copied_together(tmp_path: Path) -> None:
    db, journal = tmp_path / "t.duckdb", tmp_path / "t.duckdb.journal"
    journal.mkdir()
    for host, part in (("alpha", LINES[:3]), ("beta", LINES[3:])):
        (journal / f"1-{host}-1-aa.sealed").write_bytes(b"".join(line + b"\n" for line in part))
    drained(db)
    assert arrived(db) == [str(number) for number in range(6)]


def test_a_copied_journal_is_loaded_by_another_host(tmp_path: Path) -> None:
    one = tmp_path / "one.duckdb.journal"
    one.mkdir()
    (one / "1-a-1-aa.open").write_bytes(WHOLE + b"\0" * 1000)
    shutil.copytree(one, tmp_path / "two.duckdb.journal")
    assert drained(tmp_path / "two.duckdb").records == 6


@given(st.binary(max_size=300))
def test_whole_lines_end_with_a_newline(content: bytes) -> None:
    length = whole_length(content)
    assert length == 0 or content[length - 1] == 10
    assert b"\n" not in content[length:]


def test_every_line_reads_back_as_what_was_written() -> None:
    for line in LINES:
        assert is_record(line)
        assert encode(decode(line)) == line


def test_a_loader_that_looks_while_a_segment_is_made_leaves_it_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = fcntl.flock
    looked: list[bool] = []

    def look_first(handle: int, kind: int) -> None:
        if not looked:
            looked.append(True)
            assert loadable(tmp_path) == Loadable()
        really(handle, kind)

    monkeypatch.setattr(fcntl, "flock", look_first)
    segment = create_segment(tmp_path, 4096, 0.0)
    assert looked
    assert segment.path.stat().st_ino == os.fstat(segment.handle).st_ino
    segment.map.close()
    os.close(segment.handle)


def test_what_a_process_left_unfinished_is_cleared_away_an_hour_later(tmp_path: Path) -> None:
    old, young = tmp_path / "1.new", tmp_path / "2.new"
    for path in (old, young):
        path.touch()
    os.utime(old, (0, 0))
    assert loadable(tmp_path) == Loadable()
    assert (old.exists(), young.exists()) == (False, True)


def test_no_moment_shows_a_newline_after_half_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Watched(mmap.mmap):
        def __setitem__(self, key: Any, value: Any) -> None:
            super().__setitem__(key, value)
            content = self[:]
            assert all(is_record(line) for line in content[: whole_length(content)].splitlines())

    monkeypatch.setattr(mmap, "mmap", Watched)
    journal = Journal(tmp_path, 4096, 2**20, "never", lambda: 0.0)
    for line in LINES:
        journal.append(line)
    journal.close()
    assert journal.recorded == len(LINES)


def test_a_segment_is_deleted_only_when_its_rows_are_in_the_file_itself(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, really = Path(f"{db}.journal"), Path.unlink
    deleted: list[tuple[str, int]] = []
    journal.mkdir()
    (journal / "1-host-1-aa.sealed").write_bytes(WHOLE)

    def look_first(path: Path, missing_ok: bool = False) -> None:
        if path.suffix == ".sealed":
            assert not Path(f"{db}.wal").exists()
            deleted.append((path.stem, len(arrived(db))))
        really(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", look_first)
    assert drained(db).records == len(LINES)
    assert deleted == [("1-host-1-aa", len(LINES))]
