"""What the tests of engines have in common: a bucket of their own."""

from __future__ import annotations

from tests.object_stores.s3 import bucket, s3_server

__all__ = ["bucket", "s3_server"]  # fixtures
