"""Make the same forecast at earlier moments of the same source, and compare it with what came."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from finops_report.analysis.forecast.interval import MOVED, Fold, Limits, limits
from finops_report.analysis.forecast.level import usual
from finops_report.analysis.forecast.series import Series

LEAST_SEASONS = 2  # before the first forecast
LEAST_ORIGINS = 9  # below this nobody can tell what eight in ten of them come to
MOST_ORIGINS = 60
PAST_STEPS = 365
DECIMALS = 9  # of an error: what repeats itself is in its range, whatever the last bits of sums
KNOWN_SHARE = 0.75  # of the steps that were forecast, for the forecast to be judged


@dataclass(frozen=True, slots=True)
class Errors:
    """How far off `origins` earlier forecasts of as many steps were.

    `limits` are of the rest that is forecast now; `end` is the mean relative error of the whole period's end.
    """

    origins: int
    limits: Limits
    end: float


def steps_needed(ahead: int, season: int) -> int:
    """Return how many steps a source needs to have before `ahead` steps can be forecast and the forecast judged."""
    return LEAST_SEASONS * season + ahead + LEAST_ORIGINS - 1


def backtest(series: Series, elapsed: int, ahead: int, moved: float = MOVED) -> Errors | None:
    """Return the errors of past forecasts of `ahead` steps, made `elapsed` steps into a period; None if too few."""
    end = len(series.usd)
    first = max(series.begin() + LEAST_SEASONS * series.season, end - PAST_STEPS)
    origins = range(end - ahead, first - 1, -1)
    every = max(1, math.ceil(len(origins) / MOST_ORIGINS))
    tried = [found for at in reversed(origins[::every]) if (found := _tried(series, at, elapsed, ahead)) is not None]
    if len(tried) < LEAST_ORIGINS:
        return None
    made = limits([fold for fold, _ in tried], first, end, ahead, moved)
    return Errors(len(tried), made, fmean(error for _, error in tried))


def _tried(series: Series, at: int, elapsed: int, ahead: int) -> tuple[Fold, float] | None:
    """Return the forecast made at step `at` and the relative error of its end; None if it cannot be judged."""
    known = [step for step in range(at, at + ahead) if series.usd[step] is not None]
    if len(known) < KNOWN_SHARE * ahead:
        return None
    as_of = usual(series.usd, at, series.season)
    forecast, came = sum(as_of.usd(step) for step in known), _spent(series.usd[at : at + ahead])
    whole = came + _spent(series.usd[max(0, at - elapsed) : at])
    if forecast <= 0 or whole <= 0:
        return None
    return Fold(at, round(came / forecast - 1, DECIMALS)), abs(came - forecast) / whole


def _spent(usd: Sequence[float | None]) -> float:
    return sum(value for value in usd if value is not None)
