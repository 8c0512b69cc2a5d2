"""Read telemetry in tables of Spark's catalog, through Spark Connect: it is summed there."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from finops_report.database_address import DatabaseAddress
from finops_report.warehouse.engines.server.engine import DatabaseServer
from finops_report.warehouse.engines.spark.filling import WORDS
from finops_report.warehouse.engines.spark.session import address_of, opened
from finops_report.warehouse.waiting import Waiting

__all__ = ["spark"]


def spark(
    address: DatabaseAddress, waiting: Waiting, limit_s: float, environment: Mapping[str, str]
) -> DatabaseServer[str]:
    """Return the engine for a Spark; `environment` has what the address leaves out (SPARK_CONNECT_AUTHENTICATE_TOKEN).

    Raises DatabaseError if the address cannot be read.
    """
    read = address_of(address.written, environment)
    return DatabaseServer(address, WORDS, partial(opened, read, limit_s, waiting), read.table)
