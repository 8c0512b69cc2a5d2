"""Open the telemetry, sum it into cubes, and answer every view from them."""

from finops_report.warehouse.laying import Source, holds_only_demo
from finops_report.warehouse.reading import Answers, Question, Row, read
from finops_report.warehouse.source import Waiting

__all__ = ["Answers", "Question", "Row", "Source", "Waiting", "holds_only_demo", "read"]
