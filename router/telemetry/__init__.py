"""Record every request and every attempt without slowing or losing anything, and load them into DuckDB."""

from router.telemetry.collector import CollectorConfig, Stats, TelemetryCollector
from router.telemetry.draining import DrainResult, drain

__all__ = ["CollectorConfig", "DrainResult", "Stats", "TelemetryCollector", "drain"]
