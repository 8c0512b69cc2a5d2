"""Kept cubes of an object store: only new objects come over the network, all figures are those of a full reading."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest
from finops_router.object_stores.reading import ListedObjects

from finops_report.errors import DatabaseError
from finops_report.warehouse import ReadRequest
from finops_report.warehouse.engines.object_store import StoredParquet
from tests.finops_report.warehouse.engines.test_parquet_parts import another_byte, files_of, lake_of, load, merged
from tests.finops_report.warehouse.kept.test_kept_cubes import asked, assert_equal_to_full, batch, kept_parts, summed
from tests.finops_report.warehouse.stored import take_away, uploaded
from tests.object_stores.buckets import STORES, bucket_in


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The names of the objects of which something comes, and how many bytes, as it happens."""
    found: list[tuple[str, int]] = []
    fetch = ListedObjects.fetched

    def counted(files: ListedObjects, name: str, begin: int, end: int) -> bytes:
        found.append((name.rpartition("/")[2], end - begin))
        return fetch(files, name, begin, end)

    monkeypatch.setattr(ListedObjects, "fetched", counted)
    return found


def stored(lake: Path) -> ReadRequest:
    """Return a request for what is in a folder, in place of what is stored."""
    address = uploaded(lake, "lake")
    take_away(address)
    uploaded(lake, "lake")
    return replace(asked(lake), db=address)


def test_nothing_comes_of_objects_that_are_known_not_even_their_ends(
    tmp_path: Path, bucket: str, fetched: list[tuple[str, int]]
) -> None:
    lake = lake_of(tmp_path)
    for name in ("a", "ä*[b]?%20c+&="):
        load(lake, batch(1000, ord(name[0])), name, by="provider" if name == "a" else "")
    request = stored(lake)
    full = summed(replace(request, cache=None))
    assert summed(request) == full
    assert fetched
    fetched.clear()
    assert summed(request) == full
    assert fetched == []
    load(lake, batch(100, 3), "new")
    request = stored(lake)
    full = summed(replace(request, cache=None))
    fetched.clear()
    assert summed(request) == full
    new = [file for file in files_of(lake) if file.name == "new.parquet"]
    of_new = sum(size for name, size in fetched if name == "new.parquet")
    assert 0 < of_new <= sum(file.stat().st_size for file in new)
    # rows of objects that are known come as far as their ids are met again
    assert all(size < 200_000 for name, size in fetched if name != "new.parquet")


@pytest.mark.parametrize("scheme", STORES)
def test_an_object_that_is_gone_replaced_or_merged_is_noticed(
    scheme: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    bucket_in(scheme, request)
    lake = lake_of(tmp_path)
    for name in "abc":
        load(lake, batch(300, ord(name)), name)
    assert_equal_to_full(stored(lake))
    before = kept_parts(asked(lake))
    another_byte(lake, 3)  # as large as it was
    assert_equal_to_full(stored(lake))
    if scheme == "s3":  # whose version is made of what an object holds: others were all written anew
        assert [part[1] for part in kept_parts(asked(lake)) if part in before] == ["attempts"]
    (lake / "attempts" / "b.parquet").unlink()
    assert_equal_to_full(stored(lake))
    merged(lake, 0)
    assert_equal_to_full(stored(lake))


def test_objects_without_a_version_are_summed_by_each_build(
    tmp_path: Path, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("finops_router.object_stores.listing.VERSIONS", ("no such thing",))
    lake = lake_of(tmp_path)
    load(lake, batch(300, 1), "a")
    assert_equal_to_full(stored(lake))
    assert kept_parts(asked(lake)) == []
    another_byte(lake, 3)
    assert_equal_to_full(stored(lake))


def test_what_was_summed_while_an_object_was_written_anew_is_not_believed(
    tmp_path: Path, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = lake_of(tmp_path)
    load(lake, batch(300, 1), "a")
    request = stored(lake)
    other = Path(copytree(lake, tmp_path / "other"))
    another_byte(other, 3)
    list_objects = StoredParquet.list_objects

    def listed_before(engine: StoredParquet) -> None:
        list_objects(engine)
        uploaded(other, "lake")

    monkeypatch.setattr(StoredParquet, "list_objects", listed_before)
    with pytest.raises(DatabaseError, match="written anew while it was read"):
        summed(request)
    monkeypatch.setattr(StoredParquet, "list_objects", list_objects)
    uploaded(lake, "lake")  # with the versions that were listed
    assert_equal_to_full(request)
