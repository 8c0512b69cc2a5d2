"""Spans of any instrumentation in this process become records, each call once, whoever stacks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from finops_router.attribution import attribution
from finops_router.instruments.spans import HELD_S, MOST_OPEN, SpanRecorder
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Status, StatusCode, Tracer, set_span_in_context

from tests.finops_router.instruments.callers import Kept

OPENTELEMETRY: dict[str, str | int] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o-mini",
    "gen_ai.response.id": "chatcmpl-1",
    "gen_ai.usage.input_tokens": 2006,
    "gen_ai.usage.output_tokens": 300,
    "gen_ai.usage.cache_read.input_tokens": 1920,
}
OPENINFERENCE: dict[str, str | int] = {
    "openinference.span.kind": "LLM",
    "llm.provider": "openai",
    "llm.model_name": "gpt-4o-mini",
    "llm.token_count.prompt": 2006,
    "llm.token_count.completion": 300,
    "llm.token_count.prompt_details.cache_read": 1920,
    "llm.input_messages.0.message.content": "the question",
}
OPENLLMETRY: dict[str, str | int] = {
    "llm.request.type": "chat",
    "gen_ai.system": "OpenAI",
    "gen_ai.request.model": "gpt-4o-mini",
    "gen_ai.usage.prompt_tokens": 2006,
    "gen_ai.usage.completion_tokens": 300,
    "gen_ai.usage.cache_read_input_tokens": 1920,
    "gen_ai.prompt.0.content": "the question",
}


class Clock:
    """A steady clock that stands still until it is set."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def provider(kept: Kept, clock: Clock) -> Iterator[TracerProvider]:
    made = TracerProvider(resource=Resource({"service.name": "ranker"}), shutdown_on_exit=False)
    made.add_span_processor(SpanRecorder(kept, team="search", monotonic=clock))
    yield made
    made.shutdown()


@pytest.fixture
def tracer(provider: TracerProvider) -> Tracer:
    return provider.get_tracer("an instrumentation")


@pytest.mark.parametrize("names", [OPENTELEMETRY, OPENINFERENCE, OPENLLMETRY])
def test_a_span_of_a_call_is_recorded_at_once_by_all_names(tracer: Tracer, kept: Kept, names: dict[str, Any]) -> None:
    with attribution(environment="prod"), tracer.start_as_current_span("chat", attributes=names):
        pass
    record = kept.only
    assert (record.provider, record.model) == ("openai", "gpt-4o-mini")
    assert (record.input_tokens, record.output_tokens, record.cache_read_input_tokens) == (2006, 300, 1920)
    assert (record.team, record.project, record.environment) == ("search", "ranker", "prod")
    assert record.cost_source == "list"
    assert record.status == "ok"
    assert record.latency_ms is not None
    assert "question" not in str(record)


def test_what_is_set_while_a_span_lasts_is_read_at_its_end(tracer: Tracer, kept: Kept) -> None:
    with tracer.start_as_current_span("chat") as span:
        span.set_attributes(OPENTELEMETRY)
        span.set_status(Status(StatusCode.ERROR))
    assert (kept.only.input_tokens, kept.only.status, kept.only.error_type) == (2006, "error", "error")


def test_an_exception_is_the_type_of_the_error(tracer: Tracer, kept: Kept) -> None:
    with pytest.raises(TimeoutError), tracer.start_as_current_span("chat", attributes=OPENTELEMETRY):
        raise TimeoutError
    assert (kept.only.status, kept.only.error_type) == ("error", "TimeoutError")


def test_of_stacked_spans_the_outermost_is_recorded_when_it_ends(tracer: Tracer, kept: Kept) -> None:
    with tracer.start_as_current_span("outer", attributes=OPENTELEMETRY) as outer:
        with tracer.start_as_current_span("HTTP"):
            with tracer.start_as_current_span("inner", attributes=OPENLLMETRY):
                pass
            assert kept.records == []
        assert kept.records == []
    context = outer.get_span_context()
    assert kept.only.request_id == f"{context.trace_id:032x}-{context.span_id:016x}"


def test_a_span_without_counts_gives_way_to_those_within(tracer: Tracer, kept: Kept) -> None:
    bare = {"gen_ai.request.model": "gpt-4o-mini", "gen_ai.operation.name": "chat"}
    with tracer.start_as_current_span("outer", attributes=bare):
        for _ in range(2):
            with tracer.start_as_current_span("inner", attributes=OPENTELEMETRY):
                pass
    assert [record.input_tokens for record in kept.records] == [2006, 2006]


def test_calls_of_an_agent_are_recorded_while_it_works(tracer: Tracer, kept: Kept, clock: Clock) -> None:
    agent = {"gen_ai.operation.name": "invoke_agent", "gen_ai.request.model": "gpt-4o-mini"}
    with tracer.start_as_current_span("agent", attributes=agent):
        for number in range(3):
            clock.now_s += HELD_S / 2
            with tracer.start_as_current_span("chat", attributes=OPENTELEMETRY):
                pass
            assert len(kept.records) == max(number - 1, 0)
    assert len(kept.records) == 3


def test_a_flush_waits_for_no_span(provider: TracerProvider, tracer: Tracer, kept: Kept) -> None:
    with tracer.start_as_current_span("POST /answers"):
        with tracer.start_as_current_span("chat", attributes=OPENTELEMETRY):
            pass
        assert kept.records == []
        provider.force_flush()
        assert len(kept.records) == 1
    assert len(kept.records) == 1


def test_spans_that_end_in_any_order_are_read(tracer: Tracer, kept: Kept) -> None:
    root = tracer.start_span("root")
    middle = tracer.start_span("middle", set_span_in_context(root))
    call = tracer.start_span("chat", set_span_in_context(middle), attributes=OPENTELEMETRY)
    middle.end()
    call.end()
    assert kept.records == []  # the root is still around it
    root.end()
    assert len(kept.records) == 1


def test_spans_that_never_end_are_let_go_of(tracer: Tracer, kept: Kept) -> None:
    lost = tracer.start_span("lost")
    tracer.start_span("chat", set_span_in_context(lost), attributes=OPENTELEMETRY).end()
    assert kept.records == []
    for _ in range(MOST_OPEN):
        tracer.start_span("leaked")
    assert len(kept.records) == 1


def test_a_span_that_cannot_be_read_is_said_in_the_log(
    tracer: Tracer, kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    tracer.start_span("chat", attributes=OPENTELEMETRY | {"gen_ai.usage.input_tokens": -1}).end()
    assert kept.records == []
    assert "a span was not recorded" in caplog.text


def test_telemetry_in_trouble_costs_no_span(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Kept):
        def record(self, record: object) -> None:
            raise OSError("no telemetry")

    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SpanRecorder(Broken()))
    provider.get_tracer("an instrumentation").start_span("chat", attributes=OPENTELEMETRY).end()
    provider.shutdown()
    assert "no telemetry" in caplog.text
