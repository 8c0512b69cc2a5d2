"""Forecast the end of a period: what is spent, and what the steps that are left usually cost."""

from __future__ import annotations

from dataclasses import dataclass

from finops_report.analysis.forecast.backtest import Errors, backtest, steps_needed
from finops_report.analysis.forecast.interval import MOVED
from finops_report.analysis.forecast.level import Usual, usual
from finops_report.analysis.forecast.series import Series


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a period will have cost at its end, in USD; eight in ten such ends are to lie from `low_usd` to `high_usd`.

    `spent_usd` is recorded, `missing_usd` is estimated of `missing_steps` steps without data; both are in the other
    three. `past_error` is the mean relative error of the end in `origins` forecasts made as early before. `judged` of
    them had ends before them to have a range from, and `inside` of those came to lie within it. `path_usd` is the
    expected total after each step that is left, the one under way first.
    """

    spent_usd: float
    expected_usd: float
    low_usd: float
    high_usd: float
    missing_steps: int
    missing_usd: float
    past_error: float
    origins: int
    inside: int
    judged: int
    path_usd: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class NotEnoughData:
    """Too little is recorded to forecast and to tell how good the forecast is: `known_steps` of `needed_steps`."""

    known_steps: int
    needed_steps: int


def forecast(series: Series, start: int, end: int, moved: float = MOVED) -> Forecast | NotEnoughData:
    """Return the forecast of steps `start` to `end` (exclusive), as of the end of `series`; a start may be below 0.

    `moved` is how fast its limits follow how earlier ones held (`interval`).

    Raises ValueError if the period is over, or has not begun: its last step must be yet to come or under way.
    """
    done = len(series.usd)
    if not start <= done < end:
        raise ValueError(f"steps {start} to {end} are not under way after {done}")
    errors = backtest(series, done - start, end - done, moved)
    if errors is None:
        known = sum(usd is not None for usd in series.usd[series.begin() :])
        return NotEnoughData(known, max(steps_needed(end - done, series.season), known + 1))
    return _forecast(series, max(0, start), end, usual(series.usd, done, series.season), errors)


def _forecast(series: Series, start: int, end: int, now: Usual, errors: Errors) -> Forecast:
    done = len(series.usd)
    missing = [step for step in range(start, done) if series.usd[step] is None]
    missing_usd = sum(now.usd(step) for step in missing)
    spent_usd = sum(series.usd[step] or 0.0 for step in range(start, done)) + series.under_way_usd
    left = [now.usd(step) for step in range(done, end)]
    left[0] *= 1 - series.under_way_share
    rest_usd = missing_usd + sum(left)
    return Forecast(
        spent_usd=spent_usd,
        expected_usd=spent_usd + rest_usd,
        low_usd=spent_usd + rest_usd * (1 + errors.limits.low),
        high_usd=spent_usd + rest_usd * (1 + errors.limits.high),
        missing_steps=len(missing),
        missing_usd=missing_usd,
        past_error=errors.end,
        origins=errors.origins,
        inside=errors.limits.inside,
        judged=errors.limits.judged,
        path_usd=tuple(spent_usd + missing_usd + sum(left[: i + 1]) for i in range(len(left))),
    )
