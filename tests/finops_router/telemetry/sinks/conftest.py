"""What the tests of sinks have in common: a PostgreSQL and a bucket of their own."""

from __future__ import annotations

from tests.finops_router.gateway.postgresql_server import postgresql, postgresql_server
from tests.object_stores.s3 import bucket, s3_server

__all__ = ["bucket", "postgresql", "postgresql_server", "s3_server"]  # fixtures
