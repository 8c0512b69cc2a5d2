"""The strategies' difference, its doubt and the regret are what Python's arithmetic makes of the same rows."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import call, write_table

# cost in micro USD, milliseconds, input and output tokens within one power of two
ASKED = st.lists(
    st.tuples(st.integers(1, 9_000), st.integers(50, 9_000), st.integers(1023, 2046), st.integers(127, 254)),
    min_size=2,
    max_size=12,
)
Asked = list[tuple[int, int, int, int]]


def rate(values: Sequence[float], lengths: Sequence[float]) -> float:
    return sum(values) / sum(lengths)


def doubt(values: Sequence[float], lengths: Sequence[float]) -> float:
    """The variance of a ratio estimator: that of the residuals over number and squared mean length."""
    ratio, number = rate(values, lengths), len(values)
    residuals = sum((value - ratio * length) ** 2 for value, length in zip(values, lengths, strict=True))
    return residuals / (number - 1) / number / (sum(lengths) / number) ** 2


@settings(
    max_examples=60 if os.environ.get("FINOPS_SOAK") else 3,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(cost_first=ASKED, performance_first=ASKED)
def test_soak_one_cell(
    cost_first: Asked, performance_first: Asked, run: Callable[..., Result], tmp_path_factory: pytest.TempPathFactory
) -> None:
    db: Path = tmp_path_factory.mktemp("cell") / "t.duckdb"
    write_table(db, [*rows("cost-first", cost_first), *rows("performance-first", performance_first)])
    (found,) = json.loads(run("query", "same_work", "--db", db, "--format", "json").output)
    for unit, tolerance in (("usd", 1e-9), ("ms", 2e-6)):
        (one, one_lengths), (other, other_lengths) = measured(cost_first, unit), measured(performance_first, unit)
        length = (sum(one_lengths) + sum(other_lengths)) / (len(one) + len(other))
        width = 1.96 * math.sqrt(doubt(one, one_lengths) + doubt(other, other_lengths)) * length
        assert found[f"cost_first_{unit}"] == pytest.approx(rate(one, one_lengths) * length, rel=1e-6, abs=tolerance)
        # a difference of large sums: where all residuals are nearly nothing, so is the doubt
        assert found[f"interval_{unit}"] == pytest.approx(width, rel=1e-4, abs=rate(one, one_lengths) * length * 1e-4)


def test_regret_is_what_the_cheapest_and_the_fastest_would_have_saved(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    cheap = [(100 + i, 4_000, 1100, 200) for i in range(20)]
    quick = [(900 + i, 1_000 + i, 1300, 160) for i in range(20)]
    db = tmp_path / "t.duckdb"
    write_table(db, [*rows("cost-first", cheap, "small"), *rows("performance-first", quick, "large")])
    found = {
        row["strategy"]: row
        for row in json.loads(run("query", "strategy_regret", "--db", db, "--format", "json").output)
    }
    best, lengths = measured(cheap, "usd")
    spent, asked = measured(quick, "usd")
    usual = rate(best, lengths)
    assert found["cost-first"]["regret_usd"] == 0.0
    assert found["performance-first"]["regret_usd"] == pytest.approx(sum(spent) - usual * sum(asked), abs=1e-9)
    width = 1.96 * sum(asked) * math.sqrt(doubt(best, lengths))
    assert found["performance-first"]["interval_usd"] == pytest.approx(width, rel=1e-4)
    quickest, answers = measured(quick, "ms")
    slow, answered = measured(cheap, "ms")
    wanted = (sum(slow) - rate(quickest, answers) * sum(answered)) / 20
    assert found["cost-first"]["regret_ms"] == pytest.approx(wanted, rel=1e-6)
    assert (found["cost-first"]["requests"], found["cost-first"]["cells"]) == (20, 1)


def rows(strategy: str, asked: Asked, model: str = "m") -> list[tuple[object, ...]]:
    return [
        call(
            request_id=f"{strategy}{i}",
            strategy=strategy,
            model=model,
            cost_estimated=cost / 1e6,
            latency_ms=float(ms),
            input_tokens=sent,
            output_tokens=answered,
        )
        for i, (cost, ms, sent, answered) in enumerate(asked)
    ]


def measured(asked: Asked, unit: str) -> tuple[list[float], list[float]]:
    """Values and lengths (tokens plus one) of a cost or a latency."""
    if unit == "usd":
        return [cost / 1e6 for cost, *_ in asked], [sent + answered + 1.0 for *_, sent, answered in asked]
    return [float(ms) for _, ms, *_ in asked], [answered + 1.0 for *_, answered in asked]
