"""The forecasts that ours is compared with: statsmodels' ETS, statsforecast's AutoETS and MSTL, and the run rate."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass

from finops_report.analysis.forecast import Forecast, Series, forecast
from finops_report.analysis.forecast.interval import MOVED

PATHS = 400  # simulated futures, of which the interval of a sum is taken
MOST_STEPS = 168  # that peers are given of days: 24 weeks


@dataclass(frozen=True, slots=True)
class Guess:
    """The total of a period at its end, and its 80 % interval."""

    expected: float
    low: float
    high: float


Method = Callable[[Series, int, int], Guess | None]


def ours(series: Series, start: int, end: int, moved: float = MOVED) -> Guess | None:
    """Return what finops-report forecasts; None if it does not. Its interval can be `moved` otherwise."""
    made = forecast(series, start, end, moved)
    return Guess(made.expected_usd, made.low_usd, made.high_usd) if isinstance(made, Forecast) else None


def run_rate(series: Series, start: int, end: int) -> Guess:
    """Return what is spent, stretched to the period: what a spreadsheet does. It has no interval."""
    spent = _spent(series, start)
    total = spent * (end - start) / max(len(series.usd) - start, 1)
    return Guess(total, math.nan, math.nan)


def ets(series: Series, start: int, end: int) -> Guess:
    """Return statsmodels' exponential smoothing with a damped trend and a season, all additive."""
    import numpy as np
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    season, ahead = series.season, end - len(series.usd)
    kind = {"seasonal": "add", "seasonal_periods": season} if season > 1 else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = ETSModel(np.array(_filled(series)), error="add", trend="add", damped_trend=True, **kind)
        fit = model.fit(disp=0, maxiter=100)
        paths = fit.simulate(ahead, anchor="end", repetitions=PATHS, rng=np.random.default_rng(0))
    sums = np.asarray(paths).reshape(ahead, PATHS).sum(axis=0)
    return _guess(_spent(series, start), float(np.sum(fit.forecast(ahead))), *np.quantile(sums, [0.1, 0.9]))


def auto_ets(series: Series, start: int, end: int) -> Guess:
    """Return statsforecast's AutoETS; the interval is of simulated futures."""
    import numpy as np
    from statsforecast.models import AutoETS

    ahead = end - len(series.usd)
    fit = AutoETS(season_length=series.season).fit(y=np.array(_filled(series)))
    sums = np.asarray(fit.simulate(h=ahead, n_paths=PATHS, seed=0)).reshape(PATHS, ahead).sum(axis=1)
    expected = float(fit.predict(h=ahead)["mean"].sum())
    return _guess(_spent(series, start), expected, *np.quantile(sums, [0.1, 0.9]))


def mstl(series: Series, start: int, end: int) -> Guess | None:
    """Return statsforecast's MSTL, which cannot simulate: its steps are taken as independent. None without a season."""
    import numpy as np
    from statsforecast.models import MSTL

    if series.season == 1:
        return None
    made = MSTL(season_length=series.season).forecast(y=np.array(_filled(series)), h=end - len(series.usd), level=[80])
    expected = float(made["mean"].sum())
    half = float(np.sqrt(((made["hi-80"] - made["mean"]) ** 2).sum()))
    return _guess(_spent(series, start), expected, expected - half, expected + half)


METHODS: dict[str, Method] = {"ours": ours, "run rate": run_rate}
PEERS: dict[str, Method] = {"statsmodels ETS": ets, "statsforecast AutoETS": auto_ets, "statsforecast MSTL": mstl}


def _guess(spent: float, rest: float, low: float, high: float) -> Guess:
    return Guess(spent + rest, spent + float(low), spent + float(high))


def _spent(series: Series, start: int) -> float:
    return sum(usd or 0.0 for usd in series.usd[start:])


def _filled(series: Series) -> list[float]:
    """Return the steps with what is unknown taken from a season before: these methods know no gaps."""
    filled: list[float] = []
    for step, usd in enumerate(series.usd):
        before = filled[step - series.season] if step >= series.season else 0.0
        filled.append(before if usd is None else usd)
    return filled[-MOST_STEPS:] if series.season == 7 else filled
