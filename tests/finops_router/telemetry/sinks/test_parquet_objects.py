"""Parquet in an object store is loaded exactly once, whoever dies, whatever answer is lost, however many load."""

from __future__ import annotations

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from finops_router.object_stores.address import store_address
from finops_router.object_stores.conditions import CONDITIONS
from finops_router.object_stores.errors import ChangedError
from finops_router.object_stores.writing import Objects
from finops_router.telemetry.codec import encode
from finops_router.telemetry.places import Place, journal_folder, place_of
from finops_router.telemetry.sinks import sink_at
from finops_router.telemetry.sinks.contract import Loaded, SinkBusyError, SinkError
from finops_router.telemetry.sinks.duckdb import DuckDBSink
from finops_router.telemetry.sinks.moves.moving import move
from finops_router.telemetry.sinks.parquet_objects import StoredParquetSink
from finops_router.telemetry.waiting import Waiting

from finops_report.warehouse.engines.parquet_files import find_files
from tests.conftest import Run
from tests.extended import EXTENDED, extended
from tests.finops_router.telemetry.conftest import NOW_US, arrived, request
from tests.object_stores.buckets import ONE_STORE, STORES, Bucket, bucket_in
from tests.object_stores.s3 import SECRET

AT_ONCE = Waiting(0.0, time.monotonic, time.sleep)
PATIENT = Waiting(30.0, time.monotonic, time.sleep)


class DiedError(BaseException):
    """The process is no more."""


def dies(*_: object) -> None:
    raise DiedError


def segment(folder: Path, name: str, *ids: str) -> Path:
    path = folder / f"{name}.sealed"
    path.write_bytes(b"".join(encode(request(one)) + b"\n" for one in ids))
    return path


@pytest.fixture(params=STORES)
def every_bucket(request: pytest.FixtureRequest) -> Bucket:
    return bucket_in(request.param, request)


@pytest.fixture(params=ONE_STORE)
def any_bucket(request: pytest.FixtureRequest) -> Bucket:
    return bucket_in(request.param, request)


@cache
def lake(bucket: Bucket) -> StoredParquetSink:
    return StoredParquetSink(store_address(bucket.address()))


def ids(bucket: Bucket) -> list[str]:
    """The request ids that the report's own reader finds."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as con:
        for name in bucket.files.find(f"{bucket.name}/lake"):
            place = Path(folder) / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(bucket.files.cat_file(name))
        found = find_files(Path(folder) / bucket.name / "lake", None).files["telemetry"]
        rows = [row for file in found for row in con.read_parquet(str(file.path)).project("request_id").fetchall()]
    return sorted(row[0] for row in rows)


def objects(bucket: Bucket) -> list[str]:
    """The objects that hold requests, by the days they are in."""
    names = bucket.files.find(f"{bucket.name}/lake/telemetry")
    return [name.rpartition("/")[2] for name in names if "HIVE_DEFAULT" not in name]


def test_three_loaders_at_once_load_every_segment_once(tmp_path: Path, every_bucket: Bucket) -> None:
    for loader in range(3):
        (tmp_path / str(loader)).mkdir()
    segments = [[segment(tmp_path / str(n), f"s{n}", f"{n}")] for n in range(3)]
    common = segment(tmp_path, "common", "common")  # a copy of a journal that all of them have
    with ThreadPoolExecutor() as pool:
        loaded = list(pool.map(lambda own: lake.__wrapped__(every_bucket).load([*own, common], (), PATIENT), segments))
    assert sum((one for one in loaded), Loaded()).records == 4
    assert all(common in one.finished for one in loaded)
    assert ids(every_bucket) == ["0", "1", "2", "common"]


def test_a_commit_whose_answer_was_lost_is_known_to_have_been_made(
    tmp_path: Path, every_bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = type(CONDITIONS[every_bucket.scheme])
    replaces = kind.replace

    def loses_answer(*asked: object) -> None:
        replaces(*asked)  # type: ignore[arg-type]  # as it was called
        raise ConnectionResetError

    with monkeypatch.context() as changed:
        changed.setattr(kind, "replace", loses_answer)
        assert lake(every_bucket).load([segment(tmp_path, "1", "a")], (), AT_ONCE).records == 1
        changed.setattr(kind, "replace", lambda *_: dies_of_network())
        with pytest.raises(SinkError, match="cannot be reached: ConnectionResetError"):
            lake(every_bucket).load([segment(tmp_path, "2", "b")], (), AT_ONCE)
    assert ids(every_bucket) == ["a"]


def dies_of_network() -> None:
    raise ConnectionResetError


@pytest.mark.parametrize("step", [extended("put"), "replace", "rename"])
def test_what_a_loader_that_died_had_begun_is_finished_or_as_if_it_had_not_begun(
    tmp_path: Path, every_bucket: Bucket, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    lake(every_bucket).load([segment(tmp_path, "1", "a")], (), AT_ONCE)
    both = [segment(tmp_path, "1", "a"), segment(tmp_path, "2", "b")]
    with monkeypatch.context() as changed:
        changed.setattr(Objects, step, dies)
        with pytest.raises(DiedError):
            lake(every_bucket).load(both, (), AT_ONCE)
    assert ids(every_bucket) == ["a"]
    was_committed = step == "rename"
    assert lake(every_bucket).load(both, (), AT_ONCE) == Loaded(
        segments=0 if was_committed else 1, records=1 - was_committed
    )
    assert ids(every_bucket) == ["a", "b"]


def test_of_two_writers_of_an_object_the_second_learns_of_the_first(every_bucket: Bucket) -> None:
    one, two = (Objects.opened(store_address(every_bucket.address(""))) for _ in range(2))
    assert one.read("x") == (b"", "")
    first = one.replace("x", b"1", "")
    for version in ("", "7" if every_bucket.scheme == "gs" else '"0x7"'):
        with pytest.raises(ChangedError):
            two.replace("x", b"2", version)
    assert two.read("x") == (b"1", first)
    two.replace("x", b"2", first)
    with pytest.raises(ChangedError):
        one.replace("x", b"3", first)


@EXTENDED
def test_others_who_are_always_first_are_waited_for_and_then_named(
    tmp_path: Path, any_bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed(*_: object) -> None:
        raise ChangedError("Another loader wrote there", "it is tried again")

    pauses: list[float] = []
    waiting = Waiting(0.5, lambda: sum(pauses), pauses.append)
    monkeypatch.setattr(Objects, "replace", changed)
    with pytest.raises(SinkBusyError, match="Another loader"):
        lake(any_bucket).load([segment(tmp_path, "1", "a")], (), waiting)
    assert len(pauses) >= 2


def test_merging_leaves_every_row_once_and_a_file_a_day(tmp_path: Path, any_bucket: Bucket, run: Run) -> None:
    for number in range(2):
        lake(any_bucket).load([segment(tmp_path, str(number), f"{number}")], (), AT_ONCE)
    assert len(objects(any_bucket)) == 2
    result = run("compact", "--db", any_bucket.address())
    assert (result.exit_code, result.output) == (0, f"1 file fewer in {any_bucket.address()}\n")
    assert objects(any_bucket) == ["load-00000001-00000002.parquet"]
    assert ids(any_bucket) == ["0", "1"]
    refused = run("compact", "--db", any_bucket.address("elsewhere"))
    assert (refused.exit_code, refused.stderr.splitlines()[0]) == (
        1,
        f"error: It is no folder of Parquet that the collector writes: {any_bucket.address('elsewhere')}",
    )


def three_days(folder: Path) -> Path:
    """A DuckDB file with a request a day."""
    days = [encode(request(f"{day}", timestamp_us=NOW_US + day * 86_400_000_000)) for day in range(3)]
    path = segment(folder, "days")
    path.write_bytes(b"\n".join(days) + b"\n")
    DuckDBSink(folder / "t.duckdb").load([path], (), AT_ONCE)
    return folder / "t.duckdb"


def moved(source: Place, target: Place) -> tuple[int, int]:
    """How many requests were read, and how many of them written."""
    (requests,) = [one for one in move(source, target, AT_ONCE, lambda *_: None) if one.table == "telemetry"]
    return requests.read, requests.written


def test_telemetry_is_moved_there(tmp_path: Path, any_bucket: Bucket) -> None:
    assert moved(three_days(tmp_path), place_of(any_bucket.address())) == (3, 3)
    assert ids(any_bucket) == ["0", "1", "2"]


@EXTENDED
def test_telemetry_is_moved_there_once_from_one_to_another_and_back(tmp_path: Path, any_bucket: Bucket) -> None:
    db = three_days(tmp_path)
    stores = [place_of(any_bucket.address(prefix)) for prefix in ("lake", "other")]
    for source, target in pairwise((place_of(db), *stores, place_of(tmp_path / "back.duckdb"))):
        assert moved(source, target) == (3, 3)
        assert moved(source, target) == (3, 0)
    assert arrived(tmp_path / "back.duckdb") == arrived(db)


@EXTENDED
def test_records_reach_the_page_by_the_journal_of_their_address(
    tmp_path: Path, any_bucket: Bucket, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    db = any_bucket.address()
    journal = journal_folder(place_of(db))
    journal.mkdir()
    segment(journal, "1-host-1-aa", "a", "b")
    rows = run("query", "totals", "--db", db, "--format", "json")
    assert rows.exit_code == 0, rows.output
    assert ids(any_bucket) == ["a", "b"]
    assert not list(journal.glob("*.sealed"))


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("{0}://AKIA:{1}@b/lake", "It is no address of an object store: {0}://..."),
        ("{0}://there-is-no-such-bucket/lake", "There is no such bucket or object: {0}://there-is-no-such-bucket"),
    ],
)
def test_what_cannot_be_written_to_is_said_without_a_password(
    tmp_path: Path, every_bucket: Bucket, address: str, message: str
) -> None:
    with pytest.raises(SinkError) as refused:
        sink_at(address.format(every_bucket.scheme, SECRET)).load([segment(tmp_path, "1", "a")], (), AT_ONCE)
    assert refused.value.message.startswith(message.format(every_bucket.scheme))
    assert SECRET not in refused.value.message + refused.value.hint
