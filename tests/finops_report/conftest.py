"""Read a database as the commands do, without printing it."""

from __future__ import annotations

from pathlib import Path

from finops_report.calendar.period import PeriodAsk
from finops_report.model import Report
from finops_report.report import report
from finops_report.warehouse import Budget, ReadRequest, ViewRows, Waiting, read

NOW_US = 1_794_000_000_000_000


def answers_of(db: Path, *budgets: Budget) -> ViewRows:
    """Return the rows of every view, for the period that the data span."""
    return read(ReadRequest(db, None, PeriodAsk(), NOW_US, Waiting(0, lambda: 0.0, lambda _: None), budgets=budgets))


def reported(db: Path, *budgets: Budget) -> Report:
    """Return the report of a database."""
    return report(answers_of(db, *budgets), "t")
