"""The gateway's memory under a steady load: the soak runs in little, and for an hour under `make soak`."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from benchmarks.gateway_soak import Effort, Sample, Soaked, run

MOST_MB, MOST_GROWTH_MB_PER_HOUR = 120, 3.0


def test_it_loads_watches_and_counts(capsys: pytest.CaptureFixture[str]) -> None:
    found = run(Effort(seconds=2, rate_per_s=50, workers=1, samples=4))
    assert found.ended == {"200": 94, "200 streamed": 2, "left": 2, "404": 2}
    assert len(found.answered) == 96
    assert found.answered <= found.recorded
    assert len(found.recorded) == 100  # what was left early and what named no model, too
    shown = capsys.readouterr().out
    assert f"Most: {found.most_mb():.1f} MB a worker" in shown
    assert "Answered and not recorded: 0 of 96" in shown


def test_growth_is_the_slope_of_the_second_half() -> None:
    begun = [Sample(0, 0, (10.0, 90.0), 1.0, 1)] * 2
    grown = [Sample(1800.0 * hour, 0, (50.0 + hour, 60.0), 1.0, 1) for hour in (1, 2)]
    assert Soaked(begun + grown, Counter(), set(), set()).growth_mb_per_hour() == (2.0, 0.0)


@pytest.mark.skipif(not os.environ.get("FINOPS_SOAK"), reason="an hour: make soak")
def test_soak_memory_stays_flat_over_an_hour() -> None:
    found = run(Effort())
    assert found.most_mb() < MOST_MB
    assert max(found.growth_mb_per_hour()) < MOST_GROWTH_MB_PER_HOUR
    assert found.answered <= found.recorded
