"""Open the telemetry, sum it into cubes, and answer every view from them."""

from finops_report.warehouse.base_views import Source
from finops_report.warehouse.engines.duckdb import holds_only_demo
from finops_report.warehouse.reading import (
    ReadRequest,
    ViewRows,
    open_cubes,
    read,
    rows_of,
    view_names,
    write_parquet,
)
from finops_report.warehouse.views import Row, View
from finops_report.warehouse.waiting import Waiting

__all__ = [
    "ReadRequest",
    "Row",
    "Source",
    "View",
    "ViewRows",
    "Waiting",
    "holds_only_demo",
    "open_cubes",
    "read",
    "rows_of",
    "view_names",
    "write_parquet",
]
