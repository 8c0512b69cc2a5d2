"""The benchmark of keys and budgets runs, tiny."""

from __future__ import annotations

import pytest

from benchmarks import budgets


def test_it_prints_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    budgets.run(calls=160)
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0].split()[0] for line in lines] == ["a", "let", "the", "a", *["reserved"] * 3]
    assert "none refused" in lines[-2]
