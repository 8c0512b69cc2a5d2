"""What stands between us and an object store: addresses without passwords, and errors of libraries in our own words."""

from __future__ import annotations

import pytest
from finops_router.object_stores.address import SCHEMES, StoreAddress, store_address
from finops_router.object_stores.errors import explained
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
