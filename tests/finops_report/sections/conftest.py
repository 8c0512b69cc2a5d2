"""Make sections of telemetry that is written down as SQL expressions."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import duckdb
import pytest

from finops_report.analysis.integrity import check
from finops_report.analysis.totals import facts
from finops_report.charts import Chart
from finops_report.model import Report, Section
from finops_report.sections.order import ORDER
from finops_report.warehouse import Budget
from finops_report.wording.currency import US_DOLLARS
from tests.finops_report.conftest import request_of
from tests.finops_report.on_demand import rows_on_demand

COLUMNS = {
    "timestamp": "timestamp '2026-10-01' + to_hours(i)",
    "request_id": "'r' || i",
    "strategy": "'fixed'",
    "provider": "'openai'",
    "model": "'a'",
    "input_tokens": "100",
    "output_tokens": "10",
    "cost_estimated": "1.0",
    "latency_ms": "100.0",
}
Make: TypeAlias = Callable[..., Section]


def written(path: Path, requests: int = 48, attempts: str = "", **columns: str) -> Path:
    """Write requests, one an hour: each column an expression over i; `attempts` is a select."""
    selected = ", ".join(f"{value} as {name}" for name, value in (COLUMNS | columns).items())
    with duckdb.connect(str(path)) as con:
        con.execute(f"create table telemetry as select {selected} from range({requests}) t (i)")
        if attempts:
            con.execute(f"create table attempts as {attempts}")
    return path


def section_of(report: Report, view: str) -> Section:
    """Return the one section of a view."""
    (found,) = (section for section in report.sections if section.view == view)
    return found


def chart_of(section: Section, name: str) -> Chart:
    """Return the one chart of that name."""
    (found,) = (chart for chart in section.charts if chart.name == name)
    return found


def section_alone(db: Path, view: str, *budgets: Budget) -> Section:
    """Return the section of a view as the report of a database has it, and read no more than that takes."""
    (make,) = (one for one in ORDER if one.__module__.endswith(f".{view}"))
    rows = rows_on_demand(request_of(db, *budgets), sys.modules[make.__module__])
    section = make(facts(rows, US_DOLLARS))
    assert section is not None
    check(section.adds_up)
    return section


@pytest.fixture
def made(tmp_path: Path) -> Make:
    """Make the section of a view over requests as `written` has them."""

    def make(view: str, **telemetry: str | int) -> Section:
        path = tmp_path / "t.duckdb"
        path.unlink(missing_ok=True)
        return section_alone(written(path, **telemetry), view)  # type: ignore[arg-type] # numbers and texts

    return make


# Each request fails at its first provider and is answered by another, which costs more.
FAILING = """
select
    timestamp '2026-10-01' + to_hours(i) as timestamp, 'r' || i as request_id, a as attempt,
    (['openai', 'google'])[a] as provider, (['a', 'b'])[a] as model,
    if(a = 1, 'error', 'ok') as outcome, if(a = 1, 'overloaded', null) as error_type,
    60000.0 as latency_ms, 100 as input_tokens, 10 as output_tokens, if(a = 2, 3.0, 0.0) as cost_estimated
from range(6) t (i), range(1, 3) s (a)
"""
ONE = """
select
    timestamp '2026-10-01' as timestamp, 'r1' as request_id, 1 as attempt, 'openai' as provider, 'a' as model,
    'ok' as outcome
"""
FINE = f"{ONE} from range(48)"
