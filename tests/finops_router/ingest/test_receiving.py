"""Spans that are posted become records once: whatever way they are written, in whatever batches, over any death."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from finops_router.ingest import otlp_http
from finops_router.ingest.otlp_http import JSON, PROTOBUF
from finops_router.ingest.receiving import MOST_SPANS, QUIET_S, Receiver
from finops_router.pricing.prices import Prices
from finops_router.records import Record, RequestRecord
from google.protobuf.json_format import ParseDict
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

LINES = Path(__file__).with_name("otlp_genai_traces.jsonl").read_text(encoding="utf-8").splitlines()
PRICES = Prices()
CALL = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o-mini",
    "gen_ai.response.id": "chatcmpl-1",
    "gen_ai.usage.input_tokens": 1200,
    "gen_ai.usage.output_tokens": 300,
}


class Kept:
    """A recorder that keeps what it is given."""

    def __init__(self) -> None:
        self.records: list[RequestRecord] = []

    def record(self, record: Record) -> None:
        assert isinstance(record, RequestRecord)
        self.records.append(record)

    record_attempt = record_guardrail = record


def value(of: object) -> dict[str, object]:
    return {"intValue": str(of)} if isinstance(of, int) else {"stringValue": of}


def span(number: int, parent: int | None = None, **changes: Any) -> dict[str, Any]:
    attributes = changes.pop("attributes", CALL)
    return {
        "traceId": f"{1:032x}",
        "spanId": f"{number:016x}",
        "parentSpanId": "" if parent is None else f"{parent:016x}",
        "name": "chat",
        "startTimeUnixNano": "1790856000000000000",
        "endTimeUnixNano": "1790856001500000000",
        "attributes": [{"key": key, "value": value(of)} for key, of in attributes.items()],
        **changes,
    }


def export(*spans: dict[str, Any]) -> dict[str, Any]:
    return {"resourceSpans": [{"scopeSpans": [{"scope": {"name": "lib"}, "spans": list(spans)}]}]}


def body(*spans: dict[str, Any]) -> bytes:
    return json.dumps(export(*spans)).encode()


def as_protobuf(exported: dict[str, Any]) -> bytes:
    """An export in protobuf. JSON has ids in hex, which protobuf's own reader of JSON would take for base64."""
    plain = json.loads(json.dumps(exported))
    ids = []
    for of_resource in plain["resourceSpans"]:
        for of_scope in of_resource["scopeSpans"]:
            for one in of_scope["spans"]:
                ids.append([one.pop(name, "") for name in ("traceId", "spanId", "parentSpanId")])
    request = ParseDict(plain, ExportTraceServiceRequest())
    sent = [one for r in request.resource_spans for s in r.scope_spans for one in s.spans]
    for one, (trace_id, span_id, parent) in zip(sent, ids, strict=True):
        one.trace_id, one.span_id, one.parent_span_id = (bytes.fromhex(of) for of in (trace_id, span_id, parent))
    return request.SerializeToString()


@pytest.fixture
def kept() -> Kept:
    return Kept()


def ids(kept: Kept) -> list[str]:
    return [record.request_id[-1:] for record in kept.records]


def test_json_and_protobuf_plain_and_packed_say_the_same(kept: Kept) -> None:
    said: list[list[RequestRecord]] = []
    for kind in (JSON, PROTOBUF):
        for encoding in ("", "gzip"):
            kept.records = []
            receiver = Receiver(kept, PRICES)
            for line in LINES:
                plain = line.encode() if kind == JSON else as_protobuf(json.loads(line))
                sent = gzip.compress(plain) if encoding else plain
                answer = receiver.receive(sent, f"{kind}; charset=utf-8", encoding, 0.0).answer
                assert (answer.status, answer.content_type) == (200, kind)
                assert answer.body == (b"{}" if kind == JSON else b"")
            receiver.close()
            said.append(kept.records)
    assert said[0] == said[1] == said[2] == said[3]
    openai, failed, anthropic = said[0]
    assert (openai.input_tokens, openai.output_tokens, openai.cache_read_input_tokens) == (1200, 300, 800)
    assert (openai.cost_estimated, openai.cost_source) == (0.0003, "list")
    assert (failed.status, failed.error_type) == ("error", "openai.RateLimitError")
    assert (anthropic.input_tokens, anthropic.output_tokens) == (13423, 701)  # once: the SDK has a span of its own


def test_the_outermost_span_is_kept_across_batches(kept: Kept) -> None:
    receiver = Receiver(kept, PRICES)
    for number, (one, parent) in enumerate(((3, 2), (2, 1), (1, None))):
        receiver.receive(body(span(one, parent)), JSON, "", now_s=number * QUIET_S)
        receiver.settle(number * QUIET_S)
    assert ids(kept) == []
    receiver.settle(3 * QUIET_S + 0.1)
    assert ids(kept) == ["1"]


def test_spans_of_something_else_join_those_of_calls_and_are_none(kept: Kept) -> None:
    receiver = Receiver(kept, PRICES)
    received = receiver.receive(body(span(2, 1), span(3, 2, attributes={}), span(4, 3)), JSON, "", 0.0)
    assert (received.calls, received.others, received.rejected) == (2, 1, 0)
    receiver.close()
    assert ids(kept) == ["2"]


def test_memory_is_bounded_by_the_oldest_traces_being_recorded(kept: Kept) -> None:
    receiver = Receiver(kept, PRICES)
    for number in range(MOST_SPANS // 1000 + 2):
        spans = [span(one, traceId=f"{number * 1000 + one:032x}", attributes={}) for one in range(1, 1000)]
        receiver.receive(body(span(1000, traceId=f"{number:02x}" + "f" * 30), *spans), JSON, "", 0.0)
    assert len(kept.records) == 2


def test_unreadable_spans_are_a_partial_success_that_says_why(kept: Kept) -> None:
    sent = export(span(1), span(2, startTimeUnixNano="0"), span(3, spanId=""))
    for kind, plain in ((JSON, json.dumps(sent).encode()), (PROTOBUF, as_protobuf(sent))):
        received = Receiver(kept, PRICES).receive(plain, kind, "", 0.0)
        assert (received.answer.status, received.calls, received.rejected) == (200, 1, 2)
        if kind == JSON:
            said = json.loads(received.answer.body)["partialSuccess"]
            assert said["rejectedSpans"] == "2"
            message = said["errorMessage"]
        else:
            response = ExportTraceServiceResponse.FromString(received.answer.body)
            assert response.partial_success.rejected_spans == 2
            message = response.partial_success.error_message
        assert message.startswith("startTimeUnixNano is no moment between 2000 and 2100")


@pytest.mark.parametrize(
    ("sent", "kind", "encoding", "status", "words"),
    [
        (b"{}", "text/plain", "", 415, "the content type is text/plain"),
        (b"{}", "", "", 415, "the content type is missing"),
        (b"{}", JSON, "br", 415, "the content encoding is br"),
        (b"{", JSON, "", 400, "the body is no JSON object"),
        (b"[]", JSON, "", 400, "the body is no JSON object"),
        (b"\xff\xff", PROTOBUF, "", 400, "the body is no ExportTraceServiceRequest"),
        (b"{}", JSON, "gzip", 400, "the body is no gzip"),
        (gzip.compress(b"{}", mtime=0)[:-3], JSON, "gzip", 400, "it ends early"),
        (gzip.compress(b"{}", mtime=0) + b"more", JSON, "gzip", 400, "the body is no gzip"),
        (b" " * (otlp_http.MOST_BYTES + 1), JSON, "", 413, "the body is larger than 8388608 bytes"),
        (gzip.compress(b" " * 2**26, 1, mtime=0), JSON, "gzip", 413, "the body is larger than 8388608 bytes"),
    ],
    ids=["type", "no type", "encoding", "JSON", "list", "protobuf", "gzip", "short", "trail", "large", "bomb"],
)
def test_what_cannot_be_taken_is_refused_with_words(
    kept: Kept, sent: bytes, kind: str, encoding: str, status: int, words: str
) -> None:
    answer = Receiver(kept, PRICES).receive(sent, kind, encoding, 0.0).answer
    assert answer.status == status
    assert words in answer.body.decode(errors="replace")
    assert answer.content_type == (PROTOBUF if kind == PROTOBUF else JSON)


def test_several_members_of_gzip_are_one_body(kept: Kept) -> None:
    whole = body(span(1))
    sent = gzip.compress(whole[:100]) + gzip.compress(whole[100:])
    assert Receiver(kept, PRICES).receive(sent, JSON, "gzip", 0.0).calls == 1


@given(st.binary(max_size=300), st.sampled_from((JSON, PROTOBUF)), st.sampled_from(("", "gzip")))
def test_any_body_gets_an_answer(sent: bytes, kind: str, encoding: str) -> None:
    kept = Kept()
    receiver = Receiver(kept, PRICES)
    assert receiver.receive(sent, kind, encoding, 0.0).answer.status in {200, 400}
    receiver.close()


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(["traceId", "spanId", "startTimeUnixNano", "attributes", "status", "events"]), ANY_JSON)
def test_a_span_with_anything_in_it_is_read_or_rejected(name: str, put: object) -> None:
    kept = Kept()
    receiver = Receiver(kept, PRICES)
    received = receiver.receive(json.dumps(export(span(1) | {name: put})).encode(), JSON, "", 0.0)
    assert received.answer.status in {200, 400}  # NaN is no JSON
    receiver.close()


def test_a_killed_worker_s_spans_are_read_by_the_next(kept: Kept, tmp_path: Path) -> None:
    killed = Receiver(kept, PRICES, tmp_path)
    killed.receive(body(span(3, 2), span(2, 1)), JSON, "", 0.0)
    (left,) = tmp_path.iterdir()
    copied = left.read_bytes()
    (tmp_path / "99-0.spans").write_bytes(copied + b'{"trace_id": "to')  # whose process is gone, in the midst of a line
    after, living = Kept(), Receiver(kept, PRICES, tmp_path)
    living = Receiver(after, PRICES, tmp_path)
    living.settle(0.0)
    assert not (tmp_path / "99-0.spans").exists()
    living.receive(body(span(1)), JSON, "", 1.0)
    living.settle(QUIET_S + 1.1)
    assert ids(after) == ["1"]
    assert [path.name for path in tmp_path.iterdir()] == [left.name]  # which its own process still holds


def test_the_spool_is_let_go_of_when_nothing_is_under_way(kept: Kept, tmp_path: Path) -> None:
    receiver = Receiver(kept, PRICES, tmp_path)
    for number in range(6):
        receiver.receive(body(span(number + 1, traceId=f"{number + 1:032x}")), JSON, "", number * 20.0)
        receiver.settle(number * 20.0)
    assert len(list(tmp_path.iterdir())) == 2
    receiver.settle(200.0)
    assert list(tmp_path.iterdir()) == []
    assert len(kept.records) == 6


def test_a_spool_that_cannot_be_written_asks_the_client_to_come_back(kept: Kept, tmp_path: Path) -> None:
    receiver = Receiver(kept, PRICES, tmp_path / "spool")
    (tmp_path / "spool").rmdir()
    assert receiver.receive(body(span(1)), JSON, "", 0.0).answer.status == 503
    receiver.close()
    assert kept.records == []


def test_no_text_of_prompts_is_kept(kept: Kept, tmp_path: Path) -> None:
    asked = {**CALL, "gen_ai.prompt.0.content": "the secret", "gen_ai.input.messages": "the secret"}
    Receiver(kept, PRICES, tmp_path).receive(body(span(1, attributes=asked)), JSON, "", 0.0)
    (spooled,) = tmp_path.iterdir()
    assert b"chatcmpl-1" in spooled.read_bytes()
    assert b"secret" not in spooled.read_bytes()


@given(st.randoms(use_true_random=False), st.lists(st.integers(0, 5), min_size=6, max_size=6))
def test_any_order_and_any_batches_keep_the_outermost(chance: random.Random, batches: Sequence[int]) -> None:
    kept = Kept()
    receiver = Receiver(kept, PRICES)
    spans = [span(number, number - 1 if number > 1 else None) for number in range(1, 7)]
    chance.shuffle(spans)
    for batch in range(6):
        chosen = [one for one, at in zip(spans, batches, strict=True) if at == batch]
        receiver.receive(body(*chosen), JSON, "", float(batch))
    receiver.close()
    assert ids(kept) == ["1"]
