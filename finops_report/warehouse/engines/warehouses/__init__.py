"""Read telemetry in warehouses that our tests cannot run: each has a small file that opens its driver's connection."""

from __future__ import annotations

from finops_report.warehouse.engines.warehouses.bigquery import bigquery
from finops_report.warehouse.engines.warehouses.databricks import databricks
from finops_report.warehouse.engines.warehouses.redshift import redshift
from finops_report.warehouse.engines.warehouses.snowflake import snowflake
from finops_report.warehouse.engines.warehouses.trino import trino

__all__ = ["bigquery", "databricks", "redshift", "snowflake", "trino"]
