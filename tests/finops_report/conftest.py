"""Read a database as the commands do, without printing it."""

from __future__ import annotations

from pathlib import Path

import pytest

from finops_report.calendar.period import PeriodAsk
from finops_report.model import Report
from finops_report.report import report
from finops_report.warehouse import Budget, ReadRequest, ViewRows, Waiting, read
from tests.conftest import write_month

NOW_US = 1_794_000_000_000_000


def answers_of(db: Path, *budgets: Budget) -> ViewRows:
    """Return the rows of every view, for the period that the data span."""
    return read(request_of(db, *budgets))


def request_of(db: Path, *budgets: Budget) -> ReadRequest:
    """Return what to read: the period that the data span."""
    return ReadRequest(db, None, PeriodAsk(), NOW_US, Waiting(0, lambda: 0.0, lambda _: None), budgets=budgets)


def reported(db: Path, *budgets: Budget) -> Report:
    """Return the report of a database."""
    return report(answers_of(db, *budgets), "t")


@pytest.fixture(scope="session")
def month_rows(tmp_path_factory: pytest.TempPathFactory) -> ViewRows:
    """The rows of every view of `month`, read once for all tests: they are frozen."""
    return answers_of(write_month(tmp_path_factory.mktemp("month") / "month.duckdb"))


@pytest.fixture(scope="session")
def month_report(month_rows: ViewRows) -> Report:
    """The report of `month`, made once for all tests: it is frozen."""
    return report(month_rows, "t")
