"""A new bucket in a real server of each kind of object store, as tests see it that are for all of them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import pytest

from tests.extended import extended
from tests.object_stores import az, gs, s3

FIXTURES = {"s3": "bucket", "gs": "gs_bucket", "az": "az_container"}
STORES = ("s3", "gs", "az")
ONE_STORE = ("s3", extended("gs"), extended("az"))  # for what does not depend on how a store looks at versions


@dataclass(frozen=True)
class Bucket:
    """A bucket (of Azure: a container), and the store with it as fsspec has it."""

    scheme: str
    name: str
    files: Any

    def address(self, prefix: str = "lake") -> str:
        return f"{self.scheme}://{self.name}/{prefix}"


def bucket_in(scheme: str, request: pytest.FixtureRequest) -> Bucket:
    """Return a new bucket of the run's server; the test is skipped if there is none."""
    request.getfixturevalue(FIXTURES[scheme])
    return bucket_of_test()


def bucket_of_test() -> Bucket:
    """Return the bucket that the test asked for by its fixture."""
    scheme, _, name = os.environ[s3.BUCKET].partition("://")
    return Bucket(scheme, name, {"s3": s3.store, "gs": gs.files, "az": az.files}[scheme]())
