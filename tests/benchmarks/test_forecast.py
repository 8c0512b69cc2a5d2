"""The benchmark of forecasts runs on what is in the repository, without any peer."""

from __future__ import annotations

import pytest

from benchmarks import forecast
from benchmarks.forecast_peers import Guess, ours, run_rate
from benchmarks.forecast_sources import FIRST, month_cases, step_cases

WEEK = [120.0] * 5 + [30.0] * 2


def test_a_month_is_forecast_after_each_of_its_days_but_the_last() -> None:
    cases = list(month_cases(WEEK * 20, FIRST))
    assert [(case.start, case.at, case.end) for case in cases[:2]] == [(0, 1, 31), (0, 2, 31)]
    assert len(cases) == 30 + 29 + 30 + 30


def test_ours_beats_the_run_rate_on_a_week_with_a_rhythm() -> None:
    cases = [case for case in forecast.answered(step_cases(WEEK * 30, 7, 30)) if case.at - case.start == 10]
    found, plain = forecast.score(ours, cases), forecast.score(run_rate, cases)
    assert found is not None
    assert plain is not None
    assert found.error < 0.01 < plain.error
    assert (found.cases, found.periods) == (len(cases), len(cases))


def test_what_is_held_back_comes_after_all_ends_that_constants_are_chosen_on() -> None:
    cases = forecast.answered([*step_cases(WEEK * 30, 7, 30), *step_cases([*WEEK * 20, 1.0], 7, 30)])
    parts = forecast.parted(cases)
    for usd in {case.usd for case in cases}:
        tuned, held_back = ([case for case in parts[part] if case.usd == usd] for part in parts)
        assert max(case.end for case in tuned) <= min(case.at for case in held_back)
        assert len(held_back) >= 0.39 * sum(case.usd == usd for case in cases)


@pytest.mark.parametrize(
    ("inside", "tries", "low", "high"),
    [
        (0.8, 10, 0.490, 0.943),
        (0.8, 100, 0.711, 0.867),
        (1.0, 5, 0.566, 1.0),
    ],  # proportion_confint of statsmodels
)
def test_few_ends_leave_a_wide_range_for_the_true_share(inside: float, tries: int, low: float, high: float) -> None:
    assert forecast.true_share(inside, tries) == pytest.approx((low, high), abs=0.001)


def test_what_is_missed_costs_ten_times_its_width() -> None:
    (case, *_) = step_cases([100.0] * 60, 7, 30)
    found = forecast.score(lambda series, start, end: Guess(2900, 2800, 2950), [case])
    assert found is not None
    assert (found.inside, found.width) == (0, 0.05)
    assert found.score == pytest.approx(0.05 + 10 * 50 / 3000)


def test_it_prints_a_line_a_method(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecast, "PEERS", {})
    monkeypatch.setattr(forecast, "find_spec", lambda name: None)
    monkeypatch.setattr(forecast, "MOVED", (0.0,))
    forecast.run(seeds=(7,), days=3, most_of_peers=2)
    printed = capsys.readouterr().out
    assert "Azure code, 30 steps  run rate" in printed
    assert "demo, months          no ends" in printed
