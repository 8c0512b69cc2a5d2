"""What the tests of sinks have in common: a PostgreSQL of their own."""

from __future__ import annotations

from tests.finops_router.gateway.postgresql_server import postgresql, postgresql_server

__all__ = ["postgresql", "postgresql_server"]  # fixtures
