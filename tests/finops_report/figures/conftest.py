"""Build the report of a database, without printing it."""

from __future__ import annotations

from pathlib import Path

from finops_report.calendar.period import PeriodAsk
from finops_report.model import Report
from finops_report.report import report
from finops_report.warehouse import ReadRequest, Waiting, read

NOW_US = 1_794_000_000_000_000


def reported(db: Path) -> Report:
    waiting = Waiting(0, lambda: 0.0, lambda _: None)
    return report(read(ReadRequest(db, None, PeriodAsk(), NOW_US, waiting)), "t")
