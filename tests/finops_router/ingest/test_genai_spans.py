"""Spans of calls to models are read by all names in use, each call once, whoever else wrote spans of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from finops_router.calls import Usage
from finops_router.ingest.foreign import ForeignRequest
from finops_router.ingest.genai_spans import request_of
from finops_router.ingest.otlp_json import Span, spans_of
from finops_router.ingest.outermost import Outermost
from finops_router.ingest.values import BadValueError

LINES = Path(__file__).with_name("otlp_genai_traces.jsonl")
NEW = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o-mini",
    "gen_ai.usage.input_tokens": 2006,
    "gen_ai.usage.output_tokens": 300,
    "gen_ai.usage.cache_read.input_tokens": 1920,
}


def value(of: object) -> dict[str, object]:
    """A value as OTLP has it in JSON: whole numbers are texts."""
    if isinstance(of, bool):
        return {"boolValue": of}
    return (
        {"intValue": str(of)}
        if isinstance(of, int)
        else {"doubleValue": of}
        if isinstance(of, float)
        else {"stringValue": of}
    )


def span(attributes: dict[str, Any], **changes: object) -> dict[str, object]:
    raw: dict[str, object] = {
        "traceId": "t1",
        "spanId": "s1",
        "name": "chat",
        "startTimeUnixNano": "1790856000000000000",
        "endTimeUnixNano": "1790856001500000000",
        "attributes": [{"key": key, "value": value(of)} for key, of in attributes.items()],
    }
    return raw | changes


def export(*spans: dict[str, object], resource: dict[str, Any] | None = None) -> dict[str, object]:
    attributes = [{"key": key, "value": value(of)} for key, of in (resource or {}).items()]
    scope = {"scope": {"name": "lib"}, "spans": list(spans)}
    return {"resourceSpans": [{"resource": {"attributes": attributes}, "scopeSpans": [scope]}]}


def calls(exports: Iterable[dict[str, object]], most_spans: int = 100_000) -> list[ForeignRequest]:
    outermost = Outermost[ForeignRequest](request_of, lambda call: call.usage.source != "none", most_spans)
    found: list[ForeignRequest] = []
    for one in exports:
        for read in spans_of(one):
            assert isinstance(read, Span)
            found += outermost.add(read)
    return found + list(outermost.rest())


def only(attributes: dict[str, Any], resource: dict[str, Any] | None = None) -> ForeignRequest:
    (found,) = calls([export(span(attributes), resource=resource)])
    return found


def test_what_real_instrumentations_exported_is_three_requests() -> None:
    found = calls(json.loads(line) for line in LINES.read_text(encoding="utf-8").splitlines())
    assert [(one.record.provider, one.record.model, one.record.status) for one in found] == [
        ("openai", "gpt-4o-mini-2024-07-18", "ok"),
        ("openai", "gpt-4o-mini", "error"),
        ("anthropic", "claude-sonnet-4-5-20250929", "ok"),
    ]
    assert found[1].record.error_type == "openai.RateLimitError"
    anthropic = found[2]  # Anthropic's SDK wrote a span of its own within that of the instrumentation
    assert anthropic.record.request_id == "e3080821ca42c78d1f5f9b9d1f4bc281-0a6254d217c6da4f"
    assert (anthropic.usage.input_tokens, anthropic.usage.output_tokens) == (13423, 701)
    assert (anthropic.usage.cache_read_input_tokens, anthropic.usage.cache_write_input_tokens) == (12345, 678)


@pytest.mark.parametrize("library", ["openinference", "openllmetry"])
def test_what_other_libraries_exported_of_the_same_calls_says_the_same(library: str) -> None:
    """OpenInference 0.1.66 and 3.1.0, OpenLLMetry 0.62.4, against a stub of two providers with known counts."""
    text = LINES.with_name(f"{library}_traces.jsonl").read_text(encoding="utf-8")
    openai, failed, anthropic = calls(json.loads(line) for line in text.splitlines())
    assert (openai.record.provider, openai.record.model) == ("openai", "gpt-4o-mini-2024-07-18")
    assert openai.usage == Usage(
        input_tokens=2006, output_tokens=300, cache_read_input_tokens=1920, reasoning_output_tokens=128
    )
    assert (failed.record.provider, failed.record.model, failed.record.status) == ("openai", "gpt-4o", "error")
    assert str(failed.record.error_type).endswith("RateLimitError")
    assert anthropic.record.model == "claude-sonnet-4-5-20250929"
    assert anthropic.usage == Usage(
        input_tokens=13_423, output_tokens=701, cache_read_input_tokens=12_345, cache_write_input_tokens=678
    )
    assert {(one.record.team, one.record.project) for one in (openai, failed, anthropic)} == {("search", "ranker")}


OLD = {
    "gen_ai.system": "openai",
    "gen_ai.request.model": "gpt-4o-mini",
    "gen_ai.usage.prompt_tokens": 2006,
    "gen_ai.usage.completion_tokens": 300,
    "gen_ai.usage.cache_read_input_tokens": 1920,
    "llm.request.type": "chat",
}
OPENINFERENCE = {
    "openinference.span.kind": "LLM",
    "llm.provider": "openai",
    "llm.model_name": "gpt-4o-mini",
    "llm.token_count.prompt": 2006,
    "llm.token_count.completion": 300,
    "llm.token_count.prompt_details.cache_read": 1920,
}


@pytest.mark.parametrize("attributes", [NEW, OLD, OPENINFERENCE], ids=["new", "old", "openinference"])
def test_all_names_in_use_say_the_same(attributes: dict[str, Any]) -> None:
    found = only(attributes)
    assert (found.record.provider, found.record.model, found.record.operation) == ("openai", "gpt-4o-mini", "chat")
    assert (found.usage.input_tokens, found.usage.output_tokens) == (2006, 300)
    assert found.usage.cache_read_input_tokens == 1920
    assert found.record.latency_ms == 1500.0


@pytest.mark.parametrize("name", ["cache_write.input_tokens", "cache_creation.input_tokens"])
def test_cache_writes_have_two_names(name: str) -> None:
    found = only({**NEW, f"gen_ai.usage.{name}": 50})
    assert found.usage.cache_write_input_tokens == 50
    assert found.usage.input_tokens == 2006  # which has them


def test_a_library_that_counts_cached_tokens_beside_the_input_is_seen_through() -> None:
    found = only({**NEW, "gen_ai.usage.input_tokens": 86})
    assert found.usage.input_tokens == 2006


def test_spans_of_agents_and_tools_are_no_calls() -> None:
    agent = {"gen_ai.operation.name": "invoke_agent", "gen_ai.request.model": "m", "gen_ai.usage.input_tokens": 9}
    tool = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search"}
    chain = {"openinference.span.kind": "CHAIN", "llm.token_count.prompt": 9}
    workflow = {"traceloop.span.kind": "workflow", "gen_ai.request.model": "m"}
    http = {"http.request.method": "POST"}
    assert calls([export(*(span(one) for one in (agent, tool, chain, workflow, http)))]) == []


def nested(outer: dict[str, Any], inner: dict[str, Any]) -> list[dict[str, object]]:
    between = span({}, spanId="s2", parentSpanId="s1")
    return [span(inner, spanId="s3", parentSpanId="s2"), between, span(outer)]


def test_the_outermost_span_of_a_call_is_kept_whatever_lies_between() -> None:
    found = calls([export(one) for one in nested({**NEW, "gen_ai.usage.output_tokens": 301}, NEW)])
    assert [one.usage.output_tokens for one in found] == [301]


def test_an_outer_span_without_tokens_gives_way_to_one_that_has_them() -> None:
    found = calls([export(*nested({"gen_ai.request.model": "alias"}, NEW))])
    assert [(one.record.model, one.usage.input_tokens) for one in found] == [("gpt-4o-mini", 2006)]


def test_two_calls_of_an_agent_are_two() -> None:
    agent = span({"gen_ai.operation.name": "invoke_agent", "gen_ai.request.model": "m"})
    two = [span(NEW, spanId=name, parentSpanId="s1") for name in ("s2", "s3")]
    assert len(calls([export(*two, agent)])) == 2


def test_spans_that_are_their_own_parents_end() -> None:
    assert len(calls([export(span(NEW, parentSpanId="s1"))])) == 1
    assert len(calls([export(span(NEW, parentSpanId="s2"), span({}, spanId="s2", parentSpanId="s1"))])) == 1


def test_only_so_many_spans_are_kept_and_none_is_lost() -> None:
    many = [export(span(NEW, traceId=f"t{number}")) for number in range(100)]
    found = calls(many, most_spans=10)
    assert [one.record.request_id for one in found] == [f"t{number}-s1" for number in range(100)]


def test_spans_that_come_as_they_end_wait_for_the_one_around_them() -> None:
    outermost = Outermost[ForeignRequest](request_of, lambda call: call.usage.source != "none")

    def add(raw: dict[str, object], now_s: float) -> None:
        for read in spans_of(export(raw)):
            assert isinstance(read, Span)
            assert list(outermost.add(read, now_s)) == []

    add(span(NEW, spanId="inner", parentSpanId="outer"), 10.0)
    add(span(NEW, traceId="t2"), 10.0)
    add(span(NEW, spanId="outer"), 11.0)
    assert [one.record.request_id for one in outermost.idle(10.5)] == ["t2-s1"]
    assert list(outermost.idle(10.5)) == []
    assert [one.record.request_id for one in outermost.idle(99.0)] == ["t1-outer"]


def test_resource_and_span_say_whose_it_is() -> None:
    resource = {
        "service.namespace": "search",
        "service.name": "ranker",
        "deployment.environment": "staging",
        "team": "overruled by the span",
    }
    found = only({**NEW, "finops.team": "web", "enduser.id": "u7"}, resource).record
    assert (found.team, found.project, found.environment, found.end_user) == ("web", "ranker", "staging", "u7")


def test_tier_stream_and_first_chunk_are_read() -> None:
    found = only(
        {
            **NEW,
            "openai.response.service_tier": "flex",
            "gen_ai.request.stream": True,
            "gen_ai.response.time_to_first_chunk": 0.25,
        }
    )
    assert (found.served.service_tier, found.record.stream, found.record.ttft_ms) == ("flex", True, 250.0)


def test_a_cost_in_a_span_is_one_that_was_reported() -> None:
    assert only(NEW).cost_usd is None
    found = only({**NEW, "gen_ai.usage.cost": 0.125})
    assert (str(found.cost_usd), found.cost_source) == ("0.125", "reported")
    assert only({**NEW, "gen_ai.usage.cost": 0.0}).cost_usd is None  # as libraries write that they know no price


def test_prompts_are_never_read() -> None:
    (read,) = spans_of(export(span({**NEW, "gen_ai.prompt": "s" * 5000})))
    assert isinstance(read, Span)
    assert "gen_ai.prompt" not in read.attributes


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"startTimeUnixNano": "soon"}, "startTimeUnixNano is no number"),
        ({"traceId": ""}, "has no traceId"),
        ({"spanId": None}, "has no spanId"),
    ],
)
def test_a_span_that_cannot_be_read_says_why_and_the_others_are_read(changes: dict[str, object], reason: str) -> None:
    bad, good = spans_of(export(span(NEW, **changes), span(NEW)))
    assert isinstance(bad, BadValueError)
    assert reason in str(bad)
    assert isinstance(good, Span)


def test_counts_that_are_none_are_refused_by_their_name() -> None:
    with pytest.raises(BadValueError, match=r"gen_ai\.usage\.input_tokens is no"):
        only({**NEW, "gen_ai.usage.input_tokens": "many"})


@pytest.mark.parametrize(
    "request_", [{}, {"resourceSpans": 7}, {"resourceSpans": [7, {"scopeSpans": [{"spans": [1]}]}]}]
)
def test_what_is_no_export_has_no_spans(request_: dict[str, object]) -> None:
    assert list(spans_of(request_)) == []
