"""What every sink must do, whatever its store: a new one is one more line of STORES, and passes all of this."""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import duckdb
import psycopg
import pytest
from finops_router.records import KINDS
from finops_router.telemetry.codec import encode
from finops_router.telemetry.loading import load_once
from finops_router.telemetry.places import Address
from finops_router.telemetry.sinks import sink_at
from finops_router.telemetry.sinks.clickhouse_server import connected
from finops_router.telemetry.sinks.contract import (
    MADE_ID,
    BillsTakenIn,
    CollectorReport,
    Loaded,
    SetAside,
    Sink,
    SinkBusyError,
    SinkError,
    TakenIn,
)
from finops_router.telemetry.sinks.sql_files import postgres_statement
from finops_router.telemetry.waiting import Waiting

from tests.clickhouse.servers import Server, started_clickhouse
from tests.extended import extended
from tests.finops_router.telemetry.conftest import NOW_US, arrived, full_record, request
from tests.object_stores.buckets import STORES, Bucket, bucket_in

LINES = tuple(encode(request(number)) for number in range(6))
NO_NEWS: tuple[CollectorReport, ...] = ()
LOST = CollectorReport(
    name="1.losses", at_us=1_790_000_000_000_000, host="h", pid=7, recorded=10, dropped=3, note="the journal is full"
)
NUMBERS = itertools.count()
AT_ONCE = Waiting(0.0, time.monotonic, time.sleep)
PATIENT = Waiting(30.0, time.monotonic, time.sleep)


class Store(Protocol):
    """A place to load into, and what a test must see of it from outside."""

    def sink(self) -> Sink: ...
    def ids(self, table: str = "telemetry") -> list[str]:
        """The request ids in a table, sorted; each as often as it is there."""

    def losses(self) -> list[tuple[int, int, str | None]]:
        """What collectors reported: dropped, quarantined, note; in the order of loading."""

    def billed(self) -> list[Decimal]:
        """The amounts of bills, sorted."""

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

    def billed(self) -> list[Decimal]:
        with duckdb.connect(str(self.db), read_only=True) as con:
            return sorted(row[0] for row in con.execute("select amount from billed_costs").fetchall())

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


class PostgresqlStore:
    """A schema of a PostgreSQL, named by the address."""

    def __init__(self, server: str, schema: str) -> None:
        self.server, self.schema = server, schema
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"create schema {schema}".encode())

    def sink(self) -> Sink:
        return sink_at(self.address())

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.address(), autocommit=True) as connection:
            try:
                return connection.execute(query.encode()).fetchall()
            except psycopg.errors.UndefinedTable:
                return []

    def ids(self, table: str = "telemetry") -> list[str]:
        return sorted(str(row[0]) for row in self.rows(f"select request_id from {table}"))

    def losses(self) -> list[tuple[int, int, str | None]]:
        return self.rows("select dropped, quarantined, note from collector_health order by timestamp")

    def billed(self) -> list[Decimal]:
        return sorted(row[0] for row in self.rows("select amount from billed_costs"))

    @contextmanager
    def held(self) -> Iterator[None]:
        with psycopg.connect(self.address()) as connection:
            assert connection.execute(postgres_statement("take_turn").encode()).fetchall() == [(True,)]
            yield

    def broken(self) -> Sink:
        return sink_at("postgresql://finops@127.0.0.1:1/postgres")  # where nobody listens

    def address(self) -> str:
        return f"{self.server}?options=-csearch_path%3D{self.schema}"


class ParquetStore(DuckDBStore):
    """A folder of Parquet, whose books are a DuckDB file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "lake"
        self.db = self.folder / "_finops" / "books.duckdb"

    def sink(self) -> Sink:
        return sink_at(self.address())

    def ids(self, table: str = "telemetry") -> list[str]:
        return sorted(str(row[0]) for row in self.rows(table, "request_id"))

    def losses(self) -> list[tuple[int, int, str | None]]:
        return [row[1:] for row in sorted(self.rows("collector_health", "timestamp, dropped, quarantined, note"))]

    def billed(self) -> list[Decimal]:
        return sorted(row[0] for row in self.rows("billed_costs", "amount"))

    def rows(self, table: str, names: str) -> list[tuple[Any, ...]]:
        paths = [str(path) for path in (self.folder / table).rglob("*.parquet")]
        with duckdb.connect() as con:
            return (
                con.execute(f"select {names} from read_parquet($paths)", {"paths": paths}).fetchall() if paths else []
            )

    def broken(self) -> Sink:
        self.db.parent.mkdir(parents=True, exist_ok=True)
        self.db.write_text("no database " * 1000)
        return self.sink()

    def address(self) -> str:
        return f"{self.folder}/"


class ClickhouseStore:
    """A database of a ClickHouse, named by the address."""

    def __init__(self, server: Server, name: str) -> None:
        self.server, self.name = server, name
        server.run(f"create database {name}")

    def sink(self) -> Sink:
        return sink_at(self.address())

    def rows(self, query: str) -> list[list[Any]]:
        if query.rpartition(" ")[2] not in self.server.run("show tables", database=self.name).split():
            return []
        lines = self.server.run(f"{query} format JSONCompactEachRow", database=self.name).splitlines()
        return [json.loads(line, parse_float=Decimal) for line in lines]

    def ids(self, table: str = "telemetry") -> list[str]:
        return sorted(str(row[0]) for row in self.rows(f"select request_id from {table}"))

    def losses(self) -> list[tuple[int, int, str | None]]:
        found = self.rows("select timestamp, dropped, quarantined, note from collector_health")
        return [(int(dropped), int(quarantined), note) for _, dropped, quarantined, note in sorted(found)]

    def billed(self) -> list[Decimal]:
        return sorted(Decimal(row[0]) for row in self.rows("select amount from billed_costs"))

    @contextmanager
    def held(self) -> Iterator[None]:
        with connected(Address(self.address()), AT_ONCE) as server, server.turn():
            yield

    def broken(self) -> Sink:
        return sink_at("clickhouse://finops@127.0.0.1:1/default")  # where nobody listens

    def address(self) -> str:
        return f"{self.server.address}/{self.name}"


class StoredParquet(ParquetStore):
    """Parquet below an address of an object store, whose books are an object."""

    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket

    def rows(self, table: str, names: str) -> list[tuple[Any, ...]]:
        files = self.bucket.files
        paths = sorted(files.find(f"{self.bucket.name}/lake/{table}"))
        with tempfile.TemporaryDirectory() as folder, duckdb.connect() as con:
            for number, path in enumerate(paths):
                (Path(folder) / f"{number}.parquet").write_bytes(files.cat_file(path))
            return con.read_parquet(f"{folder}/*.parquet").project(names).fetchall() if paths else []

    @contextmanager
    def held(self) -> Iterator[None]:
        pytest.skip("nobody can hold an object: of two loaders one begins again")
        yield

    def broken(self) -> Sink:
        return sink_at(f"{self.bucket.scheme}://there-is-no-such-bucket/lake")

    def address(self) -> str:
        return self.bucket.address()


@pytest.fixture(params=["duckdb", "parquet", "postgresql", extended("clickhouse"), *map(extended, STORES)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Each kind of store."""
    return store_of(request.param, request, tmp_path)


@pytest.fixture(
    params=["duckdb", *map(extended, ("parquet", "postgresql", "clickhouse", *STORES))],
)
def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """A store, for what statements decide that are the same for all of them."""
    return store_of(request.param, request, tmp_path)


def store_of(kind: str, request: pytest.FixtureRequest, folder: Path) -> Store:
    if kind == "postgresql":
        return PostgresqlStore(request.getfixturevalue("postgresql_server"), f"t{next(NUMBERS)}")
    if kind == "clickhouse":
        return ClickhouseStore(started_clickhouse(), f"t{os.getpid()}_sink_{next(NUMBERS)}")
    if kind in STORES:
        return StoredParquet(bucket_in(kind, request))
    return ParquetStore(folder) if kind == "parquet" else DuckDBStore(folder)


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


def test_many_segments_are_loaded_at_once_and_counted(any_store: Store, journal: Path) -> None:
    paths = [segment(journal, f"{number:02}", encode(request(f"{number:02}"))) for number in range(40)]
    assert any_store.sink().load(paths, NO_NEWS, AT_ONCE) == Loaded(segments=40, records=40)
    assert any_store.ids() == [f"{number:02}" for number in range(40)]


def test_a_segment_that_comes_back_is_passed_over(store: Store, journal: Path) -> None:
    one, two = segment(journal, "1", *LINES[:3]), segment(journal, "2", *LINES[3:])
    assert store.sink().load([one], NO_NEWS, AT_ONCE) == Loaded(segments=1, records=3)
    assert store.sink().load([one, two], NO_NEWS, AT_ONCE) == Loaded(segments=1, records=3)
    asked = store.sink().load([], NO_NEWS, AT_ONCE, None, (one.stem, "never seen", two.stem))
    assert dict(asked.known) == {one.stem: 3, two.stem: 3}
    assert store.ids() == ["0", "1", "2", "3", "4", "5"]


def test_the_segments_are_left_to_the_caller(any_store: Store, journal: Path) -> None:
    paths = [segment(journal, "good", *LINES), segment(journal, "bad", b"no record")]
    any_store.sink().load(paths, NO_NEWS, AT_ONCE)
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


def test_a_store_that_is_let_go_in_time_is_waited_for(any_store: Store, journal: Path) -> None:
    any_store.sink().load([segment(journal, "1", LINES[0])], NO_NEWS, AT_ONCE)
    holding = any_store.held()
    holding.__enter__()
    pauses: list[float] = []

    def sleep(pause_s: float) -> None:
        pauses.append(pause_s)
        if len(pauses) == 3:
            holding.__exit__(None, None, None)

    waiting = Waiting(30.0, lambda: sum(pauses), sleep)
    assert any_store.sink().load([segment(journal, "2", *LINES[1:])], NO_NEWS, waiting).records == 5
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


def test_a_death_between_commit_and_delete_loads_nothing_twice(any_store: Store, journal: Path) -> None:
    path = segment(journal, "1", *LINES)
    any_store.sink().load([path], NO_NEWS, AT_ONCE)  # and here the loader dies: the segment is still there
    assert load_once(any_store.sink(), journal, AT_ONCE).loaded == Loaded()
    assert not path.exists()
    assert any_store.ids() == ["0", "1", "2", "3", "4", "5"]


LOADER = """
import sys, time
from pathlib import Path
from finops_router.telemetry.places import Address
from finops_router.telemetry.sinks import sink_at
from finops_router.telemetry.sinks.clickhouse_server import connected
from finops_router.telemetry.waiting import Waiting
sink, segments = sink_at(sys.argv[1]), sorted(Path(sys.argv[2]).glob("*.sealed"))
print("begins", flush=True)
sink.load(segments, (), Waiting(10.0, time.monotonic, time.sleep))
"""


def test_a_loader_killed_at_any_moment_has_loaded_each_segment_whole_or_not_at_all(
    any_store: Store, journal: Path
) -> None:
    chance = random.Random(3)
    for name in range(60):
        segment(journal, f"{name:02}", *(encode(request(f"{name:02}-{number}")) for number in range(50)))
    for _ in range(3):
        command = [sys.executable, "-c", LOADER, any_store.address(), str(journal)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as loader:
            assert loader.stdout is not None
            assert loader.stdout.readline() == "begins\n"
            time.sleep(chance.uniform(0.0, 0.2))  # the random moment of death, not a wait for anything
            loader.send_signal(signal.SIGKILL)
    result = load_once(any_store.sink(), journal, PATIENT)
    assert (result.error, result.loaded.quarantined) == ("", 0)
    assert any_store.ids() == sorted(f"{name:02}-{number}" for name in range(60) for number in range(50))
    assert not list(journal.glob("*.sealed"))


SECOND_US = 1_000_000


def answer(number: int | str, **changes: Any) -> bytes:
    """A line of others' requests: an answer of one provider under one id, ten seconds after the one before."""
    values = {"provider": "openai", "response_id": "a", "input_tokens": 7, "output_tokens": 1, "latency_ms": 5.0}
    return encode(request(number, **(values | changes)))


def test_others_requests_come_in_once_whatever_file_they_come_in(store: Store, journal: Path) -> None:
    one, two = segment(journal, "1", *LINES[:3]), segment(journal, "2", *LINES[2:])
    assert store.sink().take_in([one], None, AT_ONCE) == TakenIn(new=3, repeated=0, known=0)
    assert store.sink().take_in([one, two], None, AT_ONCE) == TakenIn(new=3, repeated=1, known=3)
    assert store.ids() == ["0", "1", "2", "3", "4", "5"]


def test_what_the_journal_brought_is_known_to_others(any_store: Store, journal: Path) -> None:
    any_store.sink().load([segment(journal, "1", *LINES[:3])], NO_NEWS, AT_ONCE)
    taken = any_store.sink().take_in([segment(journal, "2", *LINES)], None, AT_ONCE)
    assert taken == TakenIn(new=3, repeated=0, known=3)


def test_rows_with_ids_that_were_made_are_told_apart_from_equal_ones_of_their_file(
    any_store: Store, journal: Path
) -> None:
    line = encode(request(f"{MADE_ID}x"))
    twice, thrice = segment(journal, "1", line, line), segment(journal, "2", line, line, line)
    assert any_store.sink().take_in([twice], None, AT_ONCE) == TakenIn(new=2, repeated=0, known=0)
    assert any_store.sink().take_in([twice], None, AT_ONCE) == TakenIn(new=0, repeated=0, known=2)
    assert any_store.sink().take_in([thrice], None, AT_ONCE) == TakenIn(new=1, repeated=0, known=2)
    assert any_store.ids() == [f"{MADE_ID}x", f"{MADE_ID}x#2", f"{MADE_ID}x#3"]


def test_an_answer_that_several_recorded_is_one_and_the_first_and_longest_stays(
    any_store: Store, journal: Path
) -> None:
    inner, outer = answer("inner"), answer("outer", latency_ms=9.0)
    late = answer("late", timestamp_us=NOW_US + 1800 * SECOND_US)  # some providers count their ids up to a thousand
    other = [answer("tokens", output_tokens=2), answer("provider", provider="ollama"), answer("none", response_id=None)]
    taken = any_store.sink().take_in([segment(journal, "1", inner, outer, late, *other)], None, AT_ONCE)
    assert taken == TakenIn(new=5, repeated=1, known=0)
    again = segment(journal, "2", answer("again", timestamp_us=NOW_US + SECOND_US), answer("too", response_id=None))
    assert any_store.sink().take_in([again], None, AT_ONCE) == TakenIn(new=1, repeated=0, known=1)
    namesake = segment(journal, "3", answer("namesake", provider="groq"))
    assert any_store.sink().take_in([namesake], None, AT_ONCE) == TakenIn(new=1, repeated=0, known=0)
    assert any_store.ids() == ["late", "namesake", "none", "outer", "provider", "tokens", "too"]


SPAN = "{:032x}-{:016x}".format


def test_a_call_that_came_as_a_span_too_is_one_and_what_the_router_recorded_stays(store: Store, journal: Path) -> None:
    long = "chatcmpl-CfZ1kq8E5m"
    routed = [answer("routed"), answer("routed long", response_id=long, provider="anthropic")]
    store.sink().load([segment(journal, "1", *routed)], NO_NEWS, AT_ONCE)
    spans = [
        answer(SPAN(1, 1), timestamp_us=NOW_US - SECOND_US),  # of the router's own answer
        answer(SPAN(1, 2), response_id=long),  # of a client, which names the provider whose wire it speaks
        answer(SPAN(1, 3), provider="groq"),  # a short id is one of its provider alone
        answer(SPAN(1, 4), output_tokens=2),
        answer(SPAN(1, 5), timestamp_us=NOW_US + 1800 * SECOND_US),
        answer(SPAN(1, 6), response_id=None),
    ]
    loaded = store.sink().load([segment(journal, "2", *spans)], NO_NEWS, AT_ONCE)
    assert loaded.records == 6  # all of them are done with
    new = [SPAN(1, 3), SPAN(1, 4), SPAN(1, 5), SPAN(1, 6)]
    assert store.ids() == [*new, "routed", "routed long"]


def test_spans_of_one_answer_in_one_load_and_in_several_are_one_call(any_store: Store, journal: Path) -> None:
    inner, outer = answer(SPAN(2, 2)), answer(SPAN(2, 1), latency_ms=9.0)
    routed = answer("routed", response_id="b", timestamp_us=NOW_US + SECOND_US)
    any_store.sink().load(
        [segment(journal, "1", inner, outer, answer(SPAN(3, 1), response_id="b"), routed)], NO_NEWS, AT_ONCE
    )
    again, same = answer(SPAN(4, 1)), answer(SPAN(2, 1), latency_ms=9.0)
    any_store.sink().load([segment(journal, "2", again, same)], NO_NEWS, AT_ONCE)
    assert any_store.ids() == [SPAN(2, 1), "routed"]


def test_records_of_the_router_that_look_alike_all_stay(any_store: Store, journal: Path) -> None:
    alike = [answer("a"), answer("a"), answer("b"), answer(SPAN(1, 1), response_id="else")]
    any_store.sink().load([segment(journal, "1", *alike)], NO_NEWS, AT_ONCE)
    assert any_store.ids() == [SPAN(1, 1), "a", "a", "b"]


def test_what_was_set_aside_of_others_files_is_counted_once(store: Store, journal: Path) -> None:
    aside = SetAside("ingest-1", 3, "rows of ingested files")
    for _ in range(2):
        store.sink().take_in([segment(journal, "1", *LINES)], aside, AT_ONCE)
    store.sink().take_in([], SetAside("ingest-2", 1), AT_ONCE)
    assert store.losses() == [(0, 3, "rows of ingested files"), (0, 1, None)]


def test_others_requests_come_in_together_or_not_at_all(store: Store, journal: Path) -> None:
    store.sink().take_in([segment(journal, "1", LINES[0])], None, AT_ONCE)
    good, bad = segment(journal, "2", *LINES), segment(journal, "3", b"no record")
    with pytest.raises(SinkError):
        store.sink().take_in([good, bad], SetAside("ingest-1", 3), AT_ONCE)
    assert (store.ids(), store.losses()) == (["0"], [])
    with store.held(), pytest.raises(SinkBusyError):
        store.sink().take_in([good], None, AT_ONCE)
    with pytest.raises(SinkError):
        store.broken().take_in([good], None, AT_ONCE)


BILL = (
    '{{"date":"2026-10-0{day}","provider":"openai","model":"m","line_item":"x","amount":"{amount}","currency":"USD",'
    '"source":"openai-costs","account":"a"}}'
).format


def test_lines_of_bills_take_the_place_of_those_of_their_days(store: Store, journal: Path) -> None:
    first = [BILL(day=1, amount="0.123456789012"), BILL(day=2, amount="5"), BILL(day=2, amount="7")]
    lines = segment(journal, "1", *map(str.encode, first))
    assert store.sink().take_in_bills([lines], AT_ONCE) == BillsTakenIn(lines=2, known=0, replaced=0)
    assert store.sink().take_in_bills([lines], AT_ONCE) == BillsTakenIn(lines=2, known=2, replaced=0)
    later = segment(journal, "2", *map(str.encode, [BILL(day=2, amount="8"), BILL(day=3, amount="1")]))
    assert store.sink().take_in_bills([later], AT_ONCE) == BillsTakenIn(lines=2, known=0, replaced=1)
    assert store.billed() == [Decimal("0.123456789012"), Decimal(1), Decimal(8)]
