"""The benchmark of forecasts runs on what is in the repository, without any peer."""

from __future__ import annotations

import pytest

from benchmarks import forecast
from benchmarks.forecast_peers import ours, run_rate
from benchmarks.forecast_sources import FIRST, month_cases, step_cases

WEEK = [120.0] * 5 + [30.0] * 2


def test_a_month_is_forecast_after_each_day_asked_for() -> None:
    cases = list(month_cases(WEEK * 20, FIRST, (10, 20)))
    assert [(case.start, case.at, case.end) for case in cases[:2]] == [(0, 10, 31), (0, 20, 31)]
    assert len(cases) == 8


def test_ours_beats_the_run_rate_on_a_week_with_a_rhythm() -> None:
    cases = forecast.answered(step_cases(WEEK * 30, 7, 30, (10,)))
    found, plain = forecast.score(ours, cases), forecast.score(run_rate, cases)
    assert found is not None
    assert plain is not None
    assert found.error < 0.01 < plain.error


def test_it_prints_a_line_a_method(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecast, "PEERS", {})
    monkeypatch.setattr(forecast, "find_spec", lambda name: None)
    forecast.run(seeds=(7,), days=3, most_of_peers=2)
    assert "Azure code, 30 steps    run rate" in capsys.readouterr().out
