"""The comparison with LiteLLM's proxy runs in little without it, and its ratios are those of each round."""

from __future__ import annotations

import pytest

from benchmarks.gateway import Effort, Load
from benchmarks.gateway_peers import ALONE, LITELLM, OURS, ratios, run


def test_without_litellm_the_others_are_measured(capsys: pytest.CaptureFixture[str]) -> None:
    run(Effort(rounds=1, seconds=0.2, crowds=(2,)), install=False)
    printed = capsys.readouterr().out
    assert "LiteLLM's proxy: not installed" in printed
    assert "| 2, ours |" in printed
    assert "| 2, bare pass-through |" in printed
    assert "over LiteLLM" not in printed


def test_ratios_are_those_of_rounds() -> None:
    rounds = {
        ALONE: [Load(9000, 0.1, 9), Load(4500, 0.2, 9), Load(9000, 0.1, 9)],
        OURS: [Load(900, 1.1, 1000), Load(450, 2.2, 1000), Load(1000, 1.1, 1000)],
        LITELLM: [Load(30, 20.1, 30_000), Load(15, 40.2, 30_000), Load(20, 30.1, 30_000)],
    }
    assert list(ratios(32, rounds)) == [
        "- 32 at once, requests a second, ours over LiteLLM: 30.0x (30.0x to 50.0x)",
        "- 32 at once, processor, LiteLLM over ours: 30.0x (30.0x to 30.0x)",
        "- 32 at once, added p50, LiteLLM over ours: 20.0x (20.0x to 30.0x)",
    ]
