"""Codex's sessions come in a request each time that its count has grown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.conftest import Run
from tests.finops_report.ingest.conftest import Rows, as_lines

# of a rollout of codex-cli 0.156: input_tokens with cached ones, total is input and output
FIRST = {
    "input_tokens": 18_528,
    "cached_input_tokens": 12_544,
    "cache_write_input_tokens": 0,
    "output_tokens": 6,
    "reasoning_output_tokens": 0,
    "total_tokens": 18_534,
}
SECOND = {"input_tokens": 1000, "cached_input_tokens": 900, "output_tokens": 100, "reasoning_output_tokens": 40}
BOTH = {name: FIRST[name] + SECOND.get(name, 0) for name in FIRST}


def at(second: int, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {"timestamp": f"2026-10-01T12:00:{second:02d}.000Z", "type": kind, "payload": payload}


def counted(second: int, total: dict[str, Any] | None, last: dict[str, Any] | None) -> dict[str, Any]:
    info = None if total is None and last is None else {"total_token_usage": total, "last_token_usage": last}
    return at(second, "event_msg", {"type": "token_count", "info": info, "rate_limits": {"primary": 1}})


META = at(
    5,
    "session_meta",
    {
        "id": "s-9",
        "timestamp": "2026-10-01T12:00:05.000Z",
        "cwd": "/home/somebody/ranker",
        "model_provider": "openai",
        "git": {"branch": "main"},
    },
)
TURN = at(6, "turn_context", {"model": "gpt-5", "cwd": "/home/somebody/ranker"})
SAID = at(7, "response_item", {"type": "message", "content": "a prompt"})


def test_each_count_that_has_grown_is_a_request(run: Run, tmp_path: Path, rows: Rows) -> None:
    session = [
        *(META, TURN, counted(6, None, None), SAID, counted(8, FIRST, FIRST)),
        *(counted(9, FIRST, FIRST), counted(10, BOTH, SECOND)),
    ]
    result = run("ingest", as_lines(tmp_path / "rollout.jsonl", session))
    assert "sessions of Codex, 2 requests, 19,528 tokens in, 106 out" in result.stdout, result.output
    first, second = rows()
    assert (first["request_id"], first["model"], first["provider"]) == ("s-9-1", "gpt-5", "openai")
    assert (first["input_tokens"], first["cache_read_input_tokens"], first["output_tokens"]) == (18_528, 12_544, 6)
    assert (second["input_tokens"], second["reasoning_output_tokens"], second["project"]) == (1000, 40, "ranker")
    # 5,984 x 1.25, 12,544 x 0.125 and 6 x 10.00 USD a million tokens
    assert (first["cost_estimated"], first["cost_source"]) == (0.009108, "list")
    assert "0 new requests" in run("ingest", "rollout.jsonl").stdout


def test_totals_alone_are_counted_by_their_growth(run: Run, tmp_path: Path, rows: Rows) -> None:
    session = [META, TURN, counted(8, FIRST, None), counted(9, BOTH, None)]
    run("ingest", as_lines(tmp_path / "rollout.jsonl", session))
    assert [(row["input_tokens"], row["output_tokens"]) for row in rows()] == [(18_528, 6), (1000, 100)]


def test_the_lines_of_the_session_before_are_not_counted_again(run: Run, tmp_path: Path, rows: Rows) -> None:
    session = [META, TURN, counted(2, FIRST, FIRST), counted(9, BOTH, SECOND)]
    run("ingest", as_lines(tmp_path / "rollout.jsonl", session))
    assert [(row["request_id"], row["input_tokens"]) for row in rows()] == [("s-9-2", 1000)]


def test_counts_that_cannot_be_read_are_set_aside(run: Run, tmp_path: Path, rows: Rows) -> None:
    session = [META, TURN, counted(8, None, FIRST | {"input_tokens": "many"}), counted(9, None, SECOND)]
    result = run("ingest", as_lines(tmp_path / "rollout.jsonl", session))
    assert "set aside, 1 row: input_tokens is no number: 'many'" in result.stdout
    assert len(rows()) == 1
