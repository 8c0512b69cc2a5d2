"""Open the telemetry, sum it into cubes, and answer every view from them."""

from finops_report.warehouse.laying import Source, holds_only_demo
from finops_report.warehouse.reading import Answers, Question, answered, open_cubes, read, rows_of, write_parquet
from finops_report.warehouse.source import Waiting
from finops_report.warehouse.views import Row, View

__all__ = [
    "Answers",
    "Question",
    "Row",
    "Source",
    "View",
    "Waiting",
    "answered",
    "holds_only_demo",
    "open_cubes",
    "read",
    "rows_of",
    "write_parquet",
]
