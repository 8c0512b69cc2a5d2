"""The benchmark of many streams runs, with a few."""

from __future__ import annotations

import pytest

from benchmarks import streams


def test_a_few_streams_all_end_whole(capsys: pytest.CaptureFixture[str]) -> None:
    streams.run(((20, 5, 0.05, 200.0),))
    row = [part.strip() for part in capsys.readouterr().out.splitlines()[2].split("|")[1:-1]]
    assert row[0] == "20, 5, 0.05 s, 200"
    assert row[2:4] == ["0", "0"]
