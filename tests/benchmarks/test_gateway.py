"""The gateway's benchmark runs, in little."""

from __future__ import annotations

import pytest

from benchmarks.gateway import Effort, run


def test_it_measures_both(capsys: pytest.CaptureFixture[str]) -> None:
    run(Effort(rounds=1, seconds=0.2, crowds=(2,), streams=1))
    printed = capsys.readouterr().out
    assert "| 2, ours |" in printed
    assert "1 at once, bare pass-through" in printed
