"""Metrics are read by Prometheus' own parser, are the sums over workers, and never fall."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from finops_router.gateway import families as named
from finops_router.gateway.cells import CAPACITY
from finops_router.gateway.families import FAMILIES, cells_of
from finops_router.gateway.metrics import MOST_SERIES, Counting, Metrics, Sample
from finops_router.records import AttemptRecord, GuardrailRecord, Record, RequestRecord
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

Labels = frozenset[tuple[str, str]]
REQUEST = RequestRecord(
    timestamp_us=1,
    request_id="a",
    strategy="cost-first",
    provider="openai",
    model="gpt-5-mini",
    input_tokens=100,
    output_tokens=20,
    cache_read_input_tokens=60,
    cost_estimated=0.25,
    latency_ms=1280.0,
    ttft_ms=30.0,
    team="search",
    requested_model="chat",
    status="ok",
    attempts=2,
)


class Kept:
    """A recorder that keeps what it is given."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def record(self, record: Record) -> None:
        self.records.append(record)

    record_attempt = record_guardrail = record


class Became(NamedTuple):
    recorded: int
    dropped: int
    pending: int


def read(text: bytes) -> dict[str, dict[Labels, float]]:
    """Return the samples of an exposition by name and labels, as Prometheus' own parser reads them."""
    found: dict[str, dict[Labels, float]] = {}
    for family in text_string_to_metric_families(text.decode()):
        for sample in family.samples:
            found.setdefault(sample.name, {})[frozenset(sample.labels.items())] = sample.value
    return found


def labels(**of: str) -> Labels:
    return frozenset(of.items())


def test_a_record_is_handed_on_and_counted() -> None:
    kept, metrics = Kept(), Metrics()
    counting = Counting(kept, metrics)
    attempt = AttemptRecord(
        timestamp_us=1, request_id="a", attempt=1, provider="openai", model="gpt-5-mini", outcome="error",
        error_type="rate_limit", latency_ms=4.0,
    )  # fmt: skip
    decision = GuardrailRecord(timestamp_us=1, request_id="a", guardrail="budget", action="block", team="search")
    counting.record(REQUEST)
    counting.record_attempt(attempt)
    counting.record_guardrail(decision)
    assert kept.records == [REQUEST, attempt, decision]
    found = read(metrics.text())
    model = {"provider": "openai", "model": "gpt-5-mini"}
    asked = labels(group="chat", strategy="cost-first", status="ok", **model)
    assert found["finops_requests_total"] == {asked: 1}
    assert found["finops_requests_rescued_total"] == {labels(group="chat"): 1}
    assert found["finops_tokens_total"] == {
        labels(team="search", type="input", **model): 100,
        labels(team="search", type="output", **model): 20,
    }
    assert found["finops_cached_tokens_total"] == {labels(team="search", type="read", **model): 60}
    assert found["finops_cost_usd_total"] == {labels(team="search", **model): 0.25}
    assert found["finops_attempts_total"] == {labels(outcome="error", error_type="rate_limit", **model): 1}
    assert found["finops_guardrail_events_total"] == {labels(guardrail="budget", action="block", team="search"): 1}
    assert "finops_unpriced_requests_total" not in found
    buckets = found["finops_request_duration_seconds_bucket"]
    assert [buckets[labels(group="chat", le=le, **model)] for le in ("0.64", "1.28", "+Inf")] == [0, 1, 1]
    assert found["finops_request_duration_seconds_sum"] == {labels(group="chat", **model): 1.28}
    assert found["finops_time_to_first_token_seconds_count"] == {labels(group="chat", **model): 1}


def test_an_unknown_price_is_counted_as_such_and_adds_no_cost() -> None:
    metrics = Metrics()
    Counting(Kept(), metrics).record(
        RequestRecord(timestamp_us=1, request_id="a", provider="vllm", model="acme", unpriced_reason="model")
    )
    found = read(metrics.text())
    assert found["finops_unpriced_requests_total"] == {labels(provider="vllm", model="acme", reason="model"): 1}
    assert "finops_cost_usd_total" not in found


def test_what_became_of_records_and_gauges_of_the_moment() -> None:
    metrics = Metrics()
    metrics.keep(Became(10, 1, 3))
    metrics.keep(Became(12, 1, 2))
    found = read(metrics.text([Sample(named.BUDGET_SPENT, ("All",), 30.5), Sample(named.INFO, ("1.0",), 1)]))
    assert found["finops_telemetry_records_total"] == {labels(): 12}
    assert found["finops_telemetry_dropped_records_total"] == {labels(): 1}
    assert found["finops_telemetry_pending_records"] == {labels(): 2}
    assert found["finops_budget_spent_usd"] == {labels(budget="All"): 30.5}
    assert found["finops_gateway_info"] == {labels(version="1.0"): 1}


def test_the_parser_knows_every_metric_and_its_kind() -> None:
    families = {family.name: family for family in text_string_to_metric_families(Metrics().text().decode())}
    kinds = {f.name.removesuffix("_total") if f.kind == "counter" else f.name: f.kind for f in FAMILIES}
    assert {name: family.type for name, family in families.items()} == kinds
    assert len({f.name for f in FAMILIES}) == len(FAMILIES)


def test_metrics_of_the_most_series_have_room() -> None:
    assert sum(MOST_SERIES * cells_of(family) for family in FAMILIES) <= CAPACITY


def test_labels_beyond_the_most_are_counted_together() -> None:
    metrics = Metrics()
    for number in range(MOST_SERIES + 5):
        metrics.add(named.REFUSED, str(number))
    metrics.add(named.REFUSED, "3")
    refused = read(metrics.text())["finops_refused_total"]
    assert len(refused) == MOST_SERIES
    assert refused[labels(reason="3")] == 2
    assert refused[labels(reason="other")] == 6
    assert sum(refused.values()) == MOST_SERIES + 6


def test_labels_that_a_metric_has_not_are_refused() -> None:
    with pytest.raises(ValueError, match="finops_refused_total has the labels"):
        Metrics().add(named.REFUSED)


@given(st.text(max_size=50), st.floats(0, 1e9))
def test_any_label_is_read_back(label: str, amount: float) -> None:
    metrics = Metrics()
    metrics.add(named.COST, "openai", label, "", by=amount)
    (found,) = read(metrics.text())["finops_cost_usd_total"].items()
    assert dict(found[0])["model"] == label
    assert found[1] == amount


def test_a_label_that_is_no_text_is_read_all_the_same() -> None:
    metrics = Metrics()
    metrics.add(named.REFUSED, "\ud800")
    metrics.add(named.REFUSED, "\ud800")
    assert read(metrics.text())["finops_refused_total"] == {labels(reason="?"): 2}


@given(st.lists(st.floats(0, 2000), max_size=30))
def test_a_histogram_counts_each_value_once(values: list[float]) -> None:
    metrics = Metrics()
    for value in values:
        metrics.observe(named.ATTEMPT_DURATION, "openai", "gpt-5-mini", value=value)
    found = read(metrics.text())
    for at, count in found.get("finops_attempt_duration_seconds_bucket", {}).items():
        assert count == sum(value <= float(dict(at)["le"]) for value in values)
    assert sum(found.get("finops_attempt_duration_seconds_sum", {}).values()) == pytest.approx(sum(values))


WORKER = """
import sys
from pathlib import Path
from finops_router.gateway import families as named
from finops_router.gateway.metrics import Metrics
metrics = Metrics(Path(sys.argv[1]))
metrics.add(named.IN_FLIGHT)
for _ in range(3):
    metrics.add(named.REFUSED, "key")
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "metrics"


@pytest.fixture
def worker(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another worker that has refused three requests and has one under way."""
    path = os.pathsep.join(sys.path)
    with subprocess.Popen(
        [sys.executable, "-c", WORKER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def numbers(found: Mapping[str, Mapping[Labels, float]]) -> tuple[float, ...]:
    names = ("finops_refused_total", "finops_requests_in_flight", "finops_workers")
    return tuple(sum(found[name].values()) for name in names)


def test_workers_are_summed_and_kill_9_loses_no_count(folder: Path, worker: subprocess.Popen[str]) -> None:
    metrics = Metrics(folder)
    metrics.add(named.REFUSED, "key")
    metrics.add(named.IN_FLIGHT)
    assert numbers(read(metrics.text())) == (4, 2, 2)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert numbers(read(metrics.text())) == (4, 1, 1)


def test_two_of_one_process_keep_their_own_numbers(folder: Path) -> None:
    first, second = Metrics(folder), Metrics(folder)
    first.add(named.REFUSED, "key")
    second.add(named.REFUSED, "key", by=2)
    assert first.text() == second.text()
    assert read(first.text())["finops_refused_total"] == {labels(reason="key"): 3}
