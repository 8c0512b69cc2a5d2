"""What stands between us and an object store: addresses without passwords, and errors of libraries in our own words."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from azure.core.exceptions import ResourceExistsError
from finops_router.object_stores import conditions
from finops_router.object_stores.address import SCHEMES, StoreAddress, store_address
from finops_router.object_stores.errors import explained
from fsspec.asyn import get_loop
from hypothesis import given
from hypothesis import strategies as st

LAKE = StoreAddress("s3", "bucket", "a/lake")
SECRET = "hunter2"


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("s3://bucket/a/lake", LAKE),
        ("S3://bucket/a/lake/", LAKE),
        ("gs://bucket", StoreAddress("gs", "bucket")),
        ("az://box//x/", StoreAddress("az", "box", "x")),
    ],
)
def test_an_address_is_a_bucket_and_a_prefix(written: str, place: StoreAddress) -> None:
    assert store_address(written) == place


@given(st.text(st.characters(exclude_characters="/"), max_size=9), st.text(max_size=9))
def test_an_address_with_a_key_in_it_is_none_and_is_not_repeated(user: str, prefix: str) -> None:
    with pytest.raises(ValueError) as refused:
        store_address(f"s3://{user}:{SECRET}@bucket/{prefix}")
    assert SECRET not in str(refused.value)


def test_what_is_below_an_address_is_written_as_one() -> None:
    assert str(LAKE.below("x/y.parquet")) == "s3://bucket/a/lake/x/y.parquet"
    assert str(StoreAddress("s3", "bucket").below("x")) == "s3://bucket/x"


class HttpResponseError(Exception):
    """As azure-core has it."""

    def __init__(self, status_code: int) -> None:
        super().__init__(f"the key {SECRET} is wrong")
        self.status_code = status_code


class NoCredentialsError(Exception):
    """As botocore has it."""


def wrapped(cause: Exception) -> Exception:
    err = OSError(f"{SECRET}: {cause}")
    err.__cause__ = cause
    return err


@pytest.mark.parametrize(
    ("err", "message"),
    [
        (FileNotFoundError(SECRET), "There is no such bucket or object: s3://bucket/a/lake"),
        (PermissionError(SECRET), "Access is refused: s3://bucket/a/lake"),
        (HttpResponseError(403), "Access is refused: s3://bucket/a/lake"),
        (wrapped(HttpResponseError(401)), "Access is refused: s3://bucket/a/lake"),
        (HttpResponseError(503), "s3://bucket/a/lake cannot be reached: HttpResponseError"),
        (NoCredentialsError(SECRET), "There are no credentials for s3://bucket/a/lake"),
        (wrapped(NoCredentialsError()), "There are no credentials for s3://bucket/a/lake"),
        (ValueError(f"Must provide an account_name, not {SECRET}"), "There are no credentials for s3://bucket/a/lake"),
        (TimeoutError(SECRET), "No answer in time from s3://bucket/a/lake"),
        (ConnectionResetError(SECRET), "s3://bucket/a/lake cannot be reached: ConnectionResetError"),
    ],
)
def test_an_error_of_a_library_is_said_without_its_words(err: Exception, message: str) -> None:
    found = explained(LAKE, err)
    assert (found.message, SECRET in found.hint) == (message, False)
    assert found.hint


@pytest.mark.parametrize("scheme", SCHEMES)
def test_hints_name_the_variables_of_the_store(scheme: str) -> None:
    hint = explained(StoreAddress(scheme, "b"), NoCredentialsError()).hint
    assert SCHEMES[scheme].variables in hint


class Blob:
    """A blob of an Azure whose copies go on after their request is answered: `ends` are what they look like then."""

    def __init__(self, there: dict[str, str], name: str, ends: Iterator[str]) -> None:
        self.there, self.url, self._ends = there, name, ends

    async def __aenter__(self) -> Blob:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Leave it open: there is nothing to close."""

    async def start_copy_from_url(self, url: str, **_: object) -> None:
        if self.url in self.there:
            raise ResourceExistsError
        self.there[self.url] = f"copy of {url}"

    async def get_blob_properties(self) -> SimpleNamespace:
        return SimpleNamespace(copy=SimpleNamespace(status=next(self._ends)))

    async def delete_blob(self) -> None:
        del self.there[self.url]


def azure(there: dict[str, str], *ends: str) -> SimpleNamespace:
    """The file system of fsspec, as far as a new name is asked of it."""
    left = iter(ends)
    client = SimpleNamespace(get_blob_client=lambda _, name: Blob(there, name, left))
    return SimpleNamespace(loop=get_loop(), service_client=client)


def test_what_azure_still_copies_is_not_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conditions, "COPY_LOOK_S", 0)
    there = {"new": "rows"}
    conditions.Azure().rename(azure(there, "pending", "pending", "success"), "c/new", "c/place", 5)
    assert there == {"place": "copy of new"}
    begun = {"new": "rows", "place": "begun by another loader"}
    conditions.Azure().rename(azure(begun, "pending", "success"), "c/new", "c/place", 5)
    assert begun == {"place": "begun by another loader"}


def test_a_copy_of_azure_that_ends_badly_is_begun_again_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conditions, "COPY_LOOK_S", 0)
    there = {"new": "rows"}
    with pytest.raises(ConnectionAbortedError):
        conditions.Azure().rename(azure(there, "pending", "failed"), "c/new", "c/place", 5)
    assert there == {"new": "rows"}
