"""The verdicts: each answer's rule, held at its edges."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from finops_report.answers.answers import graded, worst
from finops_report.model import Answer
from tests.conftest import NINE
from tests.finops_report.figures.conftest import reported


def answers(path: Path, rows: str, **extra: str) -> tuple[Answer, ...]:
    """Answer the five questions over rows made by a select; `extra` adds tables by name."""
    with duckdb.connect(str(path)) as con:
        con.execute(f"create table telemetry ({NINE})")
        con.execute(f"insert into telemetry {rows}")
        for name, text in extra.items():
            con.execute(f"create table {name} as {text}")
    return reported(path).answers


@pytest.fixture
def ask(tmp_path: Path) -> Callable[..., tuple[Answer, ...]]:
    return lambda rows, **extra: answers(tmp_path / "t.duckdb", rows, **extra)


def traffic(
    cost: str = "0.01", latency: str = "500", strategy: str = "'cost-first'", provider: str = "'p' || i % 2"
) -> str:
    """Two thousand requests over ten days, one row each; expressions over i (0 to 1999)."""
    return (
        f"select timestamp '2026-10-01' + to_seconds(i * 432), 'r' || i, {strategy}, {provider}, 'm', 500, 50,"
        f" {cost}, {latency} from range(2000) t (i)"
    )


@pytest.mark.parametrize(
    ("cost", "verdict"),
    [
        ("0.01", "good"),
        ("case when i < 1000 then 0.01 else 0.012 end", "watch"),
        ("case when i < 1000 then 0.01 else 0.02 end", "bad"),
        ("case when i % 50 <> 0 then 0.01 end", "watch"),
        ("case when i % 10 <> 0 then 0.01 end", "bad"),
        ("null", "not enough data"),
    ],
)
def test_spend(ask: Any, cost: str, verdict: str) -> None:
    assert ask(traffic(cost=cost))[0].verdict == verdict


@pytest.mark.parametrize(
    ("provider", "verdict"),
    [("'p' || i % 2", "good"), ("'only'", "watch"), ("case when i % 2 = 0 then 'p' end", "bad")],
)
def test_mix(ask: Any, provider: str, verdict: str) -> None:
    assert ask(traffic(provider=provider))[1].verdict == verdict


BOTH = "case when i % 2 = 0 then 'cost-first' else 'performance-first' end"


@pytest.mark.parametrize(
    ("cost", "latency", "verdict"),
    [
        ("0.01 + 0.01 * (i % 2)", "500 - 200 * (i % 2)", "good"),
        ("0.02 - 0.01 * (i % 2)", "500 - 200 * (i % 2)", "bad"),
        ("0.01 + 0.01 * (i % 2)", "500 + 200 * (i % 2)", "bad"),
        ("0.01", "500 - 200 * (i % 2)", "watch"),
        ("0.02 - 0.01 * (i % 2)", "1 + hash(i) % 9000", "bad"),  # dearer for sure, speed within its interval
        ("0.01 + 0.01 * (i % 2)", "1 + hash(i) % 9000", "not enough data"),
    ],
)
def test_strategies_are_judged_by_their_promise(ask: Any, cost: str, latency: str, verdict: str) -> None:
    assert ask(traffic(cost, latency, BOTH))[2].verdict == verdict


def test_one_strategy_alone_cannot_be_judged(ask: Any) -> None:
    answer = ask(traffic())[2]
    assert answer.verdict == "not enough data"
    assert "Only cost-first" in answer.answer


def test_strategies_on_different_work_are_not_compared(ask: Any) -> None:
    rows = traffic(strategy=BOTH).replace("500, 50,", "case when i % 2 = 0 then 100 else 90000 end, 50,")
    assert ask(rows)[2].verdict == "not enough data"


@pytest.mark.parametrize(
    ("latency", "verdict"),
    [
        ("500", "good"),
        ("case when i < 1000 then 500 else 600 end", "watch"),
        ("case when i < 1000 then 5 else 9 end", "bad"),
    ],
)
def test_latency(ask: Any, latency: str, verdict: str) -> None:
    assert ask(traffic(latency=latency))[3].verdict == verdict


@pytest.mark.parametrize(("answered", "verdict"), [(100, "good"), (97, "watch"), (80, "bad")])
def test_resilience_is_the_share_of_troubled_requests_that_were_answered(ask: Any, answered: int, verdict: str) -> None:
    attempts = f"""
        select timestamp '2026-10-01' as timestamp, 'r' || i as request_id, a as attempt,
            'p' || a as provider, 'm' as model,
            case when a = 2 and i < {answered} then 'ok' else 'error' end as outcome, 'overloaded' as error_type,
            100.0 as latency_ms
        from range(100) r (i), range(1, 3) t (a)
    """
    answer = ask(traffic(), attempts=attempts)[4]
    assert answer.verdict == verdict
    assert "100 requests met a failing provider" in answer.answer


def test_no_failed_attempt_is_good_and_unrecorded_attempts_are_unknown(ask: Any) -> None:
    ok = """
        select timestamp '2026-10-01' as timestamp, 'r1' as request_id, 1 as attempt, 'p' as provider, 'm' as model,
            'ok' as outcome
    """
    assert ask(traffic(), attempts=ok)[4].verdict == "good"


def test_without_attempts_resilience_is_not_guessed(ask: Any) -> None:
    assert ask(traffic())[4].verdict == "not enough data"


def test_grading() -> None:
    assert [graded(x, 1, 2) for x in (1, 1.5, 2, 2.1)] == ["good", "watch", "watch", "bad"]
    assert worst("good", "bad", "watch") == "bad"
