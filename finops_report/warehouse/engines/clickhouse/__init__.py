"""Read telemetry in ClickHouse, on one server or on many shards: it is summed there."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from finops_report.database_address import DatabaseAddress
from finops_report.warehouse.engines.clickhouse.filling import ClickhouseWords
from finops_report.warehouse.engines.clickhouse.session import address_of, opened
from finops_report.warehouse.engines.server.engine import DatabaseServer
from finops_report.warehouse.waiting import Waiting

__all__ = ["clickhouse"]


def clickhouse(
    address: DatabaseAddress, waiting: Waiting, limit_s: float, environment: Mapping[str, str]
) -> DatabaseServer[str]:
    """Return the engine for a ClickHouse; `environment` has what the address leaves out (CLICKHOUSE_PASSWORD, ...).

    Raises DatabaseError if the address cannot be read.
    """
    read = address_of(address.written, environment)
    passage = TemporaryDirectory(prefix="finops-report-", ignore_cleanup_errors=True)
    connect = partial(opened, read, limit_s, waiting, Path(passage.name) / "brought.csv")
    return DatabaseServer(address, ClickhouseWords(), connect, read.table, passage)
