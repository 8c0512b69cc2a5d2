"""Record every request and every attempt without slowing or losing anything, and load them into DuckDB."""

from finops_router.records import AttemptRecord, GuardrailRecord, RequestRecord
from finops_router.telemetry.collector import TelemetryCollector
from finops_router.telemetry.config import CollectorConfig, Stats
from finops_router.telemetry.drain import DrainResult, drain
from finops_router.telemetry.places import journal_folder

__all__ = [
    "AttemptRecord",
    "CollectorConfig",
    "DrainResult",
    "GuardrailRecord",
    "RequestRecord",
    "Stats",
    "TelemetryCollector",
    "drain",
    "journal_folder",
]
