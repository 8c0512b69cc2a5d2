"""Open the telemetry, sum it into cubes, and answer every view from them."""

from finops_report.warehouse.base_views import Source
from finops_report.warehouse.budgets import Budget
from finops_report.warehouse.calls import Calls, CallsRequest, recorded_calls
from finops_report.warehouse.connection import DEFAULT_LIMITS, Limits
from finops_report.warehouse.engines.duckdb import holds_only_demo
from finops_report.warehouse.engines.parquet_files import is_parquet
from finops_report.warehouse.later_tiers import ALL_IS_URGENT, LaterTier, MeanRequest, NotUrgent, Served
from finops_report.warehouse.opening import ReadRequest
from finops_report.warehouse.parquet_rows import parquet_rows
from finops_report.warehouse.policies import Policy, PolicyExemption
from finops_report.warehouse.reading import (
    NamedRows,
    TypedRows,
    ViewRows,
    open_cubes,
    parquet_of,
    read,
    read_budgets,
    rows_of,
    typed_rows_of,
    view_names,
)
from finops_report.warehouse.sql_files import meaning
from finops_report.warehouse.units import NO_COUNTS, UnitCount, UnitCounts
from finops_report.warehouse.views import Row, View
from finops_report.warehouse.waiting import Waiting

__all__ = [
    "ALL_IS_URGENT",
    "DEFAULT_LIMITS",
    "NO_COUNTS",
    "Budget",
    "Calls",
    "CallsRequest",
    "LaterTier",
    "Limits",
    "MeanRequest",
    "NamedRows",
    "NotUrgent",
    "Policy",
    "PolicyExemption",
    "ReadRequest",
    "Row",
    "Served",
    "Source",
    "TypedRows",
    "UnitCount",
    "UnitCounts",
    "View",
    "ViewRows",
    "Waiting",
    "holds_only_demo",
    "is_parquet",
    "meaning",
    "open_cubes",
    "parquet_of",
    "parquet_rows",
    "read",
    "read_budgets",
    "recorded_calls",
    "rows_of",
    "typed_rows_of",
    "view_names",
]
