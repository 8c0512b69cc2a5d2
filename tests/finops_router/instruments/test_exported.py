"""Each call of the router is a span with its attempts, and the usual metrics, by the standard names."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from finops_router.errors import ConfigError
from finops_router.ingest.genai_spans import request_of
from finops_router.instruments.exported import MOST_CALLS, Exported
from finops_router.instruments.spans import as_read
from finops_router.records import AttemptRecord, GuardrailRecord, Record, RequestRecord
from finops_router.router import Router
from finops_router.settings.reader import parse
from finops_router.settings.router import RouterConfig
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

START_US = 1_790_812_800_000_000
REQUEST = RequestRecord(
    timestamp_us=START_US,
    request_id="a",
    strategy="cost-first",
    provider="anthropic",
    model="claude-haiku-4-5",
    requested_model="chat",
    operation="chat",
    input_tokens=1000,
    output_tokens=50,
    cache_read_input_tokens=600,
    cost_estimated=0.25,
    latency_ms=1500.0,
    ttft_ms=250.0,
    response_id="msg-1",
    stream=True,
    status="ok",
    attempts=2,
    team="search",
)
FAILED = AttemptRecord(
    timestamp_us=START_US, request_id="a", attempt=1, provider="openai", model="gpt-4o-mini", outcome="error",
    error_type="rate_limit", http_status=429, latency_ms=20.0,
)  # fmt: skip
ANSWERED = AttemptRecord(
    timestamp_us=START_US + 20_000, request_id="a", attempt=2, provider="anthropic", model="claude-haiku-4-5",
    outcome="ok", latency_ms=1480.0,
)  # fmt: skip


class Kept:
    """A recorder that keeps what it is given."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def record(self, record: Record) -> None:
        self.records.append(record)

    record_attempt = record_guardrail = record


class Told:
    """What OpenTelemetry was told."""

    def __init__(self) -> None:
        self.kept, self.spans, self.metrics = Kept(), InMemorySpanExporter(), InMemoryMetricReader()
        self.tracers = TracerProvider(shutdown_on_exit=False)
        self.tracers.add_span_processor(SimpleSpanProcessor(self.spans))
        self.meters = MeterProvider([self.metrics], shutdown_on_exit=False)
        self.recorder = Exported(self.kept, self.tracers, self.meters)

    @property
    def by_name(self) -> dict[str, ReadableSpan]:
        return {span.name: span for span in self.spans.get_finished_spans()}

    def points(self) -> dict[str, list[Any]]:
        data = self.metrics.get_metrics_data()
        assert data is not None
        return {
            metric.name: list(metric.data.data_points)
            for resource in data.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
        }


@pytest.fixture
def told() -> Iterator[Told]:
    made = Told()
    yield made
    made.tracers.shutdown()
    made.meters.shutdown()


def test_a_call_is_a_span_with_its_attempts(told: Told) -> None:
    decision = GuardrailRecord(timestamp_us=1, request_id="a", guardrail="budget", action="warn")
    for record in (FAILED, ANSWERED):
        told.recorder.record_attempt(record)
    told.recorder.record_guardrail(decision)
    told.recorder.record(REQUEST)
    assert told.kept.records == [FAILED, ANSWERED, decision, REQUEST]
    call, failed, answered = (told.by_name[name] for name in (
        "chat chat", "attempt gpt-4o-mini", "attempt claude-haiku-4-5"
    ))  # fmt: skip
    assert (call.start_time, call.end_time) == (START_US * 1000, START_US * 1000 + 1_500_000_000)
    assert (answered.start_time, answered.end_time) == (START_US * 1000 + 20_000_000, call.end_time)
    assert call.context is not None
    for within in (failed, answered):
        assert within.parent is not None
        assert within.parent.span_id == call.context.span_id
    said = call.attributes or {}
    assert said["gen_ai.provider.name"] == "anthropic"
    assert said["gen_ai.usage.input_tokens"] == 1000
    assert said["gen_ai.response.time_to_first_chunk"] == 0.25
    assert "error.type" not in said
    assert (call.status.status_code, failed.status.status_code) == (StatusCode.UNSET, StatusCode.ERROR)
    assert (failed.attributes or {})["error.type"] == "rate_limit"


def test_a_reader_of_spans_finds_one_call(told: Told) -> None:
    for record in (FAILED, ANSWERED):
        told.recorder.record_attempt(record)
    told.recorder.record(REQUEST)
    calls = [request_of(as_read(span)) for span in told.spans.get_finished_spans()]
    (found,) = (call for call in calls if call is not None)
    assert (found.record.provider, found.record.model, found.record.team) == ("anthropic", REQUEST.model, "search")
    assert (found.usage.input_tokens, found.usage.output_tokens) == (1000, 50)
    assert found.record.response_id == "msg-1"  # by which it is known to be the router's own


def test_the_usual_metrics(told: Told) -> None:
    told.recorder.record(REQUEST)
    points = told.points()
    assert set(points) == {
        "gen_ai.client.operation.duration",
        "gen_ai.client.operation.time_to_first_chunk",
        "gen_ai.client.token.usage",
    }
    common = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "anthropic",
        "gen_ai.request.model": "chat",
        "gen_ai.response.model": "claude-haiku-4-5",
    }
    (duration,) = points["gen_ai.client.operation.duration"]
    assert (dict(duration.attributes), duration.sum, duration.count) == (common, 1.5, 1)
    tokens = {dict(one.attributes)["gen_ai.token.type"]: one.sum for one in points["gen_ai.client.token.usage"]}
    assert tokens == {"input": 1000, "output": 50}


def test_a_failed_call_has_its_error(told: Told) -> None:
    told.recorder.record(
        RequestRecord(timestamp_us=START_US, request_id="b", status="error", error_type="timeout", latency_ms=1.0)
    )
    (span,) = told.spans.get_finished_spans()
    assert (span.name, span.status.status_code) == ("chat", StatusCode.ERROR)
    (duration,) = told.points()["gen_ai.client.operation.duration"]
    assert dict(duration.attributes)["error.type"] == "timeout"


def test_it_is_a_child_of_the_callers_span(told: Told) -> None:
    with told.tracers.get_tracer("application").start_as_current_span("POST /answers") as around:
        told.recorder.record(REQUEST)
    parent = told.by_name["chat chat"].parent
    assert parent is not None
    assert parent.span_id == around.get_span_context().span_id


def test_attempts_of_calls_that_never_end_are_let_go_of(told: Told) -> None:
    told.recorder.record_attempt(FAILED)
    for number in range(MOST_CALLS):
        told.recorder.record_attempt(
            AttemptRecord(timestamp_us=1, request_id=str(number), attempt=1, provider="openai", model="m", outcome="ok")
        )
    told.recorder.record(REQUEST)
    assert len(told.spans.get_finished_spans()) == 1


SETTINGS = """
[router]
opentelemetry = {flag}
[router.groups.chat]
[[router.groups.chat.targets]]
provider = "openai"
model = "gpt-4o-mini"
"""


def test_it_is_asked_for_by_a_setting() -> None:
    assert parse(SETTINGS.format(flag="true"), "finops.toml").opentelemetry
    assert not parse(SETTINGS.format(flag="false"), "finops.toml").opentelemetry
    with pytest.raises(ConfigError, match="opentelemetry"):
        parse(SETTINGS.format(flag='"yes"'), "finops.toml")


def test_without_the_setting_nothing_of_opentelemetry_is_loaded() -> None:
    code = "import finops_router.router, sys; print([n for n in sys.modules if n.startswith('opentelemetry')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_router_says_its_calls() -> None:
    config = parse(SETTINGS.format(flag="true"), "finops.toml")
    assert isinstance(config, RouterConfig)
    kept = Kept()

    class Silent:
        """A provider that is never asked."""

    router = Router(config, {"openai": Silent()}, kept)  # type: ignore[dict-item] # never asked
    assert isinstance(router._ledger.recorder, Exported)
