"""Answer the executive questions over rows made by a select."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import duckdb
import pytest

from finops_report.analysis.totals import Facts, facts
from finops_report.answers.order import answers
from finops_report.model import Answer
from finops_report.wording.currency import US_DOLLARS
from tests.conftest import NINE
from tests.finops_report.conftest import request_of
from tests.finops_report.on_demand import rows_on_demand

ASKERS = [module for name, module in sys.modules.items() if name.startswith("finops_report.answers.")]
Asked: TypeAlias = Callable[..., dict[str, Answer]]


def facts_of(path: Path, rows: str = "", **tables: str) -> Facts:
    """The facts of a new database with the rows of a select; `tables` adds tables by name."""
    with duckdb.connect(str(path)) as con:
        con.execute(f"create table telemetry ({NINE})")
        if rows:
            con.execute(f"insert into telemetry {rows}")
        for name, select in tables.items():
            con.execute(f"create table {name} as {select}")
    return facts(rows_on_demand(request_of(path), *ASKERS), US_DOLLARS)


@pytest.fixture
def ask(tmp_path: Path) -> Asked:
    """Answer over rows of `traffic`, or none; return the answers by key."""

    def asked(rows: str = "", **tables: str) -> dict[str, Answer]:
        return {answer.key: answer for answer in answers(facts_of(tmp_path / "t.duckdb", rows, **tables))}

    return asked


def traffic(
    cost: str = "0.01",
    latency: str = "500",
    strategy: str = "'cost-first'",
    provider: str = "'p' || i % 2",
    requests: int = 2000,
) -> str:
    """Two thousand requests over ten days, one row each; expressions over i (0 to 1999)."""
    return (
        f"select timestamp '2026-10-01' + to_seconds(i * 432), 'r' || i, {strategy}, {provider}, 'm', 500, 50,"
        f" {cost}, {latency} from range({requests}) t (i)"
    )


BOTH = "case when i % 2 = 0 then 'cost-first' else 'performance-first' end"
