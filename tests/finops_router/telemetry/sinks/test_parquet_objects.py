"""Parquet in an object store is loaded exactly once, whoever dies, whatever answer is lost, however many load."""

from __future__ import annotations

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest
import s3fs
from finops_router.object_stores.address import StoreAddress
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
from tests.object_stores.s3 import SECRET, store

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


@cache
def lake(bucket: str) -> StoredParquetSink:
    return StoredParquetSink(StoreAddress("s3", bucket, "lake"))


def ids(bucket: str) -> list[str]:
    """The request ids that the report's own reader finds."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as con:
        for name in store().find(f"{bucket}/lake"):
            place = Path(folder) / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(store().cat_file(name))
        found = find_files(Path(folder) / bucket / "lake", None).files["telemetry"]
        rows = [row for file in found for row in con.read_parquet(str(file.path)).project("request_id").fetchall()]
    return sorted(row[0] for row in rows)


def objects(bucket: str) -> list[str]:
    """The objects that hold requests, by the days they are in."""
    names = store().find(f"{bucket}/lake/telemetry")
    return [name.rpartition("/")[2] for name in names if "HIVE_DEFAULT" not in name]


def test_three_loaders_at_once_load_every_segment_once(tmp_path: Path, bucket: str) -> None:
    for loader in range(3):
        (tmp_path / str(loader)).mkdir()
    segments = [[segment(tmp_path / str(n), f"s{n}", f"{n}")] for n in range(3)]
    common = segment(tmp_path, "common", "common")  # a copy of a journal that all of them have
    with ThreadPoolExecutor() as pool:
        loaded = list(pool.map(lambda own: lake.__wrapped__(bucket).load([*own, common], (), PATIENT), segments))
    assert sum((one for one in loaded), Loaded()).records == 4
    assert all(common in one.finished for one in loaded)
    assert ids(bucket) == ["0", "1", "2", "common"]


def test_a_commit_whose_answer_was_lost_is_known_to_have_been_made(
    tmp_path: Path, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sends = s3fs.S3FileSystem.call_s3

    def loses_answer(self: object, *args: Any, **asked: Any) -> None:
        sends(self, *args, **asked)
        raise ConnectionResetError

    monkeypatch.setattr(s3fs.S3FileSystem, "call_s3", loses_answer)
    assert lake(bucket).load([segment(tmp_path, "1", "a")], (), AT_ONCE).records == 1
    monkeypatch.setattr(s3fs.S3FileSystem, "call_s3", lambda *_, **__: dies_of_network())
    with pytest.raises(SinkError, match="cannot be reached: ConnectionResetError"):
        lake(bucket).load([segment(tmp_path, "2", "b")], (), AT_ONCE)
    monkeypatch.undo()


def dies_of_network() -> None:
    raise ConnectionResetError


@pytest.mark.parametrize("step", [extended("put"), "replace", "rename"])
def test_what_a_loader_that_died_had_begun_is_finished_or_as_if_it_had_not_begun(
    tmp_path: Path, bucket: str, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    lake(bucket).load([segment(tmp_path, "1", "a")], (), AT_ONCE)
    both = [segment(tmp_path, "1", "a"), segment(tmp_path, "2", "b")]
    with monkeypatch.context() as changed:
        changed.setattr(Objects, step, dies)
        with pytest.raises(DiedError):
            lake(bucket).load(both, (), AT_ONCE)
    assert ids(bucket) == ["a"]
    was_committed = step == "rename"
    assert lake(bucket).load(both, (), AT_ONCE) == Loaded(segments=0 if was_committed else 1, records=1 - was_committed)
    assert ids(bucket) == ["a", "b"]


def test_of_two_writers_of_an_object_the_second_learns_of_the_first(bucket: str) -> None:
    one, two = (Objects.opened(StoreAddress("s3", bucket)) for _ in range(2))
    assert one.read("x") == (b"", "")
    first = one.replace("x", b"1", "")
    for version in ("", '"0"'):
        with pytest.raises(ChangedError):
            two.replace("x", b"2", version)
    assert two.read("x") == (b"1", first)
    two.replace("x", b"2", first)
    with pytest.raises(ChangedError):
        one.replace("x", b"3", first)


@EXTENDED
def test_others_who_are_always_first_are_waited_for_and_then_named(
    tmp_path: Path, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed(*_: object) -> None:
        raise ChangedError("Another loader wrote to s3://x", "it is tried again")

    pauses: list[float] = []
    waiting = Waiting(0.5, lambda: sum(pauses), pauses.append)
    monkeypatch.setattr(Objects, "replace", changed)
    with pytest.raises(SinkBusyError, match="Another loader"):
        lake(bucket).load([segment(tmp_path, "1", "a")], (), waiting)
    assert len(pauses) >= 2


def test_merging_leaves_every_row_once_and_a_file_a_day(tmp_path: Path, bucket: str, run: Run) -> None:
    for number in range(2):
        lake(bucket).load([segment(tmp_path, str(number), f"{number}")], (), AT_ONCE)
    assert len(objects(bucket)) == 2
    result = run("compact", "--db", f"s3://{bucket}/lake")
    assert (result.exit_code, result.output) == (0, f"1 file fewer in s3://{bucket}/lake\n")
    assert objects(bucket) == ["load-00000001-00000002.parquet"]
    assert ids(bucket) == ["0", "1"]
    refused = run("compact", "--db", f"s3://{bucket}/elsewhere")
    assert (refused.exit_code, refused.stderr.splitlines()[0]) == (
        1,
        f"error: It is no folder of Parquet that the collector writes: s3://{bucket}/elsewhere",
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


def test_telemetry_is_moved_there(tmp_path: Path, bucket: str) -> None:
    assert moved(three_days(tmp_path), place_of(f"s3://{bucket}/lake")) == (3, 3)
    assert ids(bucket) == ["0", "1", "2"]


@EXTENDED
def test_telemetry_is_moved_there_once_from_one_to_another_and_back(tmp_path: Path, bucket: str) -> None:
    db = three_days(tmp_path)
    stores = [place_of(f"s3://{bucket}/{prefix}") for prefix in ("lake", "other")]
    for source, target in pairwise((place_of(db), *stores, place_of(tmp_path / "back.duckdb"))):
        assert moved(source, target) == (3, 3)
        assert moved(source, target) == (3, 0)
    assert arrived(tmp_path / "back.duckdb") == arrived(db)


@EXTENDED
def test_records_reach_the_page_by_the_journal_of_their_address(
    tmp_path: Path, bucket: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    db = f"s3://{bucket}/lake"
    journal = journal_folder(place_of(db))
    journal.mkdir()
    segment(journal, "1-host-1-aa", "a", "b")
    rows = run("query", "totals", "--db", db, "--format", "json")
    assert rows.exit_code == 0, rows.output
    assert ids(bucket) == ["a", "b"]
    assert not list(journal.glob("*.sealed"))


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("gs://b/lake", "Nothing can be written to gs://b/lake"),
        ("az://b/lake", "Nothing can be written to az://b/lake"),
        (f"s3://AKIA:{SECRET}@b/lake", "It is no address of an object store: s3://..."),
        ("s3://there-is-no-such-bucket/lake", "There is no such bucket or object: s3://there-is-no-such-bucket"),
    ],
)
def test_what_cannot_be_written_to_is_said_without_a_password(
    tmp_path: Path, bucket: str, address: str, message: str
) -> None:
    with pytest.raises(SinkError) as refused:
        sink_at(address).load([segment(tmp_path, "1", "a")], (), AT_ONCE)
    assert refused.value.message.startswith(message)
    assert SECRET not in refused.value.message + refused.value.hint
