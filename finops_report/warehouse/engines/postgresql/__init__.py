"""Read telemetry in PostgreSQL: it is summed there, within one transaction that can only read."""

from finops_report.warehouse.engines.postgresql.engine import PostgreSQL

__all__ = ["PostgreSQL"]
