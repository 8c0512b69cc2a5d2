"""Name a place in an object store: scheme, bucket and what the names of its objects begin with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Scheme(NamedTuple):
    """The library that opens such addresses, the extra that brings it, and where it finds credentials."""

    library: str
    extra: str
    variables: str


SCHEMES = {
    "s3": Scheme("s3fs", "s3", "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_PROFILE, AWS_ENDPOINT_URL"),
    "gs": Scheme("gcsfs", "gs", "GOOGLE_APPLICATION_CREDENTIALS, STORAGE_EMULATOR_HOST"),
    "az": Scheme(
        "adlfs", "az", "AZURE_STORAGE_ACCOUNT_NAME, AZURE_STORAGE_ACCOUNT_KEY, AZURE_STORAGE_CONNECTION_STRING"
    ),
}
NO_LOGIN = "credentials come from the environment: write it as s3://BUCKET/PREFIX"


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """A bucket (of Azure: a container), and the names that begin with `prefix`, which has no slash at either end."""

    scheme: str
    bucket: str
    prefix: str = ""

    def __str__(self) -> str:
        return f"{self.scheme}://{self.root}"

    @property
    def root(self) -> str:
        """The place as fsspec names it: bucket and prefix."""
        return f"{self.bucket}/{self.prefix}" if self.prefix else self.bucket

    def below(self, name: str) -> StoreAddress:
        """Return what is called so within this place."""
        return StoreAddress(self.scheme, self.bucket, f"{self.prefix}/{name}".strip("/"))


def store_address(written: str) -> StoreAddress:
    """Return the place that is written as s3://BUCKET/PREFIX.

    Raises ValueError with what to do, without what was written: that may hold a password.
    """
    scheme, colon, rest = written.partition("://")
    bucket, _, prefix = rest.partition("/")
    if not colon or scheme.lower() not in SCHEMES or not bucket or set("@?#:") & set(bucket):
        raise ValueError(NO_LOGIN)
    return StoreAddress(scheme.lower(), bucket, prefix.strip("/"))
