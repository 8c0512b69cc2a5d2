"""Put the same telemetry as Parquet into the bucket of the test."""

from __future__ import annotations

import os
from pathlib import Path

from finops_report.database_address import DatabaseAddress
from tests.finops_report.warehouse.places import in_parquet
from tests.object_stores.s3 import BUCKET, store


def in_s3(folder: Path, source: str) -> DatabaseAddress:
    """Return the address of a folder for each table that `source` makes; the test takes the fixture `bucket`."""
    (folder / "lake").mkdir(exist_ok=True)
    return uploaded(in_parquet(folder, source), "lake")


def uploaded(folder: Path, prefix: str) -> DatabaseAddress:
    """Return the address of what is in a folder, under a prefix of the bucket."""
    root, files = f"{os.environ[BUCKET]}/{prefix}", store()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            files.pipe_file(f"{root}/{path.relative_to(folder)}", path.read_bytes())
    return DatabaseAddress(f"s3://{root}")


def take_away(address: DatabaseAddress) -> None:
    """Remove all that is below an address."""
    store().rm(address.written, recursive=True)
