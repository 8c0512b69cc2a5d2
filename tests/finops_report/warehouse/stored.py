"""Put the same telemetry as Parquet into the bucket of the test, whichever store that is in."""

from __future__ import annotations

from pathlib import Path

from finops_report.database_address import DatabaseAddress
from tests.finops_report.warehouse.places import in_parquet
from tests.object_stores.buckets import bucket_of_test


def in_s3(folder: Path, source: str) -> DatabaseAddress:
    """Return the address of a folder for each table that `source` makes; the test takes the fixture of a bucket."""
    (folder / "lake").mkdir(exist_ok=True)
    return uploaded(in_parquet(folder, source), "lake")


def in_gs(folder: Path, source: str) -> DatabaseAddress:
    """Return such an address in Google's storage."""
    return in_s3(folder, source)


def in_az(folder: Path, source: str) -> DatabaseAddress:
    """Return such an address in Azure's storage."""
    return in_s3(folder, source)


STORES = {in_s3: "s3", in_gs: "gs", in_az: "az"}


def uploaded(folder: Path, prefix: str) -> DatabaseAddress:
    """Return the address of what is in a folder, under a prefix of the bucket."""
    bucket = bucket_of_test()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            bucket.files.pipe_file(f"{bucket.name}/{prefix}/{path.relative_to(folder)}", path.read_bytes())
    return DatabaseAddress(bucket.address(prefix))


def take_away(address: DatabaseAddress) -> None:
    """Remove all that is below an address."""
    bucket_of_test().files.rm(address.written.partition("://")[2], recursive=True)
