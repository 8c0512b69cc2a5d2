"""Many live streams at once end whole at their first attempt; `python -m benchmarks streams` has thousands."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.finops_router.scenarios.crowd import crowded

STREAMS, CHUNKS = 200, 20


def test_no_stream_of_a_crowd_is_taken_for_stalled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WALL_KEY", "none")
    found = crowded(tmp_path, STREAMS, CHUNKS, every_s=0.1, starts_per_s=1000)
    assert (found.replies, found.chunks) == (STREAMS, STREAMS * CHUNKS)
    assert not found.failed_attempts
    assert not found.wrong
    assert (found.provider["began"], found.provider["ended"], found.provider["cut"]) == (STREAMS, STREAMS, 0)
    assert found.provider["most_at_once"] == STREAMS
    with duckdb.connect(str(tmp_path / "telemetry.duckdb"), read_only=True) as connection:
        assert connection.sql("select outcome, count(*) from attempts group by all").fetchall() == [("ok", STREAMS)]
