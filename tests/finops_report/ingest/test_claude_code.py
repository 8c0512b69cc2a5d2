"""Claude Code's sessions come in an answer a request, counted as Anthropic has counted it at last."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from finops_report.ingest import claude_code
from finops_report.ingest.outcomes import Found
from finops_report.ingest.rows import Row
from tests.conftest import Run
from tests.finops_report.ingest.conftest import Rows, as_lines


def line(message: str, output: int, **changes: Any) -> dict[str, Any]:
    usage = {
        "input_tokens": 400,
        "cache_creation_input_tokens": 678,
        "cache_read_input_tokens": 12_345,
        "cache_creation": {"ephemeral_5m_input_tokens": 456, "ephemeral_1h_input_tokens": 222},
        "output_tokens": output,
        "service_tier": "standard",
    }
    row: dict[str, Any] = {
        "parentUuid": None,
        "isSidechain": False,
        "cwd": "/home/somebody/ranker",
        "sessionId": "s-1",
        "version": "2.0.76",
        "gitBranch": "main",
        "type": "assistant",
        "uuid": f"{message}-{output}",
        "requestId": "req_1",
        "timestamp": "2026-10-01T12:00:00.000Z",
        "message": {
            "id": message,
            "type": "message",
            "role": "assistant",
            "model": "claude-sonnet-4-5-20250929",
            "content": [{"type": "text", "text": "an answer"}],
            "usage": usage,
        },
    }
    return row | changes


PROMPT = {
    "type": "user",
    "uuid": "u",
    "sessionId": "s-1",
    "timestamp": "2026-10-01T12:00:00Z",
    "message": {"role": "user"},
}
SYNTHETIC = line("msg_0", 0) | {"message": {"id": "x", "model": "<synthetic>", "usage": {"input_tokens": 0}}}
LATER = {"timestamp": "2026-10-01T12:00:09.000Z"}
SESSION = (PROMPT, line("msg_1", 1), line("msg_2", 5), SYNTHETIC, line("msg_1", 701, **LATER))


def test_the_last_of_an_answers_pieces_counts(run: Run, tmp_path: Path, rows: Rows) -> None:
    (tmp_path / "projects/ranker").mkdir(parents=True)
    as_lines(tmp_path / "projects/ranker/s-1.jsonl", SESSION)
    as_lines(tmp_path / "projects/ranker/agent.jsonl", [PROMPT, line("msg_2", 5, isSidechain=True)])
    result = run("ingest", "projects")
    assert "2 new requests in telemetry.duckdb; 1 left out that repeat another" in result.stdout, result.output
    first = next(row for row in rows() if row["request_id"] == "msg_1")
    assert first["timestamp"].isoformat() == "2026-10-01T12:00:00"
    assert (first["input_tokens"], first["output_tokens"]) == (13_423, 701)
    assert (first["cache_read_input_tokens"], first["cache_write_1h_input_tokens"]) == (12_345, 222)
    # 400 x 3.00, 12,345 x 0.30, 456 x 3.75, 222 x 6.00, 701 x 15.00 USD a million tokens
    assert (first["cost_estimated"], first["cost_source"]) == (0.0184605, "list")
    assert (first["project"], json.loads(first["tags"])) == ("ranker", {"session": "s-1", "branch": "main"})


def test_costs_of_early_versions_are_reported_ones() -> None:
    (found,) = claude_code.outcomes([Row(1, line("msg_1", 701, costUSD=0.5))])
    assert isinstance(found, Found)
    assert str(found.request.cost_usd) == "0.5"


def test_only_so_many_answers_are_kept_open_and_none_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claude_code, "MOST_OPEN", 3)
    found = list(claude_code.outcomes(Row(number, line(f"msg_{number}", 1)) for number in range(20)))
    assert [one.line for one in found] == list(range(20))


def test_bad_lines_are_set_aside_by_the_id_of_their_answer_alone(run: Run, tmp_path: Path) -> None:
    bad = line("msg_3", 1)
    bad["message"]["usage"]["input_tokens"] = -4
    as_lines(tmp_path / "s.jsonl", [*SESSION, bad, line("msg_4", 1, timestamp="soon")])
    assert run("ingest", "s.jsonl").exit_code == 0
    (place,) = tmp_path.glob("telemetry.duckdb.journal/quarantine/*")
    kept = [json.loads(one) for one in place.read_text(encoding="utf-8").splitlines()]
    assert [(one["line"], one["values"]) for one in kept] == [
        (7, {"message.id": "msg_4"}),
        (6, {"message.id": "msg_3"}),
    ]
