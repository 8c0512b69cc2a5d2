"""What every sink must do, whatever its store: a new one is one more line of STORES, and passes all of this."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import duckdb
import pytest
from finops_router.records import KINDS
from finops_router.telemetry.codec import encode
from finops_router.telemetry.loading import load_once
from finops_router.telemetry.sinks import sink_at
from finops_router.telemetry.sinks.contract import CollectorReport, Loaded, Sink, SinkBusyError, SinkError
from finops_router.telemetry.waiting import Waiting

from tests.finops_router.telemetry.conftest import arrived, full_record, request

LINES = tuple(encode(request(number)) for number in range(6))
NO_NEWS: tuple[CollectorReport, ...] = ()
LOST = CollectorReport(
    name="1.losses", at_us=1_790_000_000_000_000, host="h", pid=7, recorded=10, dropped=3, note="the journal is full"
)
AT_ONCE = Waiting(0.0, time.monotonic, time.sleep)
PATIENT = Waiting(30.0, time.monotonic, time.sleep)


class Store(Protocol):
    """A place to load into, and what a test must see of it from outside."""

    def sink(self) -> Sink: ...
    def ids(self, table: str = "telemetry") -> list[str]:
        """The request ids in a table, sorted; each as often as it is there."""

    def losses(self) -> list[tuple[int, int, str | None]]:
        """What collectors reported: dropped, quarantined, note; in the order of loading."""

    def held(self) -> AbstractContextManager[None]:
        """Another process keeps the store to itself while the block runs."""

    def broken(self) -> Sink:
        """A sink whose store cannot be opened."""

    def address(self) -> str:
        """What `sink_at` makes the sink of, in another process."""


class DuckDBStore:
    """A DuckDB file."""

    def __init__(self, folder: Path) -> None:
        self.db = folder / "telemetry.duckdb"

    def sink(self) -> Sink:
        return sink_at(self.db)

    def ids(self, table: str = "telemetry") -> list[str]:
        return arrived(self.db, table) if self.db.exists() else []

    def losses(self) -> list[tuple[int, int, str | None]]:
        with duckdb.connect(str(self.db), read_only=True) as con:
            return con.execute("select dropped, quarantined, note from collector_health order by timestamp").fetchall()

    @contextmanager
    def held(self) -> Iterator[None]:
        code = "import sys, duckdb; con = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.readline()"
        with subprocess.Popen(
            [sys.executable, "-c", code, str(self.db)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            yield
            holder.communicate("\n")

    def broken(self) -> Sink:
        path = self.db.with_name("broken.duckdb")
        path.write_text("no database " * 1000)
        return sink_at(path)

    def address(self) -> str:
        return str(self.db)


STORES: list[Callable[[Path], Store]] = [DuckDBStore]


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    made: Store = request.param(tmp_path)
    return made


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    folder = tmp_path / "journal"
    folder.mkdir()
    return folder


def segment(journal: Path, name: str, *lines: bytes) -> Path:
    path = journal / f"{name}.sealed"
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def test_a_record_of_each_kind_becomes_a_row_of_its_table_alone(store: Store, journal: Path) -> None:
    for kind in KINDS:
        record = full_record(kind)
        assert store.sink().load([segment(journal, kind.table, encode(record))], NO_NEWS, AT_ONCE).records == 1
    assert [len(store.ids(kind.table)) for kind in KINDS] == [1] * len(KINDS)


def test_many_segments_are_loaded_at_once_and_counted(store: Store, journal: Path) -> None:
    paths = [segment(journal, f"{number:02}", encode(request(f"{number:02}"))) for number in range(40)]
    assert store.sink().load(paths, NO_NEWS, AT_ONCE) == Loaded(segments=40, records=40)
    assert store.ids() == [f"{number:02}" for number in range(40)]


def test_a_segment_that_comes_back_is_passed_over(store: Store, journal: Path) -> None:
    one, two = segment(journal, "1", *LINES[:3]), segment(journal, "2", *LINES[3:])
    assert store.sink().load([one], NO_NEWS, AT_ONCE) == Loaded(segments=1, records=3)
    assert store.sink().load([one, two], NO_NEWS, AT_ONCE) == Loaded(segments=1, records=3)
    asked = store.sink().load([], NO_NEWS, AT_ONCE, None, (one.stem, "never seen", two.stem))
    assert dict(asked.known) == {one.stem: 3, two.stem: 3}
    assert store.ids() == ["0", "1", "2", "3", "4", "5"]


def test_the_segments_are_left_to_the_caller(store: Store, journal: Path) -> None:
    paths = [segment(journal, "good", *LINES), segment(journal, "bad", b"no record")]
    store.sink().load(paths, NO_NEWS, AT_ONCE)
    assert all(path.exists() for path in paths)
    assert {path.name for path in journal.iterdir()} == {"good.sealed", "bad.sealed", "quarantine"}


def test_lines_that_are_no_records_are_set_aside_and_cost_no_others(store: Store, journal: Path) -> None:
    bad = [b"no json", b"{}", b'{"timestamp_us":1,"request_id":"x","input_tokens":18446744073709551615}', b"\xff"]
    paths = [segment(journal, "1", LINES[0], *bad, LINES[1]), segment(journal, "2", *LINES[2:])]
    assert store.sink().load(paths, NO_NEWS, AT_ONCE) == Loaded(segments=2, records=6, quarantined=4)
    assert store.ids() == ["0", "1", "2", "3", "4", "5"]
    assert (journal / "quarantine" / "1.ndjson").read_bytes().splitlines() == bad
    assert store.losses() == [(0, 4, None)]


def test_what_the_collector_lost_is_kept_even_without_segments(store: Store, journal: Path) -> None:
    store.sink().load([], [LOST], AT_ONCE)
    store.sink().load([segment(journal, "1", *LINES)], NO_NEWS, AT_ONCE)
    assert store.losses() == [(3, 0, "the journal is full")]


def test_a_held_store_is_busy_and_takes_everything_later(store: Store, journal: Path) -> None:
    store.sink().load([segment(journal, "1", LINES[0])], NO_NEWS, AT_ONCE)
    later = segment(journal, "2", *LINES[1:])
    with store.held(), pytest.raises(SinkBusyError) as refused:
        store.sink().load([later], NO_NEWS, Waiting(0.05, time.monotonic, time.sleep))
    assert refused.value.hint
    assert store.sink().load([later], NO_NEWS, PATIENT).records == 5
    assert store.ids() == ["0", "1", "2", "3", "4", "5"]


def test_a_store_that_is_let_go_in_time_is_waited_for(store: Store, journal: Path) -> None:
    store.sink().load([segment(journal, "1", LINES[0])], NO_NEWS, AT_ONCE)
    holding = store.held()
    holding.__enter__()
    pauses: list[float] = []

    def sleep(pause_s: float) -> None:
        pauses.append(pause_s)
        if len(pauses) == 3:
            holding.__exit__(None, None, None)

    waiting = Waiting(30.0, lambda: sum(pauses), sleep)
    assert store.sink().load([segment(journal, "2", *LINES[1:])], NO_NEWS, waiting).records == 5
    assert len(pauses) >= 3


def test_a_store_that_cannot_be_opened_says_what_to_do_and_loses_nothing(store: Store, journal: Path) -> None:
    path = segment(journal, "1", *LINES)
    with pytest.raises(SinkError) as refused:
        store.broken().load([path], NO_NEWS, AT_ONCE)
    assert not isinstance(refused.value, SinkBusyError)
    assert refused.value.message
    assert refused.value.hint
    result = load_once(store.broken(), journal, AT_ONCE)
    assert (result.loaded, result.error, result.hint) == (Loaded(), refused.value.message, refused.value.hint)
    assert path.exists()


def test_a_death_between_commit_and_delete_loads_nothing_twice(store: Store, journal: Path) -> None:
    path = segment(journal, "1", *LINES)
    store.sink().load([path], NO_NEWS, AT_ONCE)  # and here the loader dies: the segment is still there
    assert load_once(store.sink(), journal, AT_ONCE).loaded == Loaded()
    assert not path.exists()
    assert store.ids() == ["0", "1", "2", "3", "4", "5"]


LOADER = """
import sys, time
from pathlib import Path
from finops_router.telemetry.sinks import sink_at
from finops_router.telemetry.waiting import Waiting
sink, segments = sink_at(Path(sys.argv[1])), sorted(Path(sys.argv[2]).glob("*.sealed"))
print("begins", flush=True)
sink.load(segments, (), Waiting(10.0, time.monotonic, time.sleep))
"""


def test_a_loader_killed_at_any_moment_has_loaded_each_segment_whole_or_not_at_all(store: Store, journal: Path) -> None:
    chance = random.Random(3)
    for name in range(60):
        segment(journal, f"{name:02}", *(encode(request(f"{name:02}-{number}")) for number in range(50)))
    for _ in range(5):
        command = [sys.executable, "-c", LOADER, store.address(), str(journal)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as loader:
            assert loader.stdout is not None
            assert loader.stdout.readline() == "begins\n"
            time.sleep(chance.uniform(0.0, 0.2))  # the random moment of death, not a wait for anything
            loader.send_signal(signal.SIGKILL)
    result = load_once(store.sink(), journal, PATIENT)
    assert (result.error, result.loaded.quarantined) == ("", 0)
    assert store.ids() == sorted(f"{name:02}-{number}" for name in range(60) for number in range(50))
    assert not list(journal.glob("*.sealed"))
