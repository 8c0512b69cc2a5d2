"""Read telemetry in PostgreSQL: it is summed there, within one transaction that can only read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from finops_report.database_address import DatabaseAddress
from finops_report.warehouse.engines.postgresql.filling import PostgresWords
from finops_report.warehouse.engines.postgresql.session import opened
from finops_report.warehouse.engines.server.engine import DatabaseServer
from finops_report.warehouse.waiting import Waiting

if TYPE_CHECKING:
    from psycopg.sql import Composable

__all__ = ["postgresql"]


def postgresql(
    address: DatabaseAddress, waiting: Waiting, limit_s: float, environment: Mapping[str, str]
) -> DatabaseServer[Composable]:
    """Return the engine for a PostgreSQL; `environment` has what the address leaves out (PGPASSWORD, ...)."""
    passage = TemporaryDirectory(prefix="finops-report-", ignore_cleanup_errors=True)
    connect = partial(opened, address.written, environment, limit_s, waiting, Path(passage.name) / "brought.csv")
    return DatabaseServer(address, PostgresWords(), connect, passage=passage)
