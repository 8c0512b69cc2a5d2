"""Record every request and every attempt without slowing or losing anything, and load them into DuckDB."""

from finops_router.telemetry.collector import CollectorConfig, Stats, TelemetryCollector
from finops_router.telemetry.drain import DrainResult, drain

__all__ = ["CollectorConfig", "DrainResult", "Stats", "TelemetryCollector", "drain"]
