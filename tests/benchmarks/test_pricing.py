"""The benchmark of prices runs, and common kinds of usage cost a twentieth of calc_price's time at most.

It is a ratio of two times of one run, the least of several rounds each: no machine is too slow for it.
"""

from __future__ import annotations

import pytest

from benchmarks import pricing


@pytest.mark.parametrize("kind", pricing.COMMON)
def test_common_usage_is_priced_in_a_twentieth_of_the_time(kind: str) -> None:
    ratios = []
    for _ in range(5):  # another process may take the processor from ours in any round
        our_us, their_us = pricing.both_us(*pricing.COMMON[kind], calls=300)
        ratios.append(their_us / our_us)
        if ratios[-1] >= 20:
            return
    assert max(ratios) >= 20, ratios


def test_it_prints_every_kind_beside_calc_price(capsys: pytest.CaptureFixture[str]) -> None:
    pricing.run(calls=20)
    shown = capsys.readouterr().out
    assert all(f"\n{kind} " in shown for kind in (*pricing.COMMON, *pricing.RARE))
    assert "extract_usage" in shown
    assert "with_usage" in shown
