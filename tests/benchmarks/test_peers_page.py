"""The page of a few figures is made and measured, tiny; a peer that is not installed is a line, and the others run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks import peers_page
from benchmarks.page_peers import drawing, ours


def test_our_way_is_measured_and_a_peer_that_fails_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    peers_page.run((300,), Path(sys.executable), ("polars + plotly", "ours, these figures"))
    shown = capsys.readouterr().out.splitlines()
    assert shown[1] == "         300 polars + plotly: ModuleNotFoundError: No module named 'polars'"
    assert shown[2].startswith("         300 ours, these figures ")
    assert shown[2].endswith("   the same")


def test_whoever_differs_is_said_to() -> None:
    expected = dict.fromkeys(drawing.ORDER, 100.0)
    assert peers_page._compared(expected, expected | {"latency": 101.0}) == "the same"
    assert (
        peers_page._compared(expected, expected | {"latency": 103.0, "failures": 101.0}) == "unlike: latency, failures"
    )
    assert set(ours.STATEMENTS) == set(drawing.ORDER)
