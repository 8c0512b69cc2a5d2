"""The doubt about the difference of the strategies is what Python's statistics make of the same rows."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from statistics import fmean, variance

import pytest
from click.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import call, write_table

AMOUNTS = st.lists(st.tuples(st.integers(1, 9_000), st.integers(50, 9_000)), min_size=2, max_size=12)


def half_width(one: list[float], other: list[float]) -> float:
    return 1.96 * math.sqrt(variance(one) / len(one) + variance(other) / len(other))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cost_first=AMOUNTS, performance_first=AMOUNTS)
def test_one_cell(
    cost_first: list[tuple[int, int]],
    performance_first: list[tuple[int, int]],
    run: Callable[..., Result],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    rows = [
        call(request_id=f"{strategy}{i}", strategy=strategy, cost_estimated=cost / 1e6, latency_ms=float(ms))
        for strategy, asked in (("cost-first", cost_first), ("performance-first", performance_first))
        for i, (cost, ms) in enumerate(asked)
    ]
    db: Path = write_table(tmp_path_factory.mktemp("cell") / "t.duckdb", rows)
    (found,) = json.loads(run("query", "same_work", "--db", db, "--format", "json").output)
    costs = [[cost / 1e6 for cost, _ in asked] for asked in (cost_first, performance_first)]
    times = [[float(ms) for _, ms in asked] for asked in (cost_first, performance_first)]
    assert found["interval_usd"] == pytest.approx(half_width(*costs), rel=1e-6, abs=1e-12)
    assert found["interval_ms"] == pytest.approx(half_width(*times), rel=1e-6, abs=1e-6)
    assert found["cost_first_usd"] == pytest.approx(fmean(costs[0]), rel=1e-6)
