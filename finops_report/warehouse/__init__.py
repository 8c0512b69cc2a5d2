"""Open the telemetry, sum it into cubes, and answer every view from them."""

from finops_report.warehouse.base_views import Source
from finops_report.warehouse.connection import DEFAULT_LIMITS, Limits
from finops_report.warehouse.engines.duckdb import holds_only_demo
from finops_report.warehouse.reading import (
    ReadRequest,
    ViewRows,
    open_cubes,
    parquet_of,
    read,
    rows_of,
    view_names,
)
from finops_report.warehouse.views import Row, View
from finops_report.warehouse.waiting import Waiting

__all__ = [
    "DEFAULT_LIMITS",
    "Limits",
    "ReadRequest",
    "Row",
    "Source",
    "View",
    "ViewRows",
    "Waiting",
    "holds_only_demo",
    "open_cubes",
    "parquet_of",
    "read",
    "rows_of",
    "view_names",
]
