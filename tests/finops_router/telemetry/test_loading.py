"""A collector's loads by a clock of the test's: when they are due, what they report, how often trouble is logged."""

from __future__ import annotations

import logging
import shutil
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from subprocess import run

import duckdb
import pytest
from finops_router.telemetry import CollectorConfig, TelemetryCollector
from finops_router.telemetry import loading as loading_module
from finops_router.telemetry.codec import encode
from finops_router.telemetry.journal import Journal
from finops_router.telemetry.loading import LOG_AGAIN_S, Loader, load_once
from finops_router.telemetry.segments import only_loader, sealed
from finops_router.telemetry.sinks import sink_at
from finops_router.telemetry.sinks.contract import Loaded
from finops_router.telemetry.waiting import Waiting

from tests.finops_router.telemetry.conftest import arrived, drained, request, until

TWELVE_S = 12.0


class Loads:
    """A loader over a journal, with clocks that stand still until they are moved."""

    def __init__(self, db: Path) -> None:
        config = CollectorConfig(db, load_s=5.0)
        self.now_s = 0.0
        self.journal = Journal(config.folder, 4096, 2**20, "never", lambda: self.now_s)
        self.loader = Loader(config, self.journal, lambda: 1_790_000_000.0, lambda: self.now_s, self.pause)

    def pause(self, pause_s: float) -> None:
        self.now_s += pause_s

    def record(self, number: int) -> None:
        self.journal.append(encode(request(number)))
        self.journal.seal()


@pytest.fixture
def loads(db: Path) -> Loads:
    return Loads(db)


def test_a_load_is_due_every_so_many_seconds(db: Path, loads: Loads) -> None:
    loaded = []
    for number in range(12):
        loads.record(number)
        loads.loader.load_if_due()
        loaded.append(loads.loader.loaded)
        loads.now_s += 1.0
    assert loaded == [0, 0, 0, 0, 0, 6, 6, 6, 6, 6, 11, 11]
    assert loads.loader.last_load_at_s == 1_790_000_000.0


def test_a_journal_that_is_renamed_while_a_load_begins_is_no_trouble(
    db: Path, loads: Loads, monkeypatch: pytest.MonkeyPatch
) -> None:
    def only(folder: Path) -> AbstractContextManager[bool]:
        folder.rename(folder.with_name("elsewhere"))
        return only_loader(folder)

    loads.record(1)
    monkeypatch.setattr(loading_module, "only_loader", only)
    result = load_once(sink_at(db), loads.journal.folder, Waiting(0.0, lambda: 0.0, lambda _: None))
    assert (result.loaded, result.error) == (Loaded(), "")


def test_what_was_dropped_is_reported_once(db: Path, loads: Loads) -> None:
    loads.record(1)
    loads.journal.drop("a record cannot be encoded")
    loads.loader.load(0.0)
    loads.record(2)
    loads.loader.load(0.0)
    loads.journal.drop("another one")
    loads.loader.load(0.0)
    with duckdb.connect(str(db)) as con:
        rows = con.execute("select recorded, dropped, note from collector_health order by recorded").fetchall()
    assert rows == [(1, 1, "a record cannot be encoded"), (2, 1, "another one")]


def test_trouble_is_logged_once_a_minute_with_what_to_do(
    db: Path, loads: Loads, caplog: pytest.LogCaptureFixture
) -> None:
    db.write_text("no database " * 1000)
    loads.record(1)
    with caplog.at_level(logging.WARNING, "finops_router.telemetry"):
        for _ in range(int(2 * LOG_AGAIN_S / TWELVE_S)):
            loads.loader.load(0.0)
            loads.now_s += TWELVE_S
    assert len(caplog.records) == 2
    assert str(db) in caplog.text
    assert "permissions" in caplog.text
    assert (loads.loader.last_error or "") in caplog.text
    db.unlink()
    loads.loader.load(0.0)
    assert (loads.loader.loaded, loads.loader.last_error) == (1, None)


def test_another_loader_is_waited_for_and_its_records_are_its_own(db: Path, loads: Loads) -> None:
    loads.record(1)
    folder = CollectorConfig(db).folder
    waiting = Waiting(1.0, lambda: loads.now_s, loads.pause)
    with only_loader(folder) as mine:
        assert mine
        result = load_once(sink_at(db), folder, waiting)
    assert (result.loaded, result.error) == (Loaded(), "another process is loading")
    assert result.hint
    assert 0.9 < loads.now_s <= 1.0
    assert load_once(sink_at(db), folder, waiting).loaded.records == 1
    assert arrived(db) == ["1"]


def test_that_another_process_loads_is_no_trouble_to_log(
    db: Path, loads: Loads, caplog: pytest.LogCaptureFixture
) -> None:
    loads.record(1)
    with only_loader(CollectorConfig(db).folder):
        loads.loader.load(0.0)
    assert "another process" in (loads.loader.last_error or "")
    assert not caplog.records
    loads.loader.load(0.0)
    assert (loads.loader.loaded, loads.loader.last_error) == (1, None)


def test_a_database_is_not_made_before_there_is_something_to_load(db: Path, loads: Loads) -> None:
    loads.loader.load(0.0)
    CollectorConfig(db).folder.mkdir()
    loads.loader.load(0.0)
    assert not db.exists()


def test_sealed_records_whose_folder_is_removed_are_lost_and_never_loaded(
    db: Path, loads: Loads, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(3):
        loads.record(number)
    drained(db)
    for number in range(3, 7):
        loads.record(number)
    shutil.rmtree(loads.journal.folder)
    assert (loads.journal.recorded, loads.journal.pending(), loads.journal.dropped) == (7, 7, 0)
    loads.loader.load(0.0)
    assert (loads.journal.recorded, loads.journal.pending(), loads.journal.dropped) == (3, 0, 4)
    assert "4 records are lost" in (loads.journal.last_error or "")
    assert [line.getMessage() for line in caplog.records] == [loads.journal.last_error]
    assert arrived(db) == ["0", "1", "2"]
    loads.loader.load(0.0)
    with duckdb.connect(str(db), read_only=True) as con:
        assert con.execute("select dropped, note from collector_health").fetchall() == [(4, loads.journal.last_error)]


def test_one_sealed_file_that_is_removed_is_lost_and_what_others_loaded_is_not(db: Path, loads: Loads) -> None:
    loads.record(1)
    drained(db)
    loads.record(2)
    for path in loads.journal.folder.glob("*.sealed"):
        path.unlink()
    loads.record(3)
    loads.loader.load(0.0)
    assert (loads.journal.recorded, loads.journal.pending(), loads.journal.dropped) == (2, 0, 1)
    assert arrived(db) == ["1", "3"]


def test_what_is_gone_is_pending_for_as_long_as_the_database_cannot_be_asked(db: Path, loads: Loads) -> None:
    loads.record(1)
    drained(db)
    db.rename(db.with_name("away"))
    db.mkdir()
    loads.loader.load(0.0)
    assert (loads.journal.pending(), loads.journal.dropped) == (1, 0)
    db.rmdir()
    db.with_name("away").rename(db)
    loads.loader.load(0.0)
    assert (loads.journal.recorded, loads.journal.pending(), loads.journal.dropped) == (1, 0, 0)


def test_who_only_journals_tells_a_folder_that_was_replaced_from_files_that_were_loaded(db: Path) -> None:
    with TelemetryCollector(CollectorConfig(db, load=False, segment_s=0.0)) as telemetry:
        telemetry.record(request(1))
        until(lambda: len(sealed(telemetry.config.folder)) == 1)
        drained(db)
        assert (telemetry.stats().loaded, telemetry.stats().dropped) == (1, 0)
        for number in range(2, 5):
            telemetry.record(request(number))
        until(lambda: telemetry.stats().pending == sum(map(lines, sealed(telemetry.config.folder))) == 3)
        shutil.rmtree(telemetry.config.folder)
        stats = telemetry.stats()
        assert (stats.recorded, stats.loaded, stats.pending, stats.dropped) == (1, 1, 0, 3)
        assert "3 records are lost" in (stats.last_error or "")
        telemetry.record(request(5))
    drained(db)
    assert (telemetry.stats().recorded, telemetry.stats().loaded, telemetry.stats().dropped) == (2, 2, 3)
    assert arrived(db) == ["1", "5"]


def lines(path: Path) -> int:
    return path.read_bytes().count(b"\n")


JOURNALS_ONLY = """
import sys
from pathlib import Path
from finops_router.telemetry import CollectorConfig, RequestRecord, TelemetryCollector
with TelemetryCollector(CollectorConfig(Path(sys.argv[1]), load=False)) as telemetry:
    telemetry.record(RequestRecord(timestamp_us=1, request_id="1"))
print("duckdb" in sys.modules)
"""


def test_a_process_that_only_journals_does_not_import_the_database(db: Path) -> None:
    done = run([sys.executable, "-c", JOURNALS_ONLY, str(db)], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
