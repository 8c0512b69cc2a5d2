"""Spans that a collector wrote into a file come in, each call once."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.finops_report.ingest.conftest import Rows

SAMPLE = Path(__file__).parents[2] / "finops_router/ingest/otlp_genai_traces.jsonl"


@pytest.fixture
def spans(tmp_path: Path) -> Path:
    return Path(shutil.copy(SAMPLE, tmp_path / "traces.jsonl"))


def test_what_real_instrumentations_exported_comes_in_once(run: Run, spans: Path, rows: Rows) -> None:
    result = run("ingest", spans)
    assert "OpenTelemetry spans (OTLP in JSON), 3 requests, 14,623 tokens in, 1,001 out" in result.stdout, result.output
    assert "1 row passed over" in result.stdout
    assert "3 new requests" in result.stdout
    assert "0 new requests in telemetry.duckdb; 3 already there" in run("ingest", spans).stdout
    assert [(row["provider"], row["status"], row["input_tokens"]) for row in rows()] == [
        ("openai", "ok", 1200),
        ("openai", "error", None),
        ("anthropic", "ok", 13423),
    ]


def test_an_inner_span_that_comes_alone_is_the_call_until_the_outer_one_comes(
    run: Run, spans: Path, tmp_path: Path, rows: Rows
) -> None:
    for number, line in enumerate(spans.read_text(encoding="utf-8").splitlines()):
        place = tmp_path / f"{number}.jsonl"
        place.write_text(line, encoding="utf-8")
        run("ingest", place)
    assert len(rows()) == 3


def test_one_document_over_many_lines_is_read(run: Run, spans: Path, tmp_path: Path, rows: Rows) -> None:
    documents = [json.loads(line) for line in spans.read_text(encoding="utf-8").splitlines()]
    whole = {"resourceSpans": [one for document in documents for one in document["resourceSpans"]]}
    (tmp_path / "whole.json").write_text(json.dumps(whole, indent=2), encoding="utf-8")
    assert "3 new requests" in run("ingest", "whole.json").stdout


def test_bad_spans_are_set_aside_and_the_others_come_in(run: Run, spans: Path, tmp_path: Path, rows: Rows) -> None:
    text = spans.read_text(encoding="utf-8")
    broken = text.replace('"intValue":"1200"', '"intValue":"-7"').replace(
        '"startTimeUnixNano":"1795475239768396574"', '"startTimeUnixNano":"soon"'
    )
    spans.write_text(broken + "{\n", encoding="utf-8")
    result = run("ingest", spans)
    assert "1 new request" in result.stdout, result.output
    (place,) = tmp_path.glob("telemetry.duckdb.journal/quarantine/*")
    kept = [json.loads(line) for line in place.read_text(encoding="utf-8").splitlines()]
    assert sorted((line["line"], line["reason"]) for line in kept) == [
        (1, "gen_ai.usage.input_tokens is no count: '-7'"),
        (2, "startTimeUnixNano is no number of nanoseconds"),
        (5, "no object of JSON"),
    ]
    assert [row["provider"] for row in rows()] == ["anthropic"]


def test_spans_without_calls_are_no_requests(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text('{"resourceSpans": []}\n', encoding="utf-8")
    result = run("ingest", "t.jsonl")
    assert result.exit_code == 1
    assert "error: No requests in: t.jsonl" in result.stderr
