"""Gemini CLI's sessions come in a message a request, thoughts counted as output."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.finops_report.ingest.conftest import Rows, as_lines

META = {
    "sessionId": "g-1",
    "projectHash": "abc",
    "startTime": "2026-10-01T12:00:00Z",
    "lastUpdated": "2026-10-01T12:00:09Z",
}
# of a session: its total is input, output, thoughts and what tools put into the prompt (15327 + 23 + 919 + 7 = 16276)
TOKENS = {"input": 15_327, "output": 23, "cached": 11_526, "thoughts": 919, "tool": 7, "total": 16_276}


def message(number: int, **changes: Any) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": f"m{number}",
        "timestamp": f"2026-10-01T12:00:{number:02d}.000Z",
        "type": "gemini",
        "content": "an answer",
        "model": "gemini-2.5-pro",
        "tokens": TOKENS,
    }
    return said | changes


PROMPT = {"id": "m1", "timestamp": "2026-10-01T12:00:01.000Z", "type": "user", "content": "a prompt"}
MESSAGES = (PROMPT, message(2, tokens=None), message(2), message(3, tokens=TOKENS | {"thoughts": 0, "output": 1}))


@pytest.mark.parametrize("form", ["document", "printed", "lines"])
def test_each_answer_is_a_request_in_every_form(run: Run, tmp_path: Path, rows: Rows, form: str) -> None:
    place = tmp_path / "session.json"
    if form == "lines":
        as_lines(place, [META | {"kind": "main"}, *MESSAGES, {"$rewindTo": "m3"}])
    else:
        document = META | {"messages": MESSAGES}
        place.write_text(json.dumps(document, indent=2 if form == "printed" else None), encoding="utf-8")
    result = run("ingest", place)
    assert "sessions of Gemini CLI, 2 requests, 30,668 tokens in, 943 out" in result.stdout, result.output
    first = rows()[0]
    assert (first["request_id"], first["provider"], first["model"]) == ("g-1-m2", "gcp.gemini", "gemini-2.5-pro")
    assert first["input_tokens"] + first["output_tokens"] == TOKENS["total"]
    assert (first["cache_read_input_tokens"], first["reasoning_output_tokens"]) == (11_526, 919)
    # 3,808 x 1.25, 11,526 x 0.125 and 942 x 10.00 USD a million tokens
    assert (first["cost_estimated"], first["cost_source"]) == (0.01562075, "list")


def test_a_bad_message_is_set_aside_by_its_id_alone(run: Run, tmp_path: Path) -> None:
    as_lines(tmp_path / "s.jsonl", [META, message(2), message(3, tokens=TOKENS | {"input": -1})])
    assert run("ingest", "s.jsonl").exit_code == 0
    (place,) = tmp_path.glob("telemetry.duckdb.journal/quarantine/*")
    kept = json.loads(place.read_text(encoding="utf-8"))
    assert (kept["line"], kept["values"]) == (3, {"id": "m3"})
