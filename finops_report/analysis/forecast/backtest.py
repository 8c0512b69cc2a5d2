"""Make the same forecast at earlier moments of the same source, and compare it with what came."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from finops_report.analysis.forecast.level import usual
from finops_report.analysis.forecast.series import Series

INSIDE = 0.8  # of all ends are to lie within low and high
LEAST_SEASONS = 2  # before the first forecast
LEAST_ORIGINS = 9  # below this nobody can tell what eight in ten of them come to
MOST_ORIGINS = 60
PAST_STEPS = 365
KNOWN_SHARE = 0.75  # of the steps that were forecast, for the forecast to be judged
FEW_WIDENED = 0.3  # by which share the interval is wider if the past holds just one stretch as long as the forecast


@dataclass(frozen=True, slots=True)
class Errors:
    """How far off earlier forecasts were of as many steps.

    `rest` is what eight in ten of them were not further off by, relative to the rest that was forecast; `end` is the
    mean error of the whole period's end. `origins` counts them.
    """

    origins: int
    rest: float
    end: float


def steps_needed(ahead: int, season: int) -> int:
    """Return how many steps a source needs to have before `ahead` steps can be forecast and the forecast judged."""
    return LEAST_SEASONS * season + ahead + LEAST_ORIGINS - 1


def backtest(series: Series, elapsed: int, ahead: int) -> Errors | None:
    """Return the errors of past forecasts of `ahead` steps, made `elapsed` steps into a period; None if too few."""
    end = len(series.usd)
    first = max(series.begin() + LEAST_SEASONS * series.season, end - PAST_STEPS)
    origins = range(end - ahead, first - 1, -1)
    every = max(1, math.ceil(len(origins) / MOST_ORIGINS))
    tried = [found for at in origins[::every] if (found := _tried(series, at, elapsed, ahead)) is not None]
    if len(tried) < LEAST_ORIGINS:
        return None
    independent = max(1.0, (end - first) / ahead)
    rest = quantile([rest for rest, _ in tried], INSIDE) * (1 + FEW_WIDENED / independent)
    return Errors(len(tried), rest, fmean(end for _, end in tried))


def _tried(series: Series, at: int, elapsed: int, ahead: int) -> tuple[float, float] | None:
    """Return the relative errors of rest and end of the forecast made at step `at`; None if it cannot be judged."""
    known = [step for step in range(at, at + ahead) if series.usd[step] is not None]
    if len(known) < KNOWN_SHARE * ahead:
        return None
    as_of = usual(series.usd, at, series.season)
    forecast, came = sum(as_of.usd(step) for step in known), _spent(series.usd[at : at + ahead])
    whole = came + _spent(series.usd[max(0, at - elapsed) : at])
    if forecast <= 0 or whole <= 0:
        return None
    return abs(came / forecast - 1), abs(came - forecast) / whole


def _spent(usd: Sequence[float | None]) -> float:
    return sum(value for value in usd if value is not None)


def quantile(values: Sequence[float], share: float) -> float:
    """Return what `share` of further values are expected to lie below: of n values, the share * (n + 1)-th."""
    ordered = sorted(values)
    place = share * (len(ordered) + 1) - 1
    if place >= len(ordered) - 1:
        return ordered[-1]
    below = max(0, int(place))
    return ordered[below] + max(0.0, place - below) * (ordered[below + 1] - ordered[below])
