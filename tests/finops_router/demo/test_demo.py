"""The demo: real sizes, three phases, an outage one can see, and the same bytes for the same seed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from statistics import mean

import msgspec
import pytest
from finops_router.demo import DemoSummary, run_demo
from finops_router.demo.trace import read_rhythm, read_trace
from finops_router.demo.traffic import DAY_S, START_US, month_scenario

from tests.finops_router.router_fixture import RecordingRecorder

HOUR = None
ROOT = Path(__file__).parents[3]


@cache
def recorded(days: int | None, seed: int = 7) -> tuple[RecordingRecorder, DemoSummary]:
    records = RecordingRecorder()
    return records, run_demo(records, days=days, seed=seed, progress=lambda done, total: None)


def test_the_trace_is_whole() -> None:
    trace = read_trace()
    assert len(trace) == 8_819
    assert round(mean(row.input_tokens for row in trace)) == 2_048
    assert [row.at_s for row in trace] == sorted(row.at_s for row in trace)


def test_the_rhythm_is_one_on_average() -> None:
    rhythm = read_rhythm()
    assert mean(rhythm.hour_of_day) == pytest.approx(1.0, abs=1e-3)
    assert mean(rhythm.day_of_week) == pytest.approx(1.0, abs=1e-3)


def test_the_hour_replays_every_request_with_its_real_time_and_size() -> None:
    records, summary = recorded(HOUR)
    assert summary.requests == len(records.requests) == 8_819
    trace = read_trace()
    by_time = sorted(record.timestamp_us for record in records.requests)
    assert by_time == [START_US + round(row.at_s * 1e6) for row in trace]
    prompts = Counter(row.input_tokens for row in trace)
    assert not Counter(record.input_tokens or 0 for record in records.requests if record.status == "ok") - prompts


@pytest.mark.parametrize("days", [HOUR, 7])
def test_the_phases_are_cost_then_performance_then_both_with_an_outage(days: int | None) -> None:
    records, summary = recorded(days)
    third_us = (summary.last_us - summary.first_us) / 3
    edge_us = third_us / 50  # phases end by the scenario's clock, not by the first and last arrival
    strategies: list[set[str | None]] = [set(), set(), set()]
    for record in records.requests:
        phase, into_us = divmod(record.timestamp_us - summary.first_us, third_us)
        if edge_us < into_us < third_us - edge_us:
            strategies[int(phase)].add(record.strategy)
    assert strategies == [{"cost-first"}, {"performance-first"}, {"cost-first", "performance-first"}]


def test_the_outage_is_plain_to_see_and_survived() -> None:
    records, _ = recorded(7)
    start_s, end_s = month_scenario(7).outage
    inside = [a for a in records.attempts if start_s <= (a.timestamp_us - START_US) / 1e6 < end_s]
    gemini = Counter(attempt.outcome for attempt in inside if attempt.provider == "gcp.gemini")
    elsewhere = Counter(attempt.outcome for attempt in inside if attempt.provider != "gcp.gemini")
    assert gemini["ok"] < 0.1 * gemini.total()
    assert gemini.total() > 50
    assert elsewhere["ok"] > 0.9 * elsewhere.total()
    assert mean(record.status == "ok" for record in records.requests) > 0.99


def test_strategies_keep_their_promise_on_average() -> None:
    records, _ = recorded(7)

    def of(strategy: str, field: str) -> float:
        answered = [r for r in records.requests if r.strategy == strategy and r.cost_estimated is not None]
        return float(mean(getattr(record, field) for record in answered))

    assert of("cost-first", "cost_estimated") < 0.6 * of("performance-first", "cost_estimated")
    assert of("performance-first", "latency_ms") < 0.8 * of("cost-first", "latency_ms")


def test_the_unpriced_the_unattributed_and_the_guardrails_are_there() -> None:
    records, summary = recorded(7)
    answered = [record for record in records.requests if record.status == "ok"]
    unpriced = [record for record in answered if record.cost_estimated is None]
    assert {record.model for record in unpriced} == {"acme-triage-8b"}
    assert 0.005 < len(unpriced) / len(answered) < 0.02
    assert 0.06 < mean(record.team is None for record in records.requests) < 0.10
    assert len({record.team for record in records.requests}) == 7
    assert len({record.provider for record in records.requests}) == 5
    assert {event.action for event in records.guardrails} == {"flagged", "redacted", "blocked"}
    assert summary.guardrail_events == len(records.guardrails)


def test_a_month_has_its_size_and_ends_in_time() -> None:
    records, summary = recorded(7)
    assert 0.9 * 1_500 * 7 < summary.requests < 1.1 * 1_500 * 7
    assert summary.attempts == sum(attempt.outcome != "skipped" for attempt in records.attempts)
    assert summary.first_us >= START_US
    assert summary.last_us < START_US + 7 * DAY_S * 1e6
    assert len({record.request_id for record in records.requests}) == summary.requests


def test_progress_goes_up_to_the_whole() -> None:
    calls: list[tuple[int, int]] = []
    summary = run_demo(RecordingRecorder(), days=1, seed=1, progress=lambda done, total: calls.append((done, total)))
    assert calls == sorted(calls)
    assert calls[-1] == (summary.requests, summary.requests)
    assert len(calls) < 250


DIGEST = """
import hashlib, msgspec
from finops_router.demo import run_demo
from tests.finops_router.router_fixture import RecordingRecorder
records = RecordingRecorder()
run_demo(records, days=1, seed={seed}, progress=lambda done, total: None)
print(hashlib.sha256(msgspec.json.encode([records.requests, records.attempts, records.guardrails])).hexdigest())
"""


def digest(seed: int, hash_seed: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", DIGEST.format(seed=seed)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)},
    )
    return done.stdout


def test_the_same_seed_gives_the_same_bytes_in_every_process() -> None:
    assert digest(7, "1") == digest(7, "2")
    assert digest(7, "1") != digest(8, "1")


def test_no_record_carries_a_number_no_table_takes() -> None:
    records, _ = recorded(7)
    for record in [*records.requests, *records.attempts]:
        for name, value in msgspec.structs.asdict(record).items():
            least = -1e9 if name == "cache_savings_estimated" else 0  # filling a cache may cost more than it saves
            assert not isinstance(value, float) or least <= value < 1e9
